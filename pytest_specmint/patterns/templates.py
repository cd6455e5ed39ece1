"""Rows written out: each division of lengths is a template, a tuple of pieces chosen independently.

A piece is a text of which one character is drawn, or a tuple of words of which one is; it may come several times.
"""

from itertools import product
from math import prod

from msgspec import Struct

from pytest_specmint.patterns.charset import drawn
from pytest_specmint.patterns.rows import Item, Row, Rows, Stretch, Words, bounds_of
from pytest_specmint.stream import GAMMA, mix_word

Piece = str | tuple[str, ...]
MAX_TEMPLATES = 96
MAX_TEXT = 1 << 16
"""The longest texts that are made."""
MANY_LENGTHS = 40
"""With more possible lengths than this, only the shorter ones are used."""


class TooLong(Exception):
    """Texts would be longer than `MAX_TEXT`."""


class Template(Struct, frozen=True):
    """Pieces with how often each comes, and the template's share: all shares sum to one."""

    share: float
    runs: tuple[tuple[Piece, int], ...]

    @property
    def length(self) -> int:
        """The length of its texts."""
        return sum(width_of(piece) * count for piece, count in self.runs)

    def pieces(self) -> tuple[Piece, ...]:
        """Each piece, one after the other."""
        return tuple(piece for piece, count in self.runs for _ in range(count))


def width_of(piece: Piece) -> int:
    """How many characters a piece comes to."""
    return 1 if isinstance(piece, str) else len(piece[0])


Span = tuple[int, int]
"""How many times an item may be there: from, to."""


def templates_of(rows: Rows, least: int, most: int | None, spread: int) -> tuple[Template, ...]:
    """Templates of the rows within the bounds, `MAX_TEMPLATES` at most; raises `TooLong`.

    Every row keeps its share, and so do the lengths of a row. Where nothing limits the length, texts get ``spread``
    characters more than needed at most.
    """
    found: dict[tuple[tuple[Piece, int], ...], float] = {}
    quota = max(MAX_TEMPLATES // max(len(rows), 1), 1)
    for row in rows:
        choices = _lengths(row, least, most, spread, quota)
        for counts in choices:
            runs = _runs(row, counts)
            found[runs] = found.get(runs, 0.0) + row.share / len(choices)
    total = sum(found.values())
    return tuple(Template(share / total, runs) for runs, share in found.items())


def _runs(row: Row, counts: tuple[int, ...]) -> tuple[tuple[Piece, int], ...]:
    runs: list[tuple[Piece, int]] = []
    for item, count in zip(row.items, counts, strict=True):
        if isinstance(item, Words) and item.words[0]:
            runs.append((item.words, 1))
        elif isinstance(item, Stretch) and count:
            runs.append((drawn(item.set), count))
    return tuple(runs)


# ---------------------------------------------------------------- lengths


def _lengths(row: Row, least: int, most: int | None, spread: int, quota: int) -> list[tuple[int, ...]]:
    """How many of each item, in up to ``quota`` ways; none where the bounds allow nothing."""
    spans = _spans(row, least, spread)
    bottom, top = _totals(spans, row, least, most, spread)
    if bottom > top:
        return []
    shortest = sum(low for low, _ in spans)
    spans = [(low, min(high, low + top - shortest)) for low, high in spans]
    combinations = prod([min(high - low + 1, 4 * quota + 1) for low, high in spans if high > low])
    if combinations <= 4 * quota:
        ranges = [range(low, high + 1) for low, high in spans]
        every = [counts for counts in product(*ranges) if bottom <= sum(counts) <= top]
        if len(every) <= quota:
            return every
    totals = [bottom + number * (top - bottom) // max(quota - 1, 1) for number in range(quota)]
    return list(dict.fromkeys(_divided(spans, total, number) for number, total in enumerate(totals)))


def _totals(spans: list[Span], row: Row, least: int, most: int | None, spread: int) -> Span:
    """The least and the greatest length to make; out of order where none is possible."""
    bottom = max(sum(low for low, _ in spans), least)
    top = sum(high for _, high in spans)
    if most is not None:
        top = min(top, most)
    if bottom <= top and bottom > MAX_TEXT:
        raise TooLong
    if any(isinstance(item, Stretch) and item.most is None for item in row.items):
        top = min(top, bottom + spread)
    elif top - bottom >= MANY_LENGTHS:
        top = min(top, bottom + 2 * spread)
    return bottom, min(top, MAX_TEXT)


def _spans(row: Row, least: int, spread: int) -> list[Span]:
    """How many of each item; what a search implies is used where a match is too short, or nothing."""
    lows = [bounds_of(item)[0] for item in row.items]
    shortest = sum(lows)
    room = max(shortest, least) - shortest + spread
    spans = [(low, _high(item, low, room)) for item, low in zip(row.items, lows, strict=True)]
    implied = [at for at, item in enumerate(row.items) if isinstance(item, Stretch) and item.implied]
    if implied and (len(implied) == len(spans) or sum(high for _, high in spans) < least):
        spans[implied[-1]] = 0, room
    return spans


def _high(item: Item, low: int, room: int) -> int:
    if not isinstance(item, Stretch) or item.implied:
        return low
    return low + room if item.most is None else item.most


def _divided(spans: list[Span], total: int, number: int) -> tuple[int, ...]:
    """One division of a total among the spans; ``number`` varies it."""
    counts = [low for low, _ in spans]
    missing = total - sum(counts)
    free = [at for at, (low, high) in enumerate(spans) if high > low]
    turn = number % max(len(free), 1)
    free = free[turn:] + free[:turn]
    after = sum(spans[at][1] - spans[at][0] for at in free)
    for step, at in enumerate(free):
        room = spans[at][1] - spans[at][0]
        after -= room
        least, most = max(missing - after, 0), min(room, missing)
        added = least + mix_word((number + 1) * GAMMA + step) % (most - least + 1)
        counts[at] += added
        missing -= added
    return tuple(counts)
