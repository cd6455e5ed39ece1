"""Names for properties that the schema does not name: drawn from all that its rules say about names, or plain words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pytest_specmint.patterns import UnsupportedPattern, compile_sampler
from pytest_specmint.schema.sets.goal import ANYTHING, Goal, conjoin
from pytest_specmint.schema.sets.objects import Existence, Names, Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.settle.containers import Prover
from pytest_specmint.schema.settle.texts import language
from pytest_specmint.stream import record_keys

POOL = 32
"""How many names are prepared for properties that the schema does not name."""

_PLAIN_NAMES = [
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
    "amber",
    "basil",
    "cedar",
    "dune",
    "ember",
    "fern",
]

_ANY_TEXT = Strings()
_ANY_PROPERTY = Existence()


def candidates(
    prover: Prover, objects: Objects, demand: Existence = _ANY_PROPERTY, others: Iterable[Existence] = ()
) -> Iterator[str]:
    """Names worth trying for a property that meets the demand, without repetition.

    Those that serve several of the other demands as well come first, plain words last.
    """
    seen: set[str] = set()
    bounds = _bounds(prover, objects, demand.goal)
    allowed = _name_shapes(prover, conjoin((objects.name_goal, demand.name_goal))) or [_ANY_TEXT]
    for focus in _foci(prover, objects, demand, others, _frames(allowed, bounds)):
        for shape in allowed:
            for name in _drawn(shape, focus, bounds):
                if name not in seen:
                    seen.add(name)
                    yield name
    for i in range(2 * len(_PLAIN_NAMES)):
        word = _PLAIN_NAMES[i % len(_PLAIN_NAMES)]
        name = word if i < len(_PLAIN_NAMES) else f"{word}{i // len(_PLAIN_NAMES) + 1}"
        if name not in seen:
            yield name


def _bounds(prover: Prover, objects: Objects, goal: Goal) -> Strings:
    """What the rules demand of any further name whose value is to meet the goal."""
    patterns: set[str] = set()
    avoided: set[str] = set()
    for rule in objects.rules:
        if prover.inhabited(conjoin((rule.goal, goal))):
            continue
        if rule.names.inverted:
            patterns.add(alternation(rule.names))
        else:
            avoided |= rule.names.patterns
    return Strings(patterns=frozenset(patterns), not_patterns=frozenset(avoided))


def _frames(shapes: Sequence[Strings | Literals], bounds: Strings) -> list[Strings]:
    return [shape.meet(bounds) for shape in shapes if isinstance(shape, Strings)]


def alternation(names: Names) -> str:
    """A pattern for the names listed or matching a pattern, leaving aside whether the set is inverted."""
    parts = [f"(?:{pattern})" for pattern in sorted(names.patterns)]
    parts += [f"^{re.escape(name)}$" for name in sorted(names.listed)]
    return "|".join(parts) or "(?!)"


def _foci(
    prover: Prover, objects: Objects, demand: Existence, others: Iterable[Existence], frames: Sequence[Strings]
) -> Iterator[Strings]:
    """Sets of names to draw from, one after the other."""
    if demand is not _ANY_PROPERTY:
        alone = focus = _focus(prover, demand)
        for other in others:
            both = focus.meet(_focus(prover, other))
            possible = any(_possible(both.meet(frame)) for frame in frames)
            if possible and prover.inhabited(conjoin((demand.goal, other.goal))):
                focus = both
        yield from dict.fromkeys((focus, alone))
        return
    patterns = {pattern for rule in objects.rules for pattern in rule.names.patterns}
    avoided = {pattern for frame in frames for pattern in frame.not_patterns}
    for pattern in sorted(patterns - avoided):
        yield Strings(patterns=frozenset({pattern}))
    if not frames or any(frame != _ANY_TEXT for frame in frames):
        yield _ANY_TEXT


def _focus(prover: Prover, demand: Existence) -> Strings:
    """The names that the demand speaks of, as far as one set of strings tells."""
    shapes = [each for each in _name_shapes(prover, demand.name_goal) if isinstance(each, Strings)]
    shape = shapes[0] if len(shapes) == 1 else _ANY_TEXT
    if demand.names.inverted:
        return shape.meet(Strings(not_patterns=demand.names.patterns, excluded=demand.names.listed))
    return shape.meet(Strings(patterns=frozenset({alternation(demand.names)})))


def _possible(strings: Strings) -> bool:
    try:
        return language(strings) is not None
    except UnsupportedPattern:
        return False


def _name_shapes(prover: Prover, goal: Goal) -> list[Strings | Literals]:
    """The sets that names may come from; none where anything will do."""
    if goal == ANYTHING:
        return []
    return [branch.set for branch in prover.peek(goal) if isinstance(branch.set, Strings | Literals)]


def _drawn(shape: Strings | Literals, focus: Strings, bounds: Strings) -> Sequence[str]:
    """Some texts of the shape within focus and bounds, always the same."""
    if isinstance(shape, Literals):
        return [value for value in shape.values if isinstance(value, str)]
    return _texts(shape, focus, bounds)


@lru_cache(maxsize=1024)
def _texts(shape: Strings, focus: Strings, bounds: Strings) -> Sequence[str]:
    if focus == bounds == _ANY_TEXT == shape:
        return ()
    known = {part for pattern in bounds.patterns for part in (pattern, *_parts(pattern))}
    narrow = focus if focus.patterns and focus.patterns <= known else focus.meet(bounds)
    for strings in (shape.meet(narrow), focus):
        try:
            texts = language(strings)
            sampler = None if texts is None else compile_sampler(texts, spread=6)
        except UnsupportedPattern:
            continue  # too much at once: names from the focus alone are tried instead
        return () if sampler is None else tuple(sampler.sample(record_keys(0, 0, 4 * POOL)))
    return ()


def _parts(pattern: str) -> list[str]:
    return [part[3:-1] for part in pattern.split("|") if part.startswith("(?:") and part.endswith(")")]
