"""Strings against patterns, formats and lengths: membership, emptiness, and the language to draw from."""

from functools import lru_cache

from pytest_specmint.formats.accept import accepts
from pytest_specmint.formats.table import FORMATS
from pytest_specmint.formats.wide import WIDE
from pytest_specmint.patterns import Language, UnsupportedPattern, matches
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings


def admits(strings: Strings, text: str) -> bool:
    """Whether the set holds the text."""
    if len(text) < strings.min_length or (strings.max_length is not None and len(text) > strings.max_length):
        return False
    if text in strings.excluded:
        return False
    if not all(matches(pattern, text) for pattern in sorted(strings.patterns)):
        return False
    if any(matches(pattern, text) for pattern in sorted(strings.not_patterns)):
        return False
    return all(accepts(name, text) for name in sorted(strings.formats)) and not any(
        accepts(name, text) for name in sorted(strings.not_formats)
    )


def contradiction(candidate: Strings | Numbers) -> str | None:
    """Why no text has such a length and matches such patterns, or None; formats are left out."""
    if isinstance(candidate, Numbers) or not (candidate.patterns or candidate.not_patterns):
        return None
    try:
        empty = _language(candidate.patterns, candidate.not_patterns, candidate.min_length, candidate.max_length)
    except UnsupportedPattern:
        return None
    return None if empty is not None else _explain(candidate)


def _explain(strings: Strings) -> str:
    patterns = " and ".join(repr(pattern) for pattern in sorted(strings.patterns))
    parts = [f"pattern {patterns}"] if patterns else []
    parts += [f"not pattern {pattern!r}" for pattern in sorted(strings.not_patterns)]
    if strings.min_length:
        parts.append(f"minLength {strings.min_length}")
    if strings.max_length is not None:
        parts.append(f"maxLength {strings.max_length}")
    return f"no string satisfies {' with '.join(parts)}"


def language(strings: Strings) -> Language | None:
    """The language of the set, formats by their safe sublanguage or, where that leaves nothing, a wide one; or None.

    Raises `UnsupportedPattern` where a pattern is not regular or too large.
    """
    shape = _language(strings.patterns, strings.not_patterns, strings.min_length, strings.max_length)
    for name in sorted(strings.formats):
        if shape is None:
            return None
        shape = _with_format(shape, name)
    return shape


def _with_format(shape: Language, name: str) -> Language | None:
    for expression in (FORMATS[name].language, WIDE.get(name)):
        if expression is not None:
            both = shape.intersect(Language.full(expression))
            if not both.is_empty():
                return both
    return None


@lru_cache(maxsize=4096)
def _language(patterns: frozenset[str], not_patterns: frozenset[str], least: int, most: int | None) -> Language | None:
    shape = Language.everything()
    for i, pattern in enumerate(sorted(patterns)):
        one = Language.of(pattern)
        shape = shape.intersect(one) if i else one
    for pattern in sorted(not_patterns):
        shape = shape.intersect(Language.of(pattern).complement())
    if least or most is not None:
        shape = shape.with_length(least, most)
    return None if shape.is_empty() else shape
