"""Rules are kept by what is generated, each case as frequent as by nature."""

from collections import Counter
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.api import parse_day
from pytest_specmint.job import Job
from pytest_specmint.rules.check import check_rules
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.enforce import MOST
from pytest_specmint.rules.placed import own
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.load import load_schema

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["points", "status", "lines"],
    "properties": {
        "points": {"type": "integer", "minimum": 0, "maximum": 999},
        "status": {"enum": ["OPEN", "PENDING", "DONE"]},
        "approved": {"type": "boolean"},
        "risk": {"type": "integer", "minimum": 0, "maximum": 99},
        "lines": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["units", "kind"],
                "properties": {"units": {"type": "integer", "minimum": 0, "maximum": 9}, "kind": {"enum": ["a", "b"]}},
            },
        },
    },
}
LARGE = {"id": "large", "when": "points >= 900", "then": "approved"}
RISKY = {"id": "risky", "when": "has(risk) and risk > 79", "then": "status == 'PENDING'"}
UNITS = {"id": "units", "each": "lines", "when": "kind == 'a'", "then": "units > 3"}
SUM = {"id": "sum", "assert": "sum(line.units for line in lines) <= 20"}


def made(*rules: Any, count: int = 600, schema: Any = ORDER, **more: Any) -> sm.Dataset:
    return sm.generate({**schema, "x-rules": list(rules)}, seed=1, count=count, **more)


def failures(dataset: sm.Dataset) -> dict[str, int]:
    rules = compile_rules(own(dataset.schema).rules, SchemaFields(dataset.schema))
    return {each.rule.id: each.failed for each in check_rules(rules, list(dataset))}


def test_every_kind_of_rule_holds() -> None:
    assert failures(made(LARGE, RISKY, UNITS, SUM)) == {"large": 0, "risky": 0, "units": 0, "sum": 0}


def test_without_them_they_do_not() -> None:
    rules = compile_rules(own(made(LARGE, RISKY, UNITS, SUM).schema).rules, SchemaFields(load_schema(ORDER)))
    assert all(not each for each in check_rules(rules, list(sm.generate(ORDER, seed=1, count=600))))


@pytest.mark.parametrize("draft", ["4", "6", "7", "2019-09", "2020-12"])
def test_in_every_draft(draft: str) -> None:
    assert set(failures(made(LARGE, RISKY, UNITS, draft=draft)).values()) == {0}


def test_cases_are_as_frequent_as_by_nature() -> None:
    found = Counter(record.get("risk", 0) > 79 for record in made(LARGE, RISKY, count=4000))
    by_nature = Counter(record.get("risk", 0) > 79 for record in sm.generate(ORDER, seed=1, count=4000))
    assert abs(found[True] - by_nature[True]) < 150
    assert 600 < found[True] < 900  # a fifth of nine tenths


def test_more_conditions_than_are_looked_at_case_by_case() -> None:
    rules = [{"id": f"r{i}", "when": f"points == {i}", "then": f"risk == {i}"} for i in range(MOST + 3)]
    assert set(failures(made(*rules)).values()) == {0}


def test_which_rules_are_part_of_the_schema() -> None:
    schema = load_schema({**ORDER, "x-rules": [LARGE, UNITS, SUM]})
    kept = Job(schema, 0, 1, 0, parse_day(None)).enforced()
    assert [each.rule.id for each in kept.rules] == ["large", "units", "sum"]
    assert kept.drawn == ("sum",)


def test_rules_that_leave_nothing() -> None:
    with pytest.raises(sm.UnsatisfiableSchema):
        list(made({"id": "no", "assert": "points > 5000"}))


def test_a_rule_that_drawing_again_does_not_meet() -> None:
    with pytest.raises(sm.SamplingError, match="rule never does not hold"):
        list(made({"id": "never", "assert": "len(status) == 3"}, count=5))


def test_other_fields_stay_as_they_are() -> None:
    plain = list(sm.generate(ORDER, seed=1, count=50))
    kept = list(made(LARGE, count=50))
    assert [each["lines"] for each in kept] == [each["lines"] for each in plain]


def test_ranges_and_workers_do_not_matter() -> None:
    whole = list(made(LARGE, RISKY, SUM, count=60))
    assert list(made(LARGE, RISKY, SUM, count=20, start=40)) == whole[40:]
