"""Languages: what patterns, length bounds and their combinations mean, opened only when asked."""

from dataclasses import dataclass, replace
from functools import lru_cache

from pytest_specmint.patterns.automaton import Automaton, TooManyStates, automaton
from pytest_specmint.patterns.build import Builder
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.syntax import Tree, parse
from pytest_specmint.patterns.terms import Terms, TooManyTerms


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One pattern: to be found in the text or to be all of it, asserted or denied."""

    pattern: str
    whole: bool = False
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Language:
    """The texts that meet every condition and have ``least`` to ``most`` code points.

    Constructing one parses nothing. Questions raise `PatternSyntaxError`, or `UnsupportedPattern` where the answer
    would take an automaton beyond bounds.
    """

    conditions: tuple[Condition, ...] = ()
    least: int = 0
    most: int | None = None

    @classmethod
    def everything(cls) -> "Language":
        """Every text."""
        return cls()

    @classmethod
    def of(cls, pattern: str) -> "Language":
        """Texts that contain a match, as JSON Schema's `pattern` means it."""
        return cls((Condition(pattern),))

    @classmethod
    def full(cls, pattern: str) -> "Language":
        """Texts that match as a whole."""
        return cls((Condition(pattern, whole=True),))

    def intersect(self, other: "Language") -> "Language":
        """Texts in both."""
        limits = [each for each in (self.most, other.most) if each is not None]
        conditions = tuple(sorted({*self.conditions, *other.conditions}))
        return Language(conditions, max(self.least, other.least), min(limits, default=None))

    def complement(self) -> "Language":
        """Texts outside; for languages of a single condition without bounds."""
        if len(self.conditions) != 1 or self.least or self.most is not None:
            raise ValueError("only the language of one condition has a complement here")
        (condition,) = self.conditions
        return Language((replace(condition, positive=not condition.positive),))

    def with_length(self, least: int, most: int | None) -> "Language":
        """Those of the texts with such a length."""
        return self.intersect(Language((), least, most))

    def automaton(self) -> Automaton:
        """The automaton of the conditions; lengths apart."""
        return _automaton(self.conditions)

    def lengths(self, wanted: int) -> list[int]:
        """The shortest possible lengths."""
        return self.automaton().lengths(self.least, self.most, wanted)

    def is_empty(self) -> bool:
        """Whether no text is in it."""
        if self.most is not None and self.least > self.most:
            return True
        return not self.lengths(1)

    def contains(self, text: str) -> bool:
        """Whether the text is in it."""
        fits = self.least <= len(text) and (self.most is None or len(text) <= self.most)
        return fits and self.automaton().accepts(text)


@lru_cache(maxsize=4096)
def tree_of(pattern: str) -> Tree:
    """The pattern's syntax tree."""
    return parse(pattern)


@lru_cache(maxsize=1024)
def _automaton(conditions: tuple[Condition, ...]) -> Automaton:
    shown = " and ".join(condition.pattern for condition in conditions)
    try:
        terms = Terms()
        members = []
        for condition in conditions:
            builder = Builder(terms, condition.pattern)
            tree = tree_of(condition.pattern)
            term = builder.whole(tree) if condition.whole else builder.search(tree)
            members.append(term if condition.positive else terms.negate(term))
        return automaton(terms, terms.both(*members))
    except (TooManyTerms, TooManyStates, RecursionError):
        raise UnsupportedPattern(shown, "too large for an automaton") from None
