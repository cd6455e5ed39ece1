"""Extended regular terms with intersection and complement, and their derivatives by characters.

Terms are numbers into a table, equal terms are one number. The derivative of a term by a character is the term of what
may follow that character (Brzozowski, Derivatives of Regular Expressions, J. ACM 11, 1964); with the simplifications
made here every term has finitely many, and they are the states of its automaton.

What look-behinds, ``^`` and word boundaries ask of the text before is kept apart, as *guards*: each is the term of
those beginnings of a text after which it holds. ``when`` makes a term that counts only where a guard holds; such terms
have derivatives and hold the empty string relative to a *past*, which has for each guard the derivative of its term by
what has been read. ``tie`` closes a loop around a term with guards.
"""

from typing import Any

from pytest_specmint.patterns.charset import ALL, NONE, CharSet, contains, partition

MAX_TERMS = 200_000
MAX_WORK = 400_000
"""How many steps constructions and derivatives may take: about a second."""


class TooManyTerms(Exception):
    """The table outgrew its bound, or the work on it did."""


Node = tuple[Any, ...]
Past = tuple[int, ...]
Row = dict[int, int]
"""The derivatives of a term: by the numbers of classes, without those that are empty."""
NO_PAST: Past = ()
_TIES = 1
"""The bit of terms with loops that were tied; guards have the bits above."""


class Terms:
    """A table of terms; the methods give the number of the term that they describe."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._nullable: list[bool] = []
        self._asks: list[int] = []
        self._rows: dict[tuple[int, Past], Row] = {}
        self._guards: list[int] = []
        self._loops: list[int] = []
        self._classes: list[CharSet] = []
        self._members: dict[CharSet, list[int]] = {}
        self._work = MAX_WORK
        self.empty = self._term(("chars", NONE), nullable=False)
        self.epsilon = self._term(("epsilon",), nullable=True)
        self.any = self.chars(ALL)
        self.everything = self._term(("loop", self.any, 0, None), nullable=True)

    def _term(self, node: Node, *, nullable: bool, asks: int = 0) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            self._nullable.append(nullable)
            self._asks.append(asks)
            if number > MAX_TERMS:
                raise TooManyTerms
        return number

    def _spend(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise TooManyTerms

    # ------------------------------------------------------------ constructors

    def chars(self, chars: CharSet) -> int:
        """One character of the set."""
        return self._term(("chars", chars), nullable=False)

    def cat(self, first: int, then: int) -> int:
        """One after the other; the first has no guards."""
        if self.empty in (first, then):
            return self.empty
        if first == self.epsilon:
            return then
        if then == self.epsilon:
            return first
        if first == self.everything and self._nodes[then][:2] == ("cat", first):
            return then
        if first == then == self.everything:
            return first
        nullable = self._nullable[first] and self._nullable[then]
        return self._term(("cat", first, then), nullable=nullable, asks=self._asks[then])

    def either(self, *terms: int) -> int:
        """Any of them."""
        members = self._flat("or", terms) - {self.empty}
        if self.everything in members:
            return self.everything
        if len(members) < 2:
            return next(iter(members), self.empty)
        self._spend(len(members))
        key = tuple(sorted(members))
        return self._term(("or", *key), nullable=any(self._nullable[each] for each in key), asks=self._asked(key))

    def both(self, *terms: int) -> int:
        """All of them at once."""
        members = self._flat("and", terms) - {self.everything}
        if self.empty in members:
            return self.empty
        if self.epsilon in members and not self._asked(tuple(members)):
            return self.epsilon if all(self._nullable[each] for each in members) else self.empty
        if len(members) < 2:
            return next(iter(members), self.everything)
        self._spend(len(members))
        key = tuple(sorted(members))
        return self._term(("and", *key), nullable=all(self._nullable[each] for each in key), asks=self._asked(key))

    def _asked(self, terms: tuple[int, ...]) -> int:
        found = 0
        for term in terms:
            found |= self._asks[term]
        return found

    def _flat(self, kind: str, terms: tuple[int, ...]) -> set[int]:
        members: set[int] = set()
        for term in terms:
            node = self._nodes[term]
            members.update(node[1:] if node[0] == kind else (term,))
        return members

    def negate(self, term: int) -> int:
        """Everything else."""
        if term == self.empty:
            return self.everything
        if term == self.everything:
            return self.empty
        node = self._nodes[term]
        if node[0] == "not":
            return int(node[1])
        return self._term(("not", term), nullable=not self._nullable[term], asks=self._asks[term])

    def loop(self, body: int, least: int, most: int | None) -> int:
        """``least`` to ``most`` times; the body has no guards."""
        if most == 0 or body == self.epsilon or (body == self.empty and least == 0):
            return self.epsilon
        if body == self.empty:
            return self.empty
        if (least, most) == (1, 1):
            return body
        if self._nullable[body]:
            least = 0
        node = self._nodes[body]
        if node[0] == "loop" and (node[2], node[3]) == (0, None):
            return body
        return self._term(("loop", body, least, most), nullable=least == 0)

    # ------------------------------------------------------------ guards and ties

    def guard(self, term: int) -> int:
        """The number of the guard that holds after the texts of the term."""
        if term not in self._guards:
            self._guards.append(term)
        return self._guards.index(term)

    def when(self, guard: int, then: int, *, holds: bool = True) -> int:
        """The term where the guard holds (or does not), nothing elsewhere."""
        if then == self.empty:
            return then
        asks = 2 << guard | self._asks[then] | self._asks[self._guards[guard]]
        return self._term(("when", guard, holds, then), nullable=False, asks=asks)

    def open_loop(self) -> int:
        """A term that `tie` will make equal to another, in which it may occur behind a character."""
        self._loops.append(self.empty)
        return self._term(("tied", len(self._loops) - 1), nullable=False, asks=_TIES)

    def tie(self, loop: int, term: int) -> None:
        """Say what an open loop is."""
        self._loops[self._nodes[loop][1]] = term

    def holds_empty(self, term: int) -> bool:
        """Whether a term without guards holds the empty string."""
        return self._nullable[term]

    def asks(self, term: int) -> bool:
        """Whether the term depends on what was before."""
        return self._asks[term] != 0

    def start(self) -> Past:
        """The past at the start of a text."""
        return tuple(self._guards)

    def told(self, term: int, past: Past) -> Past:
        """As much of a past as the term asks about."""
        asks = self._asks[term]
        if not asks or asks & _TIES:
            return past if asks else NO_PAST
        return tuple(each if asks >> 1 >> i & 1 else -1 for i, each in enumerate(past))

    def onward(self, past: Past, number: int) -> Past:
        """The past after another character, of this class."""
        return tuple(
            each if each < 0 else self.derivatives(each, self.told(each, past)).get(number, self.empty) for each in past
        )

    def nullable(self, term: int, past: Past) -> bool:
        """Whether the term holds the empty string, after such a past."""
        if not self._asks[term]:
            return self._nullable[term]
        self._spend(1)
        kind, *rest = self._nodes[term]
        while kind == "cat":
            if not self._nullable[rest[0]]:
                return False
            term = rest[1]
            kind, *rest = self._nodes[term]
        if not self._asks[term]:
            return self._nullable[term]
        if kind == "when":
            return self._holds(rest[0], past) is rest[1] and self.nullable(rest[2], past)
        if kind == "tied":
            return self.nullable(self._loops[rest[0]], past)
        if kind == "not":
            return not self.nullable(rest[0], past)
        found = (self.nullable(each, past) for each in rest)
        return any(found) if kind == "or" else all(found)

    def _holds(self, guard: int, past: Past) -> bool:
        return self.nullable(past[guard], past)

    # ------------------------------------------------------------ derivatives

    def classes(self) -> list[CharSet]:
        """The classes of characters that the terms so far tell apart; derivatives are by their numbers."""
        self._classes = partition([node[1] for node in self._nodes if node[0] == "chars"])
        self._members, self._rows = {}, {}
        return self._classes

    def derivatives(self, term: int, past: Past) -> Row:
        """What may follow each class of characters, after such a past; empty terms left out."""
        key = (term, past if self._asks[term] else NO_PAST)
        known = self._rows.get(key)
        if known is None:
            known = self._rows[key] = self._derive(term, past)
            self._spend(len(known) + 1)
        return known

    def _derive(self, term: int, past: Past) -> Row:
        kind, *rest = self._nodes[term]
        if kind == "epsilon":
            return {}
        if kind == "chars":
            return dict.fromkeys(self._classes_in(rest[0]), self.epsilon)
        if kind == "cat":
            return self._derive_cat(term, past)
        if kind == "loop":
            body, least, most = rest
            left = self.loop(body, max(least - 1, 0), None if most is None else most - 1)
            return {number: self.cat(each, left) for number, each in self.derivatives(body, past).items()}
        if kind == "when":
            return self.derivatives(rest[2], past) if self._holds(rest[0], past) is rest[1] else {}
        if kind == "tied":
            return self.derivatives(self._loops[rest[0]], past)
        if kind == "not":
            row = self.derivatives(rest[0], past)
            denied = ((number, self.negate(row.get(number, self.empty))) for number in range(len(self._classes)))
            return {number: each for number, each in denied if each != self.empty}
        rows = [self.derivatives(each, past) for each in rest]
        return self._merged(rows) if kind == "or" else self._common(rows)

    def _derive_cat(self, term: int, past: Past) -> Row:
        """Along the chain of links, as long as each may be empty; a loop, since chains are long."""
        rows = []
        while self._nodes[term][0] == "cat":
            _, first, then = self._nodes[term]
            rows.append({number: self.cat(each, then) for number, each in self.derivatives(first, past).items()})
            if not self._nullable[first]:
                return self._merged(rows)
            self._spend(1)
            term = then
        return self._merged([*rows, self.derivatives(term, past)])

    def _merged(self, rows: list[Row]) -> Row:
        if len(rows) == 1:
            return rows[0]
        found: dict[int, list[int]] = {}
        for row in rows:
            for number, each in row.items():
                found.setdefault(number, []).append(each)
        return {number: each[0] if len(each) == 1 else self.either(*each) for number, each in found.items()}

    def _common(self, rows: list[Row]) -> Row:
        first, *others = sorted(rows, key=len)
        found = {}
        for number, each in first.items():
            if all(number in row for row in others):
                meet = self.both(each, *(row[number] for row in others))
                if meet != self.empty:
                    found[number] = meet
        return found

    def _classes_in(self, chars: CharSet) -> list[int]:
        found = self._members.get(chars)
        if found is None:
            found = [number for number, each in enumerate(self._classes) if contains(chars, each[0][0])]
            self._members[chars] = found
        return found
