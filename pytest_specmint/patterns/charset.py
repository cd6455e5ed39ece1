"""Sets of code points as sorted, disjoint ranges; surrogates are in none of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

CharSet = tuple[tuple[int, int], ...]

NONE: CharSet = ()
ALL: CharSet = ((0, 0xD7FF), (0xE000, 0x10FFFF))


def charset(ranges: Iterable[tuple[int, int]]) -> CharSet:
    """The set of these inclusive ranges, in normal form."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = out[-1][0], max(out[-1][1], high)
        elif low <= high:
            out.append((low, high))
    return tuple(out)


def of_text(text: str) -> CharSet:
    """The set of the characters in a text."""
    return charset((ord(char), ord(char)) for char in text)


def union(*sets: CharSet) -> CharSet:
    """Characters in any of the sets."""
    return charset(each for one in sets for each in one)


@lru_cache(maxsize=4096)
def complement(one: CharSet) -> CharSet:
    """Characters not in the set."""
    gaps, at = [], 0
    for low, high in one:
        gaps.append((at, low - 1))
        at = high + 1
    gaps.append((at, 0x10FFFF))
    return intersect(charset(gap for gap in gaps if gap[0] <= gap[1]), ALL)


def intersect(one: CharSet, other: CharSet) -> CharSet:
    """Characters in both sets."""
    out, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            out.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def contains(one: CharSet, point: int) -> bool:
    """Whether the code point is in the set."""
    return any(low <= point <= high for low, high in one)


def size(one: CharSet) -> int:
    """How many characters."""
    return sum(high - low + 1 for low, high in one)


def partition(sets: Sequence[CharSet]) -> list[CharSet]:
    """The coarsest split of all characters such that each of the sets is a union of parts."""
    cuts = {0, 0x110000}
    for one in sets:
        for low, high in one:
            cuts.update((low, high + 1))
    groups: dict[tuple[bool, ...], list[tuple[int, int]]] = {}
    for low, end in pairwise(sorted(cuts)):
        signature = tuple(contains(one, low) for one in sets)
        groups.setdefault(signature, []).append((low, end - 1))
    return [part for ranges in groups.values() if (part := intersect(charset(ranges), ALL))]


DIGITS = charset([(48, 57)])
WORD = charset([(48, 57), (65, 90), (95, 95), (97, 122)])
SPACE = union(charset([(9, 13), (0x2000, 0x200A)]), of_text(" \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"))
DOT = complement(of_text("\n\r\u2028\u2029"))

LOWER, UPPER = charset([(97, 122)]), charset([(65, 90)])
_PREFERENCES: tuple[CharSet, ...] = (
    charset([(33, 126)]),
    charset([(32, 32)]),
    charset([(0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x17E)]),
    charset([(0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x410, 0x44F)]),
    charset([(0x4E00, 0x9FA5), (0x3042, 0x3093), (0xAC00, 0xD7A3)]),
    charset([(0xA1, 0xAC), (0xAE, 0x17E)]),
)
"""Printable characters that have been in Unicode for decades, most welcome first."""


@lru_cache(maxsize=4096)
def preferred(one: CharSet) -> CharSet:
    """The characters of a set that a reader would rather see: letters and digits, then signs, controls last.

    A set that takes most of ASCII (a dot, a negated class) gives lower-case letters and digits only.
    """
    ascii_part = intersect(one, _PREFERENCES[0])
    broad = size(ascii_part) > 70
    for wanted in (union(LOWER, DIGITS),) if broad else (union(LOWER, UPPER, DIGITS), *_PREFERENCES):
        found = intersect(one, wanted)
        if found and (size(found) > 1 or size(one) <= 2 or wanted in _PREFERENCES):
            return found
    for wanted in _PREFERENCES:
        found = intersect(one, wanted)
        if found:
            return found
    return one
