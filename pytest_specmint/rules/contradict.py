"""Rules that cannot hold together: constant bounds and orderings that leave no value."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from pytest_specmint.rules.expression.analyse import Ordering, Side, Test
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import Exact
from pytest_specmint.rules.expression.terms import Place, Value

ZERO = Place("")
"""The node of constants."""

Node = tuple[Place, Kind]


class Edge(Struct, frozen=True):
    """``low + least <= high``, strictly where it says so; ``name`` is the rule's."""

    low: Node
    high: Node
    least: Exact
    strict: bool
    name: str


def contradiction(named: Iterable[tuple[str, Test | Ordering]]) -> tuple[str, ...]:
    """The names of rules (or bounds) that no values can meet together; empty where none are found.

    Found are: bounds, equalities and lists of one field that leave nothing, and circles of orderings, as in a < b and
    b < a. Where months are added, whatever length they may have is allowed for: nobody is accused wrongly. All are
    about records in which the fields are there: where one is absent, a rule does not apply.
    """
    pairs = list(named)
    tests = [(name, each) for name, each in pairs if isinstance(each, Test)]
    chosen = _values_left(tests)
    if chosen:
        return chosen
    edges = [edge for name, each in pairs for edge in _edges(name, each)]
    return _circle(edges)


def _values_left(tests: Sequence[tuple[str, Test]]) -> tuple[str, ...]:
    """Names of tests of one field that leave it no value, as far as equalities and presence tell."""
    by_place: dict[Place, list[tuple[str, Test]]] = {}
    for name, test in tests:
        by_place.setdefault(test.place, []).append((name, test))
    for group in by_place.values():
        presence = _presence(group)
        if presence:
            return presence
        finite = [(name, test) for name, test in group if test.sign in {"==", "in"}]
        for name, test in finite:
            blocked = _blockers(test, [other for other in group if other[1] is not test and other[1].values])
            if blocked:
                return tuple(dict.fromkeys((name, *blocked)))
    return ()


def _presence(group: Sequence[tuple[str, Test]]) -> tuple[str, ...]:
    """There and not there at once."""
    for first, second in (("has", "lacks"), ("has", "missing"), ("missing", "present")):
        names = [next((name for name, test in group if test.sign == sign), None) for sign in (first, second)]
        if None not in names:
            return tuple(dict.fromkeys(str(name) for name in names))
    return ()


def _blockers(test: Test, others: Sequence[tuple[str, Test]]) -> list[str]:
    """The tests that together refuse every value of one; empty where a value is left."""
    names: list[str] = []
    for value in test.values:
        refusing = next((name for name, other in others if other.kind is test.kind and not admits(other, value)), None)
        if refusing is None:
            return []
        names.append(refusing)
    return names


def admits(test: Test, value: Value) -> bool:
    """Whether a value of the test's kind passes it."""
    if test.sign in {"in", "not in"}:
        return (value in test.values) is (test.sign == "in")
    if test.sign in {"has", "lacks", "missing", "present"}:
        return test.sign in {"has", "present"}
    from pytest_specmint.rules.expression.operations import COMPARISONS

    return COMPARISONS[test.sign](value, test.values[0])


def _edges(name: str, each: Test | Ordering) -> Iterable[Edge]:
    if isinstance(each, Ordering):
        low, high = _node(each.low), _node(each.high)
        least = _least(each.low) - _most(each.high)
        yield Edge(low, high, least, each.strict, name)
        return
    if each.kind not in {Kind.NUMBER, Kind.DAY, Kind.MOMENT} or each.sign in {"!=", "not in"} or not each.values:
        return
    numbers = [value for value in each.values if not isinstance(value, (str, bool))]
    field, zero = (each.place, each.kind), (ZERO, each.kind)
    if each.sign in {">", ">=", "==", "in"}:
        yield Edge(zero, field, min(numbers), each.sign == ">", name)
    if each.sign in {"<", "<=", "==", "in"}:
        yield Edge(field, zero, -max(numbers), each.sign == "<", name)


def _node(side: Side) -> Node:
    kind = Kind.OBJECT if side.by_day else side.kind  # its day differs from the date-time itself
    return (ZERO, Kind.DAY if side.by_day else side.kind) if side.place is None else (side.place, kind)


def _least(side: Side) -> Exact:
    return side.offset + _months(side, -4)


def _most(side: Side) -> Exact:
    return side.offset + _months(side, 4)


def _months(side: Side, slack: int) -> int:
    """The days (or nanoseconds) that months may come to at least, or at most: 146,097 days are 4,800 months."""
    if not side.months:
        return 0
    count = side.months * 146_097 // 4_800 + slack
    return count * 86_400 * 10**9 if side.kind is Kind.MOMENT else count


def _circle(edges: Sequence[Edge]) -> tuple[str, ...]:
    """The names along a circle of edges that ends above where it began (Bellman and Ford, longest ways)."""
    height: dict[Node, tuple[Fraction, int]] = {}
    for edge in edges:
        height.setdefault(edge.low, (Fraction(0), 0))
        height.setdefault(edge.high, (Fraction(0), 0))
    came: dict[Node, Edge] = {}
    raised: Node | None = None
    for _ in range(len(height) + 1):
        raised = None
        for edge in edges:
            number, strict = height[edge.low]
            reached = number + edge.least, strict + edge.strict
            if reached > height[edge.high]:
                height[edge.high], came[edge.high], raised = reached, edge, edge.high
        if raised is None:
            return ()
    assert raised is not None
    for _ in height:
        raised = came[raised].low
    names: list[str] = []
    node = raised
    while True:
        names.append(came[node].name)
        node = came[node].low
        if node == raised:
            return tuple(dict.fromkeys(reversed(names)))
