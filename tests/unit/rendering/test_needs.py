"""Whether every record of a schema has what a format needs."""

from typing import Any

import pytest

from pytest_specmint.errors import SchemaError
from pytest_specmint.rendering.needs import TEXTS, Need, check_needs, lacking
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.schema.load import load_schema

OBJECT, LIST, NUMBER = frozenset({Kind.OBJECT}), frozenset({Kind.LIST}), frozenset({Kind.NUMBER})
NEEDS = (
    Need(("id",), TEXTS),
    Need(("who",), OBJECT),
    Need(("who", "name"), TEXTS),
    Need(("lines",), LIST),
    Need(("lines", ITEM), OBJECT),
    Need(("lines", ITEM, "charge"), NUMBER),
)
WHO = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
LINE = {"type": "object", "required": ["charge"], "properties": {"charge": {"type": "number"}}}
LINES = {"type": "array", "minItems": 1, "items": LINE}
PROPERTIES = {"id": {"type": "string"}, "who": WHO, "lines": LINES}
GOOD = {"type": "object", "required": ["id", "who", "lines"], "properties": PROPERTIES}


def having(**properties: Any) -> dict[str, Any]:
    return {**GOOD, "properties": {**PROPERTIES, **properties}}


def without(name: str) -> dict[str, Any]:
    return {**GOOD, "properties": {n: each for n, each in PROPERTIES.items() if n != name}}


@pytest.mark.parametrize(
    "schema",
    [
        GOOD,
        having(id={"type": "string", "format": "date"}),
        having(id={"type": ["string", "null"]}),
        having(id={"enum": ["a", "b"]}),
        having(id={"const": "a"}),
        having(id=True),
        having(who={"$ref": "#/$defs/who"}) | {"$defs": {"who": WHO}},
        having(who={"allOf": [{"properties": {"name": {"type": "string"}}}, {"type": "object", "required": ["name"]}]}),
        {"allOf": [{"properties": PROPERTIES}, {"required": ["id", "who", "lines"]}]},
        {"$ref": "#/$defs/claim", "$defs": {"claim": GOOD}},
        having(who={"oneOf": [WHO, {**WHO, "properties": {"name": {"const": "x"}}}]}),
    ],
    ids=str,
)
def test_nothing_is_missing(schema: Any) -> None:
    check_needs(load_schema(schema), NEEDS, "a form")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (True, "has no /id, /who, /lines @ #"),
        ({"type": "object"}, "has no /id, /who, /lines @ #"),
        ({"type": "string"}, "has no /id, /who, /lines @ #"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "has no /id, /who, /lines @ #"),
        (without("id"), "has no /id @ #"),
        (without("who"), "has no /who @ #"),
        (without("lines"), "has no /lines @ #"),
        (
            having(who={"type": "object", "required": ["nome"], "properties": {"nome": True}}),
            "/who/name (there is nome) @ #",
        ),
        (having(id={"type": "integer"}), "has no /id as date or date-time or text @ #"),
        (having(who={"type": "string"}), "has no /who as object @ #"),
        (having(lines={**LINES, "items": {"type": "string"}}), "has no /lines/* as object @ #"),
        (having(lines={**LINES, "items": {**LINE, "required": []}}), "records may lack /lines/*/charge @ #"),
        (having(lines={"type": "array", "items": LINE}), "records may lack /lines/* @ #"),
        ({**GOOD, "required": ["who"]}, "records may lack /id, /lines @ #"),
        ({**GOOD, "required": []}, "records may lack /id, /who, /lines @ #"),
        ({**without("id"), "required": ["lines"]}, "has no /id; records may lack /who @ #"),
    ],
    ids=str,
)
def test_what_is_missing_is_named(schema: Any, words: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check_needs(load_schema(schema), NEEDS, "a form")
    assert str(caught.value).startswith("a form needs more than these records have: ")
    assert str(caught.value).endswith(words)
    assert caught.value.exit_code == 2
    assert "required" in (caught.value.hint or "")


RECORD = {"id": "1", "who": {"name": "x"}, "lines": [{"charge": 1}, {"charge": 2.5}]}


@pytest.mark.parametrize(
    ("record", "pointer", "why"),
    [
        ({**RECORD, "id": None}, "/id", "it is missing"),
        ({**RECORD, "id": 3}, "/id", "needed, not int"),
        ({**RECORD, "id": True}, "/id", "needed, not bool"),
        ({**RECORD, "who": "x"}, "/who", "object is needed, not str"),
        ({**RECORD, "who": {}}, "/who/name", "it is missing"),
        ({**RECORD, "lines": {}}, "/lines", "list is needed, not dict"),
        ({**RECORD, "lines": [{"charge": 1}, {}]}, "/lines/1/charge", "it is missing"),
        ({**RECORD, "lines": [{"charge": 1}, 5]}, "/lines/1", "object is needed, not int"),
        ({**RECORD, "lines": [{"charge": "1"}]}, "/lines/0/charge", "number is needed, not str"),
        ({}, "/id", "it is missing"),
    ],
)
def test_what_a_record_lacks(record: Any, pointer: str, why: str) -> None:
    found = lacking(record, NEEDS)
    assert found is not None
    assert found.pointer == pointer
    assert why in found.why


def test_a_whole_record_lacks_nothing() -> None:
    assert lacking(RECORD, NEEDS) is None
    assert lacking({**RECORD, "lines": []}, NEEDS) is None
