"""Leaves with their ties: the network of what may lie how far from what, closed with the leaves' own bounds."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from msgspec.structs import replace

from pytest_specmint.engine.links.measure import Ruler, is_number, is_time, number_ruler, time_ruler
from pytest_specmint.engine.links.order import frame_of
from pytest_specmint.engine.links.trace import AwaitedReference, AwaitedSwitch
from pytest_specmint.engine.links.translate import Source, predicate, translated
from pytest_specmint.engine.links.web import Web
from pytest_specmint.engine.nodes.formula import Formula, TooWide, Total, bounds, fields_in
from pytest_specmint.engine.nodes.linked import Bond, Calculated, Follow, Linked, Noted, Sum, Switched
from pytest_specmint.engine.nodes.object import Demanded
from pytest_specmint.engine.nodes.row_numbers import RowBounds
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Node
from pytest_specmint.errors import UnsatisfiableSchema
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.links import Need, Switch
from pytest_specmint.rules.network import Domain, Matrix, Variable, What, closed
from pytest_specmint.rules.reading import Untranslatable, roots_of
from pytest_specmint.schema.sets.union import unique_values
from pytest_specmint.schema.sets.values import Json, identity

MAX_PLACES = 9
"""Decimal places of the finest unit."""


class Leaves:
    """The leaves that were come by, by their paths, and the lengths of lists."""

    def __init__(self) -> None:
        self.rulers: dict[Variable, list[Ruler | None]] = defaultdict(list)
        self.row_bounds: dict[Variable, tuple[RowBounds, ...]] = {}
        self.lengths: dict[Route, tuple[int, int]] = {}
        self.choices: dict[Route, list[Choice]] = defaultdict(list)
        self.unnoted: set[Route] = set()
        """Paths at which values stand that are neither numbers nor listed."""

    def add(self, route: Route, node: Node) -> None:
        """A leaf: a number, a date, or something that is neither."""
        if is_number(node):
            self.rulers[Variable(route)].append(number_ruler(node))
            self.row_bounds[Variable(route)] = node.row_bounds if isinstance(node, Linked) else ()
        if is_time(node):
            self.rulers[Variable(route, What.TIME)].append(time_ruler(node))
        if isinstance(node, Choice):
            self.choices[route].append(node)
        elif number_ruler(node) is None:
            self.unnoted.add(route)

    def add_length(self, route: Route, least: int, most: int) -> None:
        """A list."""
        low, high = self.lengths.get(route, (least, most))
        self.lengths[route] = min(low, least), max(high, most)

    def values(self, route: Route) -> tuple[Json, ...]:
        """All values that are listed at a path."""
        return unique_values([value for choice in self.choices.get(route, ()) for value in choice.values])

    def domain(self, variable: Variable, unit: int) -> Domain | None:
        """The least and the greatest value in a unit that is one in so many; None where none is ever made."""
        if variable.length:
            span = self.lengths.get(variable.route)
            return None if span is None else Domain(span[0] * unit, span[1] * unit)
        spans = [ruler.span(unit) for ruler in self.rulers.get(variable, []) if ruler is not None]
        return Domain(min(low for low, _ in spans), max(high for _, high in spans)) if spans else None

    def places(self, variable: Variable) -> int | None:
        """Decimal places in which all its values are whole; None where it is not on a line."""
        if variable.length:
            return 0
        rulers = self.rulers.get(variable, [])
        found = [None if ruler is None else _places(ruler.denominator()) for ruler in rulers]
        return None if None in found else max((each for each in found if each is not None), default=0)


def _places(denominator: int) -> int | None:
    return next((places for places in range(MAX_PLACES + 1) if 10**places % denominator == 0), None)


class _Group(NamedTuple):
    """Variables that are tied together, in the order in which they are made, and what follows from it all."""

    variables: tuple[Variable, ...]
    places: int
    matrix: Matrix


class Solver:
    """The ties of one kind of record with its leaves."""

    def __init__(self, web: Web, leaves: Leaves) -> None:
        self._web, self._leaves = web, leaves
        self.left = set(web.left)
        self._drop_unmeasured()
        self._groups: dict[Variable, _Group] = {}
        for variables in self._components():
            group = self._group(variables)
            self._groups |= dict.fromkeys(variables, group)
        self._formulas = self._translated()

    # ------------------------------------------------------------ which demands there are

    def _drop_unmeasured(self) -> None:
        """Demands of fields that are never made need nothing; of fields that are on no line nothing can be asked."""
        for rule, demand in self._web.demands:
            if any(self._leaves.places(each) is None for each in (demand.low, demand.high) if each is not None):
                self.left.add(rule)
        self._demands = [
            (rule, demand)
            for rule, demand in self._web.demands
            if rule not in self.left
            and all(self._leaves.domain(each, 1) is not None for each in (demand.low, demand.high) if each is not None)
        ]

    def _components(self) -> Iterator[tuple[Variable, ...]]:
        """Variables that demands tie together, each group in the order in which they are made."""
        of: dict[Variable, Variable] = {}

        def head(variable: Variable) -> Variable:
            while of.setdefault(variable, variable) != variable:
                variable = of[variable]
            return variable

        for _, demand in self._demands:
            pair = [each for each in (demand.low, demand.high) if each is not None]
            of[head(pair[0])] = head(pair[-1])
        groups: dict[Variable, list[Variable]] = defaultdict(list)
        for variable in self._web.order.variables:
            if variable in of:
                groups[head(variable)].append(variable)
        yield from map(tuple, groups.values())

    def _group(self, variables: tuple[Variable, ...]) -> _Group:
        own = [(rule, demand) for rule, demand in self._demands if {demand.low, demand.high} & set(variables)]
        leasts = [_places(demand.least.denominator) for _, demand in own]
        places = max(each for each in (*map(self._leaves.places, variables), *leasts, 0) if each is not None)
        unit = 10**places
        index = {each: i for i, each in enumerate(variables, 1)}
        domains = [self._leaves.domain(each, unit) for each in variables]
        edges = [
            (index.get(demand.low, 0), index.get(demand.high, 0), _least(demand.least * unit, strict=demand.strict))  # type: ignore[arg-type]
            for _, demand in own
        ]
        matrix = closed([each for each in domains if each is not None], edges)
        if matrix is None:
            names = ", ".join(dict.fromkeys(rule for rule, _ in own))
            raise UnsatisfiableSchema(
                f"no values within the schema's bounds meet the rules {names} together",
                hint="widen the fields' bounds, or relax one of the rules",
            )
        return _Group(variables, places, matrix)

    # ------------------------------------------------------------ formulas

    def _translated(self) -> dict[Variable, Formula]:
        """The formulas over columns of what is derived."""
        found: dict[Variable, Formula] = {}
        for target, (rule, derivation) in self._web.derived.items():
            try:
                roots = roots_of(frame_of(target.route)[:-1] or None)
                formula = translated(derivation.formula, roots, self)
                bounds(formula)
                if self._leaves.places(target) is None:
                    raise Untranslatable
                found[target] = formula
            except (Untranslatable, TooWide):
                self.left.add(rule)
        return found

    def source(self, variable: Variable) -> Source | None:
        """Where a formula finds a variable."""
        places = self._unit(variable)
        domain = None if places is None else self._leaves.domain(variable, 10**places)
        if places is None or domain is None or variable not in self._web.numbers:
            return None
        frame = self._web.frames[frame_of(variable.route)]
        return Source(frame, self._web.numbers[variable], places, max(abs(domain.low), abs(domain.high)))

    def items(self, list_route: Route) -> tuple[int, int] | None:
        """The frame of a list's items, and how many there are at most."""
        frame, span = self._web.frames.get((*list_route, ITEM)), self._leaves.lengths.get(list_route)
        return None if frame is None or span is None else (frame, span[1])

    def listed(self, variable: Variable) -> tuple[int, int, tuple[Json, ...]] | None:
        """Where a condition finds which value a field has."""
        values = self._leaves.values(variable.route)
        if not values or variable not in self._web.numbers or variable.route in self._leaves.unnoted:
            return None
        return self._web.frames[frame_of(variable.route)], self._web.numbers[variable], values

    def switched(self, rule: str, switch: Switch, node: AwaitedSwitch) -> Node | None:
        """The field that meets more under a condition; None where that has no form over columns."""
        try:
            condition = None
            if switch.condition is not None:
                condition = predicate(switch.condition, roots_of(switch.each), self)
            return Switched(node.inner, (rule,), node.held, condition, switch.shares, node.broken)
        except (Untranslatable, TooWide):
            self.left.add(rule)
            return None

    def demanded(self, each: Demanded) -> Demanded | None:
        """A property with the condition under which it is demanded; None where that has no form over columns."""
        try:
            assert isinstance(each.need, Need)
            return Demanded(each.slot, each.rule, condition=predicate(each.need.condition, roots_of(None), self))
        except (Untranslatable, TooWide):
            self.left.add(each.rule)
            return None

    def _unit(self, variable: Variable) -> int | None:
        group = self._groups.get(variable)
        return self._leaves.places(variable) if group is None else group.places

    # ------------------------------------------------------------ nodes

    def referring(self, node: AwaitedReference) -> Node:
        """What refers to a record of another dataset, with what others need to know of that."""
        from pytest_specmint.engine.nodes.reference import Measure, Range, Tie

        route, tokens = node.trace.route, node.reference.part.tokens
        ties, ranges = [], []
        for variable in self._web.order.variables:
            tail = variable.route[len(route) :]
            places = self._unit(variable)
            if variable.route[: len(route)] != route or ITEM in tail or places is None:
                continue
            listed = variable.what is What.VALUE
            values = tuple(map(identity, self._leaves.values(variable.route))) if listed else ()
            measure = Measure((*tokens, *map(str, tail)), variable.what.value, places, values)
            ties.append(Tie(measure, self._web.frames[frame_of(variable.route)], self._web.numbers[variable]))
            group = self._groups.get(variable)
            if group is not None:
                at = group.variables.index(variable) + 1
                ranges.append(Range(measure, _known(group.matrix[0][at]), -_known(group.matrix[at][0])))
        entities = replace(node.reference.entities, ranges=tuple(ranges))
        return replace(node.reference, ties=tuple(ties), entities=entities)

    def linked(self, route: Route, node: Node, inner: int) -> Node | None:
        """The leaf with its ties; None where it has none."""
        for variable in self._web.at(route):
            if variable.what is What.VALUE:
                return self._noted(variable, node, inner)
            ruler = time_ruler(node) if variable.what is What.TIME else number_ruler(node)
            places = self._unit(variable)
            if ruler is not None and places is not None:
                return self._tied(variable, ruler, places, node, inner)
        return None

    def _noted(self, variable: Variable, node: Node, inner: int) -> Node | None:
        """Listed values that are written down."""
        if not isinstance(node, Choice):
            return None
        values = [identity(value) for value in self._leaves.values(variable.route)]
        codes = tuple(values.index(identity(value)) for value in node.values)
        return Noted(inner, node, codes, self._web.frames[frame_of(variable.route)], self._web.numbers[variable])

    def _tied(self, variable: Variable, ruler: Ruler, places: int, node: Node, inner: int) -> Node:
        number, frame = self._web.numbers[variable], self._web.frames[frame_of(variable.route)]
        unit = 10**places
        low, high = ruler.span(unit)
        formula = self._formulas.get(variable)
        if formula is not None:
            leaf = ruler.usual, ruler.measured, ruler.line(unit, low, high)
            rules, follow = (self._web.derived[variable][0],), self._follow(variable)
            own = node if isinstance(node, Linked) else None
            return Calculated(inner, rules, *leaf, places, formula, frame, number, follow, own)
        total, follow = self._sum_over(variable), self._follow(variable)
        rows, scale = (node.row_bounds, node.row_scale) if isinstance(node, Linked) else ((), None)
        group = self._groups.get(variable)
        if group is None:
            line = ruler.line(unit, low, high)
            return Linked(
                *(inner, (), ruler.usual, ruler.measured, line, frame, number),
                sum=total,
                row_bounds=rows,
                row_scale=scale,
                follow=follow,
            )
        at = group.variables.index(variable) + 1
        least, most = group.matrix[0][at], group.matrix[at][0]
        assert least is not None
        assert most is not None
        line = ruler.line(unit, max(low, least), min(high, -most))
        bonds = tuple(self._bonds(group, at))
        names = dict.fromkeys(rule for rule, demand in self._demands if variable in {demand.low, demand.high})
        return Linked(
            *(inner, tuple(names), ruler.usual, ruler.measured, line, frame, number, bonds),
            sum=total,
            row_bounds=rows,
            row_scale=scale,
        )

    def _follow(self, variable: Variable) -> Follow | None:
        """What it follows over the dataset."""
        first, coupling = self._web.couplings.get(variable, (None, None))
        places = None if first is None else self._unit(first)
        rulers = [] if first is None else [each for each in self._leaves.rulers.get(first, []) if each is not None]
        around = () if first is None else frame_of(first.route)
        if first is None or coupling is None or places is None or not rulers or frame_of(variable.route) != around:
            return None
        line = rulers[0].line(10**places, *rulers[0].span(10**places))
        rows = tuple(replace(each, shown=True) for each in self._leaves.row_bounds.get(first, ()))
        return Follow(self._web.frames[around], self._web.numbers[first], line, rows, coupling.share, coupling.rising)

    def _sum_over(self, variable: Variable) -> Sum | None:
        """What a formula over the items is to come to, where a field is just its sum, and this is its last variable."""
        for target, formula in self._formulas.items():
            rulers = [each for each in self._leaves.rulers.get(target, []) if each is not None]
            places = self._leaves.places(target)
            if not isinstance(formula, Total) or len(rulers) != 1 or places is None:
                continue
            if self._last_of(formula.part, formula.number) == variable:
                line = rulers[0].line(10**places, *rulers[0].span(10**places))
                return Sum(rulers[0].measured, line, places, formula.part)
        return None

    def _last_of(self, part: Formula, frame: int) -> Variable | None:
        """The variable of the items that is made last of those a formula reads; None where it reads others too."""
        read = {field.variable for field in fields_in(part) if field.frame == frame}
        if len(read) != len({field.variable for field in fields_in(part)}):
            return None
        return next((each for each in reversed(self._web.order.variables) if self._web.numbers[each] in read), None)

    def _bonds(self, group: _Group, at: int) -> Iterator[Bond]:
        """What the earlier variables demand that the bounds do not say already."""
        matrix, frame = group.matrix, frame_of(group.variables[at - 1].route)
        for earlier in range(1, at):
            other = group.variables[earlier - 1]
            around = frame_of(other.route)
            least, most = matrix[earlier][at], matrix[at][earlier]
            if frame[: len(around)] != around or other in self._formulas:
                continue
            if least is not None and least <= _known(matrix[0][at]) + _known(matrix[earlier][0]):
                least = None
            if most is not None and most <= _known(matrix[at][0]) + _known(matrix[0][earlier]):
                most = None
            if least is not None or most is not None:
                upper = None if most is None else -most
                yield Bond(self._web.frames[around], self._web.numbers[other], least, upper)


def _known(bound: int | None) -> int:
    """Bounds of one variable are always known: every leaf has some."""
    assert bound is not None
    return bound


def _least(distance: Fraction, *, strict: bool) -> int:
    """The least whole distance that is at least, or more than, so much."""
    least = ceil(distance)
    return least + 1 if strict and least == distance else least
