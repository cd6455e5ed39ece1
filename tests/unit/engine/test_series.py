"""Series of events: whose, in which order, with which sums."""

from collections import Counter
from decimal import Decimal
from itertools import groupby
from typing import Any

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.engine.nodes.pages import Pages
from pytest_specmint.job import Mode

ACCOUNT = {
    "type": "object",
    "required": ["id", "opened", "opening"],
    "properties": {
        "id": {"type": "string", "pattern": "^A[0-9]{7}$", "x-unique": True},
        "opened": {"type": "string", "format": "date"},
        "opening": {"type": "number", "minimum": 0, "maximum": 500, "multipleOf": 0.01},
    },
}
ENTRY = {
    "type": "object",
    "required": ["account", "at", "n", "kind", "amount", "balance"],
    "properties": {
        "account": {"x-ref": "accounts#/id"},
        "at": {"type": "string", "format": "date-time"},
        "n": {"type": "integer", "minimum": 1},
        "kind": {"enum": ["CREDIT", "DEBIT"]},
        "amount": {"type": "number", "minimum": 0.01, "maximum": 900, "multipleOf": 0.01},
        "balance": {"type": "number", "minimum": 0, "maximum": 2000, "multipleOf": 0.01},
        "memo": {"type": "string"},
    },
}
RUNNING = {"field": "balance", "amount": "amount", "minus": {"field": "kind", "values": ["DEBIT"]}}
SERIES = {"of": "accounts", "events": {"min": 1, "max": 15}, "order": "at", "number": "n", "running": RUNNING}


def entries(
    count: int = 500, *, accounts: int = 100, series: Any = SERIES, seed: int = 3, rules: Any = None, **properties: Any
) -> sm.Dataset:
    schema = {**ENTRY, "properties": {**ENTRY["properties"], **properties}, "x-series": series}  # type: ignore[dict-item]
    if rules:
        schema["x-rules"] = rules
    return sm.generate(
        schema, seed=seed, count=count, related={"accounts": sm.generate(ACCOUNT, seed=8, count=accounts)}
    )


def by_account(records: Any) -> list[tuple[str, list[Any]]]:
    groups = [(name, list(each)) for name, each in groupby(records, key=lambda each: each["account"])]
    assert len({name for name, _ in groups}) == len(groups), "an account's events stand together"
    return groups


def test_events_are_in_order_and_counted() -> None:
    groups = by_account(entries())
    assert [name for name, _ in groups] == [each["id"] for each in sm.generate(ACCOUNT, seed=8, count=100)][
        : len(groups)
    ]
    for _, events in groups:
        assert [each["n"] for each in events] == list(range(1, len(events) + 1))
        assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    sizes = Counter(len(events) for _, events in groups[:-1])
    assert min(sizes) >= 1
    assert max(sizes) <= 15
    assert len(sizes) > 8


def test_sums_are_exact_and_within_their_bounds() -> None:
    for _, events in by_account(entries(800)):
        balance = Decimal(0)
        for each in events:
            amount = Decimal(str(each["amount"]))
            balance += amount if each["kind"] == "CREDIT" else -amount
            assert Decimal(str(each["balance"])) == balance
            assert 0 <= balance <= 2000


def test_amounts_with_their_own_signs() -> None:
    series = {**SERIES, "running": {"field": "balance", "amount": "amount", "opening": 20}}
    signed = {"type": "number", "minimum": -50, "maximum": 50, "multipleOf": 0.01}
    for _, events in by_account(entries(series=series, amount=signed)):
        balance = Decimal(20)
        for each in events:
            balance += Decimal(str(each["amount"]))
            assert Decimal(str(each["balance"])) == balance >= 0


def test_sums_begin_with_what_the_entity_has() -> None:
    series = {**SERIES, "running": {**RUNNING, "opening": "/opening"}, "from": "/opened"}
    known = {each["id"]: each for each in sm.generate(ACCOUNT, seed=8, count=100)}
    for name, events in by_account(entries(series=series)):
        first, account = events[0], known[name]
        amount = Decimal(str(first["amount"])) * (1 if first["kind"] == "CREDIT" else -1)
        assert Decimal(str(account["opening"])) + amount == Decimal(str(first["balance"]))
        assert first["at"][:10] >= account["opened"]


def test_several_moments() -> None:
    series = {**SERIES, "order": ["at", "settled"]}
    for _, events in by_account(entries(series=series, settled={"type": "string", "format": "date"})):
        settled = [each["settled"] for each in events if "settled" in each]
        assert settled == sorted(settled)
        assert all(each["settled"] >= each["at"][:10] for each in events)


def test_fields_of_objects_within() -> None:
    dates = {"type": "object", "properties": {"booked": {"type": "string", "format": "date"}}}
    for _, events in by_account(entries(series={**SERIES, "order": "dates.booked"}, dates=dates)):
        booked = [each["dates"]["booked"] for each in events]
        assert booked == sorted(booked)


def test_any_event_alone() -> None:
    whole = list(entries(700))
    data = entries(700)
    assert [data[i] for i in (0, 699, 350, 123)] == [whole[i] for i in (0, 699, 350, 123)]
    assert list(data[300:340]) == whole[300:340]


def test_another_field_moves_no_event() -> None:
    names = [*ENTRY["required"]]  # type: ignore[misc]
    plain = [{name: each[name] for name in names} for each in entries()]
    more = [{name: each[name] for name in names} for each in entries(extra={"type": "integer"})]
    assert plain == more


def test_rules_follow_events() -> None:
    rules = [
        {"id": "flag", "when": "amount > 100", "then": "flagged == true"},
        {"id": "value", "assert": "valued >= at"},
        {"id": "double", "derive": {"double": "amount * 2"}},
        {"id": "recent", "assert": "as_of - days(90) <= at"},
    ]
    data = entries(
        rules=rules,
        flagged={"type": "boolean"},
        valued={"type": "string", "format": "date-time"},
        double={"type": "number", "multipleOf": 0.01},
    )
    assert not data.job.plan().left
    for each in data:
        assert each["at"] >= "2024-10-03"
        assert each["amount"] <= 100 or each.get("flagged", True)
        assert "valued" not in each or each["valued"] >= each["at"]
        assert "double" not in each or Decimal(str(each["double"])) == 2 * Decimal(str(each["amount"]))


def test_too_few_entities() -> None:
    with pytest.raises(sm.UnsatisfiableSchema) as caught:
        list(entries(81, accounts=10))
    assert "81 records are wanted, but 10 of accounts have 80 events" in str(caught.value)
    assert caught.value.pointer == "#/x-series"
    assert len(list(entries(80, accounts=10))) == 80


@pytest.mark.parametrize(
    ("series", "fields", "words"),
    [
        ({**SERIES, "order": "memo"}, {}, "memo is not a date or date-time"),
        ({**SERIES, "order": "att"}, {}, "there is no 'att'"),
        ({**SERIES, "number": "memo"}, {}, "memo is not a whole number"),
        (
            {**SERIES, "number": "n"},
            {"n": {"type": "integer", "minimum": 1, "maximum": 9}},
            "goes up to 9, but there may be 15",
        ),
        ({**SERIES, "of": "acounts"}, {}, "there is no dataset 'acounts'"),
        ({**SERIES, "from": "/opned"}, {}, "there is no 'opned'"),
        ({**SERIES, "running": {**RUNNING, "opening": "/openin"}}, {}, "there is no 'openin'"),
        ({**SERIES, "running": {**RUNNING, "minus": {"field": "kind", "values": ["FEE"]}}}, {}, 'kind is never "FEE"'),
        (
            {**SERIES, "running": {**RUNNING, "minus": {"field": "memo", "values": ["FEE"]}}},
            {},
            "memo is not one of listed",
        ),
        (SERIES, {"balance": {"type": "integer", "minimum": 0}}, "sums of amount are none that balance may have"),
    ],
)
def test_fields_that_cannot_be_a_series(series: Any, fields: Any, words: str) -> None:
    with pytest.raises(sm.SchemaError) as caught:
        entries(series=series, **fields)
    assert words in str(caught.value)
    assert (caught.value.pointer or "").startswith("#/x-series")
    assert caught.value.hint


def test_no_boundary_values() -> None:
    schema = {**ENTRY, "x-series": SERIES}
    with pytest.raises(sm.UsageError, match="x-series has no boundary values"):
        list(sm.generate(schema, mode=Mode.EDGE, related={"accounts": sm.generate(ACCOUNT)}))


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(
    ("entities", "least", "most"), [(1, 1, 1), (1000, 1, 20), (77, 0, 3), (10, 500, 5000), (3, 7, 8)]
)
def test_pages_hold_what_they_should(entities: int, least: int, most: int) -> None:
    pages = Pages(entities, least, most)
    seen = 0
    for number in range(-(-entities // pages.size)):
        page = pages.page(5, number)
        assert page.entities[0] == number * pages.size
        assert ((page.counts >= least) & (page.counts <= most)).all()
        assert len(page.owner) == page.counts.sum() == len(page.position)
        assert len(page.owner) == pages.events or (number + 1) * pages.size >= entities
        seen += len(page.owner)
    assert seen == pages.total


def test_counts_are_spread_and_drawn_by_the_seed() -> None:
    pages = Pages(5000, 1, 9)
    counts = np.concatenate([pages.page(1, number).counts for number in range(5000 // pages.size)])
    shares = np.bincount(counts, minlength=10)[1:] / len(counts)
    assert (abs(shares - 1 / 9) < 0.03).all()
    assert not np.array_equal(pages.page(1, 0).counts, pages.page(2, 0).counts)
