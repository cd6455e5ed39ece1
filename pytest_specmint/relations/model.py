"""``x-ref`` and ``x-entities`` as values: a reference as written, the same resolved, a registry within a schema."""

from typing import Any

from msgspec import Struct, convert, to_builtins

from pytest_specmint.schema.sets.values import Json

REF, ENTITIES, SERIES = "x-ref", "x-entities", "x-series"
DOCUMENT = "file:///specmint-related/bundle.json"
"""The name under which what was taken along from other schemas stands among a schema's documents."""
NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"
"""What datasets may be called: a name is a directory, too."""
MOST_ENTITIES = 1 << 62


class Ref(Struct, frozen=True):
    """A reference to a record of another dataset, or to a part of it, as written."""

    dataset: str
    pointer: str
    """To a part of the record; empty for the whole."""
    role: str
    """As what the record is referred to; empty for the only role that it has there."""
    dist: Json
    """How often which record is referred to, by its rank; None for all alike."""
    unique: bool
    """Whether no two records refer to the same one."""
    place: str
    """Where the keyword stands."""

    @property
    def target(self) -> str:
        """What is referred to, in short form."""
        return f"{self.dataset}#{self.pointer}" if self.pointer else self.dataset


class Resolved(Struct, frozen=True):
    """A reference whose dataset is known; stands in the place of the one that was written."""

    dataset: str
    pointer: str
    role: str
    dist: Any
    unique: bool
    place: str
    entities: int
    """How many records the dataset has."""
    at: str | None
    """Where the schema of what is referred to stands; None where it could not be brought along."""
    keep: tuple[str, ...] | None
    """Names of the properties that are taken over; None for the value as it is."""
    same: bool
    """Whether the schema here is that of what is referred to, letter by letter."""
    always: bool
    """Whether every record has what is referred to."""

    def written(self) -> Json:
        """As it stands in a schema."""
        return to_builtins(self)

    @property
    def target(self) -> str:
        """What is referred to, in short form."""
        return f"{self.dataset}#{self.pointer}" if self.pointer else self.dataset


def resolved(value: Json) -> Resolved | None:
    """The reference of a schema whose datasets are known; None for one that was left open."""
    return convert(value, Resolved) if isinstance(value, dict) and "entities" in value else None


class EntitySet(Struct, frozen=True):
    """A registry that a schema brings along."""

    name: str
    place: str
    """Where its entry stands."""
    count: int
    seed: int | None
    """None where it follows from the dataset's."""

    @property
    def schema_place(self) -> str:
        """Where its schema stands."""
        return f"{self.place}/schema"
