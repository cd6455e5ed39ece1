"""Which values of a record a model is asked for: those at marked places, or all that are mere words and numbers.

The plan is made with the record in hand: a mark counts where the record has a value, and of branches where it fits.
Paths that lead to no mark are not walked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.enrichment.model import LlmMode, Target
from pytest_specmint.enrichment.protection import Route, Tied, never, tied_to_others, unless_marked
from pytest_specmint.enrichment.shown import shown_schema
from pytest_specmint.enrichment.sites import Site, Sites
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.values import Json

MARK = "x-llm"
CONTEXT = "x-llm-context"
_WORDS = re.compile(r"\bllm:\s*(.*)", re.DOTALL)


class Found(Struct, frozen=True):
    """A value that a model is asked for, or (with a reason) may not be asked for though it is marked."""

    pointer: str
    value: Json
    target: int
    protected: str = ""


class Planned(Struct, frozen=True):
    """A target, the places it came from, and its digest."""

    target: Target
    places: tuple[str, ...]
    sha256: str
    """Of what a model is shown of it: of schema and words."""


class Planner:
    """Finds the targets of records. It learns them as they come: what they are called has no meaning beyond it."""

    def __init__(
        self,
        schema: Schema,
        mode: LlmMode,
        tied: Tied,
        vocabulary: Vocabulary,
        given: frozenset[str] = frozenset(),
    ) -> None:
        """``given`` are pointers of values that come from outside. Raises `SchemaError` for a mark that is none."""
        self.sites = Sites(schema)
        self._given = given
        self._mode, self._tied, self._vocabulary = mode, tied, vocabulary
        self._root = schema.place
        self._leading = _leading(self.sites, schema.place)
        self.targets: list[Planned] = []
        self._numbers: dict[tuple[tuple[str, ...], str], int] = {}

    @property
    def marks(self) -> bool:
        """Whether the schema marks anything."""
        return self._root in self._leading

    def found(self, record: Json) -> list[Found]:
        """The targets of a record, in its order."""
        if self._mode is LlmMode.FIELDS and not self.marks:
            return []
        return list(self._within(record, "", (), (self._root,), ""))

    def _within(self, value: Json, pointer: str, route: Route, places: tuple[str, ...], bound: str) -> Iterator[Found]:
        """``bound`` says why the value belongs to another record; empty where it does not."""
        if self._mode is LlmMode.FIELDS and not any(place in self._leading for place in places):
            return
        sites = self.sites.applying(places, value)
        schemas = _schemas(sites)
        mark = _mark(sites)
        if mark and pointer:
            if value is not None:  # else there is nothing to be made more lifelike
                yield self._target(value, pointer, route, sites, bound or self._never(pointer, route, sites))
            return
        if isinstance(value, (dict, list)) and value:
            if self._mode is LlmMode.RECORD and mark is False:
                return
            for step, child, below in self.sites.children(sites, value):
                inner = (*route, "*" if isinstance(value, list) else step)
                tied = bound or (tied_to_others(schemas, step) if schemas else "")
                yield from self._within(child, f"{pointer}/{_escaped(step)}", inner, below, tied)
        elif self._mode is LlmMode.RECORD and pointer and mark is None and not isinstance(value, (dict, list)):
            why = (
                bound
                or self._never(pointer, route, sites)
                or unless_marked(route, schemas, self._tied, value, self._vocabulary)
            )
            if not why:
                yield self._target(value, pointer, route, sites, "")

    def _never(self, pointer: str, route: Route, sites: Sequence[Site]) -> str:
        if any(f"{pointer}/".startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in self._given):
            return "it is given from outside"
        return never(route, _schemas(sites), self._tied)

    def _target(self, value: Json, pointer: str, route: Route, sites: Sequence[Site], protected: str) -> Found:
        places = tuple(site.place for site in sites)
        kind = "" if sites else type(value).__name__
        number = self._numbers.get((places, kind))
        if number is None:
            number = self._numbers[places, kind] = len(self.targets)
            self.targets.append(self._planned(value, route, sites, places))
        return Found(pointer, value, number, protected)

    def _planned(self, value: Json, route: Route, sites: Sequence[Site], places: tuple[str, ...]) -> Planned:
        shown = shown_schema(self.sites, sites, value)
        target = Target(route, shown, words_of(_schemas(sites)))
        return Planned(target, places, sha256(canonical_bytes([shown, target.words])).hexdigest())


def _schemas(sites: Sequence[Site]) -> list[Mapping[str, Json]]:
    return [site.schema for site in sites]


def words_of(schemas: Sequence[Mapping[str, Json]]) -> str:
    """What schemas say to a model about a value: after ``llm:``, else the whole description; and their context."""
    described = [text for each in schemas if isinstance(text := each.get("description"), str)]
    asked = [found[1] for text in described if (found := _WORDS.search(text))]
    context = [text for each in schemas if isinstance(text := each.get(CONTEXT), str)]
    return " ".join(dict.fromkeys(" ".join(each.split()) for each in [*(asked or described[:1]), *context] if each))


def _mark(sites: Sequence[Site]) -> bool | None:
    """Whether a model is asked for by the sites of a value; the first that says it counts, None where none does."""
    for site in sites:
        said = site.schema.get(MARK)
        if isinstance(said, bool):
            return said
        description = site.schema.get("description")
        if isinstance(description, str) and _WORDS.search(description):
            return True
    return None


def _leading(sites: Sites, root: str) -> frozenset[str]:
    """The places from which a mark can be reached; every one that the root leads to is looked at once."""
    ways: dict[str, list[str]] = {}
    marked: list[str] = []
    pending, seen = [root], {root}
    while pending:
        place = pending.pop()
        site = sites.at(place)
        if site is None:
            continue
        _check_mark(site)
        if _mark([site]):
            marked.append(place)
        for other in (*site.around, *site.below):
            ways.setdefault(other, []).append(place)
            if other not in seen:
                seen.add(other)
                pending.append(other)
    leading: set[str] = set()
    while marked:
        place = marked.pop()
        if place not in leading:
            leading.add(place)
            marked += ways.get(place, ())
    return frozenset(leading)


def _check_mark(site: Site) -> None:
    for keyword, kind, words in ((MARK, bool, "true or false"), (CONTEXT, str, "a text")):
        if keyword in site.schema and not isinstance(site.schema[keyword], kind):
            raise SchemaError(
                f"{keyword} must be {words}, not {site.schema[keyword]!r}",
                pointer=site.place,
                hint='write "x-llm": true beside the field\'s type, and what you want as "description": "llm: …"',
            )


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
