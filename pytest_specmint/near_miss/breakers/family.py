"""The form of a row in the table of breakers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.sets.values import Json

LARGEST = 20_000
"""How many characters, items or properties a near miss may have to exceed; larger limits are left alone."""


class Aids(Protocol):
    """What breakers may ask about other subschemas."""

    def holds(self, place: str, value: Json) -> bool:
        """Whether the subschema at the place accepts the value."""

    def samples(self, place: str, count: int) -> Sequence[Json]:
        """Values that the subschema at the place accepts, always the same; none where there are none to be had."""

    def changes(self, place: str, value: Json) -> Iterator[Json]:
        """The value changed so as to break, one at a time, the assertions of the subschema at the place."""


class Spot(Struct, frozen=True):
    """A keyword (or, by ``child``, the false subschema below it) and the valid value that it applies to."""

    schema: Mapping[str, Json]
    place: str
    keyword: str
    child: tuple[str | int, ...]
    forbids: bool
    value: Json
    draft: Draft
    aids: Aids

    @property
    def operand(self) -> Json:
        """The keyword's value."""
        return self.schema[self.keyword]

    def below(self, *tokens: str | int) -> str:
        """The place of a subschema of the same schema object."""
        return join_pointer(self.place, *tokens)

    def sample(self, *tokens: str | int, other: Json = None) -> Json:
        """A value for a subschema of the same schema object; ``other`` where there is none to be had."""
        below: Json = self.schema
        for token in tokens:
            if isinstance(below, Mapping) and token not in below:
                return other
            below = below[token]
        return next(iter(self.aids.samples(self.below(*tokens), 1)), other)


Breaker = Callable[[Spot], Iterator[Json]]
"""Candidates, the nearest first: none of them need break the keyword, or nothing else; verification tells."""
