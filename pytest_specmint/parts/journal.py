"""What a run has done so far, beside its parts: below ``_specmint/``, which readers of datasets pass over.

``plan.json`` says what the parts are of; ``run.json`` names the run that writes now, and is gone when it ends;
``part-00000.json`` is the receipt of a part, written after the part itself. All of it goes when the manifest is there.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import WorkerError
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.sink import Sink

DIRECTORY = "_specmint"
PLAN_FILE = f"{DIRECTORY}/plan.json"
CURRENT_FILE = f"{DIRECTORY}/run.json"
LOCK_FILE = f"{DIRECTORY}/lock.json"
"""Behind a URL: who writes there."""


class RunIsOver(WorkerError):
    """A worker has finished a part of a run that was cancelled, or that another run has taken the place of."""


def receipt_file(number: int) -> str:
    """Where the receipt of a part stands."""
    return f"{DIRECTORY}/part-{number:05d}.json"


class Receipt(Struct, frozen=True):
    """What a receipt says."""

    plan: str
    """The digest of the plan that the part is of."""
    part: PartDone


def plan_digest(document: Mapping[str, Any]) -> str:
    """Names a plan."""
    return sha256(canonical_bytes(dict(document))).hexdigest()[:32]


def write_receipt(sink: Sink, plan: str, done: PartDone) -> None:
    """Say that a part of a plan is there."""
    sink.write(receipt_file(done.number), msgspec.json.encode(Receipt(plan, done)))


def receipt(sink: Sink, plan: str, number: int) -> PartDone | None:
    """What was said of a part of a plan; None where nothing was, or nothing that can be read."""
    data = sink.read(receipt_file(number))
    if data is None:
        return None
    try:
        found = msgspec.json.decode(data, type=Receipt, dec_hook=lambda kind, value: kind(value))
    except msgspec.DecodeError:
        return None
    return found.part if found.plan == plan else None


def begin_run(sink: Sink, token: str) -> None:
    """From now on workers of this run, and of no other, may put parts in place."""
    sink.write(CURRENT_FILE, canonical_bytes({"run": token}))


def check_run(sink: Sink, token: str) -> None:
    """Raise `RunIsOver` unless this run is the one that writes."""
    data = sink.read(CURRENT_FILE)
    if data is None or _document(data).get("run") != token:
        raise RunIsOver("this run is over: the part is not put in place", hint="continue it with --resume")


def plan(sink: Sink) -> dict[str, Any] | None:
    """What the parts at the target are of, if a run has begun there."""
    data = sink.read(PLAN_FILE)
    return None if data is None else _document(data)


def write_plan(sink: Sink, document: Mapping[str, Any]) -> None:
    """Say what the parts will be of."""
    sink.write(PLAN_FILE, canonical_bytes(dict(document)))


def end_run(sink: Sink) -> None:
    """From now on no worker may put parts in place."""
    sink.remove(CURRENT_FILE)


def clear(sink: Sink, names: Iterable[str]) -> None:
    """Remove the journal, of these names of files; the lock stays."""
    for name in names:
        if name.startswith(f"{DIRECTORY}/") and name != LOCK_FILE:
            sink.remove(name)


def _document(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
