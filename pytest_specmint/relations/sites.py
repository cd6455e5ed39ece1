"""Where references stand: the subschemas that a schema's records can be judged by, and which of them refer."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec.structs import replace

from pytest_specmint.errors import SchemaError, UnsupportedSchema
from pytest_specmint.relations.model import REF, SERIES, Ref
from pytest_specmint.relations.read import read_ref
from pytest_specmint.relations.series import series_of
from pytest_specmint.schema.dialect import CHILDREN, OPAQUE
from pytest_specmint.schema.document import Schema, join_pointer, pointer_tokens
from pytest_specmint.schema.sets.goal import TRUE_PLACE
from pytest_specmint.schema.sets.values import Json

_BRANCHES = frozenset({"anyOf", "oneOf", "not", "if", "then", "else"})
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


@lru_cache(maxsize=64)
def mentions(schema: Schema) -> bool:
    """Whether a reference or a series may stand anywhere in its documents. Most schemas: no."""
    pending: list[Json] = [schema.document, *schema.documents.values()]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if REF in each or SERIES in each:
                return True
            pending.extend(below for name, below in each.items() if name not in OPAQUE)
        elif isinstance(each, list):
            pending.extend(each)
    return False


def is_series(schema: Schema) -> bool:
    """Whether its records are events."""
    return series_of(schema) is not None


def refs_of(schema: Schema) -> dict[str, Ref]:
    """The references that count where a schema stands, by the place of the subschema that makes them."""
    return {place: _ref(schema, place, site) for place, site in reachable(schema, schema.place) if REF in site}


def _ref(schema: Schema, place: str, site: Mapping[str, Json]) -> Ref:
    ref = read_ref(site[REF], place)
    branch = next((part for part in _own_steps(schema, place) if part in _BRANCHES), None)
    if branch is not None:
        raise UnsupportedSchema(
            f"{REF} in a branch of {branch}",
            pointer=ref.place,
            hint=f"put it beside {branch}; where the value may be null, with x-null-rate",
        )
    return ref if site.get("x-unique") is not True else replace(ref, unique=True)


def _own_steps(schema: Schema, place: str) -> Iterator[str]:
    """The keywords, from the inside, on the way to a subschema that are about the same value as it is."""
    name, _, pointer = place.partition("#")
    tokens = pointer_tokens(pointer)
    while tokens:
        last = tokens.pop()
        if last.isdecimal() and tokens and tokens[-1] in CHILDREN.many:
            last = tokens.pop()
        if last not in _BRANCHES and last != "allOf":
            return
        if tokens and not isinstance(schema.at(join_pointer(f"{name}#", *tokens)), dict):
            return
        yield last


def needs(schema: Schema) -> dict[str, str]:
    """The names of the datasets that a schema refers to, and where it does so first."""
    found: dict[str, str] = {}
    series = series_of(schema)
    if series is not None:
        found[series[1].dataset] = series[1].place
    for ref in refs_of(schema).values():
        found.setdefault(ref.dataset, ref.place)
    return found


def reachable(schema: Schema, place: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Every subschema that one refers to or holds, with its place, itself first."""
    pending, seen = [place], set[str]()
    while pending:
        here = pending.pop(0)
        if here in seen or here == TRUE_PLACE or here.startswith("specmint:"):
            continue
        seen.add(here)
        site = schema.at(here)
        if not isinstance(site, dict):
            continue
        yield here, site
        pending += [*_held(here, site), *_referred(schema, here, site)]


def _held(place: str, site: Mapping[str, Json]) -> Iterator[str]:
    """Definitions are reached by reference alone."""
    for keyword, below in site.items():
        if keyword in {"$defs", "definitions"}:
            continue
        if keyword in CHILDREN.named and isinstance(below, dict):
            yield from (join_pointer(place, keyword, name) for name in below)
        elif keyword in CHILDREN.many and isinstance(below, list):
            yield from (join_pointer(place, keyword, i) for i in range(len(below)))
        elif keyword in CHILDREN.one:
            yield join_pointer(place, keyword)


def _referred(schema: Schema, place: str, site: Mapping[str, Json]) -> Iterator[str]:
    for keyword in _REFERENCES:
        if isinstance(site.get(keyword), str):
            try:
                yield schema.resolve(site[keyword], place)
            except SchemaError:
                continue  # those who read the schema say so
