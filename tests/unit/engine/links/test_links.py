"""Fields that rules tie together are made so: in order, at a distance, calculated."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.job import Job
from pytest_specmint.rules.check import check_rules
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.placed import own
from pytest_specmint.rules.schema_fields import SchemaFields

DATE = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
CENTS = {"type": "number", "multipleOf": 0.01}
COUNT = 400


def schema(rules: list[dict[str, Any]], required: bool = True, **properties: Any) -> dict[str, Any]:
    needed = {"required": sorted(properties)} if required else {}
    return {"type": "object", **needed, "properties": properties, "x-rules": rules}


def made(document: dict[str, Any], count: int = COUNT, **more: Any) -> sm.Dataset:
    return sm.generate(document, seed=3, count=count, **more)


def job(dataset: sm.Dataset) -> Job:
    return dataset.job


def built_in(dataset: sm.Dataset) -> bool:
    """Whether no rule is left to drawing again."""
    return not job(dataset).plan().left and not job(dataset).enforced().drawn


def checked(dataset: sm.Dataset) -> int:
    """How often the rules applied; they hold."""
    fields = SchemaFields(dataset.schema)
    outcomes = check_rules(compile_rules(own(dataset.schema).rules, fields, as_of=job(dataset).as_of), list(dataset))
    assert all(outcomes), [each.examples[:2] for each in outcomes if not each]
    return sum(each.checked for each in outcomes)


ORDERINGS = {
    "dates": ("a <= b", {"a": DATE, "b": DATE}),
    "strictly": ("a < b", {"a": DATE, "b": DATE}),
    "a chain": ("born + years(18) <= a <= b <= as_of", {"born": DATE, "a": DATE, "b": DATE}),
    "moments": ("a + hours(2) <= b", {"a": MOMENT, "b": MOMENT}),
    "moments, no further": ("a <= b <= a + minutes(30)", {"a": MOMENT, "b": MOMENT}),
    "a moment and a date": ("a <= b <= as_of", {"a": MOMENT, "b": DATE}),
    "a date and a moment": ("a < b", {"a": DATE, "b": MOMENT}),
    "the day of a moment": ("date(a) == b", {"a": MOMENT, "b": DATE}),
    "a span": ("days(b, a) <= 14 and a <= b", {"a": DATE, "b": DATE}),
    "an age": ("years(a, born) >= 21", {"born": DATE, "a": DATE}),
    "months": ("a + months(6) <= b", {"a": DATE, "b": DATE}),
    "lately": ("as_of - days(30) <= a <= as_of", {"a": MOMENT}),
    "long ago": ("date(1920, 1, 1) <= a <= date(1930, 1, 1)", {"a": DATE}),
    "numbers": ("a + 10 <= b", {"a": {"type": "integer"}, "b": {"type": "integer"}}),
    "a number and a decimal": ("a < b", {"a": {"type": "integer", "maximum": 90}, "b": {**CENTS, "maximum": 90}}),
    "decimals": ("a - b <= 0.5 and b <= a", {"a": CENTS, "b": CENTS}),
    "equal": ("a == b", {"a": CENTS, "b": CENTS}),
    "steps": ("a < b", {"a": {"type": "integer", "multipleOf": 7}, "b": {"type": "integer", "multipleOf": 5}}),
    "few": ("a <= b", {"a": {"type": "integer", "minimum": 1, "maximum": 3}, "b": {"enum": [1, 2, 3, 4]}}),
    "negative": ("a <= b - 3", {"a": {"type": "integer", "minimum": -50, "maximum": 5}, "b": {"type": "integer"}}),
    "a length": (
        "1 <= a <= len(b)",
        {"a": {"type": "integer"}, "b": {"type": "array", "minItems": 1, "items": {"type": "boolean"}}},
    ),
}


@pytest.mark.parametrize(("rule", "properties"), ORDERINGS.values(), ids=ORDERINGS.keys())
@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_orderings(rule: str, properties: dict[str, Any], required: bool) -> None:
    dataset = made(schema([{"id": "r", "assert": rule}], required, **properties))
    assert built_in(dataset)
    assert checked(dataset) == COUNT if required else checked(dataset) > COUNT / 2


def test_values_that_may_be_null_or_something_else() -> None:
    a, b = {"type": ["string", "null"], "format": "date"}, {"anyOf": [DATE, {"type": "integer"}]}
    dataset = made(schema([{"id": "r", "assert": "a <= b"}], a=a, b=b))
    assert 50 < checked(dataset) < COUNT


def test_usual_values_stay_where_they_fit() -> None:
    dates = {"a": DATE, "b": DATE}
    free = list(made(schema([], **dates)))
    tied = list(made(schema([{"id": "r", "assert": "a <= b"}], **dates)))
    assert all(one["a"] == other["a"] for one, other in zip(free, tied, strict=True))
    assert all(one["b"] == other["b"] for one, other in zip(free, tied, strict=True) if one["a"] <= one["b"])
    assert any(one["b"] != other["b"] for one, other in zip(free, tied, strict=True))


LINES = {
    "type": "array",
    "maxItems": 4,
    "items": {
        "type": "object",
        "required": ["at", "price", "units"],
        "properties": {
            "at": DATE,
            "price": {**CENTS, "minimum": 0.01, "maximum": 900},
            "units": {"type": "integer", "minimum": 1, "maximum": 9},
            "until": DATE,
            "pointers": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "maxItems": 3},
        },
    },
}
CODES = {"type": "array", "minItems": 1, "maxItems": 5, "items": {"type": "string"}}
IN_LISTS = {
    "items within the record's dates": [{"each": "lines", "assert": "record.first <= at <= record.last"}],
    "within an item": [{"each": "lines", "assert": "at < until"}],
    "all of a list": [{"assert": "all(first <= line.at for line in lines)"}],
    "lists in lists": [{"each": "lines", "assert": "all(1 <= p <= len(record.codes) for p in pointers)"}],
    "everything": [
        {"assert": "first + days(5) <= last <= as_of"},
        {"each": "lines", "assert": "record.first <= at < until <= record.last"},
        {"each": "lines", "assert": "all(1 <= p <= len(record.codes) for p in pointers)"},
        {"derive": {"total": "sum(line.price * line.units for line in lines)"}},
    ],
}


@pytest.mark.parametrize("rules", IN_LISTS.values(), ids=IN_LISTS.keys())
def test_lists(rules: list[dict[str, Any]]) -> None:
    numbered = [{"id": f"r{i}", **rule} for i, rule in enumerate(rules)]
    dataset = made(schema(numbered, first=DATE, last=DATE, lines=LINES, codes=CODES, total={"type": "number"}))
    assert built_in(dataset)
    assert checked(dataset) >= COUNT


DERIVED = {
    "a sum": "sum(line.price for line in lines)",
    "of products": "sum(line.price * line.units for line in lines)",
    "a mean": "round(sum(line.price for line in lines) / (len(lines) + 1), 2)",
    "a share": "round(base * 0.19, 2)",
    "a difference": "base - 3 * rebate",
    "the larger": "max(base, rebate)",
    "a length": "len(lines)",
    "what may be absent": "base + default(extra, 0)",
    "the size": "abs(rebate - base)",
    "a nested sum": "sum(line.units * sum(p for p in line.pointers) for line in lines)",
    "with the record's own": "sum(line.units * record.rebate for line in lines)",
}


@pytest.mark.parametrize("formula", DERIVED.values(), ids=DERIVED.keys())
def test_formulas(formula: str) -> None:
    properties = {"base": CENTS, "rebate": {"type": "integer"}, "lines": LINES, "total": {"type": "number"}}
    document = schema([{"id": "r", "derive": {"total": formula}}], extra={"type": "integer"}, **properties)
    document["required"].remove("extra")
    dataset = made(document)
    assert built_in(dataset)
    assert checked(dataset) > COUNT / 2


def test_a_chain_of_formulas() -> None:
    rules = [{"id": "r", "derive": {"gross": "net + tax", "net": "sum(line.price for line in lines)"}}]
    rules.append({"id": "tax", "derive": {"tax": "round(net * 0.19, 2)"}})
    number = {"type": "number"}
    dataset = made(schema(rules, net=number, tax=number, gross=CENTS, lines=LINES))
    assert built_in(dataset)
    assert checked(dataset) == 2 * COUNT


def test_items_derive_from_their_own_fields() -> None:
    lines = {
        **LINES,
        "items": {**LINES["items"], "properties": {**LINES["items"]["properties"], "sum": {"type": "number"}}},
    }
    rule = {"id": "r", "each": "lines", "derive": {"sum": "price * units + record.fee"}}
    dataset = made(schema([rule], lines=lines, fee=CENTS))
    assert built_in(dataset)
    assert checked(dataset) > COUNT / 2


def test_derived_values_beyond_the_schemas_bounds_are_drawn_again() -> None:
    small = {"type": "integer", "minimum": 0, "maximum": 10}
    dataset = made(schema([{"id": "r", "derive": {"c": "a + b"}}], a=small, b=small, c=small))
    assert checked(dataset) == COUNT
    assert max(each["c"] for each in dataset) == 10


def test_formulas_beyond_columns_are_drawn_again() -> None:
    few = {"type": "integer", "minimum": 0, "maximum": 1}
    dataset = made(schema([{"id": "r", "derive": {"c": "a if b == 1 else 0"}}], a=few, b=few, c=few))
    assert not built_in(dataset)
    assert checked(dataset) == COUNT


def test_what_lists_demand_of_each_other_crosswise_is_drawn_again() -> None:
    items = {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer", "minimum": 0, "maximum": 3}}
    number = {"type": "integer", "minimum": 0, "maximum": 3}
    one = {"type": "object", "required": ["n", "list"], "properties": {"n": number, "list": items}}
    rules = [
        {"id": "forth", "assert": "all(x <= b.n for x in a.list)"},
        {"id": "back", "assert": "all(x <= a.n for x in b.list)"},
    ]
    dataset = made(schema(rules, a=one, b=one))
    assert job(dataset).plan().left
    assert checked(dataset) == 2 * COUNT


def test_contradictions_with_the_schemas_bounds_name_the_rules() -> None:
    low, high = {"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 10}
    with pytest.raises(sm.UnsatisfiableSchema, match="the rules up together"):
        list(made(schema([{"id": "up", "assert": "high < low"}], low=low, high=high)))


def test_orderings_under_a_condition() -> None:
    rules = [
        {"id": "sent", "when": "status == 'SENT'", "then": "ordered < sent"},
        {"id": "lost", "when": "status == 'LOST'", "then": "sent < ordered"},
    ]
    dataset = made(schema(rules, status={"enum": ["SENT", "LOST", "NEW"]}, ordered=DATE, sent=DATE))
    assert built_in(dataset)
    assert checked(dataset) > COUNT / 2
    assert {each["status"] for each in dataset} == {"SENT", "LOST", "NEW"}


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(
    "rule",
    [
        {"when": "risk > 50", "then": "status == 'WAIT'"},
        {"assert": "status == 'WAIT'"},
        {"assert": "first <= last"},
        {"when": "risk > 50", "then": "first <= last and status != 'NEW'"},
    ],
    ids=["a condition", "always", "an order", "a condition and an order"],
)
def test_warnings_hold_at_their_rate(rule: dict[str, Any], rate: float) -> None:
    risk = {"type": "integer", "minimum": 0, "maximum": 99}
    fields = {"risk": risk, "status": {"enum": ["WAIT", "NEW", "DONE"]}, "first": DATE, "last": DATE}
    dataset = made(schema([{"id": "r", **rule, "severity": "warn", "rate": rate}], **fields), 4000)
    rules = compile_rules(own(dataset.schema).rules, SchemaFields(dataset.schema))
    (outcome,) = check_rules(rules, list(dataset))
    share = outcome.held / outcome.checked
    breakable = rate >= 0.5 or "first" not in str(rule)
    assert abs(share - rate) < 0.02 if breakable else share > rate


def test_ranges_workers_and_single_records_agree() -> None:
    numbered = [{"id": f"r{i}", **rule} for i, rule in enumerate(IN_LISTS["everything"])]
    document = schema(numbered, first=DATE, last=DATE, lines=LINES, codes=CODES, total=CENTS)
    whole = list(made(document, 60))
    assert [made(document, 1, start=i)[0] for i in range(0, 60, 7)] == whole[::7]
    assert list(made(document, 25, start=20)) == whole[20:45]


def test_another_field_moves_no_other() -> None:
    rules = [{"id": "r", "assert": "a <= b"}]
    before = list(made(schema(rules, a=DATE, b=DATE)))
    after = list(made(schema(rules, a=DATE, b=DATE, aa=DATE)))
    assert [{name: each[name] for name in "ab"} for each in after] == before


@pytest.mark.parametrize("rule", ["spearman(a, b) >= 0.5", "spearman(b, a) > 0.5", "-0.5 >= spearman(a, b)"])
def test_numbers_rise_or_fall_together(rule: str) -> None:
    number = {"type": "integer", "minimum": 0, "maximum": 500}
    document = schema([{"id": "r", "scope": "dataset", "assert": rule}], a=number, b={**CENTS, "maximum": 90})
    assert checked(made(document, 3000)) == 1
    free = list(made(schema([], a=number, b={**CENTS, "maximum": 90}), 3000))
    tied = list(made(document, 3000))
    same = {name: sum(x[name] == y[name] for x, y in zip(free, tied, strict=True)) for name in "ab"}
    assert max(same.values()) > 2400
    assert 300 < min(same.values()) < 1200


def test_what_is_calculated_follows_by_what_it_is_calculated_from() -> None:
    number = {"type": "integer", "minimum": 0, "maximum": 500}
    rules = [
        {"id": "sum", "derive": {"total": "x + y"}},
        {"id": "r", "scope": "dataset", "assert": "spearman(total, a) >= 0.4"},
    ]
    dataset = made(schema(rules, a=number, x=number, y=number, total={"type": "integer"}), 3000)
    assert checked(dataset) == 3001
    assert job(dataset).enforced().unmet == ()


def test_rules_about_a_dataset_that_are_left_to_chance_are_told() -> None:
    rule = {"id": "r", "scope": "dataset", "severity": "warn", "assert": "avg(a) >= 3"}
    assert job(made(schema([rule], a={"type": "integer"}))).enforced().unmet == ("r",)


def test_sums_of_products_that_a_field_can_have() -> None:
    rule = {"id": "r", "derive": {"total": "sum(line.units * line.price - default(line.off, 0) for line in lines)"}}
    price = {**CENTS, "minimum": 5, "maximum": 900}
    inner = {**LINES["items"]["properties"], "price": price, "off": {**CENTS, "maximum": 4}}
    lines = {**LINES, "minItems": 1, "items": {**LINES["items"], "properties": inner}}
    dataset = made(schema([rule], lines=lines, total={**CENTS, "minimum": 1, "maximum": 3000}), 2000)
    assert checked(dataset) > 1500
    assert built_in(dataset)


@pytest.mark.parametrize(
    "field", [{"const": 30}, {"enum": [22, 30]}, {"type": "integer", "minimum": 21, "maximum": 30}]
)
def test_a_warning_that_no_value_can_break_is_held(field: dict[str, object]) -> None:
    """Also at a rate that asks for records that break it."""
    rule = {"id": "r", "when": "s == 'B'", "then": "a > 20", "severity": "warn", "rate": 0.5}
    document = {
        "type": "object",
        "required": ["a", "s"],
        "properties": {"a": field, "s": {"enum": ["A", "B"]}},
        "x-rules": [rule],
    }
    records = list(sm.generate(document, count=200))
    assert all(record["a"] > 20 for record in records)
    assert len({record["s"] for record in records}) == 2
