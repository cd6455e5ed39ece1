"""Extended regular terms with intersection and complement, and their derivatives by characters.

Terms are numbers into a table, equal terms are one number. The derivative of a term by a character is the term of what
may follow that character (Brzozowski, Derivatives of Regular Expressions, J. ACM 11, 1964); with the simplifications
made here every term has finitely many, and they are the states of its automaton.
"""

from typing import Any

from pytest_specmint.patterns.charset import ALL, NONE, CharSet, contains

MAX_TERMS = 60_000


class TooManyTerms(Exception):
    """The table outgrew its bound."""


Node = tuple[Any, ...]


class Terms:
    """A table of terms; the methods give the number of the term that they describe."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._nullable: list[bool] = []
        self._derived: dict[tuple[int, int], int] = {}
        self.empty = self._term(("chars", NONE), nullable=False)
        self.epsilon = self._term(("epsilon",), nullable=True)
        self.any = self.chars(ALL)
        self.everything = self._term(("loop", self.any, 0, None), nullable=True)

    def _term(self, node: Node, *, nullable: bool) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
            self._nullable.append(nullable)
            if number > MAX_TERMS:
                raise TooManyTerms
        return number

    def nullable(self, term: int) -> bool:
        """Whether the term holds the empty string."""
        return self._nullable[term]

    def charsets(self) -> list[CharSet]:
        """Every character set that occurs."""
        return [node[1] for node in self._nodes if node[0] == "chars"]

    # ------------------------------------------------------------ constructors

    def chars(self, chars: CharSet) -> int:
        """One character of the set."""
        return self._term(("chars", chars), nullable=False)

    def cat(self, first: int, then: int) -> int:
        """One after the other; nested to the right."""
        if self.empty in (first, then):
            return self.empty
        if first == self.epsilon:
            return then
        if then == self.epsilon:
            return first
        if first == then == self.everything:
            return first
        node = self._nodes[first]
        if node[0] == "cat":
            return self.cat(node[1], self.cat(node[2], then))
        return self._term(("cat", first, then), nullable=self._nullable[first] and self._nullable[then])

    def either(self, *terms: int) -> int:
        """Any of them."""
        members = self._flat("or", terms) - {self.empty}
        if self.everything in members:
            return self.everything
        if len(members) < 2:
            return next(iter(members), self.empty)
        key = tuple(sorted(members))
        return self._term(("or", *key), nullable=any(self._nullable[each] for each in key))

    def both(self, *terms: int) -> int:
        """All of them at once."""
        members = self._flat("and", terms) - {self.everything}
        if self.empty in members:
            return self.empty
        if self.epsilon in members:
            return self.epsilon if all(self._nullable[each] for each in members) else self.empty
        if len(members) < 2:
            return next(iter(members), self.everything)
        key = tuple(sorted(members))
        return self._term(("and", *key), nullable=all(self._nullable[each] for each in key))

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
        return self._term(("not", term), nullable=not self._nullable[term])

    def loop(self, body: int, least: int, most: int | None) -> int:
        """``least`` to ``most`` times."""
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

    # ------------------------------------------------------------ derivatives

    def derive(self, term: int, point: int) -> int:
        """What may follow the character."""
        known = self._derived.get((term, point))
        if known is None:
            known = self._derived[term, point] = self._derive(term, point)
        return known

    def _derive(self, term: int, point: int) -> int:
        kind, *rest = self._nodes[term]
        if kind == "epsilon":
            return self.empty
        if kind == "chars":
            return self.epsilon if contains(rest[0], point) else self.empty
        if kind == "cat":
            return self._derive_cat(term, point)
        if kind == "loop":
            body, least, most = rest
            left = self.loop(body, max(least - 1, 0), None if most is None else most - 1)
            return self.cat(self.derive(body, point), left)
        parts = [self.derive(each, point) for each in rest]
        if kind == "or":
            return self.either(*parts)
        return self.both(*parts) if kind == "and" else self.negate(parts[0])

    def _derive_cat(self, term: int, point: int) -> int:
        """Along the chain of links, as long as each may be empty; a loop, since chains are long."""
        ways = []
        while True:
            node = self._nodes[term]
            if node[0] != "cat":
                ways.append(self.derive(term, point))
                break
            first, then = node[1], node[2]
            ways.append(self.cat(self.derive(first, point), then))
            if not self._nullable[first]:
                break
            term = then
        return self.either(*ways)
