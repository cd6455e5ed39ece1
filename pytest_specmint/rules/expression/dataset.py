"""Expressions over a whole dataset: functions of all records outside, expressions about one record inside."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import sqrt

from msgspec import Struct

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression import nodes
from pytest_specmint.rules.expression.compile import Evaluator, compiled
from pytest_specmint.rules.expression.functions import FUNCTIONS
from pytest_specmint.rules.expression.interpret import interpret, tagged
from pytest_specmint.rules.expression.kinds import AnyFields, Kind
from pytest_specmint.rules.expression.numbers import Exact, exact, plus, text_of_number
from pytest_specmint.rules.expression.resolve import Context, Resolver
from pytest_specmint.rules.expression.terms import Place, Term, Value

SAMPLE = 100_000
"""Rank correlations are of the first so many records that have both values: all ranks are held in memory."""


class Aggregate(Struct, frozen=True):
    """A function of all records, and what of each record it is of."""

    name: str
    terms: tuple[Term, ...]


class DatasetTerm(Struct, frozen=True):
    """A condition on aggregates: ``condition`` reads the aggregate i as the field ``ai`` of a record."""

    condition: Term
    aggregates: tuple[Aggregate, ...]


def resolve_dataset(node: nodes.Node, text: str, context: Context) -> DatasetTerm:
    """The condition that an expression of scope dataset states."""
    resolver = _DatasetResolver(text, context)
    condition = resolver.want(resolver.term(node), Kind.FLAG)
    if not resolver.aggregates:
        raise resolver.refusal(0, "this says nothing about the records", f"functions are: {', '.join(AGGREGATES)}")
    return DatasetTerm(condition, tuple(resolver.aggregates))


class _DatasetResolver(Resolver):
    """Functions of all records become fields of a record of their own."""

    def __init__(self, text: str, context: Context) -> None:
        super().__init__(text, Context(AnyFields(), context.as_of, context.tables))
        self.inner = Resolver(text, context)
        self.aggregates: list[Aggregate] = []

    def path(self, node: nodes.Path) -> Term:
        """Fields stand inside of functions only."""
        raise self.refusal(
            node.at, f"{node} is a field of one record", f"e.g. avg({node}), share({node} > 0), unique({node})"
        )

    def call(self, node: nodes.Call) -> Term:
        """A function of all records, or one of constants and such."""
        kinds = AGGREGATES.get(node.name)
        if kinds is None or (node.name in {"min", "max"} and len(node.arguments) > 1):
            if node.name in ABOUT_RECORDS:
                raise self.refusal(
                    node.at, f"{node.name} is about one record", f"functions are: {', '.join(AGGREGATES)}"
                )
            return super().call(node)
        if len(node.arguments) not in kinds[1] or any(isinstance(each, nodes.Loop) for each in node.arguments):
            raise self.refusal(node.at, f"{node.name} takes what it is of in each record", kinds[0])
        terms = tuple(self._inner_term(node.name, each) for each in node.arguments)
        kind = terms[0].kind if node.name in {"min", "max"} else Kind.FLAG if node.name == "unique" else Kind.NUMBER
        self.aggregates.append(Aggregate(node.name, terms))
        place = Place("record", (f"a{len(self.aggregates) - 1}",))
        return Term("path", kind, place=place, may=(kind,), at=node.at)

    def _inner_term(self, name: str, node: nodes.Node) -> Term:
        term = self.inner.term(node)
        if name in {"share", "count"}:
            return self.inner.want(term, Kind.FLAG)
        if name == "unique":
            return term if term.kind not in {Kind.LIST, Kind.OBJECT} else self.inner.want(term, Kind.TEXT)
        timely = name in {"min", "max"} and term.kind in {Kind.DAY, Kind.MOMENT}
        return term if timely else self.inner.want(term, Kind.NUMBER)


AGGREGATES: Mapping[str, tuple[str, frozenset[int]]] = {
    "count": ("count() or count(condition)", frozenset({0, 1})),
    "share": (FUNCTIONS["share"].usage, frozenset({1})),
    "sum": ("sum(x)", frozenset({1})),
    "avg": ("avg(x)", frozenset({1})),
    "min": ("min(x)", frozenset({1})),
    "max": ("max(x)", frozenset({1})),
    "unique": ("unique(x)", frozenset({1})),
    "spearman": (FUNCTIONS["spearman"].usage, frozenset({2})),
}
"""Usage and numbers of arguments of the functions of all records."""


ABOUT_RECORDS = frozenset({"has", "missing", "is_null", "len", "all", "any", "ascending", "table"})
"""What reads fields or lists, and so stands inside of those."""


class _State:
    """What an aggregate keeps: counts and extremes, values only where there is no other way."""

    def __init__(self, aggregate: Aggregate) -> None:
        self.name = aggregate.name
        self.kind = aggregate.terms[0].kind if aggregate.terms else Kind.FLAG
        self.evaluators: list[Evaluator] = [compiled(term) for term in aggregate.terms]
        self.known, self.total = 0, 0
        self.sum: Exact | None = 0
        self.met = 0
        self.least: Value | None = None
        self.greatest: Value | None = None
        self.seen: set[object] = set()
        self.repeated = False
        self.pairs = (array("d"), array("d"))

    def add(self, record: object) -> None:
        """Take one record into account; where a value is unknown it does not count."""
        self.total += 1
        values = [evaluate(record) for evaluate in self.evaluators]
        if None in values:
            return
        self.known += 1
        TAKERS[self.name](self, *values)

    def add_condition(self, value: bool | None = None) -> None:
        """For ``count`` and ``share``."""
        self.met += value is not False

    def add_number(self, value: Exact) -> None:
        """For ``sum`` and ``avg``."""
        self.sum = None if self.sum is None else plus(self.sum, value)

    def add_extreme(self, value: Exact) -> None:
        """For ``min`` and ``max``."""
        assert not isinstance(self.least, str)
        assert not isinstance(self.greatest, str)
        self.least = value if self.least is None else min(self.least, value)
        self.greatest = value if self.greatest is None else max(self.greatest, value)

    def add_distinct(self, value: Value) -> None:
        """For ``unique``."""
        key = tagged(value)
        self.repeated = self.repeated or key in self.seen
        self.seen.add(key)

    def add_pair(self, x: Exact, y: Exact) -> None:
        """For ``spearman``."""
        if len(self.pairs[0]) < SAMPLE:
            self.pairs[0].append(_double(x))
            self.pairs[1].append(_double(y))

    def outcome(self) -> object:
        """The aggregate as a JSON value, ``None`` where nothing is known."""
        return OUTCOMES[self.name](self)


def _double(value: Exact) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return float("inf") if value > 0 else -float("inf")


def _extreme(state: _State, value: Value | None) -> object:
    if not isinstance(value, int) or state.kind is Kind.NUMBER:
        return value
    return calendar.text_of_day(value) if state.kind is Kind.DAY else calendar.text_of_moment(value)


def spearman(x: Iterable[float], y: Iterable[float]) -> float | None:
    """The rank correlation of pairs, equal values sharing their mean rank; nothing where one side is constant.

    Sums of doubled ranks are integers, the rest a square root and divisions: the same on every machine.
    """
    first, second = _ranks(list(x)), _ranks(list(y))
    count = len(first)
    mean = count + 1  # of doubled ranks
    covariance = sum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True))
    spreads = [sum((rank - mean) ** 2 for rank in ranks) for ranks in (first, second)]
    if not all(spreads):
        return None
    return max(-1.0, min(1.0, covariance / sqrt(spreads[0] * spreads[1])))


def _ranks(values: list[float]) -> list[int]:
    """Twice the rank of each value from 1, equal ones sharing their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for i in range(start, end):
            ranks[order[i]] = start + end + 1
        start = end
    return ranks


TAKERS: Mapping[str, Callable[..., None]] = {
    "count": _State.add_condition,
    "share": _State.add_condition,
    "sum": _State.add_number,
    "avg": _State.add_number,
    "min": _State.add_extreme,
    "max": _State.add_extreme,
    "unique": _State.add_distinct,
    "spearman": _State.add_pair,
}

OUTCOMES: Mapping[str, Callable[[_State], object]] = {
    "count": lambda state: state.met,
    "sum": lambda state: state.sum,
    "share": lambda state: Fraction(state.met, state.known) if state.known else None,
    "avg": lambda state: Fraction(state.sum) / state.known if state.known and state.sum is not None else None,
    "min": lambda state: _extreme(state, state.least),
    "max": lambda state: _extreme(state, state.greatest),
    "unique": lambda state: not state.repeated if state.known else None,
    "spearman": lambda state: spearman(*state.pairs) if state.known > 1 else None,
}


class Aggregation:
    """A dataset's condition on its way through the records."""

    def __init__(self, term: DatasetTerm) -> None:
        self._term = term
        self._states = [_State(aggregate) for aggregate in term.aggregates]

    def add(self, record: object) -> None:
        """Take one record into account."""
        for state in self._states:
            state.add(record)

    def verdict(self) -> bool | None:
        """Whether the condition holds; ``None`` where it depends on something unknown."""
        record = {f"a{i}": state.outcome() for i, state in enumerate(self._states)}
        value = interpret(self._term.condition, record)
        return value if isinstance(value, bool) else None

    def numbers(self) -> tuple[tuple[str, str], ...]:
        """The aggregates' names with their values, for reports; six decimals of those without end."""
        return tuple((state.name, _shown(state.outcome())) for state in self._states)


def _shown(value: object) -> str:
    number = exact(value)
    if number is None:
        return "unknown" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return (text_of_number(number) or "a long number") if isinstance(number, int) else f"{_double(number):.6g}"
