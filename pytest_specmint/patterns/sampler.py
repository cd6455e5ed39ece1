"""Drawing texts of a language in bulk: by templates where the pattern allows, else by walking its automaton."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.patterns.automaton import Automaton
from pytest_specmint.patterns.charset import CharSet, preferred, size
from pytest_specmint.patterns.language import Language, tree_of
from pytest_specmint.patterns.templates import Template, templates_of
from pytest_specmint.stream import BRANCH, LENGTH, Ints, Keys, below, draw, mix, threshold

SPREAD = 12
MAX_CHARS = 512
"""How many different characters of a set are used."""
_LENGTHS = 16
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
Points = NDArray[np.uint32]


class EmptyLanguage(ValueError):
    """There is no text to draw."""


class StringSampler(Protocol):
    """Draws texts: each is a function of its key alone."""

    @property
    def min_length(self) -> int:
        """Least length of a text."""

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""

    def sample(self, keys: Keys) -> list[str]:
        """One text per key."""


def compile_sampler(language: Language, *, spread: int = SPREAD) -> StringSampler:
    """The sampler of a language; texts without maximal length get ``spread`` characters beyond the least at most.

    Raises `EmptyLanguage`, `PatternSyntaxError` or `UnsupportedPattern`.
    """
    templates = _templates(language, spread)
    if templates:
        return TemplateSampler(tuple(templates))
    lengths = language.lengths(min(spread, _LENGTHS - 1) + 1)
    if not lengths:
        raise EmptyLanguage(f"no text satisfies {language}")
    return WalkSampler(language.automaton(), tuple(lengths))


def _templates(language: Language, spread: int) -> list[Template] | None:
    if len(language.conditions) != 1 or not language.conditions[0].positive:
        return None
    return templates_of(tree_of(language.conditions[0].pattern), language.least, language.most, spread)


@lru_cache(maxsize=4096)
def _points(chars: CharSet) -> Points:
    """The characters that are drawn from a set."""
    picked = preferred(chars)
    listed = [point for low, high in picked for point in range(low, min(high, low + MAX_CHARS) + 1)]
    return np.array(listed[:MAX_CHARS], dtype=np.uint32)


def decode(points: Points) -> list[str]:
    """The rows of a matrix of code points as texts: one decoding for all, then slices."""
    rows, width = points.shape
    if width == 0:
        return [""] * rows
    if points.size and points.max() < 128:
        text = points.astype(np.uint8).tobytes().decode("ascii")
    else:
        text = points.astype("<u4").tobytes().decode("utf-32-le")
    return [text[i : i + width] for i in range(0, rows * width, width)]


# ---------------------------------------------------------------- templates


@dataclass(frozen=True)
class TemplateSampler:
    """One of the templates per key, each as often as the others; then a character per position."""

    templates: tuple[Template, ...]

    @property
    def min_length(self) -> int:
        """Least length of a text."""
        return min(map(len, self.templates))

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""
        return max(map(len, self.templates))

    def sample(self, keys: Keys) -> list[str]:
        """One text per key."""
        if len(self._filled) == 1:
            return decode(self._fill(0, keys))
        chosen = below(mix(keys + BRANCH), len(self._filled))
        texts = [""] * len(keys)
        for number in range(len(self._filled)):
            lanes = np.flatnonzero(chosen == number)
            if len(lanes):
                made = decode(self._fill(number, keys[lanes]))
                for lane, text in zip(lanes.tolist(), made, strict=True):
                    texts[lane] = text
        return texts

    def _fill(self, number: int, keys: Keys) -> Points:
        constant, draws = self._filled[number]
        points = np.repeat(constant[None, :], len(keys), axis=0)
        for word, plan in enumerate(draws):
            fraction = draw(keys, word)
            halves = (fraction >> _S32, fraction & _LOW)
            for half, columns in zip(halves, plan, strict=True):
                for column, table in columns:
                    half = half * np.uint64(len(table))  # noqa: PLW2901 - the fraction left after each digit
                    points[:, column] = table.take((half >> _S32).astype(np.int64))
                    half &= _LOW  # noqa: PLW2901
        return points

    @cached_property
    def _filled(self) -> list[tuple[Points, list["_Draws"]]]:
        return [_plan(template) for template in self.templates]

    def __getstate__(self) -> dict[str, Any]:
        return {"templates": self.templates}


_Columns = list[tuple[int, Points]]
_Draws = tuple[_Columns, _Columns]


def _plan(template: Template) -> tuple[Points, list[_Draws]]:
    """The constant characters, and which half of which word serves the others: 24 bits of each half are used."""
    constant = np.zeros(len(template), dtype=np.uint32)
    halves: list[_Columns] = []
    capacity = 0
    for column, chars in enumerate(template):
        table = _points(chars)
        constant[column] = table[0]
        if len(table) == 1:
            continue
        if capacity < len(table):
            halves.append([])
            capacity = 1 << 24
        halves[-1].append((column, table))
        capacity //= len(table)
    halves += [[]] * (len(halves) % 2)
    return constant, list(zip(halves[::2], halves[1::2], strict=True))


# ---------------------------------------------------------------- automata


class _Step(NamedTuple):
    """The way on from every state when so many characters are still to come."""

    bounds: Keys
    classes: Ints
    targets: Ints


@dataclass(frozen=True)
class WalkSampler:
    """A length, each as often as the others, then a walk of that length through the automaton."""

    automaton: Automaton
    lengths: tuple[int, ...]

    @property
    def min_length(self) -> int:
        """Least length of a text."""
        return min(self.lengths)

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""
        return max(self.lengths)

    def sample(self, keys: Keys) -> list[str]:
        """One text per key."""
        chosen = below(mix(keys + LENGTH), len(self.lengths))
        texts = [""] * len(keys)
        for number, length in enumerate(self.lengths):
            lanes = np.flatnonzero(chosen == number)
            if len(lanes):
                made = decode(self._walk(keys[lanes], length))
                for lane, text in zip(lanes.tolist(), made, strict=True):
                    texts[lane] = text
        return texts

    def _walk(self, keys: Keys, length: int) -> Points:
        points = np.zeros((len(keys), length), dtype=np.uint32)
        state = np.zeros(len(keys), dtype=np.int64)
        for column in range(length):
            step = self._steps[length - column]
            word = draw(keys, column)
            edge = (step.bounds[state] <= word[:, None]).sum(axis=1)
            chars = step.classes[state, edge]
            size_of = self._sizes[chars]
            index = (((word & _LOW) * size_of) >> _S32).astype(np.int64)
            points[:, column] = self._chars[self._offsets[chars] + index]
            state = step.targets[state, edge]
        return points

    # ------------------------------------------------------------ tables

    @cached_property
    def _tables(self) -> list[Points]:
        return [_points(chars) for chars in self.automaton.classes]

    @cached_property
    def _chars(self) -> Points:
        return np.concatenate(self._tables)

    @cached_property
    def _sizes(self) -> Keys:
        return np.array([len(table) for table in self._tables], dtype=np.uint64)

    @cached_property
    def _offsets(self) -> Ints:
        ends = np.cumsum([len(table) for table in self._tables])
        return np.concatenate(([0], ends[:-1])).astype(np.int64)

    @cached_property
    def _steps(self) -> dict[int, _Step]:
        return dict(self._made_steps())

    def _made_steps(self) -> Iterator[tuple[int, _Step]]:
        """Weights of the texts that remain, by dynamic programming from the end; scaled, so that they stay finite."""
        edges = self.automaton.edges
        welcome = [_welcome(chars) for chars in self.automaton.classes]
        widest = max(map(len, edges), default=1) or 1
        weights = [1.0 if state in self.automaton.accepting else 0.0 for state in range(len(edges))]
        for left in range(1, max(self.lengths) + 1):
            bounds = np.full((len(edges), max(widest - 1, 1)), np.iinfo(np.uint64).max, dtype=np.uint64)
            classes = np.zeros((len(edges), widest), dtype=np.int64)
            targets = np.zeros((len(edges), widest), dtype=np.int64)
            fresh = []
            for state, row in enumerate(edges):
                shares = [(c, t, welcome[c] * weights[t]) for c, t in row if weights[t] > 0.0]
                total = sum(share for _, _, share in shares)
                fresh.append(total)
                reached = 0.0
                for k, (c, t, share) in enumerate(shares):
                    classes[state, k], targets[state, k] = c, t
                    reached += share
                    if k < len(shares) - 1:
                        bounds[state, k] = threshold(reached / total)
            top = max(fresh, default=0.0) or 1.0
            weights = [weight / top for weight in fresh]
            yield left, _Step(bounds, classes, targets)

    def __getstate__(self) -> dict[str, Any]:
        return {"automaton": self.automaton, "lengths": self.lengths}


def _welcome(chars: CharSet) -> float:
    """How much a class counts: by its welcome characters, little if it has none that are printable ASCII."""
    picked = preferred(chars)
    low = picked[0][0]
    alphanumeric = 48 <= low <= 57 or 65 <= low <= 90 or 97 <= low <= 122
    if alphanumeric:
        return float(min(size(picked), 64))
    return 0.5 if 33 <= low <= 126 else 0.001
