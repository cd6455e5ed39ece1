"""What discriminators say among OpenAPI documents: which schemas extend which, and what each is called.

A discriminator stands beside `oneOf` or `anyOf`, whose branches it tells apart, or in a parent that other named
schemas extend by `allOf`. Its property holds the name of a schema: one that the mapping gives it, else its own.
Source: OpenAPI 3.0.3 and 3.1, "Discriminator Object"; Swagger 2.0, "Composition and Inheritance".
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import join_pointer, pointer_tokens
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.loading.references import Links
from pytest_specmint.schema.sets.values import Json


class Discriminator(Struct, frozen=True):
    """A schema's discriminator: the property, and the schemas that its values name."""

    place: str
    """The schema that has it."""
    property: str
    mapping: Mapping[str, str]
    """Places by value."""
    branches: tuple[str, ...]
    """Places of the schemas that ``oneOf`` or ``anyOf`` list; none where others extend the schema."""

    def names(self, place: str) -> list[str]:
        """The values that stand for a schema: those mapped to it, else its own name."""
        return [value for value, target in self.mapping.items() if target == place] or [own_name(place)]


def own_name(place: str) -> str:
    """The name that a schema has by where it stands."""
    key, _, pointer = place.partition("#")
    return pointer_tokens(pointer)[-1] if pointer else PurePosixPath(key).stem


class Families:
    """The families of schemas that share a discriminator."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._known: dict[str, Discriminator | None] = {}

    # ------------------------------------------------------------ discriminators

    def discriminator(self, place: str) -> Discriminator | None:
        """The discriminator of the schema at a place. Raises `SchemaError` where it is malformed."""
        if place not in self._known:
            self._known[place] = self._discriminator(place)
        return self._known[place]

    def _discriminator(self, place: str) -> Discriminator | None:
        schema = self._links.at(place)
        stated = schema.get("discriminator") if isinstance(schema, dict) else None
        if stated is None or not self._links.dialect(place).openapi:
            return None
        name = stated.get("propertyName") if isinstance(stated, dict) else stated
        mapping = stated.get("mapping", {}) if isinstance(stated, dict) else {}
        if not isinstance(name, str):
            raise SchemaError(
                "a discriminator names a property",
                pointer=join_pointer(place, "discriminator"),
                hint="write discriminator: {propertyName: NAME}",
            )
        if not isinstance(mapping, dict) or not all(isinstance(each, str) for each in mapping.values()):
            raise SchemaError(
                "the mapping of a discriminator names a schema for each value",
                pointer=join_pointer(place, "discriminator", "mapping"),
                hint="write VALUE: '#/components/schemas/NAME'",
            )
        targets = {value: self._mapped(place, value, each) for value, each in mapping.items()}
        return Discriminator(place, name, targets, tuple(self._targets(place, "oneOf", "anyOf")))

    def _mapped(self, place: str, value: str, reference: str) -> str:
        """The place that a mapping's entry names: a schema's name, or a reference."""
        named = self._links.named(place)
        target = named.get(reference) or self._links.target(place, reference)
        if target is None:
            near = nearest(reference.rpartition("/")[2], named)
            raise SchemaError(
                f"the discriminator maps {value!r} to {reference!r}, which is no schema",
                pointer=join_pointer(place, "discriminator", "mapping", value),
                hint=f"there is {', '.join(near)}" if near else "name a schema of the components, or a reference",
            )
        return self._links.followed(target)

    def _targets(self, place: str, *keywords: str) -> Iterator[str]:
        """Where the references directly below list keywords of the schema at a place lead."""
        schema = self._links.at(place)
        for keyword in keywords:
            listed = schema.get(keyword) if isinstance(schema, dict) else None
            for each in listed if isinstance(listed, list) else []:
                reference = each.get("$ref") if isinstance(each, dict) else None
                target = self._links.target(place, reference) if isinstance(reference, str) else None
                if target is not None:
                    yield self._links.followed(target)

    # ------------------------------------------------------------ families

    @cached_property
    def _named(self) -> Sequence[str]:
        """Places of all schemas that have a name of their own."""
        found: list[str] = []
        for key, document in self._links.documents.items():
            if document.dialect.openapi:
                found += self._links.named(f"{key}#").values()
                found += [f"{key}#"] if document.parts == ("",) else []
        return found

    @cached_property
    def _parents(self) -> Mapping[str, Sequence[str]]:
        """What each named schema extends by `allOf`."""
        return {place: list(self._targets(place, "allOf")) for place in self._named}

    @cached_property
    def _owners(self) -> Mapping[str, Sequence[Discriminator]]:
        schemas = map(self._links.at, self._named)
        if not any(isinstance(schema, dict) and "discriminator" in schema for schema in schemas):
            return {}
        found = {place: self._above(place) for place in self._named}
        return {place: owners for place, owners in found.items() if owners}

    def _above(self, place: str) -> list[Discriminator]:
        found: list[Discriminator] = []
        seen: list[str] = []
        pending = [place]
        while pending:
            at = pending.pop(0)
            if at in seen or at not in self._parents:
                continue
            seen.append(at)
            own = self.discriminator(at)
            if own and (not own.branches or at == place or not set(own.branches).isdisjoint(seen)):
                found.append(own)
            pending += self._parents[at]
        return found

    @cached_property
    def _extending(self) -> Mapping[str, Sequence[str]]:
        """What extends each schema by `allOf`."""
        found: dict[str, list[str]] = {}
        for place, parents in self._parents.items():
            for parent in dict.fromkeys(parents):
                found.setdefault(parent, []).append(place)
        return found

    def owners(self, place: str) -> Sequence[Discriminator]:
        """The discriminators that name the schema at a place, its own first; none where it is of no family."""
        return self._owners.get(place, ())

    def extends(self, place: str, target: str) -> bool:
        """Whether the schema at a place extends the other within a family."""
        if not self.owners(place) or target not in self._parents[place]:
            return False
        above = {owner.place for owner in self.owners(target)}
        return any(owner.place in above for owner in self.owners(place))

    def children(self, place: str) -> list[str]:
        """The schemas that extend the one at a place, and those that only its mapping names."""
        found = [each for each in self._extending.get(place, ()) if self.extends(each, place)]
        own = self.discriminator(place)
        mapped = dict.fromkeys(own.mapping.values() if own else ())
        return found + [each for each in mapped if each != place and not self.owners(each)]

    def is_abstract(self, place: str) -> bool:
        """Whether only others of the family can be met: a discriminator maps values, but none to this schema."""
        return any(owner.mapping and place not in owner.mapping.values() for owner in self.owners(place))

    # ------------------------------------------------------------ names

    def marks(self, place: str) -> dict[str, list[str]]:
        """The names of a schema of a family, by discriminating property; none left where its own values forbid it."""
        return {
            owner.property: self._allowed(place, owner.property, owner.names(place)) for owner in self.owners(place)
        }

    def branch_names(self, discriminator: Discriminator, place: str) -> list[str]:
        """The names of a branch: its own and those of its family, but for what names other branches."""
        home = self._links.followed(place)
        own = [value for value, target in discriminator.mapping.items() if target == home] or [own_name(place)]
        taken = {name for each in discriminator.branches if each != home for name in discriminator.names(each)}
        below = [name for name in self._below(discriminator.property, home) if name not in taken]
        return self._allowed(place, discriminator.property, list(dict.fromkeys([*own, *below])))

    def _below(self, name: str, place: str) -> Iterator[str]:
        """The names of those that the schema at a place may stand for."""
        seen: set[str] = set()
        pending = [place]
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            own = self.discriminator(at)
            if own and own.property == name:
                yield from (each for branch in own.branches for each in own.names(branch))
                pending += own.branches
            for child in self.children(at) if self.owners(at) else ():
                yield from (
                    each for owner in self.owners(child) if owner.property == name for each in owner.names(child)
                )
                pending.append(child)

    def _allowed(self, place: str, name: str, values: list[str]) -> list[str]:
        """Those of the values that the schema at a place allows for a property."""
        listed: list[list[Json]] = []
        for site in self._links.sites(place):
            declared = self._links.at(site).get("properties")
            if isinstance(declared, dict) and name in declared:
                for each in map(self._links.at, self._links.sites(join_pointer(site, "properties", name))):
                    listed += [each["enum"]] if isinstance(each.get("enum"), list) else []
                    listed += [[each["const"]]] if "const" in each else []
        return [value for value in values if all(value in allowed for allowed in listed)]
