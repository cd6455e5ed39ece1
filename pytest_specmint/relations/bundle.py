"""Subschemas of another schema, taken along: self-contained, without annotations, references by number."""

from msgspec import Struct

from pytest_specmint.relations.fields import Place
from pytest_specmint.relations.model import DOCUMENT
from pytest_specmint.schema.dialect import CHILDREN, Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import TRUE_PLACE, Goal
from pytest_specmint.schema.sets.values import Json

_DYNAMIC = ("$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$recursiveAnchor")
_NAMES = ("$id", "id", "$anchor", "$schema", "$comment", "title", "description", "examples", "example", "default")
"""What says nothing about values, or would give a copy the name of the original."""
_CHANGED = ("additionalItems", "dependencies", "contentSchema", "$vocabulary")
"""Keywords that not all drafts read alike."""


class Foreign(Exception):
    """Something cannot be taken along: dynamic references, or what another draft reads otherwise."""


def kindred(one: Draft, other: Draft) -> bool:
    """Whether two drafts read nearly all keywords alike."""
    return one is other or {one, other} in ({Draft.D6, Draft.D7}, {Draft.D2019, Draft.D2020})


class Bundle:
    """What is taken along for schemas of one draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._numbers: dict[tuple[str, str], int] = {}
        self._entries: dict[int, Json] = {}

    @property
    def holder(self) -> str:
        """The keyword that definitions stand under."""
        return "$defs" if self._draft >= Draft.D2019 else "definitions"

    @property
    def document(self) -> Json:
        """All that was taken along."""
        return {self.holder: {str(number): entry for number, entry in self._entries.items()}}

    def reference(self, number: int) -> str:
        """How an entry is referred to."""
        return f"{DOCUMENT}#/{self.holder}/{number}"

    def own(self, content: Json) -> int:
        """Add a schema that was made up."""
        number = len(self._numbers) + 1
        self._numbers["", str(number)] = number
        self._entries[number] = content
        return number

    def add(self, schema: Schema, place: str) -> int:
        """Take along what stands at a place; raises `Foreign`."""
        if not kindred(schema.draft, self._draft):
            raise Foreign
        key = schema.sha256, place
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self._numbers) + 1
            self._entries[known] = _Copying(self, schema).at(place)
        return known

    def of(self, schema: Schema, field: Place) -> Json:
        """A schema of a field's values; raises `Foreign`."""
        ways = [self._goal(schema, goal) for goal in field.goals]
        return ways[0] if len(ways) == 1 else {"anyOf": ways}

    def _goal(self, schema: Schema, goal: Goal) -> Json:
        parts: list[Json] = []
        for term in goal:
            if term.scope:
                raise Foreign
            if term.place == TRUE_PLACE or term.place.startswith("specmint:"):
                continue
            part = {"$ref": self.reference(self.add(schema, term.place))}
            parts.append(part if term.positive else {"not": part})
        return parts[0] if len(parts) == 1 else {"allOf": parts} if parts else {}


class _Copying(Struct, frozen=True):
    """Copies subschemas of one schema into a bundle."""

    bundle: Bundle
    schema: Schema

    def at(self, place: str) -> Json:
        """A copy of what stands at a place."""
        return self._copy(self.schema.at(place), place)

    def _copy(self, value: Json, place: str) -> Json:
        if not isinstance(value, dict):
            return value
        out: dict[str, Json] = {}
        foreign = self.schema.draft is not self.bundle._draft
        for keyword, below in value.items():
            if keyword in _DYNAMIC or (foreign and (keyword in _CHANGED or isinstance(value.get("items"), list))):
                raise Foreign
            if keyword.startswith("x-") or keyword in {*_NAMES, "$defs", "definitions"}:
                continue
            out[keyword] = self._below(keyword, below, place)
        return out

    def _below(self, keyword: str, below: Json, place: str) -> Json:
        here = f"{place}/{keyword}"
        if keyword == "$ref" and isinstance(below, str):
            target = self.schema.resolve(below, place)
            if target == TRUE_PLACE or target.startswith("specmint:"):
                raise Foreign
            return self.bundle.reference(self.bundle.add(self.schema, target))
        if keyword in CHILDREN.named and isinstance(below, dict):
            return {name: self._copy(each, join_pointer(here, name)) for name, each in below.items()}
        if keyword in CHILDREN.many and isinstance(below, list):
            return [self._copy(each, f"{here}/{i}") for i, each in enumerate(below)]
        return self._copy(below, here) if keyword in CHILDREN.one else below


def alike(one: Schema, place: str, other: Schema, field: Place) -> bool:
    """Whether what stands at a place is, letter by letter, what another schema has for a field."""
    if len(field.goals) != 1 or len(field.goals[0]) != 1 or not field.goals[0][0].positive:
        return False
    try:
        mine, theirs = Bundle(one.draft), Bundle(one.draft)
        mine.add(one, _followed(one, place))
        theirs.add(other, _followed(other, field.goals[0][0].place))
    except Foreign:
        return False
    return bool(mine.document == theirs.document)


def _followed(schema: Schema, place: str) -> str:
    """Where a place leads that holds a reference and nothing else that counts."""
    seen: set[str] = set()
    while place not in seen:
        seen.add(place)
        site = schema.at(place)
        if not isinstance(site, dict) or not isinstance(site.get("$ref"), str):
            break
        beside = [name for name in site if not name.startswith("x-") and name not in {*_NAMES, "$ref"}]
        if beside and schema.draft >= Draft.D2019:
            break
        place = schema.resolve(site["$ref"], place)
    return place
