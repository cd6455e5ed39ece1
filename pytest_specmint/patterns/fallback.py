"""Patterns beyond automata (back-references, look-behind): proposals by rstr, judged by Python's own engine."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pytest_specmint.patterns.errors import PatternExhausted, PatternSyntaxError
from pytest_specmint.stream import GAMMA, MASK, Keys, mix_word

PROPOSALS = 200


@dataclass(frozen=True, slots=True)
class SearchSampler:
    """Texts of one pattern within length bounds, found by bounded search."""

    pattern: str
    min_length: int
    max_length: int

    def sample(self, keys: Keys) -> list[str]:
        """One text per key; raises `PatternExhausted` where no proposal fits."""
        return [self._text(key) for key in keys.tolist()]

    def _text(self, key: int) -> str:
        import rstr

        judge = compiled(self.pattern)
        maker = rstr.Rstr(_Choices(key))  # type: ignore[arg-type]
        for _ in range(PROPOSALS):
            text = maker.xeger(judge)
            if self.min_length <= len(text) <= self.max_length and judge.search(text):
                return text
        raise PatternExhausted(self.pattern, f"none of {PROPOSALS} proposals matched")


def search_sampler(pattern: str, least: int, most: int | None) -> SearchSampler:
    """The sampler for a pattern that `Language` cannot take; one text is tried at once, so that failure comes early."""
    sampler = SearchSampler(pattern, least, least + 256 if most is None else most)
    sampler._text(0)
    return sampler


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for Python's engine, in ECMA-262's sense where the two differ in notation."""
    text = re.sub(r"\(\?<([A-Za-z_]\w*)>", r"(?P<\1>", pattern)
    text = re.sub(r"\\k<(\w+)>", r"(?P=\1)", text)
    text = re.sub(r"(\\.)|(\[(?:\\.|[^\]])*\])|\$", lambda found: found[0] if found[1] or found[2] else r"\Z", text)
    try:
        return re.compile(text, re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternSyntaxError(pattern, f"not a regular expression: {error}") from None


class _Choices:
    """The part of `random.Random` that rstr uses, over the stream of one key."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._count = 0

    def _below(self, bound: int) -> int:
        self._count += 1
        return (mix_word((self._key + self._count * GAMMA) & MASK) * bound) >> 64

    def randint(self, low: int, high: int) -> int:
        """A whole number between the bounds, inclusive."""
        return low + self._below(high - low + 1)

    def choice(self, options: Any) -> Any:
        """One of the options."""
        # rstr passes negated classes in the order of a set, which differs from process to process.
        texts = all(isinstance(each, str) for each in options)
        listed = sorted(options) if texts else options
        return listed[self._below(len(listed))]

    def sample(self, options: Any, count: int) -> list[Any]:
        """So many different options."""
        pool = list(options)
        return [pool.pop(self._below(len(pool))) for _ in range(count)]

    def shuffle(self, items: list[Any]) -> None:
        """Put the items in random order, in place."""
        items[:] = self.sample(items, len(items))

    def random(self) -> float:
        """A number from 0 up to 1."""
        return self._below(1 << 53) / (1 << 53)
