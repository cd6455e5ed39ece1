"""A schema from example data: genson says which types and properties there are, a survey what their values are like."""

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_specmint.errors import InvalidData
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.report.survey.field import COMMON, FieldReport
from pytest_specmint.report.survey.survey import Survey, survey
from pytest_specmint.report.survey.tree import OTHERS, step

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OFTEN = 3
"""How often each value of an enum comes on average, at least: what comes once is no list of choices."""
_FORMATS = frozenset({"date-time", "date", "time", "uuid", "email", "uri", "ipv4", "ipv6"})


def infer(chunks: Iterable[bytes], *, enum_limit: int, title: str | None = None) -> dict[str, Any]:
    """A schema of draft 2020-12 that every record of these JSON Lines meets.

    Raises `InvalidData` where a line is no JSON, or there are none.
    """
    from genson import SchemaBuilder

    builder = SchemaBuilder(schema_uri=DRAFT)

    def seen(value: object) -> None:
        builder.add_object(value)

    told = survey(chunks, base_vocabulary(), visitor=seen)
    _refuse(told)
    fields = {each.path: each for each in told.fields}
    schema = {"$schema": DRAFT, **({"title": title} if title else {}), **builder.to_schema()}
    _annotated(schema, "", fields, enum_limit)
    return schema


def _refuse(told: Survey) -> None:
    if told.defects:
        first = told.defects[0]
        raise InvalidData(f"line {first.number}: {first.defect}", hint="a schema is made of lines of JSON alone")
    if not told.records:
        raise InvalidData("there are no records", hint="give a file of JSON Lines, a record on each")


def _annotated(schema: dict[str, Any], path: str, fields: Mapping[str, FieldReport], enum_limit: int) -> None:
    """Add to a schema, and to those in it, what the values have in common."""
    field = fields.get(path)
    for name, inner in schema.get("properties", {}).items():
        below = step(path, name)
        _annotated(inner, below if below in fields else step(path, OTHERS), fields, enum_limit)
    items = schema.get("items")
    if isinstance(items, dict):
        _annotated(items, f"{path}[]", fields, enum_limit)
    for branch in schema.get("anyOf", ()):
        _annotated(branch, path, fields, enum_limit)
    if field is None:
        return
    declared = schema.get("type")
    types = set(declared) if isinstance(declared, list) else {declared}
    if types <= {"string", "null"} and "string" in types:
        _text(schema, field, enum_limit, nullable="null" in types)
    if types <= {"integer", "number", "null"} and field.numbers is not None:
        schema |= {"minimum": _plain(field.numbers.least), "maximum": _plain(field.numbers.greatest)}
    if types <= {"array", "null"} and field.items is not None:
        schema |= {"minItems": field.items.least, "maxItems": field.items.greatest}


def _text(schema: dict[str, Any], field: FieldReport, enum_limit: int, *, nullable: bool) -> None:
    form, count = field.forms[0] if field.forms else ("", 0)
    if form in _FORMATS and count == field.forms_of == _texts(field):
        schema["format"] = form
        return
    few = field.distinct_exact and field.distinct <= min(enum_limit, COMMON)
    if few and _texts(field) >= OFTEN * field.distinct and all("…" not in each.text for each in field.common):
        schema["enum"] = [*sorted(each.text for each in field.common), *([None] if nullable else [])]
    elif field.text is not None:
        schema |= {"minLength": field.text.least, "maxLength": field.text.greatest}


def _texts(field: FieldReport) -> int:
    return dict(field.kinds).get("string", 0)


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value
