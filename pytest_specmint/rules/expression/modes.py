"""How compiled code carries numbers: as JSON has them, as integers of 10⁻ᵖ, or as fractions. All are exact."""

from enum import Enum

from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import places_of
from pytest_specmint.rules.expression.terms import Term

FIELD_PLACES = 6
"""Decimals that a field is read with where its schema says none; what has more is left to the reference."""
MAX_PLACES = 60
SHORT = 10**15
"""Decimals of up to fifteen digits and doubles name each other: none is two of the other."""


class Special(Enum):
    """The modes that are no number of decimals."""

    JSON = "as parsed: an integer, or a double below 2⁵³ that stands for its shortest text"
    FRACTION = "an integer or a fraction"


Mode = int | Special


def mode_of(term: Term) -> Mode:
    """The mode of a number's term."""
    if term.kind is not Kind.NUMBER:
        return 0
    if term.op == "path":
        return Special.JSON
    if term.op == "const":
        assert not isinstance(term.value, (str, type(None)))
        places = places_of(term.value)
        return Special.FRACTION if places is None or places > MAX_PLACES else places
    if term.op in {"neg", "abs"}:
        return mode_of(term.args[0])
    return _joint(term)


def _joint(term: Term) -> Mode:
    op = term.op
    if op in {"+", "-", "%"}:
        return common([scaled(mode_of(each), each) for each in term.args])
    if op == "*":
        modes = [scaled(mode_of(each), each) for each in term.args]
        numbers = [mode for mode in modes if isinstance(mode, int)]
        return _capped(sum(numbers)) if len(numbers) == len(modes) else Special.FRACTION
    if op in {"/", "avg"}:
        return Special.FRACTION
    if op == "sum":
        return scaled(mode_of(term.args[0]), term.args[0])
    if op == "round":
        places = term.args[1].value
        assert isinstance(places, int)
        return max(places, 0)
    if op in {"least", "greatest", "default"}:
        return common_of(term.args)
    if op in {"min", "max"}:
        return mode_of(term.args[0])
    if op in {"if", "when"}:
        return common_of(term.args[1:])
    return 0


def _capped(places: int) -> Mode:
    return places if places <= MAX_PLACES else Special.FRACTION


def scaled(mode: Mode, term: Term) -> Mode:
    """The mode that a term is calculated with."""
    if mode is not Special.JSON:
        return mode
    known = max((each for each in _decimals(term)), default=FIELD_PLACES)
    return min(known, FIELD_PLACES)


def _decimals(term: Term) -> list[int]:
    """The decimals of the fields that a term hands on; `FIELD_PLACES` for those whose schema says none."""
    if term.op == "path":
        return [FIELD_PLACES if term.decimals is None else term.decimals]
    if term.op == "const":
        return [] if (places := mode_of(term)) is Special.FRACTION else [places]  # type: ignore[list-item]
    return [places for each in term.args for places in _decimals(each)]


def common(modes: list[Mode]) -> Mode:
    """The mode that holds values of all of these."""
    if Special.FRACTION in modes:
        return Special.FRACTION
    if all(mode is Special.JSON for mode in modes):
        return Special.JSON
    return max(FIELD_PLACES if mode is Special.JSON else mode for mode in modes)  # type: ignore[type-var]


def common_of(terms: tuple[Term, ...]) -> Mode:
    """The mode that holds the values of all of these terms."""
    modes = [mode_of(each) for each in terms]
    if all(mode is Special.JSON for mode in modes):
        return Special.JSON
    return common([scaled(mode, each) for mode, each in zip(modes, terms, strict=True)])


def is_short(term: Term) -> bool:
    """Whether a constant is the very number that its nearest double's text says."""
    places = mode_of(term)
    if term.op != "const" or not isinstance(places, int) or isinstance(term.value, (str, type(None))):
        return False
    return places == 0 or (places <= 15 and abs(term.value * 10**places) < SHORT)
