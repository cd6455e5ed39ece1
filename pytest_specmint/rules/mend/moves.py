"""What one might change so that a condition comes out true, or false: by the condition's own terms, nearest first."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from pytest_specmint.rules.expression.analyse import DENIED, MIRRORED
from pytest_specmint.rules.expression.interpret import ABSENT
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import Exact, places_of, simplest
from pytest_specmint.rules.expression.terms import Term, Value
from pytest_specmint.rules.mend.places import Move, Scene
from pytest_specmint.rules.mend.solve import solved

Mover = Callable[[Term, bool, Scene], Iterator[Move]]
ROWS = 64
"""Of how many rows of a table, or values of a list, are tried: those that change least."""
SECOND_NS = 10**9


def moves(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """Moves that may bring a condition to what is wanted; each is a part of the way at least."""
    mover = MOVERS.get(term.op)
    if mover is not None:
        yield from mover(term, wanted, scene)


def shortfall(term: Term, scene: Scene) -> int:
    """In how many places a condition that is false would have to be mended, as far as its form tells."""
    if scene.worth(term) is not False:
        return 0
    if term.op == "and":
        return sum(shortfall(each, scene) for each in term.args)
    if term.op == "or":
        return min(shortfall(each, scene) for each in term.args)
    if term.op == "when":
        return shortfall(term.args[1], scene)
    if term.op == "all":
        return sum(shortfall(term.args[0], inner) for inner in scene.items(term)) or 1
    return 1


def _every(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """``and``, ``or``: whichever part is not as it is wanted."""
    for each in term.args:
        if scene.worth(each) is not wanted:
            yield from moves(each, wanted, scene)


def _opposite(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    yield from moves(term.args[0], not wanted, scene)


def _when(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """What is demanded first, then the condition."""
    yield from moves(term.args[1], wanted, scene)
    if wanted:
        yield from moves(term.args[0], False, scene)


def _branch(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    met = scene.worth(term.args[0])
    yield from moves(term.args[1 if met is True else 2], wanted, scene)
    yield from moves(term.args[0], met is not True, scene)


def _flag(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    yield from solved(term, wanted, scene)


def _presence(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """What is to be absent is taken away; what is to be there is left to others that have it."""
    assert term.place is not None
    location = scene.location(term.place)
    if location and wanted is (term.op == "missing"):
        yield ((location, ABSENT),)
    if location and wanted is (term.op != "has") and term.op != "missing":
        yield ((location, None),)


# ---------------------------------------------------------------- comparisons


def _compared(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    sign = term.op.removeprefix("like")
    sign = sign if wanted else DENIED[sign]
    left, right = term.args
    for mine, other, how in ((left, right, sign), (right, left, MIRRORED[sign])):
        known = scene.worth(other)
        if known is not None and mine.op != "const":
            for target in _targets(how, known, mine, scene.worth(mine)):
                yield from solved(mine, target, scene)


def _targets(sign: str, known: Any, term: Term, now: Value | None) -> Iterator[Value]:
    """The nearest values that stand so to a known one."""
    if sign in {"==", "<=", ">="}:
        yield known
    if isinstance(known, bool):
        if sign == "!=":
            yield not known
        return
    if isinstance(known, str):
        return
    ways = {"<": (-1,), "<=": (-1,), ">": (1,), ">=": (1,), "!=": (1, -1)}.get(sign, ())
    for size in _steps(term, known, now):
        whole = simplest(Fraction(known) // size * size)
        for way in ways:
            near = [whole, simplest(whole + way * size), simplest(whole + 2 * way * size)]
            yield from (each for each in near if each != known and (each > known) is (way > 0))


def _steps(term: Term, known: Exact, now: Value | None) -> list[Fraction]:
    """How far values of a kind lie apart: as finely as they are written, and whole ones."""
    if term.kind is Kind.MOMENT or term.kind is Kind.SPAN:
        return [Fraction(SECOND_NS)]
    if term.kind not in {Kind.NUMBER, Kind.ANY}:
        return [Fraction(1)]
    numbers = [each for each in (known, now) if isinstance(each, (int, Fraction)) and not isinstance(each, bool)]
    written = [places for each in numbers if (places := places_of(each)) is not None]
    places = term.decimals if term.decimals is not None else max(written, default=0)
    finest = Fraction(1, 10 ** min(places, 15))
    return list(dict.fromkeys((finest, Fraction(1), Fraction(10), Fraction(100))))


def _listed(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """``in``: the members, or rows that have the most in common with what is there."""
    if not wanted:
        return
    now = [scene.worth(each) for each in term.args]
    rows = [each if isinstance(each, tuple) else (each,) for each in term.among]
    ranked = sorted(range(len(rows)), key=lambda i: (sum(a != b for a, b in zip(rows[i], now, strict=True)), i))
    for i in ranked[:ROWS]:
        parts = [
            next(solved(each, value, scene), None)
            for each, value, known in zip(term.args, rows[i], now, strict=True)
            if value != known
        ]
        if parts and all(part is not None for part in parts):
            yield tuple(one for part in parts if part is not None for one in part)


# ---------------------------------------------------------------- lists


def _all(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """``all``, ``any``: one item after the other."""
    for inner in scene.items(term):
        if inner.worth(term.args[0]) is not wanted:
            yield from moves(term.args[0], wanted, inner)


def _ascending(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """The items in order, or each beside its neighbour."""
    assert term.place is not None
    items, location = scene.found(term.place), scene.location(term.place)
    inside = list(scene.items(term))
    worths = [each.worth(term.args[0]) for each in inside]
    if not wanted or not isinstance(items, list) or not location or None in worths:
        return
    if len(worths) == len(items):
        order = sorted(range(len(items)), key=lambda i: (worths[i], i))
        yield ((location, [items[i] for i in order]),)
    for i in range(1, len(worths)):
        if worths[i - 1] > worths[i]:  # type: ignore[operator]
            yield from solved(term.args[0], worths[i - 1], inside[i])  # type: ignore[arg-type]
            yield from solved(term.args[0], worths[i], inside[i - 1])  # type: ignore[arg-type]


def _unique(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """A number beside the others; or without the item that stands twice."""
    assert term.place is not None
    items, location = scene.found(term.place), scene.location(term.place)
    inside = list(scene.items(term))
    worths = [each.worth(term.args[0]) for each in inside]
    if not wanted or not isinstance(items, list) or not location or None in worths:
        return
    for i, worth in enumerate(worths):
        if worth not in worths[:i]:
            continue
        if isinstance(worth, (int, Fraction)) and not isinstance(worth, bool):
            for target in islice((worth + step for step in range(1, len(worths) + 2)), len(worths) + 1):
                if target not in worths:
                    yield from solved(term.args[0], target, inside[i])
        if len(worths) == len(items):
            yield ((location, [*items[:i], *items[i + 1 :]]),)


def _contained(term: Term, wanted: bool, scene: Scene) -> Iterator[Move]:
    """``startswith``, ``endswith``, ``contains``: the part is put there."""
    text, part = (scene.worth(each) for each in term.args)
    if wanted and isinstance(text, str) and isinstance(part, str):
        for target in (
            part + text[len(part) :],
            text[: max(len(text) - len(part), 0)] + part,
            part + text,
            text + part,
        ):
            yield from solved(term.args[0], target, scene)


MOVERS: Mapping[str, Mover] = {
    "and": _every,
    "or": _every,
    "not": _opposite,
    "when": _when,
    "if": _branch,
    "default": lambda term, wanted, scene: moves(term.args[0], wanted, scene),
    "path": _flag,
    **dict.fromkeys(("has", "missing", "is_null"), _presence),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), _compared),
    **dict.fromkeys(("like==", "like!=", "like<", "like<=", "like>", "like>="), _compared),
    "in": _listed,
    "all": _all,
    "any": _all,
    "ascending": _ascending,
    "unique": _unique,
    **dict.fromkeys(("startswith:2", "endswith:2", "contains:2"), _contained),
}
"""By operation; of what is not here nothing is known but what other records have."""
