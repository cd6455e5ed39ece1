"""From rules' ties to nodes: which leaves are followed on the way through a schema, and what becomes of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from pytest_specmint.engine.links.solve import Leaves, Solver
from pytest_specmint.engine.links.trace import Awaited, AwaitedReference, AwaitedSwitch, Trace
from pytest_specmint.engine.links.web import Web
from pytest_specmint.engine.nodes.array import ArrayNode, Linkage
from pytest_specmint.engine.nodes.linked import SMALL, Linked
from pytest_specmint.engine.nodes.object import Demanded, ObjectNode, Slot
from pytest_specmint.engine.plan import Node
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.links import Link, Switch

if TYPE_CHECKING:
    from pytest_specmint.engine.links.fixed import Fixed


class Linker:
    """Follows the paths that rules tie together, while a plan is compiled."""

    def __init__(self, links: Sequence[Sequence[Link]], fixed: "Sequence[Fixed | None]") -> None:
        """``links`` by root, and what of it has no choice."""
        self._webs: list[Web] = []
        variables, frames = 0, 1
        for listed, taken_over in zip(links, fixed, strict=True):
            web = Web(listed, variables, frames, taken_over)
            variables, frames = variables + len(web.numbers), frames + len(web.frames) - 1
            self._webs.append(web)
        self._leaves = [Leaves() for _ in links]

    @property
    def used(self) -> bool:
        """Whether anything is tied to anything."""
        return any(web.numbers for web in self._webs)

    # ------------------------------------------------------------ on the way

    def start(self, root: int) -> Trace | None:
        """The trace of a root's records."""
        return Trace(root, ()) if root < len(self._webs) and self._webs[root].numbers else None

    def step(self, trace: Trace | None, step: Step) -> Trace | None:
        """The trace one step further; None where nothing down there is tied to anything."""
        if trace is None or (*trace.route, step) not in self._webs[trace.root].prefixes:
            return None
        return Trace(trace.root, (*trace.route, step))

    def container(self, trace: Trace | None) -> None:
        """Take note of an array or object, which is no leaf."""
        if trace is not None:
            self._leaves[trace.root].unnoted.add(trace.route)

    def switch(self, trace: Trace | None) -> Switch | None:
        """The next switch of a path."""
        if trace is None:
            return None
        listed = self._webs[trace.root].switches.get(trace.route, ())
        return listed[trace.switched][1] if trace.switched < len(listed) else None

    def unmet(self, trace: Trace) -> None:
        """The switch's schema cannot be met there."""
        web = self._webs[trace.root]
        web.left.add(web.switches[trace.route][trace.switched][0])

    def leaf(self, trace: Trace, node: Node) -> bool:
        """Take note of a leaf; whether it is to be awaited."""
        if not self._webs[trace.root].at(trace.route):
            return False
        self._leaves[trace.root].add(trace.route, node)
        return True

    def first(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[int, ...]:
        """The positions of an object's slots that are made first, in their order."""
        names = () if trace is None else self._webs[trace.root].order.properties.get(trace.route, ())
        return tuple(i for name in names for i, slot in enumerate(slots) if slot.name == name)

    def demanded(self, trace: Trace | None, slots: Sequence[Slot]) -> tuple[Demanded, ...]:
        """The slots of an object that rules demand, until all leaves are known."""
        if trace is None:
            return ()
        listed = self._webs[trace.root].needs.get(trace.route, ())
        places = {slot.name: i for i, slot in enumerate(slots)}
        named = [(rule, need, str(need.target[-1])) for rule, need in listed]
        self._webs[trace.root].left |= {rule for rule, _, name in named if name not in places}
        return tuple(Demanded(places[name], rule, trace.root, need) for rule, need, name in named if name in places)

    def linkage(self, trace: Trace | None, least: int, most: int) -> Linkage | None:
        """How others depend on an array of ``least`` to ``most`` items."""
        if trace is None:
            return None
        web = self._webs[trace.root]
        self._leaves[trace.root].add_length(trace.route, least, most)
        outer = web.frames[web.frame_of(trace.route)]
        return Linkage(outer, web.frames.get((*trace.route, ITEM)), web.length_at(trace.route))

    # ------------------------------------------------------------ at the end

    def finished(self, nodes: Sequence[Node]) -> tuple[list[Node], tuple[str, ...]]:
        """The nodes with their ties; and the ids of rules that are not wholly built in."""
        solvers = [Solver(web, leaves) for web, leaves in zip(self._webs, self._leaves, strict=True)]
        made = [self._finished(node, nodes, solvers) for node in nodes]
        for i, node in enumerate(made):
            if isinstance(node, ArrayNode):
                _separate(made, i, node)
        return made, tuple(sorted({rule for solver in solvers for rule in solver.left}))

    def _finished(self, node: Node, nodes: Sequence[Node], solvers: "Sequence[Solver]") -> Node:
        if isinstance(node, Awaited):
            inner = nodes[node.inner]
            return solvers[node.trace.root].linked(node.trace.route, inner, node.inner) or inner
        if isinstance(node, AwaitedSwitch):
            rule, switch = self._webs[node.trace.root].switches[node.trace.route][node.trace.switched]
            made = solvers[node.trace.root].switched(rule, switch, node)
            return made or self._finished(nodes[node.inner], nodes, solvers)
        if isinstance(node, ObjectNode) and node.demanded:
            known = [solvers[each.root].demanded(each) for each in node.demanded]
            return structs.replace(node, demanded=tuple(each for each in known if each is not None))
        if isinstance(node, AwaitedReference):
            return solvers[node.trace.root].referring(node)
        return node


def _separate(nodes: list[Node], at: int, array: ArrayNode) -> None:
    """Have the few values that a unique list may hold drawn without repetition."""
    if not array.unique or array.prefix or array.rest is None or array.linkage is None:
        return
    items = nodes[array.rest.node]
    if isinstance(items, Linked) and items.line.high - items.line.low < SMALL:
        nodes[array.rest.node] = structs.replace(items, distinct=True)
        nodes[at] = structs.replace(array, linkage=structs.replace(array.linkage, distinct=True))
