"""Patterns beyond automata, such as back-references: proposals by rstr, judged by Python's own engine."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_strings
from pytest_specmint.patterns.errors import PatternExhausted, PatternSyntaxError, UnsupportedPattern
from pytest_specmint.patterns.syntax import parse
from pytest_specmint.patterns.tree import Beyond, Repeat, Tree, children, width
from pytest_specmint.stream import GAMMA, MASK, Keys, mix_word

PROPOSALS = 200
_CHARACTERS = 50_000
"""How many characters the proposals for one text may come to."""
MAX_SEARCHED = 2048
"""Longer texts are not searched for."""
_ROOM = 256
_REPEATS = 12
"""Repetitions are not made more often than this beyond their least number."""


class SearchSampler(Struct, frozen=True):
    """Texts of one pattern within length bounds, found by bounded search."""

    pattern: str
    min_length: int
    max_length: int

    def cells(self, keys: Keys) -> Cells:
        """The texts of ``sample``, quoted and escaped."""
        return cells_of_strings(self.sample(keys))

    def sample(self, keys: Keys) -> list[str]:
        """One text per key; raises `PatternExhausted` where no proposal fits."""
        return [self._text(key) for key in keys.tolist()]

    def _text(self, key: int) -> str:
        import rstr

        judge = compiled(self.pattern)
        maker = rstr.Rstr(_Choices(key))  # type: ignore[arg-type]
        proposals = self._proposals()
        for _ in range(proposals):
            try:
                text = maker.xeger(judge)
            except (ValueError, LookupError, RecursionError):
                break
            if self.min_length <= len(text) <= self.max_length and judge.search(text):
                return text
        raise PatternExhausted(self.pattern, f"none of {proposals} proposals matched")

    def _proposals(self) -> int:
        return min(PROPOSALS, _CHARACTERS // max(_written(parse(self.pattern)), 1))


def search_sampler(pattern: str, least: int, most: int | None) -> SearchSampler:
    """The sampler for a pattern that `Language` cannot take; one text is tried at once, so that failure comes early.

    Raises `PatternExhausted`, `PatternSyntaxError`, or `UnsupportedPattern` where texts or their search are too long.
    """
    tree = parse(pattern)
    if max(_written(tree), least) > MAX_SEARCHED:
        raise UnsupportedPattern(pattern, f"texts of more than {MAX_SEARCHED} characters cannot be searched for")
    if _branching(tree) > 1:
        raise UnsupportedPattern(pattern, "repetitions within repetitions cannot be searched for")
    sampler = SearchSampler(pattern, least, least + _ROOM if most is None else most)
    sampler._text(0)
    return sampler


def _written(tree: Tree) -> int:
    """How long proposals are at most, as `_Choices` makes them."""
    if isinstance(tree, Repeat):
        extra = _REPEATS if tree.most is None else min(tree.most - tree.least, _REPEATS)
        return _written(tree.body) * (tree.least + extra)
    if isinstance(tree, Beyond):
        return 1
    return max(sum(map(_written, children(tree))), width(tree)[0])


def _branching(tree: Tree) -> int:
    """How many unlimited repetitions are nested: two can take a backtracking engine forever."""
    inside = max(map(_branching, children(tree)), default=0)
    return inside + (isinstance(tree, Repeat) and tree.most is None)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for Python's engine, in ECMA-262's sense where the two differ in notation."""
    try:
        return re.compile("".join(_translated(pattern)), re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternSyntaxError(pattern, f"not for Python's engine: {error}") from None


_TOKENS = re.compile(
    r"(?P<escape>\\(?:u\{(?P<point>[0-9A-Fa-f]{1,8})\}|k<(?P<name>\w+)>|.))"
    r"|(?P<empty>\[\])|(?P<all>\[\^\])|(?P<open>\[\^?)|(?P<group>\(\?<(?![=!]))|(?P<end>\$)|.",
    re.DOTALL,
)
_SAME = frozenset("dDwWsSbBAZtnvfrxuUa")
_ENDS = {"z": r"\Z"}


def _translated(pattern: str) -> Iterator[str]:
    """ECMA-262's notation as Python's, token by token."""
    inside = False
    at = 0
    while found := _TOKENS.match(pattern, at):
        text, kind = found[0], found.lastgroup
        at = found.end()
        if found["escape"]:
            yield _escape(found, text)
        elif inside:
            # Inside a class only its end is special; the rest is taken character by character.
            at = found.start() + 1
            inside = text[0] != "]"
            yield "\\[" if text[0] == "[" else text[0]
        elif kind == "open":
            inside = True
            yield text
        else:
            yield {"empty": "(?!)", "all": r"[\s\S]", "group": "(?P<", "end": r"\Z"}.get(kind or "", text)


def _escape(found: re.Match[str], text: str) -> str:
    if found["point"]:
        return f"\\U{int(found['point'], 16):08x}"
    if found["name"]:
        return f"(?P={found['name']})"
    if text[1:] in _ENDS:
        return _ENDS[text[1:]]
    return text if not text[1:].isalpha() or text[1:] in _SAME else text[1:]


class _Choices:
    """The part of `random.Random` that rstr uses, over the stream of one key."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._count = 0

    def _below(self, bound: int) -> int:
        self._count += 1
        return (mix_word((self._key + self._count * GAMMA) & MASK) * bound) >> 64

    def randint(self, low: int, high: int) -> int:
        """A number of repetitions: between the bounds, inclusive, and near the lower one."""
        return low + self._below(min(high - low, _REPEATS) + 1)

    def choice(self, options: Any) -> Any:
        """One of the options; of characters rather letters and digits."""
        # rstr passes negated classes in the order of a set, which differs from process to process.
        if all(isinstance(each, str) for each in options):
            options = sorted(options)
            options = [each for each in options if each.isascii() and each.isalnum()] or options
        return options[self._below(len(options))]

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
