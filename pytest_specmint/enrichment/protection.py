"""What a model may not touch: decided once per schema from its rules, and per place from its keywords and names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pytest_specmint.engine.vocabulary import Vocabulary, snake_case
from pytest_specmint.safety.fields import Field
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.values import Json

if TYPE_CHECKING:
    from pytest_specmint.job import Job

Route = tuple[str, ...]
"""Names from the record's root; ``*`` stands for every item of a list."""

_FIXED = ("const", "enum", "format", "pattern", "contentEncoding", "contentMediaType", "x-dist", "x-weights")
"""Keywords of values that are more than words: they are not touched unless they are marked."""
_IDENTIFIERS = frozenset(
    [
        *("id", "ids", "uuid", "guid", "key", "keys", "code", "codes", "number", "no", "num", "ref", "reference"),
        *(
            "sku",
            "hash",
            "token",
            "checksum",
            "signature",
            "version",
            "slug",
            "handle",
            "username",
            "login",
            "password",
        ),
        *("iban", "bic", "swift", "vin", "isbn", "ean", "upc", "gtin", "npi", "ssn", "ein", "pan", "zip", "postcode"),
        *("url", "uri", "email", "phone", "ip", "mac", "serial", "barcode", "secret"),
    ]
)
"""Last words of the names of fields that identify something."""


class Tied(Struct, frozen=True):
    """Places of records that rules tie to others."""

    derived: frozenset[Route] = frozenset()
    """What rules compute: never a model's."""
    read: frozenset[Route] = frozenset()
    """What rules read: in whole records not a model's; of marked fields verified after it."""


def tied_places(job: "Job") -> Tied:
    """The places that a job's rules derive and read, and that make a series of its records."""
    derived = frozenset(_series(job))
    compiled = job.compiled_rules()
    if compiled is None:
        return Tied(derived, derived)
    derived |= frozenset(_route(each.target) for each in compiled.derivations)
    read = frozenset(_route(path) for rule in compiled.rules for path in rule.reads)
    return Tied(derived, read | derived)


def linked_schema(job: "Job") -> Schema:
    """A job's schema, with the references that were given beside it."""
    if not job.links and not job.series:
        return job.schema
    from pytest_specmint.relations.links import with_links

    return with_links(job.schema, job.links, job.series)


def _series(job: "Job") -> Iterable[Route]:
    part = job.schema.at(job.schema.place)
    if not job.series and not (isinstance(part, dict) and ("x-series" in part or "$ref" in part or "allOf" in part)):
        return ()
    from pytest_specmint.relations.series import series_of

    found = series_of(linked_schema(job))
    return () if found is None else found[1].paths


def _route(steps: Iterable[Any]) -> Route:
    return tuple("*" if isinstance(step, int) else str(step) for step in steps)


def never(route: Route, sites: Sequence[Mapping[str, Json]], tied: Tied) -> str:
    """Why not even a mark gives a place to a model; empty where it does."""
    if route in tied.derived:
        return "a rule or a series makes it"
    if any("const" in site for site in sites):
        return "const decides it"
    return tied_to_others(sites)


def tied_to_others(sites: Sequence[Mapping[str, Json]], within: str = "") -> str:
    """Why a value (or one of this name within it) belongs to other records; empty where it does not."""
    for site in sites:
        if site.get("x-ref") is not None:
            return "x-ref takes it from another record"
        unique = site.get("x-unique")
        if (unique is True and not within) or (isinstance(unique, list) and within in unique):
            return "x-unique ties it to other records"
    return ""


def unless_marked(
    route: Route, sites: Sequence[Mapping[str, Json]], tied: Tied, current: Json, vocabulary: Vocabulary
) -> str:
    """Why a leaf of a whole record stays as it is; empty where a model may write it."""
    if current is None:
        return "null stays null"
    if any(route[: len(path)] == path for path in tied.read if path):
        return "a rule reads it"
    keyword = next((name for name in _FIXED for site in sites if name in site), None)
    if keyword is not None:
        return f"{keyword} decides it"
    name = next((step for step in reversed(route) if step != "*"), "")
    if identifies(name) or Field(vocabulary, name, _parent(route)).kinds:
        return "it identifies something"
    return ""


def identifies(name: str) -> bool:
    """Whether a field of this name holds an identifier, by the last word of the name."""
    return snake_case(name).rpartition("_")[2] in _IDENTIFIERS


def _parent(route: Route) -> str:
    names = [step for step in route if step != "*"]
    return names[-2] if len(names) > 1 else ""
