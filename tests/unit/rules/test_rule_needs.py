"""Rules that demand fields where a condition is true: these are there then, and as often as ever elsewhere."""

from typing import Any

import pytest

import pytest_specmint as sm

SIZE = {"type": "object", "properties": {"width": {"type": "integer"}, "unit": {"enum": ["cm", "in"]}}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "n"],
    "properties": {
        "kind": {"enum": ["A", "B"]},
        "n": {"type": "integer", "minimum": 0, "maximum": 99},
        "name": {"type": "string"},
        "size": SIZE,
        "zone": {"type": "string", "format": "date"},
    },
}
RULE = {"id": "r", "when": "kind == 'A'", "then": "has(size.width) and has(size.unit) and has(zone)"}


def made(rule: dict[str, Any], schema: dict[str, Any] = SCHEMA, count: int = 2000) -> Any:
    return sm.generate({**schema, "x-rules": [{"id": "r", **rule}]}, seed=4, count=count)


def has_all(record: Any) -> bool:
    return "zone" in record and {"width", "unit"} <= record.get("size", {}).keys()


def test_fields_are_there_where_they_are_demanded() -> None:
    dataset = made(RULE)
    assert not dataset.job.enforced().ways
    assert dataset.manifest["rules"]["by_drawing_again"] == []
    assert all(has_all(record) for record in dataset if record["kind"] == "A")
    others = [record for record in dataset if record["kind"] == "B"]
    assert 0.6 < sum(map(has_all, others)) / len(others) < 0.75  # 0.9 to the fourth


def test_all_else_stays_as_it_was() -> None:
    for with_rule, without in zip(made(RULE), sm.generate(SCHEMA, seed=4, count=2000), strict=True):
        assert with_rule == without or with_rule["kind"] == "A"
        assert without.items() <= {**with_rule, "size": without.get("size", with_rule.get("size"))}.items()


@pytest.mark.parametrize(
    "rule",
    [
        {"when": "n > 50", "then": "has(zone)"},
        {"when": "n + 1 > 50 or kind == 'B'", "then": "has(zone) and has(size.unit)"},
        {"when": "not (kind == 'A')", "then": "has(size)"},
    ],
)
def test_conditions_of_numbers_and_listed_values(rule: dict[str, str]) -> None:
    dataset = made(rule)
    assert not dataset.job.enforced().ways
    assert all(sm.validate(dataset.schema.document, dataset).rules)


def of(**properties: Any) -> dict[str, Any]:
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **properties}}


ELSEWISE = {
    "null": (RULE, of(zone={"type": ["string", "null"]})),
    "null in a branch": (RULE, of(zone={"anyOf": [{"type": "string"}, {"type": "null"}]})),
    "no type": (RULE, of(zone={"minLength": 3})),
    "counted": (RULE, {**SCHEMA, "maxProperties": 4}),
    "counted inside": (RULE, of(size={**SIZE, "minProperties": 1})),
    "implied": (RULE, {**SCHEMA, "dependentRequired": {"zone": ["name"]}}),
    "a free text": ({"when": "name == 'x'", "then": "has(zone)"}, SCHEMA),
    "what it reads itself": ({"when": "zone <= as_of", "then": "has(zone)"}, SCHEMA),
    "presence": ({"when": "has(name)", "then": "has(zone)"}, SCHEMA),
    "more than presence": ({"when": "kind == 'A'", "then": "has(zone) and n > 5"}, SCHEMA),
    "a warning": ({"when": "kind == 'A'", "then": "has(zone)", "severity": "warn", "rate": 0.5}, SCHEMA),
    "missing": ({"when": "kind == 'A'", "then": "missing(zone)"}, SCHEMA),
}


@pytest.mark.parametrize(("rule", "schema"), ELSEWISE.values(), ids=ELSEWISE)
def test_other_ways_are_taken_where_presence_is_no_matter_of_a_share(rule: Any, schema: Any) -> None:
    dataset = made(rule, schema, 500)
    assert not any(link.needs for link in dataset.job.enforced().links)
    report = sm.validate(dataset.schema.document, dataset)
    assert not report.invalid
    assert all(report.rules)


def test_it_is_told_at_the_field() -> None:
    from pytest_specmint.engine.outline import outline

    rows = {row.path: row for row in outline(made(RULE).job.plan(), None).rows}
    told = [line for fact in rows["$.zone"].facts for line in fact.lines]
    assert "there where rule r demands it" in told
    assert not any("demands" in line for fact in rows["$.name"].facts for line in fact.lines)


def test_workers_and_blocks_agree() -> None:
    from pytest_specmint.pipeline.blocks import byte_blocks, line_blocks
    from pytest_specmint.pipeline.recipe import Execution

    job = made(RULE, count=900).job
    assert b"".join(map(bytes, line_blocks(job, Execution(workers=2, block=100)))) == b"".join(byte_blocks(job))
    assert made(RULE)[700] == made(RULE, count=701)[700]
