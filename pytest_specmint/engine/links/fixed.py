"""What of a record is not its own to choose: what it takes over from a record of another dataset, by path."""

from collections.abc import Iterator

from pytest_specmint.engine.relating import reference_of
from pytest_specmint.relations.series import series_of
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.heights import Graph
from pytest_specmint.schema.hints import hints_of
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.shape import ArrayShape, ObjectShape


class Fixed:
    """The paths of one kind of record."""

    def __init__(self, schema: Schema, graph: Graph, root: Goal) -> None:
        self._schema, self._graph = schema, graph
        self._goals: dict[Route, tuple[Goal, ...]] = {(): (root,)}
        series = series_of(schema)
        self._made = frozenset[Route]() if series is None or not series[1].entities else frozenset(series[1].paths)

    def above(self, route: Route) -> Route | None:
        """The path of the value that is taken over as a whole and that a path is, or leads into; None where none is."""
        return next((route[:size] for size in range(len(route) + 1) if self._is_fixed(route[:size])), None)

    def _is_fixed(self, route: Route) -> bool:
        return route in self._made or any(reference_of(hints_of(self._schema, goal)) for goal in self._at(route))

    def _at(self, route: Route) -> tuple[Goal, ...]:
        if route not in self._goals:
            above = self._at(route[:-1])
            self._goals[route] = tuple(dict.fromkeys(each for goal in above for each in self._below(goal, route[-1])))
        return self._goals[route]

    def _below(self, goal: Goal, step: Step) -> Iterator[Goal]:
        for way in self._graph.get(goal, ()):
            if isinstance(way.shape, ObjectShape) and isinstance(step, str):
                members = (*way.shape.required, *way.shape.optional)
                yield from (member.goal for member in members if member.name == step)
            elif isinstance(way.shape, ArrayShape) and step == ITEM:
                yield from (*way.shape.prefix, way.shape.rest)
