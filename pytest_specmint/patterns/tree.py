"""The syntax tree of a pattern: frozen nodes, compared by content."""

from collections.abc import Iterator

from msgspec import Struct

from pytest_specmint.patterns.charset import CharSet, union


class Chars(Struct, frozen=True):
    """One character of a set."""

    set: CharSet


class Sequence(Struct, frozen=True):
    """One after the other."""

    items: tuple["Tree", ...]


class Options(Struct, frozen=True):
    """Any one of them."""

    options: tuple["Tree", ...]


class Repeat(Struct, frozen=True):
    """At least ``least`` and at most ``most`` times; without ``most``, any number of times."""

    body: "Tree"
    least: int
    most: int | None


class Anchor(Struct, frozen=True):
    """``^``, ``$``, ``b`` (word boundary) or ``B`` (none)."""

    kind: str


class Look(Struct, frozen=True):
    """A look-ahead or look-behind."""

    body: "Tree"
    ahead: bool
    positive: bool


class Beyond(Struct, frozen=True):
    """Something that is not regular: a back-reference, or what tells how a match is searched."""

    what: str
    position: int


Tree = Chars | Sequence | Options | Repeat | Anchor | Look | Beyond
EMPTY = Sequence(())
NEVER: Tree = Chars(())


def sequence(items: list[Tree]) -> Tree:
    """The items one after the other: flat, without a wrapper around a single one."""
    flat: list[Tree] = []
    for item in items:
        flat += item.items if isinstance(item, Sequence) else (item,)
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def either(options: list[Tree]) -> Tree:
    """Any of the options; single characters among them become one set."""
    sets = [each.set for each in options if isinstance(each, Chars)]
    if len(sets) == len(options):
        return Chars(union(*sets)) if len(sets) > 1 else options[0]
    return Options(tuple(options)) if len(options) > 1 else options[0]


def repeated(body: Tree, least: int, most: int | None) -> Tree:
    """The body repeated; an assertion that is repeated holds, or nothing is asked."""
    if isinstance(body, Anchor | Look):
        return body if least else EMPTY
    if most == 0 or body == EMPTY:
        return EMPTY
    if isinstance(body, Repeat) and _is_one(body, least, most):
        both = None if most is None or body.most is None else body.most * most
        return repeated(body.body, body.least * least, both)
    return body if (least, most) == (1, 1) else Repeat(body, least, most)


def _is_one(inner: Repeat, least: int, most: int | None) -> bool:
    """Whether repetitions of repetitions come to one repetition: no number of times is left out in between."""
    if least == most:
        return True
    if inner.most is None:
        return least > 0 or inner.least <= 1
    return inner.most * least >= inner.least * (least + 1) - 1


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly below."""
    if isinstance(tree, Sequence):
        return tree.items
    if isinstance(tree, Options):
        return tree.options
    return (tree.body,) if isinstance(tree, Repeat | Look) else ()


def walk(tree: Tree) -> Iterator[Tree]:
    """The tree and all below it, in no particular order."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(children(node))


def literal_text(tree: Tree) -> str | None:
    """The one text of a tree of single characters; None for other trees."""
    items = tree.items if isinstance(tree, Sequence) else (tree,)
    points = [item.set[0][0] for item in items if isinstance(item, Chars) and _is_single(item.set)]
    return "".join(map(chr, points)) if len(points) == len(items) else None


def _is_single(chars: CharSet) -> bool:
    return len(chars) == 1 and chars[0][0] == chars[0][1]


def width(tree: Tree) -> tuple[int, int | None]:
    """The least and the greatest length of a match; what is beyond regular terms counts as anything."""
    if isinstance(tree, Chars):
        return 1, 1
    if isinstance(tree, Anchor | Look):
        return 0, 0
    if isinstance(tree, Beyond):
        return 0, None
    if isinstance(tree, Repeat):
        low, high = width(tree.body)
        if high == 0:
            return 0, 0
        return low * tree.least, None if high is None or tree.most is None else high * tree.most
    widths = [width(each) for each in children(tree)]
    lows, highs = [low for low, _ in widths], [high for _, high in widths if high is not None]
    limited = len(highs) == len(widths)
    if isinstance(tree, Sequence):
        return sum(lows), sum(highs) if limited else None
    return min(lows), max(highs) if limited else None
