"""The random stream: one uint64 key per record, children's keys derived from names and positions.

A key is all the state there is. ``record_keys`` makes the keys of a range of records; ``child`` derives the key
of a property from its parent's key and its name, ``item`` that of an array item from its position; ``draw`` takes
the j-th random word of a key. Nothing depends on order, so any record can be made without the others.

Mixing is the SplitMix64 finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) and
names are hashed by FNV-1a with 64 bits.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_LOW32 = np.uint64(0xFFFFFFFF)


def mix(words: Keys) -> Keys:
    """Finalise an array of words: a bijection on 64 bits with full avalanche."""
    out = words ^ (words >> _S30)
    out *= _M1
    out ^= out >> _S27
    out *= _M2
    out ^= out >> _S31
    return out


def mix_word(word: int) -> int:
    """``mix`` for one Python integer."""
    word &= MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


@lru_cache(maxsize=65536)
def salt(name: str) -> np.uint64:
    """FNV-1a-64 of a name's UTF-8 bytes."""
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return np.uint64(value)


# Streams of one key that no property name reaches: names are hashed from text that never starts with NUL twice.
BRANCH = salt("\0\0branch")
LENGTH = salt("\0\0length")
RETRY = salt("\0\0retry")
EXTRA = salt("\0\0extra")
SUGGESTION = salt("\0\0suggestion")
TEMPLATE = salt("\0\0template")


def record_keys(seed: int, start: int, count: int) -> Keys:
    """Keys of the records ``start … start + count - 1``."""
    return keys_of(seed, np.arange(start, start + count, dtype=np.uint64))


def keys_of(seed: int, indices: Keys) -> Keys:
    """Keys of the records with these indices."""
    root = mix_word(mix_word(seed) + int(salt("")))
    return mix(np.uint64(root) + (indices + np.uint64(1)) * np.uint64(GAMMA))


def child(keys: Keys, name_salt: np.uint64) -> Keys:
    """Keys of a named child (``salt(name)``) of each key."""
    return mix(keys + name_salt)


def item(keys: Keys, positions: Ints) -> Keys:
    """Keys of array items: ``positions`` holds each item's index within its array."""
    return mix(keys + (positions.astype(np.uint64) + np.uint64(1)) * np.uint64(GAMMA))


def draw(keys: Keys, number: int = 0) -> Keys:
    """The random word with this number of each key."""
    return mix(keys + np.uint64(((number + 1) * GAMMA) & MASK))


def below(words: Keys, bound: int | Keys) -> Ints:
    """Map words to 0 … bound-1 by multiply-high; ``bound`` < 2**63, a number or one per lane."""
    if isinstance(bound, int) and bound <= 1 << 32:
        return (((words >> _S32) * np.uint64(bound)) >> _S32).astype(np.int64)
    return high_product(words, np.asarray(bound, dtype=np.uint64)).astype(np.int64)


def high_product(left: Keys, right: Keys) -> Keys:
    """The upper 64 bits of the 128-bit products."""
    l_hi, l_lo = left >> _S32, left & _LOW32
    r_hi, r_lo = right >> _S32, right & _LOW32
    cross = l_hi * r_lo + ((l_lo * r_lo) >> _S32)
    other = l_lo * r_hi + (cross & _LOW32)
    product: Keys = l_hi * r_hi + (cross >> _S32) + (other >> _S32)
    return product


def retry(keys: Keys, attempt: int) -> Keys:
    """Fresh keys for another try (``attempt`` ≥ 1)."""
    return mix(keys + np.uint64((int(RETRY) * attempt) & MASK))


def threshold(share: float) -> np.uint64:
    """The word below which a draw falls with this probability (0 ≤ share ≤ 1)."""
    return np.uint64(min(int(share * 2.0**64), MASK))
