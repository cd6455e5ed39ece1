"""Lengths of arrays, `uniqueItems`, the `contains` family, and items that are forbidden."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pytest_specmint.near_miss.breakers.family import LARGEST, Breaker, Spot
from pytest_specmint.near_miss.breakers.generic import neighbours, other_types
from pytest_specmint.near_miss.breakers.object import FILLS
from pytest_specmint.schema.sets.values import Json, identity

Items = list[Json]


def _on_arrays(breaker: Callable[[Spot, Items], Iterator[Json]]) -> Breaker:
    def guarded(spot: Spot) -> Iterator[Json]:
        return breaker(spot, spot.value) if isinstance(spot.value, list) else iter(())

    return guarded


def _leading(spot: Spot) -> Sequence[Json]:
    listed = spot.schema.get("prefixItems", spot.schema.get("items"))
    return listed if isinstance(listed, list) else ()


def _item_samples(spot: Spot, count: int) -> Sequence[Json]:
    """Items that may be added at the end, if the schema describes any."""
    keyword = "additionalItems" if isinstance(spot.schema.get("items"), list) else "items"
    return spot.aids.samples(spot.below(keyword), count) if isinstance(spot.schema.get(keyword), dict) else ()


def _fewer(spot: Spot, value: Items) -> Iterator[Json]:
    length = int(spot.operand) - 1
    if length >= 0:
        yield from (value[:length], value[len(value) - length :], [])


def _more(spot: Spot, value: Items) -> Iterator[Json]:
    """Items repeated until there is one too many; new ones where they must differ."""
    length = int(spot.operand) + 1
    if length > LARGEST:
        return
    lead = [
        spot.sample("prefixItems" if "prefixItems" in spot.schema else "items", i) for i in range(len(_leading(spot)))
    ]
    start = [*value, *lead[len(value) : length]]
    if not spot.schema.get("uniqueItems") and start:
        yield [*start, *(start[-1 - i % max(len(start) - len(lead), 1)] for i in range(length - len(start)))]
    fresh = [*_item_samples(spot, 2 * (length - len(start)) + 8), *_counted(start, length)]
    yield _extended(start, fresh, length)
    yield _extended(start, list(range(length)), length)
    yield _extended(start, [f"x{i}" for i in range(length)], length)


def _counted(value: Items, length: int) -> Iterator[Json]:
    """Values like those there are, each another."""
    numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
    texts = [each for each in value if isinstance(each, str)]
    if numbers:
        yield from (max(numbers) + 1 + i for i in range(length))
        yield from (min(numbers) - 1 - i for i in range(length))
    if texts:
        yield from (f"{texts[0]}{i + 2}" for i in range(length))


def _extended(value: Items, more: Sequence[Json], length: int) -> Items:
    """The array with as many of the items as are missing, none twice."""
    found = {identity(each): each for each in value}
    added: Items = []
    for each in more:
        if len(value) + len(added) >= length:
            break
        if found.setdefault(identity(each), each) is each:
            added.append(each)
    return [*value, *added]


def _doubled(spot: Spot, value: Items) -> Iterator[Json]:
    """An item twice: instead of another, or added."""
    if not value:
        yield from ([each, each] for each in _item_samples(spot, 2))
        yield ["x", "x"]
        return
    last = len(value) - 1
    pairs = [(0, last), (last, 0), (max(last - 1, 0), last), (last, max(last - 1, 0)), (0, min(1, last))]
    for source, target in pairs:
        if source != target:
            yield [*value[:target], value[source], *value[target + 1 :]]
    yield from ([*value, value[i]] for i in range(min(len(value), 4)))
    if last:
        yield from ([each] * len(value) for each in value[:4])


# ---------------------------------------------------------------- contains


def _matching(spot: Spot, value: Items) -> list[bool]:
    return [spot.aids.holds(spot.below("contains"), each) for each in value]


def _not_containing(spot: Spot, value: Items) -> Iterator[Json]:
    """One match too few: the others dropped, or changed so that they match no longer."""
    keep = int(spot.operand) - 1 if spot.keyword == "minContains" else 0
    flags = _matching(spot, value)
    positions = [i for i, flag in enumerate(flags) if flag]
    surplus = positions[keep:]
    yield from _changed(spot, value, surplus)
    yield [each for i, each in enumerate(value) if i not in surplus]
    yield value[: surplus[0]] if surplus else []


def _changed(spot: Spot, value: Items, positions: Sequence[int]) -> Iterator[Json]:
    if not positions:
        return
    place = spot.below("contains")
    first = value[positions[0]]
    options = [
        *_item_samples(spot, 8),
        *(each for each in value if not spot.aids.holds(place, each)),
        *neighbours(first),
        *spot.aids.changes(place, first),
        *other_types(first),
    ]
    misses = [each for each in options if not spot.aids.holds(place, each)]
    for miss in misses[:6]:
        yield [miss if i in positions else each for i, each in enumerate(value)]
    if len(misses) >= len(positions):
        left = iter(misses)
        yield [next(left) if i in positions else each for i, each in enumerate(value)]


def _overfull(spot: Spot, value: Items) -> Iterator[Json]:
    """One match too many: other items replaced, or matches added."""
    place = spot.below("contains")
    flags = _matching(spot, value)
    missing = int(spot.operand) + 1 - sum(flags)
    if not 0 < missing <= LARGEST:
        return
    matches = [each for each, flag in zip(value, flags, strict=True) if flag]
    pool = [*matches, *spot.aids.samples(place, missing + 8)]
    fresh = _extended(value, pool, len(value) + missing)
    for source in (pool, fresh[len(value) :]):
        if not source:
            continue
        yield [*value, *(source[i % len(source)] for i in range(missing))]
        others = [i for i, flag in enumerate(flags) if not flag][:missing]
        if len(others) == missing:
            filled = dict(zip(others, (source[i % len(source)] for i in range(missing)), strict=True))
            yield [filled.get(i, each) for i, each in enumerate(value)]


# ---------------------------------------------------------------- forbidden and unevaluated items


def _added(spot: Spot, value: Items) -> Iterator[Json]:
    """One item beyond those that are described."""
    keyword = "prefixItems" if "prefixItems" in spot.schema else "items"
    described = len(_leading(spot)) if spot.keyword != "unevaluatedItems" else len(value)
    lead = [spot.sample(keyword, i, other="x") for i in range(len(value), described)]
    for extra in (*value[-1:], *FILLS):
        yield [*value, *lead, extra]


def _unevaluated(spot: Spot, value: Items) -> Iterator[Json]:
    yield from _added(spot, value)
    for i, each in enumerate(value[:8]):
        yield from ([*value[:i], wrong, *value[i + 1 :]] for wrong in (*other_types(each), *neighbours(each)))


def _at_position(spot: Spot, value: Items) -> Iterator[Json]:
    """An item at a position where none may be."""
    if not spot.child:
        yield from _added(spot, value)
        return
    position = int(spot.child[0])
    lead = [spot.sample(spot.keyword, i, other="x") for i in range(len(value), position)]
    yield from ([*value, *lead, extra] for extra in (*value[-1:], "x", 0) if len(value) <= position)


BREAKERS: Mapping[str, Breaker] = {
    "minItems": _on_arrays(_fewer),
    "maxItems": _on_arrays(_more),
    "uniqueItems": _on_arrays(_doubled),
    "contains": _on_arrays(_not_containing),
    "minContains": _on_arrays(_not_containing),
    "maxContains": _on_arrays(_overfull),
    "unevaluatedItems": _on_arrays(_unevaluated),
}

FORBIDDING: Mapping[str, Breaker] = {
    "items": _on_arrays(_at_position),
    "prefixItems": _on_arrays(_at_position),
    "additionalItems": _on_arrays(_at_position),
}
