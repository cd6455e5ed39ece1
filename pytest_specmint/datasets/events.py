"""Whether the records of a dataset on disk are the series that they should be."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from msgspec import Struct

from pytest_specmint.check.lines import Line
from pytest_specmint.relations.series import Path, Running, Series
from pytest_specmint.rules.expression.days import DAY_NS, day_of_text, moment_of_text
from pytest_specmint.schema.sets.values import exact, identity

EXAMPLES = 5


class Sequenced(Struct):
    """What became of a series: ``bool()`` is whether every event follows the one before it."""

    dataset: str
    of: str
    checked: int = 0
    broken: int = 0
    examples: list[str] = []

    def __bool__(self) -> bool:
        return not self.broken

    def __str__(self) -> str:
        words = f"{self.dataset}: events of {self.of}: {self.checked:,} checked"
        return f"{words}, all follow" if not self.broken else f"{words}, {self.broken:,} do not follow"


def sequenced(name: str, series: Series, key: Path | None, lines: Iterable[Line]) -> Sequenced:
    """Judge the events one after the other; ``key`` is a field that tells entities apart, if there is one.

    Without such a field and without a number, nothing tells where an entity's events begin: then only sums between
    records are left unjudged.
    """
    report = Sequenced(name, series.dataset)
    before: Any = None
    seen: set[str] = set()
    for line in lines:
        report.checked += 1
        words = _wrong(series, key, before, line.value, seen)
        if words:
            report.broken += 1
            if len(report.examples) < EXAMPLES:
                report.examples.append(f"line {line.number}: {words}")
        before = line.value
    return report


def _wrong(series: Series, key: Path | None, before: Any, record: Any, seen: set[str]) -> str:
    first = before is None or _begins(series, key, before, record)
    if first and key is not None:
        name = identity(_at(record, key))
        if name in seen:
            return f"events of {name} stand apart"
        seen.add(name)
    if series.number and _at(record, series.number) != (1 if first else _plus(_at(before, series.number))):
        return f"{'.'.join(series.number)} does not count on"
    if first:
        return _opened(series.running, record)
    for path in series.order:
        earlier, now = _moment(_at(before, path)), _moment(_at(record, path))
        if earlier is not None and now is not None and now < earlier:
            return f"{'.'.join(path)} falls"
    return "" if series.running is None else _summed(series.running, _at(before, series.running.field), record)


def _begins(series: Series, key: Path | None, before: Any, record: Any) -> bool:
    if key is not None:
        return bool(_at(record, key) != _at(before, key))
    return bool(series.number) and _at(record, series.number) == 1


def _opened(running: Running | None, record: Any) -> str:
    if running is None or isinstance(running.opening, str):
        return ""
    return _summed(running, running.opening, record)


def _summed(running: Running, before: Any, record: Any) -> str:
    numbers = [before, _at(record, running.amount), _at(record, running.field)]
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in numbers):
        return f"{'.'.join(running.field)} cannot be summed"
    opening, amount, now = (exact(each) for each in numbers)
    minus = bool(running.sign) and _at(record, running.sign) in running.minus
    return (
        "" if opening + amount * Fraction(-1 if minus else 1) == now else f"{'.'.join(running.field)} does not add up"
    )


def _at(record: Any, path: Path) -> Any:
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _plus(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else None


def _moment(value: Any) -> int | None:
    if not isinstance(value, str):
        return None
    day = day_of_text(value)
    return moment_of_text(value) if day is None else day * DAY_NS
