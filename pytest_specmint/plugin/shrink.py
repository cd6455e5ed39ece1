"""The smallest record that still fails: parts are left out, shortened, brought nearer to zero, one after the other.

Two questions decide, both asked of the caller: whether a record is allowed (cheap, a validator's) and whether it fails
(dear, a test's). Every part is first replaced by the smallest that is allowed; only where that does not fail its own
parts are looked at. So the number of calls grows with what matters, not with the size of the record.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.near_miss.steps import Path, at_path, replaced
from pytest_specmint.plugin.nearer import Number, nearest_number

Judge = Callable[[Any], bool]
MOST_OTHERS = 4
"""How many other values are tried to see whether one matters."""
CHECKS = 20_000
"""How many records are shown to the validator at most."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What was found."""

    record: Any
    """The smallest record that still fails; the given one, if none is smaller."""
    calls: int
    """How often it was asked whether a record fails."""
    matters: tuple[str, ...] | None
    """Pointers to the values some others of which make the failure go away; None where that was not tried."""


class Spent(Exception):
    """No further call is allowed; what asks whether a record fails may raise it, too."""


@dataclass(slots=True)
class _Search:
    current: Any
    allowed: Judge
    fails: Judge
    calls_left: int
    checks_left: int = CHECKS
    calls: int = 0
    known: dict[bytes, bool] = field(default_factory=dict)

    def is_allowed(self, record: Any) -> bool:
        if self.checks_left <= 0:
            return False
        self.checks_left -= 1
        return self.allowed(record)

    def still_fails(self, record: Any) -> bool:
        """Whether a record fails; no record is asked about twice."""
        key = canonical_bytes(record)
        if key not in self.known:
            if not self.calls_left:
                raise Spent
            self.calls_left -= 1
            self.calls += 1
            self.known[key] = self.fails(record)
        return self.known[key]

    def take(self, record: Any) -> bool:
        """Go on with a record if it is allowed and still fails."""
        if record == self.current or not self.is_allowed(record) or not self.still_fails(record):
            return False
        self.current = record
        return True


def shrink(record: Any, *, allowed: Judge, fails: Judge, calls: int, others: Sequence[Any] = ()) -> Shrunk:
    """The smallest failing record that is found with so many calls of the test.

    ``others`` are valid records whose values may stand for the record's own, to see which of these matter.
    """
    search = _Search(record, allowed, fails, calls, known={canonical_bytes(record): True})
    matters: tuple[str, ...] | None = None
    try:
        while True:
            before = search.current
            _reduce(search, ())
            if search.current == before:
                break
        matters = tuple(_that_matter(search, others)) if others else None
    except Spent:
        pass
    return Shrunk(search.current, search.calls, matters)


# ---------------------------------------------------------------- reducing


def _reduce(search: _Search, path: Path) -> None:
    """Make the part at a path as small as the failure allows."""
    if path and search.take(_without(search.current, path)):
        return
    part = at_path(search.current, path)
    least = _least(search, path)
    if least != part and search.take(replaced(search.current, path, least)):
        return
    if isinstance(part, dict):
        for name in sorted(part):
            _reduce(search, (*path, name))
    elif isinstance(part, list):
        _shorten(search, path)
        for i in reversed(range(len(at_path(search.current, path)))):
            _reduce(search, (*path, i))
    else:
        _approach(search, path, least)


def _without(record: Any, path: Path) -> Any:
    """The record without the member or item at the path."""
    *above, last = path
    holder = at_path(record, tuple(above))
    if isinstance(holder, list):
        rest: Any = [each for i, each in enumerate(holder) if i != last]
    else:
        rest = {name: each for name, each in holder.items() if name != last}
    return replaced(record, tuple(above), rest)


def _shorten(search: _Search, path: Path) -> None:
    """Take away halves, quarters… of an array, from its end."""
    size = len(at_path(search.current, path)) // 2
    while size > 1:
        end = len(at_path(search.current, path))
        while end >= size:
            items = at_path(search.current, path)
            search.take(replaced(search.current, path, [*items[: end - size], *items[end:]]))
            end -= size
        size //= 2


def _approach(search: _Search, path: Path, least: Any) -> None:
    """Halve the distance between a failing value and one that does not fail."""
    value = at_path(search.current, path)
    if isinstance(value, bool) or type(value) is not type(least):
        return
    if isinstance(value, (int, float)):
        _approach_number(search, path, least)
    elif isinstance(value, str):
        low = len(least)
        while len(at_path(search.current, path)) - low > 1:
            text = at_path(search.current, path)
            middle = (low + len(text)) // 2
            if not search.take(replaced(search.current, path, text[:middle])):
                low = middle


def _approach_number(search: _Search, path: Path, least: Number) -> None:
    """Towards the number that does not fail."""

    def with_number(number: Number) -> Any:
        return replaced(search.current, path, number)

    nearest_number(
        at_path(search.current, path),
        least,
        allows=lambda number: search.is_allowed(with_number(number)),
        takes=lambda number: search.take(with_number(number)),
    )


# ---------------------------------------------------------------- the smallest that is allowed


def _least(search: _Search, path: Path) -> Any:
    """The part made as small as the validator allows, whether the test fails or not."""
    record = search.current
    for candidate in _smallest(at_path(record, path)):
        if search.is_allowed(replaced(record, path, candidate)):
            return candidate
    part = at_path(record, path)
    if isinstance(part, dict):
        for name in sorted(part):
            fewer = _without(record, (*path, name))
            record = fewer if search.is_allowed(fewer) else _with_least(search, record, (*path, name))
    elif isinstance(part, list):
        for i in reversed(range(len(part))):
            record = _with_least(search, record, (*path, i))
    elif isinstance(part, (int, float)) and not isinstance(part, bool):
        return nearest_number(
            part, 0, allows=lambda n: search.is_allowed(replaced(record, path, n)), takes=lambda _: True
        )
    return at_path(record, path)


def _with_least(search: _Search, record: Any, path: Path) -> Any:
    inner = _Search(record, search.allowed, search.fails, 0, search.checks_left)
    least = replaced(record, path, _least(inner, path))
    search.checks_left = inner.checks_left
    return least


def _smallest(value: Any) -> Iterator[Any]:
    """Ever larger candidates for the smallest, none as large as the value itself."""
    if isinstance(value, bool):
        yield from (False,) if value else ()
    elif isinstance(value, (int, float)):
        zero: int | float = type(value)(0)
        yield from (each for each in (zero, type(value)(1)) if abs(each) < abs(value))
    elif isinstance(value, (str, list)):
        lengths = [0, *(1 << i for i in range(len(value).bit_length()))]
        yield from (value[:length] for length in lengths if length < len(value))
    elif isinstance(value, dict) and value:
        yield {}


# ---------------------------------------------------------------- what matters


def _that_matter(search: _Search, others: Sequence[Any]) -> Iterator[str]:
    """Pointers to the values some others of which make the failure go away."""
    for path in list(_leaves(search.current, ())):
        if any(not search.still_fails(changed) for changed in _with_others(search, path, others)):
            yield "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def _with_others(search: _Search, path: Path, others: Sequence[Any]) -> Iterator[Any]:
    """The record with a few allowed other values at a path: smaller ones, and those of other records."""
    value = at_path(search.current, path)
    values = [*_smallest(value), *(_found(other, path) for other in others)]
    changed = (replaced(search.current, path, each) for each in values if each is not _MISSING and each != value)
    return islice((each for each in changed if search.is_allowed(each)), MOST_OTHERS)


_MISSING = object()


def _found(record: Any, path: Path) -> Any:
    for token in path:
        try:
            record = record[token]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return record


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for name in sorted(value):
            yield from _leaves(value[name], (*path, name))
    elif isinstance(value, list) and value:
        for i, each in enumerate(value):
            yield from _leaves(each, (*path, i))
    else:
        yield path
