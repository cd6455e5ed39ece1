"""What is at a target already: nothing, a run that did not end, a dataset; and whether a new run may go there."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from pytest_specmint.errors import OutputError
from pytest_specmint.output.manifest import MANIFEST_FILE, RUN_FILE
from pytest_specmint.parts import journal
from pytest_specmint.parts.description import parts_of, without_outcome
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.sink import Sink

_PART = re.compile(r"part-[0-9]{5,}\.[A-Za-z0-9.]+", re.ASCII)


class Place(Struct, frozen=True):
    """What is there."""

    names: tuple[str, ...]
    plan: dict[str, Any] | None = None
    """What an unfinished run makes."""
    manifest: dict[str, Any] | None = None
    """Of a dataset that is whole."""

    @property
    def is_taken(self) -> bool:
        """Whether a run has begun, or ended, there."""
        return self.plan is not None or self.manifest is not None


def looked_at(sink: Sink) -> Place:
    """What is at a target; raises `OutputError` where it holds files that no run in parts has written."""
    names = tuple(sink.sizes())
    data = sink.read(MANIFEST_FILE) if MANIFEST_FILE in names else None
    manifest = None if data is None else _manifest(data)
    place = Place(names, journal.plan(sink) if journal.PLAN_FILE in names else None, manifest)
    own = [name for name in names if name.startswith(f"{journal.DIRECTORY}/")]
    if place.is_taken:
        own += [name for name in names if _PART.fullmatch(name) or name in {MANIFEST_FILE, RUN_FILE}]
    strange = next((name for name in names if name not in own), None)
    if strange is not None:
        raise OutputError(
            f"{sink.target} holds {strange}, which no run in parts has written; nothing was changed",
            hint="choose a new or empty place: parts are put beside nothing else",
        )
    return place


def _manifest(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
        parts_of(found)
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def known_parts(sink: Sink, place: Place, plan: Mapping[str, Any]) -> dict[int, PartDone]:
    """The parts that a manifest at the place lists, to be kept; raises `OutputError` where they are of something else.

    Parts of a run that did not end have receipts, which workers look at.
    """
    if place.plan is not None and (other := list(differences(place.plan, plan))):
        raise _other(sink, "a run began there", other)
    if place.manifest is None:
        return {}
    described = plan["described"]
    if other := list(differences(without_outcome(place.manifest), described)):
        raise _other(sink, "there is a dataset", other)
    if place.plan is None and place.manifest["parts"]["format"] != plan["format"]:
        raise _other(sink, "there is a dataset", ["format"])
    return {part.number: part for part in parts_of(place.manifest)}


def _other(sink: Sink, what: str, names: list[str]) -> OutputError:
    return OutputError(
        f"{sink.target} cannot be continued: {what} that differs in {', '.join(names)}",
        hint="give the same options as before, or --overwrite to begin anew",
    )


def refuse_taken(sink: Sink, place: Place) -> None:
    """Raise `OutputError` where there is something that is neither to be continued nor to be replaced."""
    if place.manifest is not None:
        raise OutputError(
            f"{sink.target} holds a dataset already; nothing was changed",
            hint="choose another place, or --overwrite to replace it",
        )
    if place.plan is not None:
        raise OutputError(
            f"{sink.target} holds parts of a run that did not end; nothing was changed",
            hint="--resume keeps what is whole and makes the rest; --overwrite begins anew",
        )


def clear(sink: Sink, place: Place, kept: Collection[str]) -> None:
    """Remove what runs in parts have written, but for the parts that are kept, and what is said of them.

    The manifest goes first: no dataset is to look whole that is not.
    """
    if MANIFEST_FILE in place.names:
        sink.remove(MANIFEST_FILE)
    stays = {MANIFEST_FILE, journal.LOCK_FILE, journal.PLAN_FILE, *kept}
    for name in place.names:
        if name not in stays and not (kept and name.startswith(f"{journal.DIRECTORY}/")):
            sink.remove(name)


def differences(there: Mapping[str, Any], wanted: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """The names of what differs, with dots between names."""
    for name in sorted({*there, *wanted}):
        one, other = there.get(name), wanted.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, f"{before}{name}.")
        elif one != other:
            yield f"{before}{name}".removeprefix("described.")
