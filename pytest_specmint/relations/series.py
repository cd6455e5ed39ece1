"""``x-series``: records as events of other datasets' records, one after the other."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, convert, to_builtins

from pytest_specmint.errors import SchemaError
from pytest_specmint.relations.model import NAME, SERIES
from pytest_specmint.relations.read import known_names, whole
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import sites
from pytest_specmint.schema.sets.values import Json

MOST_EVENTS = 1_000_000
"""How many events an entity may have."""
_TAKES = ("of", "as", "events", "order", "from", "number", "running")
_RUNNING = ("field", "amount", "opening", "minus")
_HINT = '{"of": "accounts", "events": {"min": 1, "max": 20}, "order": "booked_at"}'
Path = tuple[str, ...]


class Running(Struct, frozen=True):
    """A sum that goes on from event to event."""

    field: Path
    amount: Path
    opening: Any = 0
    """A number, or a pointer into the entity."""
    sign: Path = ()
    """The field that says whether an amount is taken away; empty where amounts have their own signs."""
    minus: tuple[Any, ...] = ()
    """Its values that say so."""


class Series(Struct, frozen=True):
    """How records are events."""

    dataset: str
    """Whose events they are."""
    role: str
    least: int
    most: int
    """How many events an entity has."""
    order: tuple[Path, ...]
    """Fields with dates or date-times that do not fall from event to event, each not before those named earlier."""
    since: str
    """A pointer into the entity: its events are not before that; empty where there is none."""
    number: Path
    """The field that counts an entity's events from 1 on; empty where none does."""
    running: Running | None
    place: str
    entities: int = 0
    """How many there are; 0 as long as that is not known."""

    def written(self) -> Json:
        """As it stands in a schema that is joined with others."""
        return to_builtins(self)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The fields that it makes."""
        running = self.running
        sums = () if running is None else (running.field, running.amount, *([running.sign] if running.sign else []))
        return (*self.order, *([self.number] if self.number else []), *sums)


def series_of(schema: Schema) -> tuple[str, Series] | None:
    """How a schema's records are events, and the place of the subschema that says so; None for most schemas."""
    found = next(((place, site) for place, site in sites(schema, [schema.place]) if SERIES in site), None)
    if found is None:
        return None
    place, site = found
    return place, read_series(site[SERIES], join_pointer(place, SERIES))


def read_series(value: Json, place: str) -> Series:
    """A series as written, or as it was once read. Raises `SchemaError` for what is none."""
    if isinstance(value, dict) and "entities" in value:
        return convert(value, Series)
    if not isinstance(value, dict) or not isinstance(value.get("of"), str):
        raise SchemaError(f"{SERIES} does not say of which dataset", pointer=place, hint=_HINT)
    known_names(value, _TAKES, SERIES, place)
    if not re.fullmatch(NAME, value["of"]):
        raise SchemaError(f"{SERIES}: {value['of']!r} is no name of a dataset", pointer=place, hint=_HINT)
    for name in ("as", "from"):
        if not isinstance(value.get(name, ""), str):
            raise SchemaError(f"{SERIES}: {name} must be text", pointer=join_pointer(place, name), hint=_HINT)
    least, most = _events(value.get("events", 1), join_pointer(place, "events"))
    orders = value.get("order", [])
    listed = orders if isinstance(orders, list) else [orders]
    series = Series(
        value["of"],
        value.get("as", ""),
        least,
        most,
        tuple(_path(each, join_pointer(place, "order")) for each in listed),
        value.get("from", ""),
        _path(value["number"], join_pointer(place, "number")) if "number" in value else (),
        _running(value["running"], join_pointer(place, "running")) if "running" in value else None,
        place,
    )
    for path in series.paths:
        if series.paths.count(path) > 1:
            hint = "name another field for one of them"
            raise SchemaError(f"{SERIES} names {'.'.join(path)} twice", pointer=place, hint=hint)
    return series


def _events(value: Json, place: str) -> tuple[int, int]:
    """The least and the greatest number of an entity's events."""
    hint = '12, or {"min": 1, "max": 20}, or {"mean": 8}'
    if not isinstance(value, dict):
        number = whole(value, 1, MOST_EVENTS, "events", place, hint=hint)
        return number, number
    known_names(value, ("min", "max", "mean"), f"{SERIES}: events", place)
    given = {name: whole(value[name], 0, MOST_EVENTS, name, place, hint=hint) for name in value}
    if "mean" in given:
        if len(given) > 2:
            raise SchemaError("min, max and mean are one too many", pointer=place, hint=hint)
        mean = given["mean"]
        least = given.get("min", 2 * mean - given["max"] if "max" in given else min(1, mean))
        most = given.get("max", 2 * mean - least)
    else:
        least, most = given.get("min", 1), given.get("max", -1)
    if not 0 <= least <= most or not most:
        raise SchemaError(f"events from {least} to {most} are none", pointer=place, hint=hint)
    return least, most


def _path(value: Json, place: str) -> Path:
    if not isinstance(value, str) or not all(value.split(".")) or "[" in value:
        hint = "name a field that the record has once: booked_at, or dates.booked_at"
        raise SchemaError(f"{SERIES}: {value!r} is no field", pointer=place, hint=hint)
    return tuple(value.split("."))


def _running(value: Json, place: str) -> Running:
    hint = '{"field": "balance", "amount": "amount", "opening": 0}'
    if not isinstance(value, Mapping) or not {"field", "amount"} <= value.keys():
        raise SchemaError(f"{SERIES}: running needs a field and an amount", pointer=place, hint=hint)
    known_names(value, _RUNNING, f"{SERIES}: running", place)
    opening = value.get("opening", 0)
    pointed = isinstance(opening, str) and opening.startswith("/")
    if not pointed and (isinstance(opening, bool) or not isinstance(opening, int | float)):
        told = "a number, or a pointer into the entity: /opening_balance"
        raise SchemaError(f"{SERIES}: opening must be {told}", pointer=join_pointer(place, "opening"), hint=hint)
    sign: Path = ()
    minus: tuple[Any, ...] = ()
    if "minus" in value:
        sign, minus = _minus(value["minus"], join_pointer(place, "minus"))
    field, amount = (_path(value[name], join_pointer(place, name)) for name in ("field", "amount"))
    return Running(field, amount, opening, sign, minus)


def _minus(value: Json, place: str) -> tuple[Path, tuple[Any, ...]]:
    hint = '{"field": "kind", "values": ["DEBIT", "FEE"]}'
    if not isinstance(value, dict) or not isinstance(value.get("values"), list) or not value["values"]:
        raise SchemaError(f"{SERIES}: minus needs a field and values", pointer=place, hint=hint)
    known_names(value, ("field", "values"), f"{SERIES}: minus", place)
    return _path(value.get("field"), join_pointer(place, "field")), tuple(value["values"])
