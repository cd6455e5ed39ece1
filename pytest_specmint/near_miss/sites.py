"""Which assertions of a schema a record can break, and the ways that lead from a record to where they apply.

Subschemas below `anyOf`, `oneOf`, `not`, `if` and `contains` assert nothing by themselves: there the applicator is
what breaks. `unevaluatedProperties` and `unevaluatedItems` are likewise taken as a whole, as validators report them.
"""

from collections import deque
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from pytest_specmint.near_miss.keywords import APPLICATORS, ASSERTIONS, Child, Site, Tokens
from pytest_specmint.near_miss.steps import Way
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import Scope
from pytest_specmint.schema.sets.values import Json

MAX_WAYS = 8
"""How many ways to one subschema are kept; what recursion reaches has no end of them."""
Node = Mapping[str, Json]


class Target(Struct, frozen=True):
    """A keyword of the schema; ``child`` leads on to the false subschema that forbids something, if that is it."""

    place: str
    keyword: str
    child: Tokens = ()
    forbids: bool = False

    @property
    def pointer(self) -> str:
        """Where the keyword stands, as users write it; with the document before ``#`` if it is not the main one."""
        return join_pointer(self.place, self.keyword, *self.child)


class Aim(Struct, frozen=True):
    """A target and the ways to where it applies."""

    target: Target
    ways: tuple[Way, ...]


class _Survey(Struct):
    schema: Schema
    ways: dict[Target, dict[Way, None]] = field(default_factory=dict)
    visits: dict[tuple[str, Scope], int] = field(default_factory=dict)
    queue: deque[tuple[str, Scope, Way]] = field(default_factory=deque)

    def run(self, place: str) -> tuple[Aim, ...]:
        self.enter(place, (), ())
        while self.queue:
            self._visit(*self.queue.popleft())
        return tuple(Aim(target, tuple(ways)[:MAX_WAYS]) for target, ways in self.ways.items())

    def enter(self, place: str, scope: Scope, way: Way) -> None:
        if place.startswith("specmint:"):  # a boolean subschema that has no place of its own
            return
        scope = self.schema.entered(scope, place)
        count = self.visits.get((place, scope), 0)
        if count < MAX_WAYS:
            self.visits[place, scope] = count + 1
            self.queue.append((place, scope, way))

    def _visit(self, place: str, scope: Scope, way: Way) -> None:
        node, draft = self.schema.at(place), self.schema.draft
        if not isinstance(node, dict):
            return
        for target in referred(self.schema, node, place, scope):
            self.enter(target, scope, way)
        if "$ref" in node and draft <= Draft.D7:
            return
        for keyword in sorted(node):
            site = Site(node, place, keyword, draft)
            if keyword in ASSERTIONS and ASSERTIONS[keyword](site):
                self.ways.setdefault(Target(place, keyword), {})[way] = None
            if keyword in APPLICATORS:
                for child in APPLICATORS[keyword](site):
                    self._child(place, scope, way, child)

    def _child(self, place: str, scope: Scope, way: Way, child: Child) -> None:
        below = join_pointer(place, *child.tokens)
        if self.schema.at(below) is False:
            target = Target(place, str(child.tokens[0]), child.tokens[1:], forbids=True)
            self.ways.setdefault(target, {})[way] = None
        else:
            self.enter(below, scope, way if child.step is None else (*way, child.step))


def survey(schema: Schema, place: str | None = None) -> tuple[Aim, ...]:
    """Every target that the schema (or the subschema at a place) asserts, outermost first.

    The order depends on the schema's content alone, not on the order of its keys.
    """
    return _Survey(schema).run(schema.place if place is None else place)


def referred(schema: Schema, node: Node, place: str, scope: Scope) -> Iterator[str]:
    """The places that the references of a schema object lead to, dynamic ones within their scope."""
    if isinstance(node.get("$ref"), str):
        yield schema.resolve(node["$ref"], place)
    dynamic, recursive = node.get("$dynamicRef"), node.get("$recursiveRef")
    if schema.draft >= Draft.D2020 and isinstance(dynamic, str):
        target = schema.resolve(dynamic, place)
        contents = _contents(schema, target)
        anchor = contents.get("$dynamicAnchor") if isinstance(contents, dict) else None
        bookended = anchor is not None and dynamic.endswith(f"#{anchor}")
        yield dict(scope).get(str(anchor), target) if bookended else target
    if schema.draft is Draft.D2019 and isinstance(recursive, str):
        target = schema.resolve(recursive, place)
        contents = _contents(schema, target)
        marked = isinstance(contents, dict) and contents.get("$recursiveAnchor") is True
        yield dict(scope).get("", target) if marked else target


def _contents(schema: Schema, place: str) -> Json:
    return None if place.startswith("specmint:") else schema.at(place)
