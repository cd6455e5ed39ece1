"""What `calls` and `arithmetic` ask of the resolver that they work for."""

from typing import Protocol

from pytest_specmint.rules.expression import nodes
from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.kinds import Field, Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.terms import Place, Term


class Resolving(Protocol):
    """A resolver: see `resolve.Resolver`."""

    roots: dict[str, tuple[Step, ...]]

    def refusal(self, at: int, message: str, hint: str) -> ExpressionError:
        """An error at a place in the text."""

    def term(self, node: nodes.Node) -> Term:
        """The term of a node."""

    def want(self, term: Term, kind: Kind) -> Term:
        """The term read as a kind."""

    def made(self, op: str, kind: Kind, args: tuple[Term, ...], at: int) -> Term:
        """An operation."""

    def alike(self, left: Term, right: Term, at: int) -> tuple[Term, Term]:
        """Two terms of one kind."""

    def field(self, node: nodes.Path) -> Field:
        """What is known of a path."""

    def loop_scope(self, source: nodes.Path, variable: str, at: int) -> Place:
        """Give a list's items a name."""
