"""Numbers and dates between bounds that the object's row of a table sets, such as the prices of a product.

Of a field's templates those count here that have one of the forms of `templates.FOR_NUMBERS`.
"""

from fractions import Fraction

from pytest_specmint.engine.links.measure import Ruler, number_ruler, time_ruler
from pytest_specmint.engine.nodes.linked import Linked
from pytest_specmint.engine.nodes.row_numbers import RowBounds, RowScale
from pytest_specmint.engine.nodes.shared import Rows
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.scope import RECORDS
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.templates import AGE, BOUNDS, SCALE
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.formats.moments import DAY

MAX_PLACES = 9
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


def _column(name: str, vocabulary: Vocabulary) -> list[Fraction] | None:
    """The numbers in a column of a table; None where there is no such column, or something else in it."""
    if name not in vocabulary.lists:
        return None
    try:
        return [Fraction(text) for text in vocabulary.lists[name]]
    except ValueError:
        return None


def _rows(table: str, count: int, vocabulary: Vocabulary) -> Rows:
    return Rows.of(table, count, vocabulary.tables[table] if table in vocabulary.tables else None)


def _bounds(meaning: Meaning, ruler: Ruler, vocabulary: Vocabulary) -> "list[RowBounds]":
    """The bounds of all templates that set some; without condition, only the first such."""
    found: list[RowBounds] = []
    for template in meaning.templates:
        form = BOUNDS.fullmatch(template)
        shown = form is not None and bool(form[1])
        if form is None or (not shown and any(not each.shown for each in found)):
            continue
        lows, highs = (_column(f"{form[2]}.{name}", vocabulary) for name in (form[3], form[4] or form[3]))
        if lows is None or highs is None:
            continue
        least = tuple(int(-((ruler.first - value) // ruler.step)) for value in lows)
        most = tuple(int((value - ruler.first) // ruler.step) for value in highs)
        if any(a <= b for a, b in zip(least, most, strict=True)):
            found.append(RowBounds(_rows(form[2], len(least), vocabulary), least, most, shown))
    return found


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
    return None if reach >= _WORD else RowScale(_rows(form[1], len(pairs), vocabulary), pairs, grids, int(zero))


def _ages(meaning: Meaning, ruler: Ruler, settings: EngineSettings) -> "list[RowBounds]":
    """Dates so many years before the day that counts as today."""
    for template in meaning.templates:
        form = AGE.fullmatch(template)
        pair = (form[2], form[3]) if form else ()
        found = [_column(f"{form[1]}.{name}", settings.vocabulary) for name in pair] if form else []
        if form is None or len(found) != 2 or found[0] is None or found[1] is None:
            continue
        today = Fraction(settings.as_of.toordinal() * DAY)
        least = tuple(int(-((ruler.first - (today - age * _YEAR * DAY)) // ruler.step)) for age in found[1])
        most = tuple(int((today - age * _YEAR * DAY - ruler.first) // ruler.step) for age in found[0])
        return [RowBounds(_rows(form[1], len(least), settings.vocabulary), least, most, shown=True)]
    return []
