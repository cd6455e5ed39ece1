"""Which edges of the graph of shapes lie on a cycle: there recursion must be bounded."""

from collections.abc import Iterator

from pytest_specmint.schema.heights import Graph, allowed
from pytest_specmint.schema.sets.goal import Goal

Edges = frozenset[tuple[Goal, Goal]]


def cyclic_edges(graph: Graph) -> Edges:
    """Pairs (parent, child) of goals in the same strongly connected component."""
    component = _components(graph)
    return frozenset(
        (goal, child) for goal in graph for child in _children(graph, goal) if component[goal] == component[child]
    )


def _children(graph: Graph, goal: Goal) -> list[Goal]:
    found = dict.fromkeys(child for way in graph[goal] for child in allowed(way.shape))
    return [child for child in found if child in graph]


def _components(graph: Graph) -> dict[Goal, int]:
    """Tarjan's strongly connected components (SIAM J. Comput. 1, 1972), without recursion."""
    order: dict[Goal, int] = {}
    low: dict[Goal, int] = {}
    component: dict[Goal, int] = {}
    path: list[Goal] = []
    for root in graph:
        if root in order:
            continue
        work: list[tuple[Goal, Iterator[Goal]]] = [_enter(graph, root, order, low, path)]
        while work:
            goal, children = work[-1]
            child = next(children, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[goal])
                if low[goal] == order[goal]:
                    _close(goal, path, component, order[goal])
            elif child not in order:
                work.append(_enter(graph, child, order, low, path))
            elif child not in component:
                low[goal] = min(low[goal], order[child])
    return component


def _enter(
    graph: Graph, goal: Goal, order: dict[Goal, int], low: dict[Goal, int], path: list[Goal]
) -> tuple[Goal, Iterator[Goal]]:
    order[goal] = low[goal] = len(order)
    path.append(goal)
    return goal, iter(_children(graph, goal))


def _close(goal: Goal, path: list[Goal], component: dict[Goal, int], number: int) -> None:
    while True:
        member = path.pop()
        component[member] = number
        if member == goal:
            return
