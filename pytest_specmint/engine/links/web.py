"""The ties of one kind of record, before any leaf is known: variables, frames, and the order in which they are made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_specmint.engine.links.order import Before, Order, frame_of, ordered
from pytest_specmint.engine.scope import RECORDS
from pytest_specmint.rules.compile import Derivation
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.links import Coupling, Link, Need, Switch
from pytest_specmint.rules.network import Demand, Variable, What
from pytest_specmint.rules.reading import Untranslatable, fields_of, roots_of, variables_of

if TYPE_CHECKING:
    from pytest_specmint.engine.links.fixed import Fixed


class Web:
    """What the rules of one kind of record tie together; numbers of variables and frames are unique in a plan."""

    def __init__(
        self, links: Sequence[Link], first_variable: int, first_frame: int, fixed: "Fixed | None" = None
    ) -> None:
        self._fixed = fixed
        self.left: set[str] = set()
        """Ids of rules of which some part is not built in."""
        self.derived: dict[Variable, tuple[str, Derivation]] = {}
        self.demands: list[tuple[str, Demand]] = []
        self.switches: dict[Route, list[tuple[str, Switch]]] = {}
        self.needs: dict[Route, list[tuple[str, Need]]] = {}
        """By the path of the object whose properties they demand."""
        self.couplings: dict[Variable, tuple[Variable, Coupling]] = {}
        needs: list[Before] = []
        for link in sorted(links, key=lambda link: bool(link.couplings)):  # they need to know what is derived
            try:
                needs += self._needs(link)
            except Untranslatable:
                self.left.add(link.rule)
        self.order: Order = ordered(self._variables(needs), needs)
        self.left |= self.order.dropped
        self._drop(self.left)
        self.numbers: Mapping[Variable, int] = {each: first_variable + i for i, each in enumerate(self.order.variables)}
        routes = [each.route for each in self.order.variables]
        lists = sorted({route[: i + 1] for route in routes for i, step in enumerate(route) if step == ITEM}, key=repr)
        self.frames: Mapping[Route, int] = {(): RECORDS} | {each: first_frame + i for i, each in enumerate(lists)}
        self.prefixes = frozenset(route[:i] for route in routes for i in range(len(route) + 1))

    def _needs(self, link: Link) -> Iterator[Before]:
        """What a link asks of the order."""
        for need in self._asked(link):
            self._has_column(need.first)
            self._has_column(need.then)
            yield need

    def _has_column(self, variable: Variable) -> None:
        """Lists that are taken over from elsewhere have no column of their items."""
        above = self._taken_over(variable)
        if above is not None and ITEM in variable.route[len(above) :]:
            raise Untranslatable

    def _taken_over(self, variable: Variable | None) -> Route | None:
        """The path of the value, taken over from elsewhere, that a variable belongs to."""
        return None if self._fixed is None or variable is None else self._fixed.above(variable.route)

    def _asked(self, link: Link) -> Iterator[Before]:
        for derivation in link.derivations:
            target = Variable(derivation.target)
            if self._taken_over(target) is not None:
                raise Untranslatable
            roots = roots_of(frame_of(derivation.target)[:-1] or None)
            sources = list(variables_of(derivation.formula, roots))
            self.derived[target] = link.rule, derivation
            yield from (Before(link.rule, each, target) for each in sources)
        for coupling in link.couplings:
            yield from self._coupled(link.rule, coupling)
        for switch in link.switches:
            target = Variable(switch.target, What.VALUE)
            condition = switch.condition
            read = () if condition is None else tuple(fields_of(condition, roots_of(switch.each)))
            if any(each.route == switch.target for each in read) or self._taken_over(target) is not None:
                raise Untranslatable
            self.switches.setdefault(switch.target, []).append((link.rule, switch))
            yield from (Before(link.rule, each, target) for each in read or (target,))
        for need in link.needs:
            target = Variable(need.target, What.PRESENCE)
            self.needs.setdefault(need.target[:-1], []).append((link.rule, need))
            yield from (Before(link.rule, each, target) for each in fields_of(need.condition, roots_of(None)))
        for demand in link.demands:
            low, high = (self._taken_over(each) is not None for each in (demand.low, demand.high))
            if low and high:
                raise Untranslatable  # there is nothing left to choose
            self.demands.append((link.rule, demand))
            if demand.low is not None and demand.high is not None:
                yield from self._deeper_later(link.rule, demand.low, demand.high)
                if low or high:
                    first, then = (demand.low, demand.high) if low else (demand.high, demand.low)
                    yield Before(link.rule, first, then)

    def _coupled(self, rule: str, coupling: Coupling) -> Iterator[Before]:
        """One of two numbers follows the other; what is calculated does so by what it is calculated from."""
        first, then = Variable(coupling.first), Variable(coupling.then)
        if first in self.derived or self._taken_over(then) is not None:
            first, then = then, first
        if self._taken_over(then) is not None:
            raise Untranslatable
        followers = [then]
        if then in self.derived:
            followers += variables_of(self.derived[then][1].formula, roots_of(None))
        for each in followers:
            self.couplings[each] = first, coupling
            yield Before(rule, first, each)

    def _deeper_later(self, rule: str, one: Variable, other: Variable) -> Iterator[Before]:
        """Lengths come before values, and what stands in the record before what stands in its lists."""
        first, then = (one, other) if self._rank(one) <= self._rank(other) else (other, one)
        if self._rank(first) != self._rank(then):
            yield Before(rule, first, then)

    def _rank(self, variable: Variable) -> tuple[int, bool]:
        return len(frame_of(variable.route)), not variable.length

    def _variables(self, needs: Sequence[Before]) -> list[Variable]:
        found = dict.fromkeys(each for need in needs for each in (need.first, need.then))
        found |= dict.fromkeys(
            each for _, demand in self.demands for each in (demand.low, demand.high) if each is not None
        )
        return sorted(found)

    def _drop(self, rules: set[str]) -> None:
        """Leave rules to chance that cannot be built in wholly."""
        self.derived = {target: made for target, made in self.derived.items() if made[0] not in rules}
        place = {each: i for i, each in enumerate(self.order.variables)}
        self.switches = {
            route: [each for each in listed if each[0] not in rules] for route, listed in self.switches.items()
        }
        self.needs = {route: [each for each in listed if each[0] not in rules] for route, listed in self.needs.items()}
        kept = []
        for rule, demand in self.demands:
            if rule in rules:
                continue
            if self._supported(demand, place):
                kept.append((rule, demand))
            else:
                self.left.add(rule)
        self.demands = kept

    def _supported(self, demand: Demand, place: Mapping[Variable, int]) -> bool:
        """Whether the variable that is made later can see the earlier one, and can be chosen."""
        pair = [each for each in (demand.low, demand.high) if each is not None]
        last = max(pair, key=place.__getitem__)
        first = min(pair, key=place.__getitem__)
        if any(each in self.derived for each in pair) or last.length:
            return False
        if len(pair) > 1 and self._taken_over(last) is not None:
            return False
        outer, inner = frame_of(first.route), frame_of(last.route)
        return inner[: len(outer)] == outer

    # ------------------------------------------------------------ by path

    def frame_of(self, route: Route) -> Route:
        """The path of the frame in which a path's values stand."""
        return frame_of(route)

    def at(self, route: Route) -> tuple[Variable, ...]:
        """The variables whose values stand at a path."""
        found = (Variable(route, what) for what in (What.NUMBER, What.TIME, What.VALUE))
        return tuple(each for each in found if each in self.numbers)

    def length_at(self, route: Route) -> int | None:
        """The number of the variable that is the length of the list at a path."""
        return self.numbers.get(Variable(route, What.LENGTH))
