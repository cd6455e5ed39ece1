"""From ``x-series`` to nodes: the leaves that belong to a series, and what makes their values."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from msgspec.structs import replace

from pytest_specmint.engine.links.measure import Ruler, number_ruler, time_ruler
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.linked import Linked, Noted
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode
from pytest_specmint.engine.nodes.pages import Pages
from pytest_specmint.engine.nodes.reference import Measure
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.series import Axis, Balance, Event, Series, Signs, row_of
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Capacity, Node, Plan
from pytest_specmint.engine.relating import source_of
from pytest_specmint.errors import SchemaError, UnsupportedSchema
from pytest_specmint.relations.model import SERIES
from pytest_specmint.relations.series import Path
from pytest_specmint.relations.series import Series as Asked
from pytest_specmint.rules.network import What
from pytest_specmint.schema.document import join_pointer, pointer_tokens
from pytest_specmint.schema.sets.values import exact, identity
from pytest_specmint.stream import salt

MOST = 1 << 22
"""Events of a page, at most: all of them are worked out for one."""


class _Found(NamedTuple):
    """A leaf on the way from the root: what it is without what was put around it, and its tie to others."""

    leaf: Node
    tie: Linked | Noted | None


def with_series(plan: Plan, asked: Asked) -> Plan:
    """The plan whose records are events. Raises `UnsupportedSchema` for fields that cannot be those of a series."""
    pages = Pages(asked.entities, asked.least, asked.most)
    if pages.events > MOST:
        hint = f"at most about {2 * MOST // 8:,} on the average"
        raise UnsupportedSchema(f"{SERIES}: there are too many events of one", pointer=asked.place, hint=hint)
    building = _Building(plan, asked)
    series = building.series(pages)
    nodes, root = building.with_events(series)
    made = len(nodes)
    nodes.append(replace(series, inner=root))
    capacity = Capacity(
        asked.place,
        pages.total,
        f"x-series: {{wanted}} records are wanted, but {asked.entities:,} of {asked.dataset} have {{size}} events",
        f"make more of {asked.dataset}, or fewer records",
    )
    return replace(plan, nodes=tuple(nodes), root=made, linked=True, capacities=(*plan.capacities, capacity))


class _Building:
    """One series on its way into a plan."""

    def __init__(self, plan: Plan, asked: Asked) -> None:
        self._plan, self._asked = plan, asked
        self._source = source_of(asked.dataset, asked.role)

    # ------------------------------------------------------------ what it makes

    def series(self, pages: Pages) -> Series:
        """The series, as far as the leaves of the first kind of record tell."""
        asked = self._asked
        since = Measure(tuple(pointer_tokens(asked.since)), What.TIME.value) if asked.since else None
        return Series(
            self._plan.root,
            asked.dataset,
            self._source,
            pages,
            tuple(self._axis(path, time_ruler, "a date or date-time", 1) for path in asked.order),
            since,
            self._number(asked.number, pages) if asked.number else None,
            self._balance(),
        )

    def _number(self, path: Path, pages: Pages) -> Axis:
        axis = self._axis(path, number_ruler, "a whole number", 1)
        last = axis.line.high * axis.line.step + axis.line.zero
        if last < pages.most:
            words = f"{SERIES}: {'.'.join(path)} goes up to {last:,}, but there may be {pages.most:,} events"
            raise UnsupportedSchema(words, pointer=self._asked.place, hint="raise its maximum, or make fewer events")
        return axis

    def _axis(self, path: Path, ruler_of: Callable[[Node], Ruler | None], what: str, unit: int) -> Axis:
        found, ruler = self._ruler(path, ruler_of, what)
        if unit % ruler.denominator():
            raise self._unfit(path, what)
        line = ruler.line(unit, *ruler.span(unit))
        if isinstance(found.tie, Linked):  # rules may have narrowed it
            line = replace(line, low=max(line.low, found.tie.line.low), high=min(line.high, found.tie.line.high))
        return Axis(path, tuple(map(salt, path)), ruler.usual, ruler.measured, line)

    def _ruler(self, path: Path, ruler_of: Callable[[Node], Ruler | None], what: str) -> tuple[_Found, Ruler]:
        found = self._leaf(self._plan.root, path)
        ruler = None if found is None else ruler_of(found.leaf)
        if found is None or ruler is None:
            raise self._unfit(path, what)
        return found, ruler

    def _balance(self) -> Balance | None:
        running = self._asked.running
        if running is None:
            return None
        rulers = [self._ruler(path, number_ruler, "a number")[1] for path in (running.field, running.amount)]
        pointed = isinstance(running.opening, str)
        opening = Fraction(0) if pointed else exact(running.opening)
        unit = _unit([ruler.denominator() for ruler in rulers] + [opening.denominator])
        if unit is None:
            raise self._unfit(running.field, "a number of at most nine decimals")
        field, amount = (self._axis(p, number_ruler, "a number", unit) for p in (running.field, running.amount))
        if amount.line.step % field.line.step or (amount.line.zero - field.line.zero) % field.line.step:
            words = f"{SERIES}: sums of {'.'.join(running.amount)} are none that {'.'.join(running.field)} may have"
            raise UnsupportedSchema(words, pointer=self._asked.place, hint="give both the same multipleOf")
        if pointed:
            tokens = tuple(pointer_tokens(running.opening))
            return Balance(field, amount, self._signs(), Measure(tokens, What.NUMBER.value, _places(unit)))
        return Balance(field, amount, self._signs(), int(opening * unit))

    def _signs(self) -> Signs | None:
        running = self._asked.running
        if running is None or not running.sign:
            return None
        found = self._leaf(self._plan.root, running.sign)
        if found is None or not isinstance(found.leaf, Choice):
            raise self._unfit(running.sign, "one of listed values")
        names = set(map(identity, running.minus))
        strange = names - set(map(identity, found.leaf.values))
        if strange:
            words = f"{SERIES}: {'.'.join(running.sign)} is never {min(strange)}"
            place = join_pointer(self._asked.place, "running", "minus")
            raise SchemaError(words, pointer=place, hint=f"it is one of {', '.join(map(identity, found.leaf.values))}")
        minus = tuple(identity(value) in names for value in found.leaf.values)
        return Signs(running.sign, tuple(map(salt, running.sign)), found.leaf, minus)

    def _unfit(self, path: Path, what: str) -> UnsupportedSchema:
        return UnsupportedSchema(
            f"{SERIES}: {'.'.join(path)} is not {what}",
            pointer=self._asked.place,
            hint="it must have one form alone, and stand in the record or in objects of it",
        )

    # ------------------------------------------------------------ where its leaves are

    def _leaf(self, number: int, path: Path) -> _Found | None:
        """The leaf at a path, in the first kind of record; None where there is none of one form."""
        node = self._plan.nodes[number]
        if isinstance(node, UnionNode) and path == self._whole(path):
            found = [self._leaf(way.node, path) for way in node.ways]
            return found[0]
        if not path:
            return self._bare(node)
        if isinstance(node, ObjectNode):
            slot = next((slot for slot in node.slots if slot.name == path[0]), None)
            return None if slot is None else self._leaf(slot.node, path[1:])
        return None

    def _whole(self, path: Path) -> Path | None:
        """The path, if it is one from the record on: kinds of record are ways."""
        return path if path in self._asked.paths else None

    def _bare(self, node: Node) -> _Found | None:
        while isinstance(node, Suggested | Guarded):
            node = self._plan.nodes[node.inner]
        if isinstance(node, Noted):
            return _Found(node.choice, node)
        if isinstance(node, Linked):
            return _Found(self._plan.nodes[node.inner], node)
        return None if isinstance(node, UnionNode | ObjectNode) else _Found(node, None)

    # ------------------------------------------------------------ the plan

    def with_events(self, series: Series) -> tuple[list[Node], int]:
        """The nodes with events in the places of the leaves, and the number of the root."""
        nodes = list(self._plan.nodes)
        leaves: dict[Path, tuple[Axis | Signs, str]] = {
            axis.path: (axis, f"in order within {series.dataset}") for axis in series.order
        }
        if series.number is not None:
            leaves[series.number.path] = series.number, f"counts the events of each of {series.dataset}"
        if series.balance is not None:
            balance = series.balance
            leaves[balance.field.path] = balance.field, f"running sum of {'.'.join(balance.amount.path)}"
            leaves[balance.amount.path] = balance.amount, f"summed in {'.'.join(balance.field.path)}"
            if balance.signs is not None:
                leaves[balance.signs.path] = balance.signs, f"the sign in {'.'.join(balance.field.path)}"
        root = self._placed(nodes, self._plan.root, (), leaves)
        return nodes, root

    def _placed(
        self, nodes: list[Node], number: int, above: Path, leaves: "dict[Path, tuple[Axis | Signs, str]]"
    ) -> int:
        """The number of a node like this one, with the events below it."""
        node = nodes[number]
        if above in leaves:
            nodes.append(self._event(number, *leaves[above]))
            return len(nodes) - 1
        if not any(path[: len(above)] == above for path in leaves):
            return number
        if isinstance(node, UnionNode):
            ways = tuple(replace(way, node=self._placed(nodes, way.node, above, leaves)) for way in node.ways)
            nodes.append(replace(node, ways=ways))
            return len(nodes) - 1
        if not isinstance(node, ObjectNode):
            return number
        slots = []
        for slot in node.slots:
            below = self._placed(nodes, slot.node, (*above, slot.name), leaves)
            slots.append(slot if below == slot.node else replace(slot, node=below, share=ALWAYS))
        entities = tuple(each for each in node.entities if above or each.source != self._source)
        nodes.append(replace(node, slots=tuple(slots), entities=entities))
        return len(nodes) - 1

    def _event(self, number: int, leaf: Axis | Signs, words: str) -> Event:
        found = self._bare(self._plan.nodes[number])
        if found is None:
            raise self._unfit(leaf.path, "the same in all kinds of record")
        tie, row = found.tie, row_of(leaf.path)
        if isinstance(leaf, Signs):
            if not isinstance(tie, Noted):
                return Event(number, row, leaf.choice, words)
            return Event(number, row, leaf.choice, words, tie.frame, tie.variable, tie.codes)
        if not isinstance(tie, Linked) or tie.variable < 0:
            return Event(number, row, leaf.measured, words, line=leaf.line)
        # Its own line counts in the unit of the series, what others read in theirs.
        line = replace(leaf.line, zero=tie.line.zero, step=tie.line.step)
        return Event(number, row, leaf.measured, words, tie.frame, tie.variable, line=line)


def _unit(denominators: Sequence[int]) -> int | None:
    return next((10**places for places in range(10) if all(10**places % each == 0 for each in denominators)), None)


def _places(unit: int) -> int:
    return len(str(unit)) - 1
