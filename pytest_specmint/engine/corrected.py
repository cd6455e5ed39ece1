"""Identifiers by a schema's own pattern, and their check digits.

A pattern such as ``^9[0-9]{9}$`` leaves the check digit free; then texts are drawn by the pattern, and their check
digits are put right. A pattern such as ``^1[0-9]{9}$`` leaves only numbers that could be real; then they are put wrong.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, packed
from pytest_specmint.engine.nodes.text import Sampler
from pytest_specmint.engine.templates import FIELD
from pytest_specmint.formats import check_digits
from pytest_specmint.formats.check_digits import Scheme
from pytest_specmint.formats.checked import CHECKED, Checked
from pytest_specmint.patterns import Language, PatternError, UnsupportedPattern
from pytest_specmint.patterns.automaton import Automaton
from pytest_specmint.stream import Keys

_DIGITS = range(ord("0"), ord("9") + 1)
_LETTERS = range(ord("A"), ord("Z") + 1)
_SEPARATORS = frozenset(map(ord, " -."))
_NUMBERS: Mapping[str, tuple[Scheme, int | None, Collection[int], Collection[int]]] = {
    "npi": (check_digits.NPI, None, {10}, _DIGITS),
    "routing_number": (check_digits.ABA, None, {9}, _DIGITS),
    "card_number": (check_digits.LUHN, None, range(12, 20), _DIGITS),
    "barcode": (check_digits.GS1, None, {8, 12, 13, 14}, _DIGITS),
    "iban": (check_digits.IBAN, 2, range(15, 35), {*_DIGITS, *_LETTERS}),
}
"""By kind of field: scheme and place of the check digits, lengths, code points."""
_ARTICLES = ("gtin8", "gtin12", "gtin13", "gtin14")
"""One kind in several lengths, of which a pattern chooses."""


class Corrected(Struct, frozen=True):
    """Texts of a sampler, all of one length, with other check digits: the right ones, or surely wrong ones."""

    sampler: Sampler
    kind: Checked
    max_length: int
    """Length of every text."""
    columns: tuple[int, ...]
    """Where the characters of the identifier stand, separators left out."""
    wrong: bool = False

    def cells(self, keys: Keys) -> Cells:
        """A text per key, in quotes."""
        texts = packed(self.sampler.cells(keys)).copy()
        columns = np.array(self.columns) + 1
        numbers = self.kind.corrected(texts[:, columns])
        if self.wrong:
            last = numbers[:, self.kind.places[-1]]
            numbers[:, self.kind.places[-1]] = (last - ord("0") + 1) % 10 + ord("0")
        texts[:, columns] = numbers
        return texts


def with_check_digits(sampler: Sampler, shape: Language, templates: Sequence[str]) -> Sampler:
    """The sampler of these texts, corrected where the templates are identifiers and the language leaves them free."""
    kinds = _kinds(templates)
    if not kinds:
        return sampler
    try:
        lengths = shape.lengths(2)
        fitting = [kind for kind in kinds if kind.scheme and (kind.form or lengths == [kind.length])]
        if len(lengths) != 1 or len(fitting) != 1 or not are_free(shape.automaton(), fitting[0].places):
            return sampler
    except (PatternError, UnsupportedPattern):
        return sampler
    return Corrected(sampler, fitting[0], lengths[0], tuple(range(lengths[0])))


def with_wrong_check_digits(sampler: Sampler, shape: Language, meaning: str) -> Sampler:
    """The sampler of these texts, which could all be real, with check digits that make them nobody's, where it can."""
    if meaning not in _NUMBERS:
        return sampler
    scheme, at, sizes, alphabet = _NUMBERS[meaning]
    try:
        lengths = shape.lengths(2)
        columns = _columns(shape.automaton(), lengths[0], alphabet) if len(lengths) == 1 else ()
        if len(columns) not in sizes:
            return sampler
        kind = Checked(meaning, ("",), len(columns) - scheme.width, scheme, at)
        last = columns[kind.places[-1]]
        if [*columns[kind.places.start : kind.places.stop]] != [*range(last - scheme.width + 1, last + 1)]:
            return sampler
        if not are_free(shape.automaton(), range(last - scheme.width + 1, last + 1)):
            return sampler
    except (PatternError, UnsupportedPattern):
        return sampler
    return Corrected(sampler, kind, lengths[0], columns, wrong=True)


def _columns(automaton: Automaton, length: int, alphabet: Collection[int]) -> tuple[int, ...]:
    """Where texts of this length have characters of the alphabet; nowhere if one may have others than separators."""
    found, here = [], {0}
    for at in range(length):
        taken = {code for state in here for code in _codes(automaton, state)}
        if taken <= set(alphabet):
            found.append(at)
        elif not taken <= _SEPARATORS:
            return ()
        here = {target for state in here for target in automaton.targets[state]}
    return tuple(found)


def _codes(automaton: Automaton, state: int) -> Iterator[int]:
    """Code points that the state takes; of large classes no more than the first beyond ASCII."""
    for number, _ in automaton.edges[state]:
        for low, high in automaton.classes[number]:
            yield from range(low, min(high, 128) + 1) if low <= 128 else (low,)


def _kinds(templates: Sequence[str]) -> list[Checked]:
    """The kinds of identifiers that templates are; an article's number may have any of its lengths."""
    found = [FIELD.fullmatch(template) for template in templates]
    named = [each[1].removeprefix("check:") for each in found if each and each[1].startswith("check:")]
    names = [name for each in named for name in (_ARTICLES if each in _ARTICLES else (each,))]
    return [CHECKED[name] for name in dict.fromkeys(names) if name in CHECKED]


def are_free(automaton: Automaton, places: range) -> bool:
    """Whether every text stays in the language when its characters at these places become any other digits.

    Sufficient, not necessary: all ten digits must lead to the same state.
    """
    if not automaton.edges:
        return False
    here = {0}
    for at in range(places.stop):
        if at in places and not all(_takes_any_digit(automaton, state) for state in here):
            return False
        here = {target for state in here for target in automaton.targets[state]}
    return True


def _takes_any_digit(automaton: Automaton, state: int) -> bool:
    targets, taken = set(), 0
    for number, target in automaton.edges[state]:
        digits = sum(low <= digit <= high for low, high in automaton.classes[number] for digit in _DIGITS)
        if digits:
            targets.add(target)
            taken += digits
    return taken == len(_DIGITS) and len(targets) == 1
