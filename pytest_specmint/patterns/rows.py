"""Patterns that are rows of repeated character sets and word lists, for which no automaton is needed.

Many patterns are a few rows: their alternatives and optional parts written out, counts kept as counts.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, product

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.patterns.charset import ALL, DIGITS, CharSet, contains, intersect, points, size
from pytest_specmint.patterns.tree import Anchor, Beyond, Chars, Look, Options, Repeat, Tree, literal_text, walk
from pytest_specmint.patterns.tree import Sequence as Chain

MAX_ROWS = 96
_MAX_DIGITS = 3
_MAX_COUNTS = 256
_MAX_ITEMS = 8192
_LOOSE_COUNT = 2
"""How many more than the least repetitions a loose expansion writes out."""


class Stretch(Struct, frozen=True):
    """``least`` to ``most`` characters of a set. ``implied`` is what a search allows around a match."""

    set: CharSet
    least: int
    most: int | None
    implied: bool = False


class Words(Struct, frozen=True):
    """One of these texts, all different and of one length."""

    words: tuple[str, ...]


Item = Stretch | Words | Anchor


class Row(Struct, frozen=True):
    """A row, and its share among the alternatives: the shares of all rows sum to one."""

    share: float
    items: tuple[Item, ...]


Rows = tuple[Row, ...]
Range = tuple[int, int | None]
PADDING = Stretch(ALL, 0, None, implied=True)


def rows_of(tree: Tree, *, whole: bool, loose: bool = False) -> Rows | None:
    """The rows of a tree; None where it is not a few rows.

    Without ``loose`` they describe exactly the texts that match as a whole, or contain a match. With it, groups
    repeated without limit, or often, are written out a few times only, which describes fewer texts.
    """
    for node in walk(tree):
        if isinstance(node, Look | Beyond) or (isinstance(node, Anchor) and node.kind in "bB"):
            return None
    rows = _expanded(tree, loose)
    if rows is None or sum(len(row.items) for row in rows) > _MAX_ITEMS:
        return None
    kept = [settled for row in rows if (settled := _settled(row, whole)) is not None]
    total = sum(row.share for row in kept)
    return tuple(replace(row, share=row.share / total) for row in kept)


def _expanded(tree: Tree, loose: bool) -> list[Row] | None:
    if isinstance(tree, Chars | Anchor):
        item = tree if isinstance(tree, Anchor) else _one_of(tree)
        return [] if item is None else [Row(1.0, (item,))]
    if isinstance(tree, Chain):
        return _joined([_expanded(item, loose) for item in tree.items])
    if isinstance(tree, Options):
        return _alternatives(tree, loose)
    return _repeated(tree, loose) if isinstance(tree, Repeat) else None


def _one_of(tree: Chars) -> Item | None:
    word = literal_text(tree)
    if word is not None:
        return Words((word,))
    return Stretch(tree.set, 1, 1) if tree.set else None


def _joined(parts: Sequence[list[Row] | None]) -> list[Row] | None:
    rows: list[tuple[float, list[Item]]] = [(1.0, [])]
    for part in parts:
        if part is None or len(part) * len(rows) > MAX_ROWS:
            return None
        if len(part) == 1:
            # In place: sequences can be very long.
            rows = [(share * part[0].share, items) for share, items in rows]
            for _, items in rows:
                items.extend(part[0].items)
        else:
            rows = [(share * each.share, [*items, *each.items]) for share, items in rows for each in part]
    return [Row(share, _merged(items)) for share, items in rows]


def _merged(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, constant texts side by side made one."""
    found: list[Item] = []
    text: list[str] = []
    for item in items:
        if isinstance(item, Words) and len(item.words) == 1:
            text += item.words
            continue
        if text:
            found.append(Words(("".join(text),)))
            text = []
        found.append(item)
    return (*found, Words(("".join(text),))) if text else tuple(found)


def _alternatives(tree: Options, loose: bool) -> list[Row] | None:
    """Options that are texts or numbers become lists of words, one for each length; each option has the same share."""
    words: dict[int, dict[str, None]] = {}
    options: dict[int, int] = {}
    rows: list[Row] = []
    count = len(tree.options)
    for option in tree.options:
        listed = _listed(option)
        if listed:
            length = len(listed[0])
            words.setdefault(length, {}).update(dict.fromkeys(listed))
            options[length] = options.get(length, 0) + 1
            continue
        part = _expanded(option, loose)
        if part is None or len(part) + len(rows) > MAX_ROWS:
            return None
        rows.extend(replace(row, share=row.share / count) for row in part)
    for length, each in words.items():
        rows.append(Row(options[length] / count, (Words(tuple(each)),) if length else ()))
    return rows if len(rows) <= MAX_ROWS else None


def _listed(tree: Tree) -> list[str]:
    """All texts of a tree of characters, where that is one text, or some numbers of which none is to be preferred."""
    items = tree.items if isinstance(tree, Chain) else (tree,)
    sets = [item.set for item in items if isinstance(item, Chars) and item.set]
    if len(sets) < len(items):
        return []
    numbers = len(sets) <= _MAX_DIGITS and all(intersect(each, DIGITS) == each for each in sets)
    if not numbers and any(size(each) > 1 for each in sets):
        return []
    return ["".join(letters) for letters in product(*(map(chr, points(each, _MAX_DIGITS * 10)) for each in sets))]


def _repeated(tree: Repeat, loose: bool) -> list[Row] | None:
    if isinstance(tree.body, Chars):
        if tree.body.set:
            return [Row(1.0, (Stretch(tree.body.set, tree.least, tree.most),))]
        return [Row(1.0, ())] if tree.least == 0 else []
    body = _expanded(tree.body, loose)
    if not body:
        return body if body is None or tree.least else [Row(1.0, ())]
    if len(body) ** min(tree.least, MAX_ROWS) > MAX_ROWS or tree.least > _MAX_COUNTS:
        return None
    rows = None if tree.most is None else _counted(body, tree.least, tree.most)
    return _counted(body, tree.least, tree.least + _LOOSE_COUNT) if rows is None and loose else rows


def _counted(body: list[Row], least: int, most: int) -> list[Row] | None:
    if most - least >= MAX_ROWS:
        return None
    rows: list[Row] = []
    row = _joined([body] * least)
    for _ in range(least, most + 1):
        if row is None or len(rows) + len(row) > MAX_ROWS or sum(len(each.items) for each in row) > _MAX_ITEMS:
            return None
        rows.extend(replace(each, share=each.share / (most - least + 1)) for each in row)
        row = _joined([row, body])
    return rows


def _settled(row: Row, whole: bool) -> Row | None:
    """The row without anchors and with what a search allows around it; None where an anchor cannot hold."""
    items = row.items
    starts = [at for at, item in enumerate(items) if isinstance(item, Anchor) and item.kind == "^"]
    ends = [at for at, item in enumerate(items) if isinstance(item, Anchor) and item.kind == "$"]
    first, last = max(starts, default=0), min(ends, default=len(items))
    if starts and ends and last < first:
        return replace(row, items=()) if all(bounds_of(item)[0] == 0 for item in items) else None
    outside = [*items[:first], *items[last:]]
    if any(bounds_of(item)[0] > 0 for item in outside):
        return None
    inside = _merged(item for item in items[first:last] if not isinstance(item, Anchor))
    before = () if whole or starts else (PADDING,)
    after = () if whole or ends else (PADDING,)
    return replace(row, items=(*before, *inside, *after))


# ---------------------------------------------------------------- questions


def bounds_of(item: Item) -> Range:
    """The least and the greatest length of an item."""
    if isinstance(item, Stretch):
        return item.least, item.most
    width = len(item.words[0]) if isinstance(item, Words) else 0
    return width, width


def bounds(row: Row) -> Range:
    """The least and the greatest length of a row's texts; all lengths between occur."""
    spans = [bounds_of(item) for item in row.items]
    highs = [high for _, high in spans if high is not None]
    return sum(low for low, _ in spans), sum(highs) if len(highs) == len(spans) else None


def lengths(rows: Rows, least: int, most: int | None, wanted: int) -> list[int]:
    """The shortest lengths of the rows' texts within the bounds, ``wanted`` of them at most."""
    found: set[int] = set()
    for row in rows:
        low, high = bounds(row)
        limits = [each for each in (high, most) if each is not None]
        first = max(low, least)
        found.update(range(first, min([first + wanted - 1, *limits]) + 1))
    return sorted(found)[:wanted]


def states(row: Row) -> int:
    """About how many states an automaton of the row would have."""
    stretches = sum((item.most or item.least) + 1 for item in row.items if isinstance(item, Stretch))
    return stretches + sum(len("".join(item.words)) for item in row.items if isinstance(item, Words))


def matches(row: Row, text: str) -> bool:
    """Whether the text is one of the row's; takes time in proportion to the text's length times the row's."""
    at = [True] + [False] * len(text)
    for item in row.items:
        at = _stretched(item, text, at) if isinstance(item, Stretch) else _worded(item, text, at)
        if True not in at:
            return False
    return at[-1]


def _stretched(item: Stretch, text: str, at: list[bool]) -> list[bool]:
    """Where one can be after the stretch, given where one can be before it."""
    changes = [0] * (len(text) + 2)
    run_end = len(text)
    for position in range(len(text), -1, -1):
        if position < len(text) and not contains(item.set, ord(text[position])):
            run_end = position
        if at[position]:
            last = run_end if item.most is None else min(position + item.most, run_end)
            if position + item.least <= last:
                changes[position + item.least] += 1
                changes[last + 1] -= 1
    return [count > 0 for count in accumulate(changes[:-1])]


def _worded(item: Item, text: str, at: list[bool]) -> list[bool]:
    """Likewise for one of some words."""
    after = [False] * len(at)
    words = frozenset(item.words) if isinstance(item, Words) else frozenset({""})
    width = bounds_of(item)[0]
    for position, here in enumerate(at[: max(len(at) - width, 0)]):
        if here and text[position : position + width] in words:
            after[position + width] = True
    return after
