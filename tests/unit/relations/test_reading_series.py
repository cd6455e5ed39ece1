"""``x-series`` as written."""

from typing import Any

import pytest

from pytest_specmint.errors import SchemaError
from pytest_specmint.relations.series import Running, read_series

PLACE = "#/x-series"


def test_the_whole_form() -> None:
    series = read_series(
        {
            "of": "accounts",
            "as": "owner",
            "events": {"min": 1, "max": 9},
            "order": ["dates.booked", "settled"],
            "from": "/opened",
            "number": "n",
            "running": {
                "field": "balance",
                "amount": "amount",
                "opening": 5.5,
                "minus": {"field": "kind", "values": ["D"]},
            },
        },
        PLACE,
    )
    assert (series.dataset, series.role, series.least, series.most) == ("accounts", "owner", 1, 9)
    assert series.order == (("dates", "booked"), ("settled",))
    assert series.running == Running(("balance",), ("amount",), 5.5, ("kind",), ("D",))
    assert series.paths == (("dates", "booked"), ("settled",), ("n",), ("balance",), ("amount",), ("kind",))
    assert read_series(series.written() | {"entities": 3}, PLACE).entities == 3


@pytest.mark.parametrize(
    ("events", "span"),
    [
        (12, (12, 12)),
        ({"min": 0, "max": 3}, (0, 3)),
        ({"max": 3}, (1, 3)),
        ({"mean": 8}, (1, 15)),
        ({"mean": 8, "min": 6}, (6, 10)),
        ({"mean": 8, "max": 9}, (7, 9)),
    ],
)
def test_numbers_of_events(events: Any, span: tuple[int, int]) -> None:
    series = read_series({"of": "a", "events": events}, PLACE)
    assert (series.least, series.most) == span


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3, "does not say of which"),
        ({}, "does not say of which"),
        ({"of": "a b"}, "no name of a dataset"),
        ({"of": "a", "ordr": "x"}, "no parameter 'ordr'"),
        ({"of": "a", "events": 0}, "events must be a whole number"),
        ({"of": "a", "events": {"min": 5, "max": 3}}, "events from 5 to 3 are none"),
        ({"of": "a", "events": {"min": 1, "max": 3, "mean": 2}}, "one too many"),
        ({"of": "a", "events": {"min": 3}}, "events from 3 to -1 are none"),
        ({"of": "a", "events": {"mean": 2, "max": 9}}, "events from -5 to 9 are none"),
        ({"of": "a", "order": "lines[].at"}, "is no field"),
        ({"of": "a", "order": 7}, "is no field"),
        ({"of": "a", "from": 7}, "from must be text"),
        ({"of": "a", "order": "x", "number": "x"}, "names x twice"),
        ({"of": "a", "running": {"field": "b"}}, "needs a field and an amount"),
        ({"of": "a", "running": {"field": "b", "amount": "a", "opening": "x"}}, "opening must be"),
        ({"of": "a", "running": {"field": "b", "amount": "a", "minus": ["D"]}}, "minus needs a field"),
        ({"of": "a", "running": {"field": "b", "amount": "a", "sign": "D"}}, "no parameter 'sign'"),
    ],
)
def test_what_is_none(value: Any, words: str) -> None:
    with pytest.raises(SchemaError, match=words) as caught:
        read_series(value, PLACE)
    assert (caught.value.pointer or "").startswith(PLACE)
    assert caught.value.hint
