"""Views of an API: what is left out of requests (read-only properties) and of responses (write-only ones)."""

from collections.abc import Mapping

from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.loading.references import Links
from pytest_specmint.schema.sets.values import Json

VIEWS: Mapping[str, str] = {"request": "readOnly", "response": "writeOnly"}
"""What each view leaves out, by keyword."""


class Omissions:
    """Which properties a view leaves out where."""

    def __init__(self, links: Links, view: str | None) -> None:
        self._links = links
        self._keyword = VIEWS[view] if view else None
        self._known: dict[str, frozenset[str]] = {}

    def own(self, place: str) -> list[str]:
        """The properties declared by the very schema at a place that are left out."""
        schema = self._links.at(place)
        declared = schema.get("properties") if isinstance(schema, dict) else None
        if self._keyword is None or not isinstance(declared, dict):
            return []
        return [name for name in declared if self._flagged(join_pointer(place, "properties", name))]

    def all(self, place: str) -> frozenset[str]:
        """The properties left out of the objects that the schema at a place describes, wherever they are declared."""
        if self._keyword is None:
            return frozenset()
        if place not in self._known:
            sites = self._links.sites(place, "anyOf", "oneOf")
            self._known[place] = frozenset(name for site in sites for name in self.own(site))
        return self._known[place]

    def required(self, place: str) -> frozenset[str]:
        """The properties that the schema at a place requires, but for those that it leaves out itself."""
        if self._keyword is None:
            return frozenset()
        listed = [self._links.at(site).get("required") for site in self._links.sites(place, "anyOf", "oneOf")]
        names = {name for each in listed if isinstance(each, list) for name in each if isinstance(name, str)}
        return frozenset(names) - self.all(place)

    def _flagged(self, place: str) -> bool:
        return any(self._links.at(site).get(self._keyword) is True for site in self._links.sites(place))


def require_less(schema: dict[str, Json], omitted: frozenset[str]) -> None:
    """Take properties that are left out from what a schema requires."""
    required, dependent = schema.get("required"), schema.get("dependentRequired")
    if isinstance(required, list):
        schema["required"] = [name for name in required if name not in omitted]
    if isinstance(dependent, dict):
        schema["dependentRequired"] = {
            name: [each for each in needed if each not in omitted] if isinstance(needed, list) else needed
            for name, needed in dependent.items()
        }
