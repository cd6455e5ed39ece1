"""Identifiers by a schema's own pattern that are right in their check digits too.

A pattern such as ``^9[0-9]{9}$`` leaves the check digit free; then texts are drawn by the pattern, and their check
digits are put right.
"""

from collections.abc import Sequence

from msgspec import Struct

from pytest_specmint.cells import Cells, packed
from pytest_specmint.engine.nodes.text import Sampler
from pytest_specmint.engine.templates import FIELD
from pytest_specmint.formats.checked import CHECKED, Checked
from pytest_specmint.patterns import Language, PatternError, UnsupportedPattern
from pytest_specmint.patterns.automaton import Automaton
from pytest_specmint.stream import Keys

_DIGITS = range(ord("0"), ord("9") + 1)


class Corrected(Struct, frozen=True):
    """Texts of a sampler, all of the form and length of one kind of identifier, with the right check digits."""

    sampler: Sampler
    kind: Checked
    max_length: int
    """Length of every text."""

    def cells(self, keys: Keys) -> Cells:
        """A text per key, in quotes."""
        texts = packed(self.sampler.cells(keys)).copy()
        texts[:, 1:-1] = self.kind.corrected(texts[:, 1:-1])
        return texts


def with_check_digits(sampler: Sampler, shape: Language, templates: Sequence[str]) -> Sampler:
    """The sampler of these texts, corrected where the templates are identifiers and the language leaves them free."""
    kinds = [_kind(template) for template in templates]
    if not any(kinds):
        return sampler
    try:
        lengths = shape.lengths(2)
        fitting = [
            kind for kind in kinds if kind is not None and kind.scheme and (kind.form or lengths == [kind.length])
        ]
        if len(lengths) != 1 or len(fitting) != 1 or not are_free(shape.automaton(), fitting[0].places):
            return sampler
    except (PatternError, UnsupportedPattern):
        return sampler
    return Corrected(sampler, fitting[0], lengths[0])


def _kind(template: str) -> Checked | None:
    found = FIELD.fullmatch(template)
    name = found[1].removeprefix("check:") if found else ""
    return CHECKED.get(name) if found and found[1].startswith("check:") else None


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
