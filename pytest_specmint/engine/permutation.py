"""Keyed permutations of a range: every number once, in an order that a key draws, without a table.

A Feistel network (Luby, Rackoff: How to construct pseudorandom permutations, SIAM J. Comput. 17, 1988) over the next
even number of bits; what falls beyond the range is sent through again (cycle walking: Black, Rogaway, CT-RSA 2002).
"""

import numpy as np

from pytest_specmint.stream import GAMMA, MASK, Ints, Keys, mix, mix_word

ROUNDS = 6


def permuted(numbers: Ints, size: int, key: int) -> Ints:
    """Where each number from 0 to ``size - 1`` goes; ``size`` is at most 2**62."""
    if size <= 1:
        return np.zeros_like(numbers)
    half = max(-(-(size - 1).bit_length() // 2), 1)
    out = numbers.astype(np.uint64)
    left = np.arange(len(out))
    while len(left):
        out[left] = _scrambled(out[left], half, key)
        left = left[out[left] >= np.uint64(size)]
    return out.astype(np.int64)


def _scrambled(numbers: Keys, half: int, key: int) -> Keys:
    bits, low = np.uint64(half), np.uint64((1 << half) - 1)
    left, right = numbers >> bits, numbers & low
    for number in range(ROUNDS):
        word = np.uint64(mix_word((key + (number + 1) * GAMMA) & MASK))
        left, right = right, left ^ (mix(right + word) & low)
    scrambled: Keys = (left << bits) | right
    return scrambled
