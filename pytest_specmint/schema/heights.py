"""Which goals can be met by a finite value, and how deep such a value is at least.

A goal has a height if one of its branches has: literals and scalars have height 0, an array or object one more than
the highest child it cannot do without. Goals without height need themselves without end. Computed by raising
heights level by level (a least fixed point), so the first height found is the least.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.schema.canonical import Canonicaliser, Reason
from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import ANYTHING, Goal
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import ANY, Literals, Set, shares
from pytest_specmint.schema.settle.containers import Prover
from pytest_specmint.schema.shape import ArrayShape, ObjectShape, array_shape, object_shapes

Shape = Literals | Numbers | Strings | ArrayShape | ObjectShape


class Way(Struct, frozen=True):
    """One branch of a goal: its shape, its weight and the least height of its values."""

    shape: Shape
    weight: float
    height: int


Graph = Mapping[Goal, Sequence[Way]]
"""Every goal that can be reached and met, with its ways."""


def build_graph(canonical: Canonicaliser, root: Goal) -> Graph:
    """Open all that the root can reach; goals that nothing finite meets are left out, with all that needs them."""
    shapes: dict[Goal, list[tuple[Shape, float]]] = {}
    pending = [root]
    while pending:
        goal = pending.pop()
        if goal in shapes:
            continue
        shapes[goal] = _shapes(canonical, goal)
        for shape, _ in shapes[goal]:
            pending.extend(child for child in (*needed(shape), *allowed(shape)) if child not in shapes)
    heights = _heights(shapes)
    return {
        goal: [
            Way(_pruned(shape, heights), weight, height)
            for shape, weight in ways
            if (height := _height(shape, heights)) is not None
        ]
        for goal, ways in shapes.items()
        if goal in heights
    }


def cause(canonical: Canonicaliser, graph: Graph, goal: Goal) -> Reason | None:
    """Why nothing finite meets a goal, by itself or by what it needs; None where it only needs itself without end."""
    pending, seen = [goal], set[Goal]()
    while pending:
        each = pending.pop(0)
        if each in seen or each in graph:
            continue
        seen.add(each)
        reason = canonical.reason(each)
        if reason is not None:
            return reason
        pending += [child for shape, _ in _shapes(canonical, each) for child in needed(shape)]
    return None


def _shapes(canonical: Canonicaliser, goal: Goal) -> list[tuple[Shape, float]]:
    out: list[tuple[Shape, float]] = []
    union = canonical.open(goal) if goal != ANYTHING else ANY
    for branch, share in zip(union, shares(union), strict=True):
        found = list(_of_set(canonical, branch.set))
        if isinstance(branch.set, Objects) and branch.set.some:
            canonical.partial = True  # other names might do better
        shapes = [shape for shape in found if not (isinstance(shape, ObjectShape) and shape.least > _names(shape))]
        out += [(shape, share / len(shapes)) for shape in shapes]
        if not shapes:
            canonical.refuse(
                goal, _why_none(branch.set, found), proven=bool(found) or not isinstance(branch.set, Objects)
            )
    return out


def _why_none(candidate: Set, found: Sequence[Shape]) -> str:
    for shape in found:
        if isinstance(shape, ObjectShape):
            return f"minProperties {shape.least} exceeds the {_names(shape)} possible property names"
    if isinstance(candidate, Objects):
        return "no property names were found that do all that is asked for"
    return "no array can hold all that contains asks for"


def _names(shape: ObjectShape) -> int:
    return len(shape.required) + len(shape.optional) + len(shape.extras)


def _of_set(prover: Prover, candidate: Set) -> Iterator[Shape]:
    if isinstance(candidate, Arrays):
        shape = array_shape(prover, candidate)
        if shape is not None:
            yield shape
    elif isinstance(candidate, Objects):
        yield from object_shapes(prover, candidate)
    else:
        yield candidate


def needed(shape: Shape) -> list[Goal]:
    """The goals of the children that no value of the shape is without."""
    if isinstance(shape, ArrayShape):
        goals = list(shape.prefix[: shape.least])
        return [*goals, shape.rest] if shape.least > len(shape.prefix) else goals
    if isinstance(shape, ObjectShape):
        return [member.goal for member in shape.required]  # which optional ones fill up is decided by height
    return []


def allowed(shape: Shape) -> list[Goal]:
    """The goals of all children that a value of the shape may have."""
    if isinstance(shape, ArrayShape):
        goals = list(shape.prefix[: shape.most])
        return [*goals, shape.rest] if shape.most is None or shape.most > len(shape.prefix) else goals
    if isinstance(shape, ObjectShape):
        return [member.goal for member in (*shape.required, *shape.optional, *shape.extras)]
    return []


def _height(shape: Shape, heights: Mapping[Goal, int]) -> int | None:
    """The height of the shape, None while a needed child has none."""
    if not isinstance(shape, ArrayShape | ObjectShape):
        return 0
    below = [heights.get(goal) for goal in needed(shape)]
    if isinstance(shape, ObjectShape) and shape.least > len(shape.required):
        spare = sorted(
            height for member in (*shape.optional, *shape.extras) if (height := heights.get(member.goal)) is not None
        )
        missing = shape.least - len(shape.required)
        below += spare[:missing] if len(spare) >= missing else [None]
    known = [height for height in below if height is not None]
    return None if len(known) < len(below) else 1 + max(known, default=0)


def _heights(shapes: Mapping[Goal, Sequence[tuple[Shape, float]]]) -> dict[Goal, int]:
    users: dict[Goal, list[Goal]] = {}
    for goal, ways in shapes.items():
        for shape, _ in ways:
            for child in {*needed(shape), *allowed(shape)}:
                users.setdefault(child, []).append(goal)
    heights: dict[Goal, int] = {}
    level = list(shapes)
    while level:
        raised = []
        for goal in level:
            found = [h for shape, _ in shapes[goal] if (h := _height(shape, heights)) is not None]
            if found and (goal not in heights or min(found) < heights[goal]):
                raised.append((goal, min(found)))
        heights.update(raised)
        level = list(dict.fromkeys(user for goal, _ in raised for user in users.get(goal, ())))
    return heights


def _pruned(shape: Shape, heights: Mapping[Goal, int]) -> Shape:
    """The shape without children that nothing finite meets."""
    if isinstance(shape, ObjectShape):
        optional = tuple(member for member in shape.optional if member.goal in heights)
        extras = tuple(member for member in shape.extras if member.goal in heights)
        return replace(shape, optional=optional, extras=extras)
    if isinstance(shape, ArrayShape):
        reach = next((i for i, goal in enumerate(shape.prefix) if goal not in heights), None)
        if reach is None and shape.rest not in heights:
            reach = len(shape.prefix)
        if reach is not None and (shape.most is None or reach < shape.most):
            return replace(shape, prefix=shape.prefix[:reach], most=reach)
    return shape
