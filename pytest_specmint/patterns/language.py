"""Languages: what patterns, length bounds and their combinations mean, opened only when asked."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.patterns import rows as rw
from pytest_specmint.patterns.automaton import Automaton, TooManyStates, automaton
from pytest_specmint.patterns.build import Builder
from pytest_specmint.patterns.charset import ALL
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.syntax import parse
from pytest_specmint.patterns.terms import Terms, TooManyTerms
from pytest_specmint.patterns.tree import Anchor, Sequence

MAX_JUDGED = 400
"""Up to so many states, texts are judged by an automaton."""
_BEGIN, _END = Anchor("^"), Anchor("$")


class Condition(Struct, frozen=True, order=True):
    """One pattern: to be found in the text, to be all of it, or to be how it starts; asserted or denied."""

    pattern: str
    whole: bool = False
    positive: bool = True
    starts: bool = False

    def term(self, terms: Terms) -> int:
        """The term of the texts that meet it."""
        builder, tree = Builder(terms, self.pattern), parse(self.pattern)
        build = builder.whole if self.whole else builder.starting if self.starts else builder.search
        found = build(tree)
        return found if self.positive else terms.negate(found)

    def is_open(self) -> bool:
        """Whether it allows something around a match."""
        tree = parse(self.pattern)
        items = tree.items if isinstance(tree, Sequence) else (tree,)
        return self.positive and not self.whole and not (items[:1] == (_BEGIN,) and items[-1:] == (_END,))

    def rows(self, *, loose: bool = False) -> rw.Rows | None:
        """Its rows (see `rows.rows_of`), if it has that form and is asserted."""
        return _rows(self, loose) if self.positive and not self.starts else None

    def holds(self, text: str) -> bool:
        """Whether the text meets it."""
        return _judge(replace(self, positive=True) if not self.positive else self)(text) is self.positive


class Language(Struct, frozen=True):
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

    # ------------------------------------------------------------ means

    def rows(self, *, loose: bool = False) -> rw.Rows | None:
        """The rows of the one condition, lengths apart; None where it has another form (see `rows.rows_of`)."""
        if not self.conditions:
            return (rw.Row(1.0, (rw.Stretch(ALL, 0, None),)),)
        (condition, *others) = self.conditions
        return None if others else condition.rows(loose=loose)

    def automaton(self) -> Automaton:
        """The automaton of the conditions, lengths apart."""
        return _automaton(self.conditions)

    def text(self) -> str:
        """The patterns, for messages."""
        return _shown(self.conditions)

    def narrowed(self) -> Iterator["Language"]:
        """Languages within this one, with nothing around the matches and then with nothing before them."""
        for whole in (True, False):
            conditions = tuple(
                replace(each, whole=whole, starts=not whole) if each.is_open() else each for each in self.conditions
            )
            if conditions != self.conditions:
                yield replace(self, conditions=conditions)

    # ------------------------------------------------------------ questions

    def lengths(self, wanted: int) -> list[int]:
        """The shortest possible lengths."""
        rows = self.rows()
        if rows is not None:
            return rw.lengths(rows, self.least, self.most, wanted)
        if self.most is not None and self.least > self.most:
            return []
        try:
            return self.automaton().lengths(self.least, self.most, wanted)
        except TooManyStates:
            raise UnsupportedPattern(self.text(), f"too many ways to reach {self.least} characters") from None

    def is_empty(self) -> bool:
        """Whether no text is in it."""
        rows = self.rows(loose=True)
        if rows and rw.lengths(rows, self.least, self.most, 1):
            return False
        try:
            return not self.lengths(1)
        except UnsupportedPattern:
            if any(_has_texts(each) for each in self.narrowed()):
                return False
            raise

    def contains(self, text: str) -> bool:
        """Whether the text is in it."""
        fits = self.least <= len(text) and (self.most is None or len(text) <= self.most)
        return fits and all(condition.holds(text) for condition in self.conditions)


@lru_cache(maxsize=4096)
def _rows(condition: Condition, loose: bool) -> rw.Rows | None:
    return rw.rows_of(parse(condition.pattern), whole=condition.whole, loose=loose)


@lru_cache(maxsize=4096)
def _judge(condition: Condition) -> Callable[[str], bool]:
    """What tells texts of an asserted condition: automata are fast, rows are never too large."""
    rows = condition.rows()
    if rows is None:
        return _automaton((condition,)).accepts
    if sum(map(rw.states, rows)) <= MAX_JUDGED:
        found = _made((condition,))
        if not isinstance(found, str):
            return found.accepts
    return lambda text: any(rw.matches(row, text) for row in rows)


def _has_texts(language: Language) -> bool:
    try:
        return bool(language.lengths(1))
    except UnsupportedPattern:
        return False


def _shown(conditions: tuple[Condition, ...]) -> str:
    return " and ".join(condition.pattern for condition in conditions)


@lru_cache(maxsize=1024)
def _made(conditions: tuple[Condition, ...]) -> Automaton | str:
    """The automaton, or what made it impossible: that is remembered too, since it takes long to find out."""
    try:
        terms = Terms()
        return automaton(terms, terms.both(*[condition.term(terms) for condition in conditions]))
    except (TooManyTerms, TooManyStates, RecursionError):
        return "too large for an automaton (fewer or smaller counted repetitions would help)"


def _automaton(conditions: tuple[Condition, ...]) -> Automaton:
    found = _made(conditions)
    if isinstance(found, str):
        raise UnsupportedPattern(_shown(conditions), found)
    return found
