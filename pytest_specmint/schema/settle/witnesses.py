"""Property names that do not stand in the schema: candidates, and those that serve what an object must contain."""

from collections.abc import Iterator
from dataclasses import replace

from pytest_specmint.patterns import UnsupportedPattern, compile_sampler
from pytest_specmint.schema.sets.goal import ANYTHING, Goal, conjoin
from pytest_specmint.schema.sets.objects import Existence, Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.settle.containers import Prover, settle_objects
from pytest_specmint.schema.settle.names import covers, goal_of, known_names
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


STEPS = 2000
"""How many assignments of names to demands are tried."""


def with_witnesses(prover: Prover, objects: Objects) -> Objects | None:
    """The objects with a required property for each of the demands; one name may serve several. None if none is found.

    A depth-first search: names that are there anyway come first, so that few properties are added.
    """
    plain = replace(objects, some=())
    steps = iter(range(STEPS))
    for chosen in _assignments(prover, plain, objects.some, {}, steps):
        properties = {**objects.properties, **{name: _held(objects, name, goal) for name, goal in chosen.items()}}
        wanted = replace(plain, properties=properties, required=objects.required | chosen.keys())
        settled = settle_objects(prover, wanted)
        if settled is not None:
            return settled
    return None


def _held(objects: Objects, name: str, goal: Goal) -> Goal:
    return conjoin((objects.properties.get(name, ANYTHING), goal))


def _assignments(
    prover: Prover, objects: Objects, demands: tuple[Existence, ...], chosen: dict[str, Goal], steps: Iterator[int]
) -> Iterator[dict[str, Goal]]:
    """Goals by name that serve all demands."""
    if not demands:
        yield chosen
        return
    demand = demands[0]
    for name in _names(prover, objects, demand, chosen):
        if next(steps, None) is None:
            return
        goal = conjoin((chosen.get(name, ANYTHING), demand.goal))
        present = len(objects.required | chosen.keys() | {name})
        if objects.max_properties is not None and present > objects.max_properties:
            continue
        if prover.inhabited(conjoin((goal_of(objects, name), goal))):
            yield from _assignments(prover, objects, demands[1:], {**chosen, name: goal}, steps)


def _names(prover: Prover, objects: Objects, demand: Existence, chosen: dict[str, Goal]) -> Iterator[str]:
    """Names that the demand speaks of: those already there, those that the schema knows, then others."""
    there = sorted(objects.required | chosen.keys())
    known = [name for name in known_names(objects) if name not in there]
    seen = set(there) | set(known)
    listed = [] if demand.names.inverted else sorted(demand.names.listed - seen)
    fresh = (name for name in candidates(prover, objects, POOL, demand.name_goal) if name not in seen)
    for name in (*there, *known, *listed):
        if _serves(prover, objects, demand, name):
            yield name
    for name in fresh:
        if _serves(prover, objects, demand, name):
            yield name


def _serves(prover: Prover, objects: Objects, demand: Existence, name: str) -> bool:
    allowed = prover.meets(demand.name_goal, name) and prover.meets(objects.name_goal, name)
    return allowed and covers(demand.names, name)


def candidates(prover: Prover, objects: Objects, wanted: int, name_goal: Goal) -> Iterator[str]:
    """Names worth trying, without repetition: from the patterns, from the goals on names, then plain words."""
    seen: set[str] = set()
    named = [rule.names for rule in objects.rules] + [some.names for some in objects.some]
    patterns = sorted({pattern for names in named for pattern in names.patterns})
    shapes: list[Strings | Literals] = [Strings(patterns=frozenset({pattern})) for pattern in patterns]
    shapes += _name_shapes(prover, conjoin((objects.name_goal, name_goal)))
    for shape in shapes:
        for name in _drawn(shape, wanted):
            if name not in seen:
                seen.add(name)
                yield name
    for i in range(wanted + len(_PLAIN_NAMES)):
        word = _PLAIN_NAMES[i % len(_PLAIN_NAMES)]
        name = word if i < len(_PLAIN_NAMES) else f"{word}{i // len(_PLAIN_NAMES) + 1}"
        if name not in seen:
            yield name


def _name_shapes(prover: Prover, goal: Goal) -> list[Strings | Literals]:
    """The sets that names may come from."""
    if goal == ANYTHING:
        return []
    return [branch.set for branch in prover.peek(goal) if isinstance(branch.set, Strings | Literals)]


def _drawn(strings: Strings | Literals, wanted: int) -> list[str]:
    """Some texts of the set, always the same."""
    if isinstance(strings, Literals):
        return [value for value in strings.values if isinstance(value, str)]
    try:
        shape = language(strings)
    except UnsupportedPattern:
        return []
    return [] if shape is None else compile_sampler(shape, spread=6).sample(record_keys(0, 0, 4 * wanted))
