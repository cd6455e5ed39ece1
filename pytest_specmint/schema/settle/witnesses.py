"""Properties that serve what an object must contain: a search for names, and goals by name."""

from collections.abc import Iterator

from msgspec.structs import replace

from pytest_specmint.schema.sets.goal import ANYTHING, Goal, conjoin
from pytest_specmint.schema.sets.objects import Existence, Objects
from pytest_specmint.schema.settle.candidates import candidates
from pytest_specmint.schema.settle.containers import Prover, settle_objects
from pytest_specmint.schema.settle.names import covers, goal_of, known_names

STEPS = 2000
"""How many assignments of names to demands are tried."""


def with_witnesses(prover: Prover, objects: Objects) -> Iterator[Objects]:
    """The objects with a required property for each of the demands; one name may serve several.

    A depth-first search: names that are there anyway come first, so that few properties are added.
    """
    plain = replace(objects, some=())
    steps = iter(range(STEPS))
    for chosen in _assignments(prover, plain, objects.some, {}, steps):
        properties = {**objects.properties, **{name: _held(objects, name, goal) for name, goal in chosen.items()}}
        wanted = replace(plain, properties=properties, required=objects.required | chosen.keys())
        settled = settle_objects(prover, wanted)
        if settled is not None:
            yield settled


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
    for name in _names(prover, objects, demand, demands[1:], chosen):
        if next(steps, None) is None:
            return
        goal = conjoin((chosen.get(name, ANYTHING), demand.goal))
        present = len(objects.required | chosen.keys() | {name})
        if objects.max_properties is not None and present > objects.max_properties:
            continue
        if prover.inhabited(conjoin((goal_of(objects, name), goal))):
            yield from _assignments(prover, objects, demands[1:], {**chosen, name: goal}, steps)


def _names(
    prover: Prover, objects: Objects, demand: Existence, others: tuple[Existence, ...], chosen: dict[str, Goal]
) -> Iterator[str]:
    """Names that the demand speaks of: those already there, those that the schema knows, then others."""
    there = sorted(objects.required | chosen.keys())
    known = [name for name in known_names(objects) if name not in there]
    seen = set(there) | set(known)
    listed = [] if demand.names.inverted else sorted(demand.names.listed - seen)
    fresh = (name for name in candidates(prover, objects, demand, others) if name not in seen)
    for name in (*there, *known, *listed):
        if _serves(prover, objects, demand, name):
            yield name
    for name in fresh:
        if _serves(prover, objects, demand, name):
            yield name


def _serves(prover: Prover, objects: Objects, demand: Existence, name: str) -> bool:
    allowed = prover.meets(demand.name_goal, name) and prover.meets(objects.name_goal, name)
    return allowed and covers(demand.names, name)
