"""Numbers between bounds that the object's row of a table sets, such as the prices of a product."""

import re
from fractions import Fraction

from pytest_specmint.engine.links.measure import Ruler, number_ruler
from pytest_specmint.engine.nodes.linked import Linked, RowBounds
from pytest_specmint.engine.nodes.shared import Rows
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.scope import RECORDS
from pytest_specmint.engine.vocabulary import Vocabulary

RANGE = re.compile(r"\{([^{}.|@]+)\.([^{}|]+)\}(?:\.\.\{\1\.([^{}|]+)\})?")
"""``{products.price_low}..{products.price_high}``, or ``{products.weight}`` alone."""
MAX_PLACES = 9


def within_row(node: Node, inner: int, name: str, parent: str, vocabulary: Vocabulary) -> Node:
    """The number within the bounds of its object's row, where its name means such; else as it is."""
    meaning = vocabulary.meaning(name, parent)
    ruler = None if meaning is None else number_ruler(node)
    if meaning is None or ruler is None or 10**MAX_PLACES % ruler.denominator():
        return node
    for template in meaning.templates:
        bounds = _bounds(template, ruler, vocabulary)
        if bounds is not None:
            unit = ruler.denominator()
            line = ruler.line(unit, *ruler.span(unit))
            return Linked(inner, (), ruler.usual, ruler.measured, line, RECORDS, -1, row_bounds=bounds)
    return node


def _bounds(template: str, ruler: Ruler, vocabulary: Vocabulary) -> RowBounds | None:
    found = RANGE.fullmatch(template)
    if found is None:
        return None
    table, low, high = found[1], found[2], found[3] or found[2]
    names = (f"{table}.{low}", f"{table}.{high}")
    if any(each not in vocabulary.lists for each in names):
        return None
    try:
        lows, highs = ([Fraction(text) for text in vocabulary.lists[each]] for each in names)
    except ValueError:
        return None
    least = tuple(int(-((ruler.first - value) // ruler.step)) for value in lows)
    most = tuple(int((value - ruler.first) // ruler.step) for value in highs)
    if not any(a <= b for a, b in zip(least, most, strict=True)):
        return None
    groups = vocabulary.tables[table].groups if table in vocabulary.tables else ()
    return RowBounds(Rows(table, len(least), groups=groups), least, most)
