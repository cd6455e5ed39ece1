"""Numbers and dates between bounds that the object's row of a table sets, such as the prices of a product.

Of a field's templates those count here that have one of the forms of `templates.FOR_NUMBERS`.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from msgspec.structs import replace

from pytest_specmint.engine.links.measure import Ruler, number_ruler, time_ruler
from pytest_specmint.engine.nodes.linked import Linked
from pytest_specmint.engine.nodes.row_numbers import RowBounds, RowScale
from pytest_specmint.engine.nodes.shared import IN_LIST, Rows
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.scope import RECORDS
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.templates import AGE, BOUNDS, PLACE, SCALE
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.formats.moments import DAY

T = TypeVar("T")
R = TypeVar("R")

MAX_PLACES = 9
PLACES = 1000
"""Items of longer lists are not numbered."""
_WORD = 1 << 62
_YEAR = Fraction(1461, 4)
"""Days of a year on average."""


def within_row(node: Node, inner: int, name: str, parent: str, settings: EngineSettings) -> Node:
    """The number or date within the bounds of its object's row, where its name means such; else as it is."""
    meaning = settings.vocabulary.meaning(name, parent)
    if meaning is None or not settings.vocabulary.has_ranges:
        return node
    ruler = number_ruler(node)
    if ruler is not None:
        if 10**MAX_PLACES % ruler.denominator():
            return node
        bounds = tuple(_bounds(meaning, ruler, settings.vocabulary))
        scale = _scale(meaning, ruler, settings.vocabulary)
    else:
        ruler, scale = time_ruler(node), None
        bounds = () if ruler is None else tuple(_ages(meaning, ruler, settings))
    if ruler is None or not (bounds or scale):
        return node
    unit = ruler.denominator()
    line = ruler.line(unit, *ruler.span(unit))
    return Linked(inner, (), ruler.usual, ruler.measured, line, RECORDS, -1, row_bounds=bounds, row_scale=scale)


def _each(made: Callable[[T], R], values: Sequence[T]) -> list[R]:
    """What is made of each value, made once for those that are equal: tables say the same on many rows."""
    known = {value: made(value) for value in dict.fromkeys(values)}
    return [known[value] for value in values]


def _column(name: str, vocabulary: Vocabulary) -> list[Fraction] | None:
    """The numbers in a column of a table; None where there is no such column, or something else in it."""
    if name not in vocabulary.lists:
        return None
    try:
        return _each(Fraction, vocabulary.lists[name])
    except ValueError:
        return None


def _rows(table: str, count: int, vocabulary: Vocabulary) -> Rows:
    return Rows.of(table, count, vocabulary.tables.get(table))


def _bounds(meaning: Meaning, ruler: Ruler, vocabulary: Vocabulary) -> "list[RowBounds]":
    """The bounds of all templates that set some; without condition, only the first such."""
    found: list[RowBounds] = []
    if PLACE in meaning.templates:
        least, most = _positions(ruler, *[[Fraction(place + 1) for place in range(PLACES)]] * 2)
        found.append(RowBounds(Rows(IN_LIST, PLACES), least, most, shown=True, said=PLACE))
    for template in meaning.templates:
        form = BOUNDS.fullmatch(template)
        shown = form is not None and bool(form[1])
        if form is None or (not shown and any(not each.shown for each in found)):
            continue
        lows, highs = (_column(f"{form[2]}.{name}", vocabulary) for name in (form[3], form[4] or form[3]))
        if lows is None or highs is None:
            continue
        least, most = _positions(ruler, lows, highs)
        if any(a <= b for a, b in zip(least, most, strict=True)):
            found.append(RowBounds(_rows(form[2], len(least), vocabulary), least, most, shown, template))
    return found


def _positions(
    ruler: Ruler, lows: Sequence[Fraction], highs: Sequence[Fraction]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last position of a ruler within each pair of bounds."""
    least = _each(lambda value: int(-((ruler.first - value) // ruler.step)), lows)
    most = _each(lambda value: int((value - ruler.first) // ruler.step), highs)
    return tuple(least), tuple(most)


def _scale(meaning: Meaning, ruler: Ruler, vocabulary: Vocabulary) -> RowScale | None:
    form = next((found for template in meaning.templates if (found := SCALE.fullmatch(template))), None)
    factors = None if form is None else _column(f"{form[1]}.{form[2]}", vocabulary)
    zero = ruler.first / ruler.step
    if form is None or factors is None or zero.denominator != 1:
        return None
    places = _column(f"{form[1]}.{form[3]}", vocabulary) if form[3] else None
    steps = [Fraction(1)] * len(factors) if places is None else [1 / (10 ** int(each) * ruler.step) for each in places]
    grids = tuple(int(each) if each.denominator == 1 and each >= 1 else 1 for each in steps)
    pairs = tuple((factor.numerator, factor.denominator) for factor in factors)
    reach = max(abs(int(zero)), abs(int(zero) + ruler.high)) * max(top for top, _ in pairs)
    rows = replace(_rows(form[1], len(pairs), vocabulary), outward=True)
    return None if reach >= _WORD else RowScale(rows, pairs, grids, int(zero), form[0])


def _ages(meaning: Meaning, ruler: Ruler, settings: EngineSettings) -> "list[RowBounds]":
    """Dates so many years before the day that counts as today."""
    form = next((found for template in meaning.templates if (found := AGE.fullmatch(template))), None)
    if form is None:
        return []
    young, old = (_column(f"{form[1]}.{name}", settings.vocabulary) for name in (form[2], form[3]))
    if young is None or old is None:
        return []
    today = settings.as_of.toordinal()
    earliest, latest = (_each(lambda age: (today - age * _YEAR) * DAY, ages) for ages in (old, young))
    least, most = _positions(ruler, earliest, latest)
    return [RowBounds(_rows(form[1], len(least), settings.vocabulary), least, most, shown=True, said=form[0])]
