"""Identifiers that are right in form and check digits, and lie where none was ever given out: one row each.

A template has them as ``{check:npi}``.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, beside, cells_of_texts, take
from pytest_specmint.formats import check_digits
from pytest_specmint.formats.check_digits import Scheme
from pytest_specmint.stream import Keys, below, mix


class Checked(Struct, frozen=True, dict=True):
    """A kind of identifier: a beginning, free digits, check digits behind them or at another place."""

    name: str
    heads: tuple[str, ...]
    """Beginnings, all of the same length."""
    free: int = 0
    scheme: Scheme | None = None
    at: int | None = None
    """Where the check digits stand; None for the end."""
    form: str = ""
    """The regular expression of all that a schema's pattern may make of it, where that is more than `column` makes."""

    @property
    def length(self) -> int:
        """Characters of every text."""
        return len(self.heads[0]) + self.free + (self.scheme.width if self.scheme else 0)

    @property
    def span(self) -> tuple[int, int]:
        """Least and greatest length."""
        return self.length, self.length

    @property
    def places(self) -> range:
        """Where the check digits stand."""
        width = self.scheme.width if self.scheme else 0
        start = self.length - width if self.at is None else self.at
        return range(start, start + width)

    @property
    def expression(self) -> str:
        """The regular expression of texts like these, right check digits or not."""
        if self.form:
            return self.form
        heads = "|".join(self.heads)
        digits = self.length - len(self.heads[0])
        return f"({heads})[0-9]{{{digits}}}" if digits else f"({heads})"

    def column(self, words: Keys) -> Cells:
        """A text per random word, without quotes."""
        parts = [take(self._table, below(mix(words), len(self.heads)))]
        if self.free:
            places = 10 ** np.arange(self.free - 1, -1, -1)
            numbers = below(words, 10**self.free)
            parts.append((numbers[:, None] // places % 10 + ord("0")).astype(np.uint8))
        text = beside(*parts)
        if self.scheme is None:
            return text
        digits, start = self.scheme.digits(text), self.places.start
        return np.concatenate([text[:, :start], digits, text[:, start:]], axis=1)

    def corrected(self, texts: Cells) -> Cells:
        """The texts, which have this form, with the check digits that are right for them."""
        if self.scheme is None:
            return texts
        start, end = self.places.start, self.places.stop
        out = texts.copy()
        out[:, start:end] = self.scheme.digits(np.concatenate([texts[:, :start], texts[:, end:]], axis=1))
        return out

    @cached_property
    def _table(self) -> Cells:
        return cells_of_texts([head.encode() for head in self.heads])


_UNASSIGNED_DISTRICTS = (*range(13, 21), *range(33, 61), *range(73, 80), *range(81, 100))
_UNISSUED_OFFICES = (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
_LETTERS = "ABCDEFGHJKLMPRSTUX"
_TEST_CARDS = {
    "visa": ("4242424242424242", "4000056655665556", "4111111111111111", "4012888888881881"),
    "mastercard": ("5555555555554444", "5200828282828210", "5105105105105100", "2223003122003222"),
    "amex": ("378282246310005", "371449635398431", "378734493671000"),
    "discover": ("6011111111111117", "6011000990139424", "6011981111111113"),
}

_ABA = "(1[3-9]|20|3[3-9]|[45][0-9]|60|7[3-9]|8[1-9]|9[0-9])[0-9]{7}"

_ROWS = (
    # Issued ones begin with 1; 2 is legal and not used yet, and is what patterns like ^[12] leave.
    Checked("npi", ("9",), 8, check_digits.NPI),
    Checked("npi2", ("2",), 8, check_digits.NPI),
    Checked("aba", tuple(f"{n:02d}" for n in _UNASSIGNED_DISTRICTS), 6, check_digits.ABA, form=_ABA),
    Checked(
        "ssn",
        tuple(f"{area}-{group:02d}-" for area in ("000", "666") for group in range(1, 100)),
        4,
        form="(000|666)[- ]?[0-9]{2}[- ]?[0-9]{4}",
    ),
    Checked("ein", tuple(f"{n:02d}-" for n in _UNISSUED_OFFICES), 7),
    Checked("card", (*_TEST_CARDS["visa"], *_TEST_CARDS["mastercard"], *_TEST_CARDS["discover"])),
    *(Checked(f"card_{name}", numbers) for name, numbers in _TEST_CARDS.items()),
    # User-assigned in ISO 3166: no country's.
    Checked("iban", ("XX", "ZZ"), 16, check_digits.IBAN, at=2, form="(XX|ZZ)[0-9]{2}[0-9A-Z]{11,30}"),
    # 952: demonstrations; 2 and 4 first in a UPC, 2 in a GTIN-8: within a shop.
    Checked("gtin8", ("2",), 6, check_digits.GS1),
    Checked("gtin12", ("2", "4"), 10, check_digits.GS1),
    Checked("gtin13", ("952",), 9, check_digits.GS1),
    # Without 3, with which Diners Club begins numbers of 14 digits.
    Checked("gtin14", tuple(f"{n}952" for n in (1, 2, 4, 5, 6, 7, 8)), 9, check_digits.GS1),
    # Z is no kind of registrant.
    Checked("dea", tuple(f"Z{letter}" for letter in _LETTERS), 6, check_digits.DEA),
    # No check digit, and no prefix that is never given out: those on the sample cards.
    Checked("mbi", ("1EG4-TE5-MK72", "1EG4-TE5-MK73")),
)


def _table(rows: Sequence[Checked]) -> Mapping[str, Checked]:
    for row in rows:
        if len({len(head) for head in row.heads}) != 1:
            raise ValueError(f"the beginnings of {row.name} differ in length")
    return {row.name: row for row in rows}


CHECKED = _table(_ROWS)
