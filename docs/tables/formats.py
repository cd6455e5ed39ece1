"""Formats: what there is, and which columns the types of a schema become."""

from collections.abc import Iterator
from typing import Any

from pytest_specmint.output.formats import FORMATS, format_named
from pytest_specmint.packs.registry import BUILT_IN as PACKS
from pytest_specmint.packs.registry import pack_named
from pytest_specmint.rendering.extras import EXTRAS
from pytest_specmint.schema.load import load_schema
from pytest_specmint.tables.derive import record_of
from pytest_specmint.tables.flat import is_flat, layout_of
from pytest_specmint.tables.sql import type_name
from pytest_specmint.tables.types import Day, Free, Moment, Text, Type

_NEEDS = {"parquet": "pyarrow", "arrow": "pyarrow", "jsonl.zst": "zstandard"}
_CENTS = {"type": "number", "minimum": 0, "maximum": 9999.99, "multipleOf": 0.01}
_PLACE = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
_EXAMPLES: tuple[tuple[str, Any], ...] = (
    ("`boolean`", {"type": "boolean"}),
    ("`integer` within 64 bits, or without bounds", {"type": "integer", "minimum": 1}),
    ("`integer` from 0 to 2⁶⁴ - 1", {"type": "integer", "minimum": 0, "maximum": 2**64 - 1}),
    ("`number`", {"type": "number"}),
    ("`number`, `multipleOf` 0.01, 0 to 9999.99", _CENTS),
    ("`number`, `multipleOf` 0.01, without bounds", {"type": "number", "multipleOf": 0.01}),
    ("`number`, `multipleOf` a whole number", {"type": "number", "multipleOf": 5}),
    ("`string`", {"type": "string"}),
    ("`string`, `format` date", {"type": "string", "format": "date"}),
    ("`string`, `format` date-time", {"type": "string", "format": "date-time"}),
    ("`enum` of texts", {"enum": ["a", "b"]}),
    ("`array` of `integer`", {"type": "array", "items": {"type": "integer"}}),
    ("`object` with a required `city`, a text", _PLACE),
    ("`object` with other properties than it names", {"type": "object", "additionalProperties": {"type": "integer"}}),
    ("several types, or any", {"type": ["integer", "string"]}),
)


def formats() -> Iterator[list[str]]:
    """A row per format."""
    yield ["`--format`", "file", "what it is", "columns", "is read", "needs"]
    offered = [each.name for name in PACKS for each in pack_named(name).about.writers]
    for name in [*FORMATS, *offered]:
        form = format_named(name)
        module = _NEEDS.get(name)
        readable = name == "jsonl" or form.read is not None
        by_schema = form.columns and not module
        yield [
            f"`{name}`",
            f"`{form.file}`",
            form.title,
            "from the schema" if form.columns else "",
            ("by the schema" if by_schema else "yes") if readable else "no",
            f"`[{EXTRAS[module]}]`" if module else "",
        ]


def types() -> Iterator[list[str]]:
    """A row per kind of property."""
    from pytest_specmint.tables.arrow import arrow_type

    yield ["in the schema", "Parquet, Arrow", "SQL", "CSV cell"]
    for words, schema in _EXAMPLES:
        outer = {"type": "object", "required": ["x"], "properties": {"x": schema}}
        record = record_of(load_schema(outer))
        (field,) = record.fields
        said = "string (JSON)" if isinstance(field.type, Free) else str(arrow_type(field.type))
        unsigned = getattr(field.type, "unsigned", False)
        inner = [each.name for each in layout_of(record, rest=False).columns]
        names = f"columns {', '.join(f'`{each}`' for each in inner)}"
        sql = (
            names
            if is_flat(field)
            else "none: an error"
            if unsigned
            else f"`{type_name(field.type)}`{_json(field.type)}"
        )
        yield [words, f"`{said}`", sql, names if is_flat(field) else _cell(field.type)]


def _json(kind: Type) -> str:
    return " (JSON)" if type_name(kind) == "TEXT" and not isinstance(kind, Text) else ""


def _cell(kind: Type) -> str:
    return "the text" if isinstance(kind, (Text, Day, Moment)) else "JSON"
