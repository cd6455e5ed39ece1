"""From a graph of shapes to a plan: every goal becomes a node, recursion an index into the table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_specmint.engine.links.trace import follower
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.errors import UnsatisfiableSchema, UnsupportedSchema, too_deep
from pytest_specmint.relations.sites import mentions as mentions_relations
from pytest_specmint.schema.canonical import Canonicaliser, Reason
from pytest_specmint.schema.disputed import undisputed
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.heights import Graph, build_graph, cause
from pytest_specmint.schema.sets.goal import ANYTHING, Goal, Term

if TYPE_CHECKING:
    from pytest_specmint.engine.links.fixed import Fixed
    from pytest_specmint.rules.links import Link


from pytest_specmint.engine.building.builder import Builder, Root


def compile_plan(
    schema: Schema, settings: EngineSettings, roots: Sequence[Root] = (), *, links: "tuple[Link, ...]" = ()
) -> Plan:
    """The plan of a schema and its ties between fields, or of several places in it, as far as these can be met.

    Raises `UnsatisfiableSchema` where no value can be valid, `UnsupportedSchema` where the engine cannot tell or
    cannot make one.
    """
    canonical = Canonicaliser(schema)
    root: Goal = (Term(schema.place),) if schema.at(schema.place) is not True else ANYTHING
    try:
        graph = build_graph(canonical, root)
    except RecursionError:
        raise too_deep(schema.place) from None
    if root not in graph:
        raise _refusal(canonical, cause(canonical, graph, root))
    goals: list[tuple[Goal, Root]] = []
    for each in roots:
        goal = (Term(each.place),)
        met = build_graph(canonical, goal)
        if goal in met:
            graph = {**graph, **met}
            goals.append((goal, each))
    goals = goals or [(root, Root(schema.place, 1.0, links))]
    relates = mentions_relations(schema)
    fixed = [_fixed(canonical, graph, goal) if relates else None for goal, _ in goals]
    followed = follower([each.links for _, each in goals], fixed)
    return Builder(canonical, undisputed(graph), settings, followed, relates=relates).plan(goals)


def _fixed(canonical: Canonicaliser, graph: Graph, goal: Goal) -> "Fixed":
    """What of a record is not its own to choose, by path."""
    from pytest_specmint.engine.links.fixed import Fixed

    return Fixed(canonical.schema, graph, goal)


def _refusal(canonical: Canonicaliser, reason: Reason | None) -> UnsatisfiableSchema | UnsupportedSchema:
    proven = not canonical.partial if reason is None else reason.proven
    if canonical.cut or not proven:
        return UnsupportedSchema(
            reason.text if reason else "no value was found among the combinations of branches that were tried",
            pointer=reason.place if reason else canonical.schema.place,
            hint="none was proven impossible either: split the schema, or state the deciding property in each branch",
        )
    if reason is None:
        return UnsatisfiableSchema(
            "no finite value can be valid: every value would have to contain another of its kind",
            pointer=canonical.schema.place,
            hint="make the recursive property optional, or allow an empty array",
        )
    return UnsatisfiableSchema(
        f"unsatisfiable: {reason.text}", pointer=reason.place, hint="no value can be valid; relax one of them"
    )
