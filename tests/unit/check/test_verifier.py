"""Judging records and schemas."""

from typing import Any

import pytest

from pytest_specmint.check.lines import Line
from pytest_specmint.check.report import Problem, Report, judge
from pytest_specmint.check.verifier import Verifier, Violation, check_schema
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.load import load_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "a/b": {"type": "array", "items": {"type": "string", "maxLength": 2}},
        "day": {"type": "string", "format": "date"},
        "m~n": {"$ref": "#/$defs/x"},
    },
    "additionalProperties": False,
    "$defs": {"x": {"enum": [1, 2]}},
}
D7 = "http://json-schema.org/draft-07/schema#"


def violations(record: Any, schema: Any = SCHEMA) -> list[tuple[str, str]]:
    return [(each.pointer, each.keyword) for each in Verifier(load_schema(schema)).violations(record)]


@pytest.mark.parametrize(
    ("record", "pointer", "keyword"),
    [
        ({"id": 0}, "/id", "minimum"),
        ({"id": "x"}, "/id", "type"),
        ({}, "", "required"),
        ([], "", "type"),
        ({"id": 1, "x": 1}, "", "additionalProperties"),
        ({"id": 1, "a/b": ["ab", "abc"]}, "/a~1b/1", "maxLength"),
        ({"id": 1, "day": "2023-02-29"}, "/day", "format"),
        ({"id": 1, "m~n": 3}, "/m~0n", "enum"),
    ],
)
def test_violations_name_pointer_and_keyword(record: Any, pointer: str, keyword: str) -> None:
    assert violations(record) == [(pointer, keyword)]


def test_every_violation_up_to_the_limit() -> None:
    verifier = Verifier(load_schema(SCHEMA))
    record = {"id": 0, "a/b": ["abc"] * 20}
    assert len(verifier.violations(record)) == 8
    assert len(verifier.violations(record, 3)) == 3
    assert verifier.violations({"id": 1}) == []


def test_where_in_the_schema() -> None:
    (violation,) = Verifier(load_schema(SCHEMA)).violations({"id": 0})
    assert violation.schema_pointer == "#/properties/id/minimum"


def test_words() -> None:
    assert str(Violation("/a", "type", "#/type", "it is wrong")) == "it is wrong @ /a (type)"
    assert str(Violation("", "type", "#/type", "it is wrong")) == "it is wrong @ (the record) (type)"


def test_long_values_are_shortened() -> None:
    (violation,) = Verifier(load_schema({"type": "integer"})).violations("x" * 10_000)
    assert len(violation.message) <= 200


def test_failures_are_positions() -> None:
    verifier = Verifier(load_schema(SCHEMA))
    assert verifier.failures([{"id": 1}, {}, {"id": 2}, 3]) == [1, 3]
    assert verifier.failures([]) == []


def test_part_of_a_schema() -> None:
    schema = load_schema(SCHEMA)
    part = type(schema)(schema.documents, schema.draft, schema.sha256, schema.name, "#/$defs/x")
    assert Verifier(part).failures([1, 3, 2]) == [1]


def test_formats_are_asserted_in_every_draft() -> None:
    for uri in (
        D7,
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ):
        assert violations("x", {"$schema": uri, "format": "ipv4"}) == [("", "format")]


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "text"}, "#/type"),
        ({"properties": {"a/b": {"minimum": "3"}}}, "#/properties/a~1b/minimum"),
        ({"$schema": D7, "items": 3}, "#/items"),
        ({"allOf": []}, "#/allOf"),
        ({"minLength": -1}, "#/minLength"),
        ({"multipleOf": 0}, "#/multipleOf"),
    ],
)
def test_schemas_are_judged(schema: Any, pointer: str) -> None:
    with pytest.raises(SchemaError, match="not a valid JSON Schema") as caught:
        check_schema(load_schema(schema))
    assert caught.value.pointer == pointer
    assert "the metaschema of draft" in (caught.value.hint or "")


@pytest.mark.parametrize("schema", [SCHEMA, True, False, {}, {"$schema": D7, "items": [{}]}])
def test_sound_schemas_pass(schema: Any) -> None:
    check_schema(load_schema(schema))


class TestReport:
    VERIFIER = Verifier(load_schema(SCHEMA))

    def test_counts(self) -> None:
        lines = [
            Line(1, {"id": 1}),
            Line(2, {"id": 0}),
            Line(3, defect="empty line"),
            Line(4, {"id": 2}),
            Line(5, 7),
        ]
        report = judge(self.VERIFIER, lines)
        assert (report.records, report.valid, report.invalid, report.unreadable) == (5, 2, 2, 1)
        assert not report
        assert [(each.number, each.pointer, each.keyword) for each in report.examples] == [
            (2, "/id", "minimum"),
            (3, "", ""),
            (5, "", "type"),
        ]

    def test_true_if_all_is_well(self) -> None:
        assert judge(self.VERIFIER, [Line(1, {"id": 1})])
        assert judge(self.VERIFIER, [])
        assert not judge(self.VERIFIER, [Line(1, defect="x")])

    def test_across_blocks(self) -> None:
        lines = (Line(i + 1, {"id": 0 if i % 1000 == 999 else 1}) for i in range(5000))
        report = judge(self.VERIFIER, lines)
        assert (report.records, report.invalid) == (5000, 5)
        assert [each.number for each in report.examples] == [1000, 2000, 3000, 4000, 5000]

    @pytest.mark.parametrize("limit", [0, 1, 3, 100])
    def test_examples_are_limited_counts_are_not(self, limit: int) -> None:
        lines = [Line(i + 1, {"id": 0}) for i in range(50)]
        report = judge(self.VERIFIER, lines, examples=limit)
        assert report.invalid == 50
        assert [each.number for each in report.examples] == list(range(1, min(limit, 50) + 1))

    def test_words(self) -> None:
        assert str(Problem(3, "/a", "type", "wrong")) == "line 3 /a: wrong (type)"
        assert str(Problem(3, "", "", "empty line")) == "line 3: empty line"

    def test_starts_empty(self) -> None:
        assert Report() == Report(0, 0, 0, 0, [])
