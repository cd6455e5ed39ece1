"""Templates as regular expressions: so that a pattern and what a field's name means can be drawn from at once.

A ZIP code stays within its pattern and within the prefixes that are never assigned, a telephone number within the range
reserved for fiction, a state among the states.
"""

import re
from collections.abc import Mapping, Sequence

from pytest_specmint.engine.templates import FIELD, RANGE, transform, unmarked
from pytest_specmint.formats.checked import CHECKED

MAX_WORDS = 64
"""Longer lists are not turned into alternatives: their automata would be large."""
MAX_NUMBERS = 100


def expression(template: str, lists: Mapping[str, Sequence[str]]) -> str | None:
    """The regular expression of a template's texts; None where a list is too long or a range too odd."""
    parts, at = [], 0
    for match in FIELD.finditer(template):
        part = _field(match[1], lists)
        if part is None:
            return None
        parts += [re.escape(template[at : match.start()]), part]
        at = match.end()
    return "".join([*parts, re.escape(template[at:])])


def _field(field: str, lists: Mapping[str, Sequence[str]]) -> str | None:
    bounds = RANGE.fullmatch(field)
    if bounds:
        return _range(bounds[1], bounds[2])
    kind, _, amount = field.partition(":")
    if kind == "hex":
        return f"[0-9a-f]{{{amount}}}"
    if kind == "AZ":
        return f"[A-Z]{{{amount}}}"
    if kind == "check" and amount in CHECKED:
        return CHECKED[amount].expression
    name, *transforms = unmarked(field).split("|")
    words = lists.get(name, ())
    for each in transforms:
        change = transform(each)
        words = [] if change is None else [change(word) for word in words]
    words = list(dict.fromkeys(words))
    if not words or len(words) > MAX_WORDS:
        return None
    return f"({'|'.join(re.escape(word) for word in words)})"


def _range(low: str, high: str) -> str | None:
    """Numbers between the bounds: by their digits where those are free, else written out if they are few."""
    first, last = int(low), int(high)
    width = len(high) if low.startswith("0") and len(low) > 1 else 0
    if len(low) == len(high):
        shared = next((i for i, (a, b) in enumerate(zip(low, high, strict=True)) if a != b), len(low))
        head, tail = low[:shared], len(low) - shared - 1
        if tail < 0:
            return low
        if set(low[shared + 1 :]) <= {"0"} and set(high[shared + 1 :]) <= {"9"}:
            return f"{head}[{low[shared]}-{high[shared]}][0-9]{{{tail}}}"
    if first == 1 and set(high) == {"9"}:
        return f"[1-9][0-9]{{0,{len(high) - 1}}}"
    if last - first >= MAX_NUMBERS:
        return None
    return f"({'|'.join(format(number, f'0{width}d') for number in range(first, last + 1))})"
