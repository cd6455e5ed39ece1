"""Regular expressions as JSON Schema's `pattern` means them: parsed once, decided by automata, drawn in bulk.

`syntax` reads ECMA-262 into a `tree`; `rows` takes the simple ones. `build` turns the others into `terms` with
intersection and complement, `automaton` makes them deterministic; `language` combines and questions all of them.
`sampler` draws: rows by `templates` and `fill`, automata by `walk`; `fallback` serves the rest.
"""

from functools import lru_cache

from pytest_specmint.patterns.errors import (
    PatternError,
    PatternExhausted,
    PatternSyntaxError,
    UnsupportedPattern,
)
from pytest_specmint.patterns.fallback import SearchSampler, compiled, search_sampler
from pytest_specmint.patterns.language import Language
from pytest_specmint.patterns.sampler import EmptyLanguage, StringSampler, compile_sampler


@lru_cache(maxsize=16384)
def matches(pattern: str, text: str) -> bool:
    """Whether the text contains a match of the pattern."""
    try:
        return Language.of(pattern).contains(text)
    except UnsupportedPattern:
        return compiled(pattern).search(text) is not None


__all__ = [
    "EmptyLanguage",
    "Language",
    "PatternError",
    "PatternExhausted",
    "PatternSyntaxError",
    "SearchSampler",
    "StringSampler",
    "UnsupportedPattern",
    "compile_sampler",
    "matches",
    "search_sampler",
]
