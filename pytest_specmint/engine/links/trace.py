"""Following the paths that rules tie together while a plan is compiled. Light: most schemas have no such paths."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pytest_specmint.cells import Cells
from pytest_specmint.engine.nodes.array import Linkage
from pytest_specmint.engine.nodes.object import Demanded, Slot
from pytest_specmint.engine.plan import Around, Node, Plan
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.stream import Keys

if TYPE_CHECKING:
    from pytest_specmint.engine.links.fixed import Fixed
    from pytest_specmint.engine.nodes.reference import Reference
    from pytest_specmint.rules.links import Switch


class Trace(Struct, frozen=True):
    """Where a followed part of a record stands: which root it belongs to, and its path."""

    root: int
    route: tuple[Step, ...]
    switched: int = 0
    """How many of the path's switches are behind it."""


class Awaited(Around, frozen=True):
    """A leaf that is followed, until all leaves are known."""

    trace: Trace

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """As the leaf alone."""
        return plan.column(self.inner, keys, depth)


class AwaitedSwitch(Around, frozen=True):
    """A field that meets more under a condition, until all leaves are known."""

    trace: Trace
    held: int
    broken: int | None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """As the field alone."""
        return plan.column(self.inner, keys, depth)


class AwaitedReference(Around, frozen=True):
    """What refers to a record of another dataset, until all leaves are known."""

    trace: Trace
    reference: "Reference"

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """As the reference alone."""
        return self.reference.sample(plan, keys, depth)


class Follower(Protocol):
    """What the compiler asks on its way through a schema."""

    @property
    def used(self) -> bool:
        """Whether anything is tied to anything."""

    def start(self, root: int) -> Trace | None:
        """The trace of a root's records."""

    def step(self, trace: Trace | None, step: Step) -> Trace | None:
        """The trace one step further; None where nothing down there is tied to anything."""

    def leaf(self, trace: Trace, node: Node) -> bool:
        """Take note of a leaf; whether it is to be awaited."""

    def container(self, trace: Trace | None) -> None:
        """Take note of an array or object, which is no leaf."""

    def switch(self, trace: Trace | None) -> "Switch | None":
        """The next switch of a path."""

    def unmet(self, trace: Trace) -> None:
        """The switch's schema cannot be met there."""

    def first(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[int, ...]:
        """The positions of an object's slots that are made first, in their order."""

    def demanded(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[Demanded, ...]:
        """The slots of an object that rules demand, until all leaves are known."""

    def linkage(self, trace: Trace | None, least: int, most: int) -> Linkage | None:
        """How others depend on an array of ``least`` to ``most`` items."""

    def finished(self, nodes: Sequence[Node]) -> tuple[list[Node], tuple[str, ...]]:
        """The nodes with their ties; and the ids of rules that are not wholly built in."""


class Nothing:
    """The follower of schemas that have no ties."""

    used = False

    def start(self, root: int) -> Trace | None:
        """Nothing is followed."""
        return None

    def step(self, trace: Trace | None, step: Step) -> Trace | None:
        """Nothing is followed."""
        return None

    def leaf(self, trace: Trace, node: Node) -> bool:
        """Nothing is awaited."""
        return False

    def container(self, trace: Trace | None) -> None:
        """Nothing is followed."""

    def switch(self, trace: Trace | None) -> "Switch | None":
        """There is none."""
        return None

    def unmet(self, trace: Trace) -> None:
        """There is none."""

    def first(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[int, ...]:
        """No slot depends on another."""
        return ()

    def demanded(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[Demanded, ...]:
        """None is demanded."""
        return ()

    def linkage(self, trace: Trace | None, least: int, most: int) -> Linkage | None:
        """No array has anything that depends on it."""
        return None

    def finished(self, nodes: Sequence[Node]) -> tuple[list[Node], tuple[str, ...]]:
        """The nodes are as they should be."""
        return list(nodes), ()


def follower(links: Sequence[Sequence[object]], fixed: "Sequence[Fixed | None]") -> Follower:
    """A follower of the ties of each root; ``fixed`` tells what there is of it that has no choice."""
    if not any(links):
        return Nothing()
    from pytest_specmint.engine.links.linker import Linker

    return Linker(links, fixed)  # type: ignore[arg-type]
