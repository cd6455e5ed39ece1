"""Mistakes in markers, found when tests are collected: all those of a module or class at once, as its error."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from pytest_specmint.plugin.marker import EACH, FIXTURES, NAME, Merged, markers_of
from pytest_specmint.plugin.schemas import asking, is_there, missing
from pytest_specmint.plugin.seeds import function_id


def fail_on_mistakes(report: pytest.CollectReport) -> None:
    """Turn the report of a module or class whose tests have wrong markers into a failed one."""
    seen: set[object] = set()
    there: dict[int, list[str]] = {}
    wrong: dict[str, None] = {}
    for item in report.result:
        if isinstance(item, pytest.Item) and _new(item, seen):
            wrong.update(dict.fromkeys(mistakes(item, there)))
    if wrong:
        wrong.update(dict.fromkeys(_below(report.result)))
        report.outcome = "failed"
        report.longrepr = "\n".join(wrong)
        report.result = []


def _below(collected: Iterable[Any]) -> Iterator[str]:
    """The mistakes in the classes of a module that is not looked into any more."""
    for each in collected:
        if isinstance(each, pytest.Class):
            report = each.ihook.pytest_make_collect_report(collector=each)
            if isinstance(report.longrepr, str):
                yield from report.longrepr.splitlines()


def _new(item: Any, seen: set[object]) -> bool:
    """Whether the item's function has not been looked at with these markers: parameters do not change them."""
    marks = getattr(getattr(item, "callspec", None), "marks", ())
    key = (function_id(item), tuple(id(mark) for mark in marks))
    if key in seen:
        return False
    seen.add(key)
    return True


def mistakes(item: Any, there: dict[int, list[str]]) -> Iterator[str]:
    """What is wrong with the markers of a test, each with the test's id.

    ``there`` remembers which schemas of merged markers are missing: tests of one directory share them.
    """
    merged = markers_of(item)
    test = function_id(item)
    yield from (f"{test}: {each}" for each in merged.mistakes)
    if id(merged) not in there:
        there[id(merged)] = list(_missing(item, merged))
    yield from (f"{test}: {each}" for each in there[id(merged)])
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
