"""Sets of code points as sorted, disjoint, inclusive ranges; surrogates are in none of them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

CharSet = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
NONE: CharSet = ()
ALL: CharSet = ((0, 0xD7FF), (0xE000, LAST))


def charset(ranges: Iterable[tuple[int, int]]) -> CharSet:
    """The set of these inclusive ranges, in normal form."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = out[-1][0], max(out[-1][1], high)
        elif low <= high:
            out.append((low, high))
    found = tuple(out)
    return found if not found or found[-1][1] <= ALL[0][1] else intersect(found, ALL)


def of_text(text: str) -> CharSet:
    """The set of the characters in a text."""
    return charset((ord(char), ord(char)) for char in text)


def union(*sets: CharSet) -> CharSet:
    """Characters in any of the sets."""
    return charset(each for one in sets for each in one)


@lru_cache(maxsize=4096)
def complement(one: CharSet) -> CharSet:
    """Characters not in the set."""
    edges = [(-1, -1), *one, (LAST + 1, LAST + 1)]
    return intersect(tuple((a[1] + 1, b[0] - 1) for a, b in pairwise(edges) if a[1] + 1 < b[0]), ALL)


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


def folded(one: CharSet) -> CharSet:
    """The set with both cases of its ASCII letters."""
    up = [(a - 32, b - 32) for a, b in intersect(one, LOWER)]
    down = [(a + 32, b + 32) for a, b in intersect(one, UPPER)]
    return charset([*one, *up, *down])


def contains(one: CharSet, point: int) -> bool:
    """Whether the code point is in the set."""
    at = bisect_right(one, (point, LAST + 1)) - 1
    return at >= 0 and point <= one[at][1]


def size(one: CharSet) -> int:
    """How many characters."""
    return sum(high - low + 1 for low, high in one)


def points(one: CharSet, limit: int) -> list[int]:
    """The first code points, ``limit`` at most."""
    listed: list[int] = []
    for low, high in one:
        listed.extend(range(low, min(high, low + limit - len(listed) - 1) + 1))
        if len(listed) >= limit:
            break
    return listed


def partition(sets: Sequence[CharSet]) -> list[CharSet]:
    """The coarsest split of all characters such that each of the sets is a union of parts.

    One sweep over all ends of ranges; a part is told by the sets that are open there, one bit each.
    """
    flips: dict[int, int] = {0: 0}
    for number, one in enumerate(dict.fromkeys(sets)):
        for low, high in one:
            flips[low] = flips.get(low, 0) ^ (1 << number)
            flips[high + 1] = flips.get(high + 1, 0) ^ (1 << number)
    groups: dict[int, list[tuple[int, int]]] = {}
    inside = 0
    for low, end in pairwise([*sorted(flips), LAST + 1]):
        inside ^= flips[low]
        if low < end:
            groups.setdefault(inside, []).append((low, end - 1))
    return [part for ranges in groups.values() if (part := charset(ranges))]


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
    charset([(0x5D0, 0x5EA), (0x621, 0x63A), (0x641, 0x64A), (0x905, 0x939), (0xE01, 0xE30)]),
    charset([(0x531, 0x556), (0x561, 0x586), (0x985, 0x98C), (0xB85, 0xB8A), (0x10D0, 0x10F0)]),
    charset([(0x4E00, 0x9FA5), (0x3042, 0x3093), (0xAC00, 0xD7A3)]),
    charset([(0xA1, 0xAC), (0xAE, 0x17E)]),
    charset([(9, 10)]),
    charset([(13, 13), (0xA0, 0xA0), (0x3000, 0x3000)]),
)
"""Printable characters that have been in Unicode for decades, most welcome first."""
ASCII = charset([(32, 126)])
_BROAD = 70
"""A set with more printable ASCII characters than this is meant to allow about everything."""
MAX_DRAWN = 512
"""How many different characters of a set are used."""


@lru_cache(maxsize=4096)
def preferred(one: CharSet) -> CharSet:
    """The characters of a set that a reader would rather see: letters and digits, then signs, controls last.

    A set that takes most of ASCII (a dot, a negated class) gives lower-case letters and digits only.
    """
    ascii_part = intersect(one, _PREFERENCES[0])
    broad = size(ascii_part) > _BROAD
    for wanted in (union(LOWER, DIGITS),) if broad else (union(LOWER, UPPER, DIGITS), *_PREFERENCES):
        found = intersect(one, wanted)
        if found and (size(found) > 1 or size(one) <= 2 or wanted in _PREFERENCES):
            return found
    for wanted in _PREFERENCES:
        found = intersect(one, wanted)
        if found:
            return found
    return one


@lru_cache(maxsize=4096)
def drawn(one: CharSet) -> str:
    """The characters that are drawn from a set, in order, `MAX_DRAWN` at most."""
    return "".join(map(chr, points(preferred(one), MAX_DRAWN)))


@lru_cache(maxsize=4096)
def tier(one: CharSet) -> int:
    """How welcome the set is: 0 with printable ASCII in it, 1 with characters that are long in Unicode, 2 without."""
    if intersect(one, ASCII):
        return 0
    return 1 if any(intersect(one, each) for each in _PREFERENCES) else 2
