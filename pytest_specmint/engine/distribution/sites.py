"""Where a schema speaks of distributions: the keywords that apply to a goal, and where they stand."""

from collections.abc import Iterator

from msgspec import Struct

from pytest_specmint.schema.dialect import OPAQUE
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import FREQUENCIES, sites
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.values import Json

DIST, WEIGHTS, NULL_RATE, PRESENCE = "x-dist", "x-weights", "x-null-rate", "x-presence"
_BRANCHES = ("anyOf", "oneOf")
_CASES = ("then", "else")


class Declared(Struct, frozen=True):
    """A keyword's value, the subschema that it stands in, and the goal's term that this belongs to."""

    keyword: str
    value: Json
    site: str
    term: str
    branch: bool = False
    """Whether the subschema is one of several, so that it may speak of some of the goal's values only."""

    @property
    def place(self) -> str:
        """A pointer to the keyword."""
        return join_pointer(self.site, self.keyword)


def mentions(schema: Schema) -> bool:
    """Whether any of the keywords may stand anywhere."""
    pending: list[Json] = [schema.document, *schema.documents.values()]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if not FREQUENCIES.isdisjoint(each):
                return True
            pending.extend(below for name, below in each.items() if name not in OPAQUE)
        elif isinstance(each, list):
            pending.extend(each)
    return False


def declared(schema: Schema, goal: Goal, keyword: str) -> list[Declared]:
    """All that say it of a goal's values, nearest first, those in branches last."""
    found = [each for term in goal if term.positive for each in _below(schema, term.place, keyword)]
    return sorted(found, key=lambda each: each.branch)


def _below(schema: Schema, term: str, keyword: str) -> Iterator[Declared]:
    pending, seen = [(term, False)], set[str]()
    while pending:
        place, branch = pending.pop(0)
        if place in seen:
            continue
        for at, site in sites(schema, [place]):
            seen.add(at)
            if keyword in site:
                yield Declared(keyword, site[keyword], at, term, branch)
            for name in _BRANCHES:
                if isinstance(site.get(name), list):
                    pending += [(join_pointer(at, name, i), True) for i in range(len(site[name]))]
            pending += [(join_pointer(at, name), True) for name in _CASES if name in site]
