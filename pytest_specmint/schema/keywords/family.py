"""The form of a row in the table of keyword families."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING, TRUE_PLACE, Goal, Scope, Term
from pytest_specmint.schema.sets.union import Oracle, Union
from pytest_specmint.schema.sets.values import Json


class Site(Struct, frozen=True):
    """A schema object at its place, whose keywords are being read."""

    place: str
    schema: Mapping[str, Json]
    scope: Scope = ()

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.schema

    def get(self, keyword: str, default: Json = None) -> Json:
        """The keyword's value."""
        return self.schema.get(keyword, default)

    def child(self, *tokens: str | int, positive: bool = True) -> Goal:
        """The goal of the subschema below, or its denial."""
        below: Json = self.schema
        for token in tokens:
            below = below[token]
        if below is True or below == {}:
            return ANYTHING if positive else NOTHING
        if below is False:
            return NOTHING if positive else ANYTHING
        return (Term(join_pointer(self.place, *tokens), positive, self.scope),)

    def names(self, keyword: str) -> list[str]:
        """The property names below a keyword that holds an object, in the schema's order."""
        return list(self.schema.get(keyword, {}))


class Opener(Oracle, Protocol):
    """What a family may ask of the canonicaliser."""

    schema: Schema

    @property
    def draft(self) -> Draft:
        """The draft whose rules apply."""

    def open(self, goal: Goal) -> Union:
        """The goal as a union of settled sets."""

    def apply(self, goal: Goal, into: str) -> Union:
        """The goal applied to the same instance; a circle of such applications is an error at ``into``."""

    def rival(self, goal: Goal, into: str) -> Union:
        """The goal that the same instance must not meet."""

    def both(self, left: Union, right: Union) -> Union:
        """The intersection."""

    def peek(self, goal: Goal) -> Union:
        """The goal opened, or nothing where that would go in a circle."""

    def disjoint(self, left: Union, right: Union) -> bool:
        """Whether the two are known to share no value."""

    def note(self, reason: str, place: str) -> None:
        """Remember why a branch came out empty."""


Meet = Callable[[Opener, Site], Iterator[Union]]


class Family(Struct, frozen=True):
    """Keywords that are read together.

    ``meet`` gives the values that satisfy them, as unions to be intersected one after the other, each with what the
    earlier ones left; ``deny`` those that violate at least one of them. Both are called only where at least one of the
    keywords is present.
    """

    keywords: frozenset[str]
    meet: Meet
    deny: Callable[[Opener, Site], Union]
    since: Draft = Draft.D4
    until: Draft = Draft.D2020


def at_once(meet: Callable[[Opener, Site], Union]) -> Meet:
    """For families whose keywords are one union."""

    def single(opener: Opener, site: Site) -> Iterator[Union]:
        yield meet(opener, site)

    return single


__all__ = ["ANYTHING", "NOTHING", "TRUE_PLACE", "Family", "Opener", "Site", "at_once"]
