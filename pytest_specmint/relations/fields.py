"""What a schema says about a field of its records, by the JSON pointer to it: where its subschemas stand."""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.document import Schema, pointer_tokens
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import ANYTHING, Goal, Term
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import Set
from pytest_specmint.schema.settle.names import goal_of, known_names

_UNNAMED = "\0specmint"
"""A name that no schema lists."""


class Place(Struct, frozen=True):
    """A field: the goals that its values meet one of, and whether every record has it."""

    goals: tuple[Goal, ...]
    always: bool


class Names(Struct, frozen=True):
    """The properties of a value that is an object, those that are always there, and whether there are no others."""

    listed: tuple[str, ...]
    always: frozenset[str]
    closed: bool


class Fields:
    """The fields of one schema's records."""

    def __init__(self, schema: Schema, place: str | None = None) -> None:
        self._canonical = Canonicaliser(schema)
        self._root = Place((goal_at(schema, schema.place if place is None else place),), always=True)

    def at(self, pointer: str, *, asked: str, place: str) -> Place:
        """The field at a pointer; raises `SchemaError` about ``asked`` at ``place`` if there is none."""
        here = self._root
        for token in pointer_tokens(pointer):
            below = self._below(here, token)
            if below is None:
                raise self._unknown(here, token, asked, place)
            here = below
        return here

    def names(self, field: Place, *, beside: bool = False) -> Names | None:
        """The properties of a field; None where its values are no objects, or others ``beside`` objects."""
        sets = list(self._sets(field))
        objects = [each for each in sets if isinstance(each, Objects)]
        if not objects or (len(objects) < len(sets) and not beside):
            return None
        listed = dict.fromkeys(name for each in objects for name in known_names(each))
        always = frozenset.intersection(*(each.required for each in objects))
        return Names(tuple(listed), always, all(map(self._closed, objects)))

    def _closed(self, objects: Objects) -> bool:
        goal = goal_of(objects, _UNNAMED)
        return not (self._canonical.inhabited(goal) and self._canonical.meets(objects.name_goal, _UNNAMED))

    def _sets(self, field: Place) -> Iterator[Set]:
        for goal in field.goals:
            if goal != ANYTHING:
                yield from (branch.set for branch in self._canonical.open(goal))

    def below(self, field: Place, name: str) -> Place | None:
        """A property of a field."""
        return self._below(field, name)

    def _below(self, field: Place, token: str) -> Place | None:
        goals: dict[Goal, None] = {}
        always = field.always
        for each in self._sets(field):
            found: Goal | None = None
            if isinstance(each, Objects) and token in known_names(each):
                found, always = goal_of(each, token), always and token in each.required
            elif isinstance(each, Arrays) and token.isdecimal():
                found = each.prefix[int(token)] if int(token) < len(each.prefix) else each.rest
                always = always and each.min_items > int(token)
            if found is None or not self._canonical.inhabited(found):
                always = False
            else:
                goals.setdefault(found)
        return Place(tuple(goals), always) if goals else None

    def _unknown(self, field: Place, token: str, asked: str, place: str) -> SchemaError:
        sets = [each for each in self._sets(field) if isinstance(each, Objects)]
        names = list(dict.fromkeys(name for each in sets for name in known_names(each)))
        near = nearest(token, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(names) or 'nothing with a name'}"
        return SchemaError(f"{asked} leads to nothing: there is no {token!r}", pointer=place, hint=hint)


def goal_at(schema: Schema, place: str) -> Goal:
    """The goal of what a schema has at a place."""
    return ANYTHING if schema.at(place) is True else (Term(place),)


@lru_cache(maxsize=32)
def fields_of(schema: Schema) -> Fields:
    """The fields of a schema's records."""
    return Fields(schema)
