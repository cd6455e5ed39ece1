"""Fields of one object that share a row of a table, or an entry of a list: which rows suit them all."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from pytest_specmint.engine.nodes.shared import SharedWords
from pytest_specmint.engine.nodes.text import Digits, Part, Template, Words
from pytest_specmint.engine.vocabulary import snake_case
from pytest_specmint.formats.checked import Checked
from pytest_specmint.patterns import Language, UnsupportedPattern
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.settle.texts import admits, language

COMPONENTS = frozenset(
    {
        *("address", "addr", "contact", "contacts", "coordinates", "demographics", "details", "dimensions", "geo"),
        *("identity", "info", "inventory", "location", "meta", "name", "person", "pricing", "profile", "size"),
    }
)
"""Last words of the names of objects that describe what the object around them is."""


MAX_FORM = 4000
"""Longer expressions are not looked at: their automata would cost more than they give."""


def is_component(name: str) -> bool:
    """Whether an object of this name has no rows of its own."""
    return snake_case(name).rpartition("_")[2] in COMPONENTS


def fitting(template: Template, texts: Strings) -> Template | None:
    """The template with those rows that suit a set of texts; None where none do, or where that cannot be told.

    The rows of each source are looked at beside the first of all else; where several parts vary, patterns must hold
    all that they come to together, and lengths the shortest and the longest.
    """
    parts = list(template.parts)
    for i, part in enumerate(parts):
        if isinstance(part, SharedWords):
            suits = {entry: admits(texts, _text(parts, i, entry)) for entry in dict.fromkeys(part.entries)}
            rows = [row for row, entry in enumerate(part.entries) if suits[entry]]
            if not rows:
                return None
            kept = None if len(rows) == part.count else tuple(rows)
            parts[i] = replace(part, rows=replace(part.rows, allowed=kept))
    made = replace(template, parts=tuple(parts))
    varying = [part for part in parts if varies(part)]
    if not varying:
        return made if admits(texts, "".join(map(_first_entry, parts))) else None
    if len(varying) == 1 and isinstance(varying[0], SharedWords):
        return made
    low, high = made.span
    within = low >= texts.min_length and (texts.max_length is None or high <= texts.max_length)
    return made if within and (not texts.patterns or _holds_all(made, texts)) else None


def varies(part: Part) -> bool:
    """Whether a part has more than one text."""
    if isinstance(part, SharedWords):
        return len(part.allowed or part.entries) > 1
    return not isinstance(part, Words) or len(part.entries) > 1


def _holds_all(template: Template, texts: Strings) -> bool:
    """Whether patterns hold every text of a template; no where telling would take too long. Lengths are left out."""
    forms = [_form(part) for part in template.parts]
    if sum(map(len, forms)) > MAX_FORM:
        return False
    whole = Language.full("".join(forms))
    alone = replace(texts, formats=frozenset(), min_length=0, max_length=None)
    try:
        allowed = [language(replace(alone, patterns=frozenset({pattern}))) for pattern in texts.patterns]
        return all(each is not None and whole.intersect(each.complement()).is_empty() for each in allowed)
    except UnsupportedPattern:
        return False


def _form(part: Part) -> str:
    """The regular expression of a part's texts."""
    if isinstance(part, Checked):
        return part.expression
    if isinstance(part, Digits):
        return f"[0-9a-f]{{{part.span[0]},{part.span[1]}}}" if part.base == "x" else _numbers(part)
    listed = part.entries
    if isinstance(part, SharedWords) and part.allowed is not None:
        listed = tuple(part.entries[row] for row in part.allowed)
    return f"({'|'.join(re.escape(text) for text in dict.fromkeys(listed))})"


def _numbers(part: Digits) -> str:
    return f"[0-9]{{{part.span[0]},{part.span[1]}}}"


def is_shared(template: Template) -> bool:
    """Whether some of a template is shared."""
    return any(isinstance(part, SharedWords) for part in template.parts)


def _text(parts: Sequence[Part], at: int, entry: str) -> str:
    """A text with this entry of the part at a place, and the first ones of the others."""
    return "".join(entry if i == at else _first_entry(part) for i, part in enumerate(parts))


def _first_entry(part: Part) -> str:
    if isinstance(part, Digits):
        return f"{part.first:0{part.width}{part.base}}"
    if isinstance(part, Checked):
        return f"{part.heads[0]:0<{part.length}}"
    return part.entries[part.allowed[0] if isinstance(part, SharedWords) and part.allowed is not None else 0]
