"""Changes that wait for review: whether they are whole, how they differ from their goldens, and why."""

import shlex
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pytest_specmint.errors import GoldenMismatch, InvalidData, SpecmintError
from pytest_specmint.golden.cause import causes
from pytest_specmint.golden.compare import Difference, difference
from pytest_specmint.golden.history import remembered_blocks
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.origin import Form, Origin
from pytest_specmint.golden.outcome import Outcome, State
from pytest_specmint.golden.store import GoldenStore


def half_accepted(store: GoldenStore, pending: Origin) -> bool:
    """Whether the change has taken its golden's place but for the origin, since an acceptance was cut off."""
    if pending.form is Form.RECIPE:
        return store.origin_path.exists() and not store.keeps_records and _had_records(store)
    return not store.pending_records_path.exists() and store.keeps_records and _is(store.digest(), pending)


def check_whole(store: GoldenStore, pending: Origin) -> None:
    """Raise `InvalidData` where the records that wait are not those that their origin tells of."""
    if pending.form is Form.RECIPE or half_accepted(store, pending):
        return
    if not store.pending_records_path.exists():
        problem = "do not exist"
    else:
        hasher = sha256()
        for block in store.pending_blocks():
            hasher.update(block)
        if _is(hasher.hexdigest(), pending):
            return
        problem = "are not those that their origin tells of"
    raise InvalidData(
        f"the records of {store.pending_records_path.name} {problem}",
        hint=f"make them again: pytest {shlex.quote(pending.nodeid)} --specmint-review; or reject the change",
    )


def golden_blocks(store: GoldenStore, origin: Origin | None, root: Path) -> Iterator[bytes]:
    """The golden's lines, made again where it is a recipe; raises `GoldenMismatch`, `OutputError`."""
    return store.blocks() if store.keeps_records or origin is None else remembered_blocks(origin, root)


def waiting_blocks(store: GoldenStore, pending: Origin, root: Path) -> Iterator[bytes]:
    """The lines of the change; raises `GoldenMismatch`, `OutputError`."""
    if pending.form is Form.RECIPE:
        return remembered_blocks(pending, root)
    return store.blocks() if half_accepted(store, pending) else store.pending_blocks()


def waiting_outcome(each: Listed, root: Path, options: str = "") -> tuple[Outcome, str]:
    """What a change would change, and why that cannot be shown (empty where it can).

    ``options`` are those that commands need to find the golden again.
    """
    assert each.pending is not None
    found, problem = None, ""
    if each.store.exists:
        try:
            found = _difference(each, each.pending, root)
        except SpecmintError as error:
            problem = str(error)
    path = shlex.quote(each.path) + options
    first = found.changes[0].record if found is not None and found.changes else None
    outcome = Outcome(
        nodeid=each.pending.nodeid,
        name=each.pending.name,
        path=each.path,
        state=State.PENDING,
        records=each.pending.content.records,
        recipe=each.store.exists and not each.store.keeps_records,
        difference=found,
        cause=tuple(causes(each.origin, each.pending, edited=_edited(each))) if each.store.exists else (),
        reproduce=None if first is None else f"specmint-cli golden show {path} --pending --record {first}",
        accept=f"specmint-cli golden accept {path}",
    )
    return outcome, problem


def _difference(each: Listed, pending: Origin, root: Path) -> Difference:
    try:
        return difference(golden_blocks(each.store, each.origin, root), waiting_blocks(each.store, pending, root))
    except GoldenMismatch as error:
        raise GoldenMismatch(f"records cannot be made again: {error}", hint=error.hint) from None


def _edited(each: Listed) -> bool:
    return each.origin is not None and each.store.keeps_records and not _is(each.store.digest(), each.origin)


def _had_records(store: GoldenStore) -> bool:
    try:
        origin = store.origin()
    except SpecmintError:
        return False
    return origin is not None and origin.form is Form.JSONL


def _is(digest: str, origin: Origin) -> bool:
    return digest == origin.content.sha256
