"""Check digits of many numbers at once: columns of decimal digits and capitals in, columns of digits out.

Texts are matrices of ASCII codes with a row per number, without the check digits and without holes.
"""

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.cells import Cells

_ZERO, _A = ord("0"), ord("A")
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


class Scheme(Struct, frozen=True):
    """A way to make check digits: how many there are, and the columns of codes that hold them."""

    width: int
    digits: Callable[[Cells], Cells]


def _values(texts: Cells) -> NDArray[np.int64]:
    return texts.astype(np.int64) - _ZERO


def _codes(numbers: NDArray[np.int64], width: int) -> Cells:
    places = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // places % 10 + _ZERO).astype(np.uint8)


def luhn(texts: Cells) -> Cells:
    """By Luhn (ISO/IEC 7812): every second digit doubled, beginning with the last, digits of sums added."""
    values = _values(texts)
    total = _DOUBLED[values[:, ::-2]].sum(axis=1) + values[:, -2::-2].sum(axis=1)
    return _codes(-total % 10, 1)


def npi(texts: Cells) -> Cells:
    """By Luhn over ``80840`` and the number (45 CFR 162.406): those five digits add 24."""
    values = _values(texts)
    total = 24 + _DOUBLED[values[:, ::-2]].sum(axis=1) + values[:, -2::-2].sum(axis=1)
    return _codes(-total % 10, 1)


def aba(texts: Cells) -> Cells:
    """Weights 3, 7, 1 from the left (American Bankers Association)."""
    weights = np.array([3, 7, 1, 3, 7, 1, 3, 7])
    return _codes(-(_values(texts) @ weights) % 10, 1)


def gs1(texts: Cells) -> Cells:
    """Weights 3 and 1 from the right (GS1 General Specifications, 7.9)."""
    values = _values(texts)
    return _codes(-(3 * values[:, ::-2].sum(axis=1) + values[:, -2::-2].sum(axis=1)) % 10, 1)


def dea(texts: Cells) -> Cells:
    """Behind two letters: first, third and fifth digit plus twice the others."""
    values = _values(texts[:, 2:])
    return _codes((values[:, 0::2].sum(axis=1) + 2 * values[:, 1::2].sum(axis=1)) % 10, 1)


def iban(texts: Cells) -> Cells:
    """By ISO 7064, mod 97-10, of the account and the country's two letters, which stand first."""
    rest = np.zeros(len(texts), dtype=np.int64)
    for column in [*range(2, texts.shape[1]), 0, 1]:
        codes = texts[:, column].astype(np.int64)
        letters = codes >= _A
        rest = np.where(letters, rest * 100 + codes - _A + 10, rest * 10 + codes - _ZERO) % 97
    return _codes(98 - rest * 100 % 97, 2)


LUHN, NPI, ABA, GS1, DEA = (Scheme(1, each) for each in (luhn, npi, aba, gs1, dea))
IBAN = Scheme(2, iban)
