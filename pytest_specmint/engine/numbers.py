"""From a set of numbers to the node that draws them: bounds where the schema has none, and a plausible grid."""

from fractions import Fraction

from msgspec.structs import replace

from pytest_specmint.engine.nodes.number import EXACT, BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.vocabulary import snake_case
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.values import exact

_SPAN = 1000
_POINTS = 1000
_WORD = 1 << 62
_RESOLUTION = 100
"""How many steps the width of a distribution is at least."""
_FINEST = 12
"""But steps have no more decimal places than this for its sake."""

RANGES: dict[str, tuple[int, int]] = {
    "age": (18, 90),
    "day": (1, 28),
    "height": (1, 200),
    "hour": (0, 23),
    "lat": (-90, 90),
    "latitude": (-90, 90),
    "length": (1, 200),
    "lng": (-180, 180),
    "lon": (-180, 180),
    "longitude": (-180, 180),
    "minute": (0, 59),
    "month": (1, 12),
    "page": (1, 50),
    "percent": (0, 100),
    "percentage": (0, 100),
    "port": (1024, 65535),
    "priority": (1, 5),
    "quantity": (1, 20),
    "qty": (1, 20),
    "rating": (1, 5),
    "score": (0, 100),
    "units": (1, 20),
    "version": (1, 9),
    "weight": (1, 100),
    "width": (1, 200),
    "year": (1980, 2024),
}
"""Plausible bounds by the last word of a field's name, where the schema sets none."""


def number_node(numbers: Numbers, name: str, place: str = "#", spread: Fraction | None = None) -> Node:
    """The node for a non-empty set of numbers; `UnsupportedSchema` where no double lies in it.

    With a ``spread``, the width of a distribution, bounds are taken as they are, and steps that the schema leaves open
    are much smaller than that.
    """
    members = numbers.members()
    if members is not None and (len(members) <= 16 or numbers.step is None):
        return Choice(tuple(_plain(number) for number in _undisputed(members, numbers.step)))
    bounded = _bounded(numbers, name) if spread is None else numbers
    origin = Origin(numbers, _word(name) if bounded not in (numbers, _bounded(numbers, "")) else "")
    if bounded.step is not None:
        return _on_grid(bounded, origin, multiple=True)
    fine = replace(bounded, step=_fine_step(bounded, spread))
    first, last = fine.grid_range()
    assert first is not None
    assert last is not None
    assert fine.step is not None
    interval = replace(numbers, not_steps=frozenset(), excluded=frozenset())
    if not interval.admits(exact(float((first + last) // 2 * fine.step))):
        raise UnsupportedSchema(
            f"no double lies between {float(bounded.lower or 0)!r} and {float(bounded.upper or 0)!r}",
            pointer=place,
            hint="widen the interval",
        )
    return _on_grid(fine, origin, multiple=False)


def _undisputed(members: list[Fraction], step: Fraction | None) -> list[Fraction]:
    """The members whose float quotient by the step is whole, as several validators ask; all if there is none."""
    if step is None or step.denominator == 1:
        return members
    return [number for number in members if (float(number) / float(step)).is_integer()] or members


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)


def _word(name: str) -> str:
    return snake_case(name).rpartition("_")[2]


_WORDS = frozenset(Fraction((1 << bits) - 1) for bits in (31, 32, 53, 63, 64))
"""Greatest numbers of machine words: as bounds, or by the formats int32 and int64, they say nothing on usual values."""


def _bounded(numbers: Numbers, name: str) -> Numbers:
    """The set with both bounds: those of the field's name where they fit, else a modest span."""
    if numbers.lower is not None and numbers.upper is not None and numbers.upper not in _WORDS:
        return numbers
    low, high = RANGES.get(_word(name), (0, _SPAN))
    usual = replace(numbers, formats=frozenset()).meet(Numbers(lower=Fraction(low), upper=Fraction(high)))
    span = max(Fraction(_SPAN), (numbers.step or Fraction(1)) * _SPAN)
    if usual.contradiction() is None and _roomy(numbers, usual, span):
        return usual
    if numbers.lower is not None and numbers.upper is not None:
        return numbers
    if numbers.lower is not None:
        return replace(numbers, upper=numbers.lower + span)
    if numbers.upper is not None:
        return replace(numbers, lower=numbers.upper - span)
    return replace(numbers, lower=Fraction(0), upper=span)


def _roomy(numbers: Numbers, usual: Numbers, span: Fraction) -> bool:
    """Whether the usual bounds leave enough choice beside the one that the schema sets."""
    assert usual.lower is not None
    assert usual.upper is not None
    width = usual.upper - usual.lower
    return width > 0 and (numbers.lower is None or width * 10 >= min(span, usual.upper))


def _fine_step(numbers: Numbers, spread: Fraction | None) -> Fraction:
    """A decimal step, cents if that leaves enough choice, that has at least one point within the bounds."""
    assert numbers.lower is not None
    assert numbers.upper is not None
    width = numbers.upper - numbers.lower
    for digits in range(2, 400):
        step = Fraction(1, 10**digits)
        first, last = replace(numbers, step=step).grid_range()
        assert first is not None
        assert last is not None
        if spread is not None and step * _RESOLUTION > spread and digits < _FINEST:
            continue
        if last - first >= _POINTS or (last >= first and digits > 15 and width > 0 and last > first):
            return step
    return width / 2


def _on_grid(numbers: Numbers, origin: Origin, *, multiple: bool) -> Node:
    step = numbers.step
    first, last = numbers.grid_range()
    assert step is not None
    assert first is not None
    assert last is not None
    count = last - first + 1
    reach = max(abs(first), abs(last)) * step.numerator
    if step.denominator == 1:
        if reach < _WORD and count < _WORD:
            return Integers(first, count, step.numerator, origin)
        return BigNumbers(first, count, step, origin)
    if reach < EXACT and step.denominator < EXACT:
        divisor = float(step) if multiple else None
        return Decimals(first, count, step.numerator, step.denominator, divisor, origin)
    return BigNumbers(first, count, step, origin)
