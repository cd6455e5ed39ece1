"""Tables of relational databases: names and types of columns, in words that all of them know."""

import re
from collections.abc import Callable, Mapping

import orjson

from pytest_specmint.schema.document import Schema
from pytest_specmint.tables.flat import Column, Layout
from pytest_specmint.tables.rows import Converter
from pytest_specmint.tables.types import Day, Decimal, Flag, Free, Moment, Real, Text, Type, Whole
from pytest_specmint.tables.unfit import Misfit

TYPES: Mapping[type, str] = {
    Flag: "BOOLEAN",
    Whole: "BIGINT",
    Real: "DOUBLE PRECISION",
    Text: "TEXT",
    Day: "DATE",
    Moment: "TIMESTAMP WITH TIME ZONE",
}
"""Names of types that PostgreSQL, DuckDB and SQLite take; all others are JSON texts."""
_FORMS: Mapping[type, tuple[re.Pattern[bytes], str]] = {
    Flag: (re.compile(rb"true|false"), "true or false is needed"),
    Whole: (re.compile(rb"-?[0-9]{1,19}"), "an integer of 64 bits is needed"),
    Real: (re.compile(rb"-?[0-9].*"), "a number is needed"),
    Decimal: (re.compile(rb"-?[0-9]+(\.[0-9]+)?"), "a number without exponent is needed"),
    Text: (re.compile(rb'".*"', re.DOTALL), "a text is needed"),
    Day: (re.compile(rb'"\d{4}-\d\d-\d\d"'), "a date YYYY-MM-DD is needed"),
    Moment: (re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"'), "a date-time YYYY-MM-DDTHH:MM:SSZ is needed"),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What stands in no identifier, such as the ends of lines."""
_WORD = re.compile(r"[^a-z0-9]+")
_HIGH = (1 << 63) - 1


def type_name(kind: Type, json: str = "TEXT") -> str:
    """The SQL type of a column; ``json`` is that of JSON texts."""
    if isinstance(kind, Decimal):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return TYPES.get(type(kind), json)


def table_name(schema: Schema | None) -> str:
    """A table's name: the title of the schema, in lower case and underscores, or ``records``."""
    part = None if schema is None else schema.at(schema.place)
    title = part.get("title") if isinstance(part, dict) else None
    return _WORD.sub("_", str(title or "").lower()).strip("_") or "records"


def column_names(layout: Layout) -> list[str]:
    """The columns' names, none empty, none equal to another but for case: databases take no notice of that."""
    names: list[str] = []
    taken: set[str] = set()
    for own in [*(column.name for column in layout.columns), *([layout.rest] if layout.rest else [])]:
        name = _CONTROL.sub("_", own) or "_"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        names.append(unique)
    return names


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def create_table(table: str, layout: Layout, *, foreign: bool, json: str = "TEXT") -> str:
    """The statement that makes the table, where it is not there yet."""
    lines = []
    for name, column in zip(column_names(layout), [*layout.columns, None], strict=False):
        kind = json if column is None else type_name(column.field.type, json)
        lines.append(
            f"  {quoted(name)} {kind}{'' if column is None or _may_be_null(column, foreign=foreign) else ' NOT NULL'}"
        )
    return f"CREATE TABLE IF NOT EXISTS {quoted(table)} (\n" + ",\n".join(lines) + "\n);\n"


def _may_be_null(column: Column, *, foreign: bool) -> bool:
    return foreign or column.field.empties or not column.certain


def needs_rest(layout: Layout) -> bool:
    """Whether NULL could mean two things in a column, so that there must be another which says what it means."""
    return any(is_nullable(column) and not means_null(column) for column in layout.columns)


def is_nullable(column: Column) -> bool:
    """Whether a column's values may be null, and are not JSON texts, which say so."""
    return column.field.nullable and not isinstance(column.field.type, Free)


def means_null(column: Column, *, foreign: bool = False) -> bool:
    """Whether NULL in a column says that the value is null: it could not be absent."""
    return is_nullable(column) and not column.field.optional and column.certain and not foreign


def converter(
    column: Column,
    texts: Callable[[str], bytes],
    words: Mapping[bytes, bytes],
    null: bytes,
    *,
    foreign: bool,
) -> Converter:
    """What makes a column's cells: ``texts`` writes a text, ``words`` are its true and false, ``null`` its NULL."""
    kind = column.field.type
    clear = means_null(column, foreign=foreign)
    form, why = _FORMS.get(type(kind), (None, ""))
    if form is None:
        return lambda text: texts(text.decode())

    def convert(text: bytes) -> bytes:
        if text == b"null" and clear:
            return null
        if not form.fullmatch(text):
            raise Misfit(why)
        if isinstance(kind, Whole) and not -_HIGH - 1 <= int(text) <= _HIGH:
            raise Misfit(why)
        if isinstance(kind, Decimal):
            _check(kind, text)
        return texts(orjson.loads(text)) if text[0] == _QUOTE else words.get(text, text)

    return convert


_QUOTE = ord('"')


def _check(kind: Decimal, text: bytes) -> None:
    whole, _, places = text.lstrip(b"-").partition(b".")
    if len(places.rstrip(b"0")) > kind.scale or len(whole.lstrip(b"0")) > kind.precision - kind.scale:
        raise Misfit(f"a number of {kind.precision} digits, {kind.scale} of them decimal places, is needed")
