"""Patterns that are a row of character sets: all lengths written out, each a template of one set per position."""

from dataclasses import dataclass
from itertools import product

from pytest_specmint.patterns.build import is_plain
from pytest_specmint.patterns.charset import CharSet
from pytest_specmint.patterns.syntax import EMPTY, Anchor, Chars, Options, Repeat, Sequence, Tree

MAX_TEMPLATES = 64
LENGTHS = 24
"""How many lengths of a repetition are told apart, at most."""

Template = tuple[CharSet, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A set of characters, repeated."""

    set: CharSet
    least: int
    most: int | None


Row = tuple[Stretch, ...]


def templates_of(tree: Tree, least: int, most: int | None, spread: int) -> list[Template] | None:
    """Templates whose texts all match the anchored tree within the length bounds; None where it has another form.

    A search pattern that is not anchored at an end may be followed (or preceded) by anything; nothing is added there.
    """
    bare = _bare(tree)
    if not is_plain(bare):
        return None
    rows = _rows(bare)
    if not rows or len(rows) > MAX_TEMPLATES:
        return None
    share = max(MAX_TEMPLATES // len(rows), 1)
    found = [template for row in rows for template in _written_out(row, least, most, spread, share)]
    return list(dict.fromkeys(found)) or None


def _bare(tree: Tree) -> Tree:
    """The tree without the anchors at its ends."""
    items = list(tree.items) if isinstance(tree, Sequence) else [tree]
    if items and items[0] == Anchor("^"):
        items = items[1:]
    if items and items[-1] == Anchor("$"):
        items = items[:-1]
    return Sequence(tuple(items))


def _rows(tree: Tree) -> list[Row] | None:
    """The alternatives of a tree as rows of stretches; None where there is something else in it, or too much."""
    if isinstance(tree, Chars):
        return [(Stretch(tree.set, 1, 1),)]
    if isinstance(tree, Options):
        parts = [_rows(each) for each in tree.options]
        return None if None in parts else _few([row for part in parts for row in part or ()])
    if isinstance(tree, Repeat):
        return _repeated(tree)
    if isinstance(tree, Sequence):
        parts = [_rows(each) for each in tree.items]
        if None in parts:
            return None
        size = 1
        for part in parts:
            size *= len(part or ())
        if size > MAX_TEMPLATES:
            return None
        combined = product(*(part or () for part in parts))
        return [tuple(stretch for row in rows for stretch in row) for rows in combined]
    return None


def _few(rows: list[Row]) -> list[Row] | None:
    return rows if len(rows) <= MAX_TEMPLATES else None


def _repeated(tree: Repeat) -> list[Row] | None:
    if isinstance(tree.body, Chars):
        return [(Stretch(tree.body.set, tree.least, tree.most),)]
    most = tree.least + 3 if tree.most is None else tree.most
    if most - tree.least > LENGTHS or most > 2 * LENGTHS:
        return None
    rows: list[Row] = []
    for count in range(tree.least, most + 1):
        more = _rows(Sequence((tree.body,) * count) if count else EMPTY)
        if more is None or len(rows) + len(more) > MAX_TEMPLATES:
            return rows if tree.most is None and rows else None
        rows += more
    return rows


def _written_out(row: Row, least: int, most: int | None, spread: int, share: int) -> list[Template]:
    """Templates of one row, ``share`` of them at most, spread over the possible lengths."""
    choices = [_lengths(stretch, spread) for stretch in row]
    while _size(choices) > 4 * share:
        widest = max(range(len(choices)), key=lambda i: len(choices[i]))
        choices[widest] = _thinned(choices[widest])
    fitting = []
    for lengths in product(*choices):
        stretched = _stretched(row, list(lengths), least)
        total = sum(stretched)
        if total >= least and (most is None or total <= most):
            fitting.append(tuple(stretched))
    fitting = list(dict.fromkeys(fitting))
    stride = max(len(fitting) / share, 1.0)
    kept = [fitting[int(k * stride)] for k in range(min(share, len(fitting)))]
    return [tuple(s.set for s, n in zip(row, lengths, strict=True) for _ in range(n)) for lengths in kept]


def _lengths(stretch: Stretch, spread: int) -> list[int]:
    most = stretch.least + spread if stretch.most is None else stretch.most
    return list(range(stretch.least, min(most, stretch.least + LENGTHS - 1) + 1)) or [stretch.least]


def _thinned(lengths: list[int]) -> list[int]:
    return [*lengths[:-1:2], lengths[-1]] if len(lengths) > 2 else lengths[:1]


def _size(choices: list[list[int]]) -> int:
    size = 1
    for each in choices:
        size *= len(each)
    return size


def _stretched(row: Row, lengths: list[int], least: int) -> list[int]:
    """Longer repetitions, from the last one on, until the least length is reached."""
    missing = least - sum(lengths)
    for i in reversed(range(len(row))):
        if missing <= 0:
            break
        limit = row[i].most
        room = missing if limit is None else min(missing, limit - lengths[i])
        lengths[i] += room
        missing -= room
    return lengths
