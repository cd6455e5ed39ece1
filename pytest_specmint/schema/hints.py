"""What a schema suggests about a value without demanding it: examples, defaults, extension keywords."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import TRUE_PLACE, Goal
from pytest_specmint.schema.sets.union import unique_values
from pytest_specmint.schema.sets.values import Json

FREQUENCIES = frozenset({"x-dist", "x-weights", "x-null-rate", "x-presence"})
"""Extension keywords that say how often values come."""


class Hints(Struct, frozen=True):
    """Suggestions gathered from every subschema that applies to the same value; the first named wins."""

    examples: tuple[Json, ...] = ()
    defaults: tuple[Json, ...] = ()
    extensions: Mapping[str, Json] | None = None
    """``x-…`` keywords."""
    described: bool = False
    """Whether there is a title or a description."""


def hints_of(schema: Schema, goal: Goal) -> Hints:
    """The hints of a goal."""
    examples: list[Json] = []
    defaults: list[Json] = []
    extensions: dict[str, Json] = {}
    described = False
    for _, site in sites(schema, [term.place for term in goal if term.positive]):
        listed = site.get("examples")
        examples += listed if isinstance(listed, list) else []
        examples += [site["example"]] if "example" in site else []
        defaults += [site["default"]] if "default" in site else []
        described = described or "title" in site or "description" in site
        for name, value in site.items():
            if name.startswith("x-"):
                extensions.setdefault(name, value)
    return Hints(unique_values(examples), unique_values(defaults), extensions, described)


def title_of(schema: Schema) -> str:
    """What the schema's root says it is, itself or by what it refers to; empty where it says nothing."""
    titles = [site.get("title") for _, site in sites(schema, [schema.place])]
    return next((title for title in titles if isinstance(title, str)), "")


def sites(schema: Schema, places: list[str]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The subschemas at these places and all that apply with them, by `$ref` and `allOf`: place and content."""
    seen: set[str] = set()
    pending = list(places)
    while pending:
        place = pending.pop(0)
        if place in seen or place == TRUE_PLACE or place.startswith("specmint:"):
            continue
        seen.add(place)
        site = schema.at(place)
        if not isinstance(site, dict):
            continue
        yield place, site
        reference = site.get("$ref")
        if isinstance(reference, str):
            try:
                pending.append(schema.resolve(reference, place))
            except SchemaError:
                continue
        if isinstance(site.get("allOf"), list):
            pending += [join_pointer(place, "allOf", i) for i in range(len(site["allOf"]))]
