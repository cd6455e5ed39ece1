"""Mistakes in markers, found when tests are collected: all those of a module or class at once, as its error."""

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_specmint.plugin.marker import EACH, FIXTURES, NAME, Merged, markers_of
from pytest_specmint.plugin.schemas import asking, is_there, missing
from pytest_specmint.plugin.seeds import function_id


def fail_on_mistakes(report: pytest.CollectReport) -> None:
    """Turn the report of a module or class whose tests have wrong markers into a failed one."""
    seen: set[object] = set()
    wrong: dict[str, None] = {}
    for item in report.result:
        if isinstance(item, pytest.Item) and _new(item, seen):
            wrong.update(dict.fromkeys(mistakes(item)))
    if wrong:
        report.outcome = "failed"
        report.longrepr = "\n".join(wrong)
        report.result = []


def _new(item: Any, seen: set[object]) -> bool:
    """Whether the item's function has not been looked at with these markers: parameters do not change them."""
    marks = getattr(getattr(item, "callspec", None), "marks", ())
    key = (function_id(item), tuple(id(mark) for mark in marks))
    if key in seen:
        return False
    seen.add(key)
    return True


def mistakes(item: Any) -> Iterator[str]:
    """What is wrong with the markers of a test, each with the test's id."""
    merged = markers_of(item)
    test = function_id(item)
    yield from (f"{test}: {each}" for each in merged.mistakes)
    yield from (f"{test}: {each}" for each in _missing(item, merged))
    if EACH in {mark.name for mark in item.own_markers} and FIXTURES[EACH].isdisjoint(
        getattr(item, "fixturenames", ())
    ):
        yield f"{test}: @pytest.mark.{EACH} needs a test that takes specmint_record"
    elif merged.each is not None and not merged.each.invalid and "specmint_violation" in item.fixturenames:
        yield f"{test}: @pytest.mark.{EACH} specmint_violation needs invalid=True"


def _missing(item: Any, merged: Merged) -> Iterator[str]:
    asked = [(NAME, each) for each in merged.datasets.values()] + ([(EACH, merged.each)] if merged.each else [])
    for kind, each in asked:
        if not is_there(asking(item), each.schema):
            yield f"@pytest.mark.{kind} {missing(asking(item), each.schema)}"
