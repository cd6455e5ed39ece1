"""Datasets that are consecutive ranges of one, joined and verified: what comes of it is the undivided dataset."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from itertools import count
from secrets import token_hex
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.errors import InvalidData, OutputError, SpecmintError, UsageError
from pytest_specmint.output.manifest import DATASET_FILE, MANIFEST_FILE, VIOLATIONS_FILE, dataset_id, pretty
from pytest_specmint.parts import journal
from pytest_specmint.parts.description import TREE, parts_manifest, parts_of
from pytest_specmint.parts.digest import Leaves, root
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.joining import Piece, in_order, joined_description
from pytest_specmint.parts.layout import part_file
from pytest_specmint.parts.lock import held
from pytest_specmint.parts.place import looked_at, refuse_taken
from pytest_specmint.parts.sink import CHUNK, Sink, Staged, sink_at


class Merged(Struct, frozen=True):
    """What was joined, or verified."""

    manifest: dict[str, Any]
    tree: str
    """The tree digest of all records."""
    files: int


def merge(sources: Sequence[str], target: str | None) -> Merged:
    """Join datasets, given in any order, at a directory or URL; without one they are verified only.

    Every file is read whole and held against its manifest. Raises `InvalidData` where ranges do not meet, datasets are
    not of one, or a file is not what its manifest says; `OutputError`; `UsageError` for what cannot be joined.
    """
    sinks = {name: sink_at(name) for name in sources}
    if len(sinks) < len(sources):
        raise UsageError("a dataset is given twice", hint="give each once")
    ordered = in_order([_piece(name, sink) for name, sink in sinks.items()])
    with _output(target) as out:
        join = _Join(sinks, out)
        merged = join.parts(ordered) if ordered[0].is_in_parts else join.lines(ordered)
        if out is not None:
            out.write(MANIFEST_FILE, pretty(merged.manifest))
    return merged


def _piece(name: str, sink: Sink) -> Piece:
    data = sink.read(MANIFEST_FILE)
    if data is None:
        raise OutputError(
            f"{name} holds no dataset: there is no {MANIFEST_FILE}", hint="a run that was cut off has none"
        )
    try:
        manifest = json.loads(data)
        piece = Piece(name, manifest)
        if piece.is_in_parts:
            parts_of(manifest)
        _ = piece.start, piece.count, manifest["dataset_id"], manifest["llm"]["mode"]
    except (ValueError, KeyError, TypeError):
        raise InvalidData(f"{name}: its {MANIFEST_FILE} is damaged", hint="make this dataset again") from None
    if manifest["llm"]["mode"] != "off":
        raise UsageError(
            f"{name} was written with a language model: such datasets are not joined",
            hint="make the whole in one run; cassette and cache keep what was answered",
        )
    return piece


@contextmanager
def _output(target: str | None) -> Iterator[Sink | None]:
    """A place for the whole, which nobody else writes to."""
    if target is None:
        yield None
        return
    sink, token = sink_at(target), token_hex(8)
    with held(sink, token):
        place = looked_at(sink)
        refuse_taken(sink, place)
        journal.write_plan(sink, {"merge": token})
        try:
            yield sink
        except BaseException:
            with suppress(SpecmintError):  # what went wrong first is what is told
                for name in sink.sizes():
                    if name != journal.LOCK_FILE:
                        sink.remove(name)
                sink.tidy()
            raise
        journal.clear(sink, sink.sizes())
        sink.tidy()


class _Join:
    """Reads files of datasets, verifies them, and writes them to the output, if there is one."""

    def __init__(self, sinks: dict[str, Sink], out: Sink | None) -> None:
        self._sinks = sinks
        self._out = out

    def parts(self, ordered: Sequence[Piece]) -> Merged:
        """Datasets in parts: files are copied, and numbered anew."""
        done: list[PartDone] = []
        numbers = count()
        for piece in ordered:
            for part in parts_of(piece.manifest):
                ending = part.file.partition(".")[2]
                number = next(numbers)
                done.append(replace(part, number=number, file=part_file(number, ending)))
                with self._staged(done[-1].file) as staged:
                    self._copy(piece, part, staged)
        self._check_gapless(ordered, done)
        manifest = parts_manifest(joined_description(ordered), ordered[0].form, done)
        return Merged(manifest, manifest["dataset"][TREE], len(done))

    def _copy(self, piece: Piece, part: PartDone, staged: Staged | None) -> None:
        hasher, size = sha256(), 0
        for data in self._read(piece, part.file):
            hasher.update(data)
            size += len(data)
            if staged is not None:
                staged.file.write(data)
        if (size, hasher.hexdigest()) != (part.bytes, part.sha256):
            raise _other_than_said(piece, part.file)

    @staticmethod
    def _check_gapless(ordered: Sequence[Piece], done: Sequence[PartDone]) -> None:
        at = ordered[0].start
        for part in done:
            if part.start != at:
                raise InvalidData(f"the records from {at} on are in no part", hint="make these datasets again")
            at += part.count
        if at != ordered[-1].end:
            raise InvalidData(f"the records from {at} on are in no part", hint="make these datasets again")

    def lines(self, ordered: Sequence[Piece]) -> Merged:
        """Datasets in one file: their lines become one file."""
        names = [DATASET_FILE]
        if all(self._sinks[piece.named].size(VIOLATIONS_FILE) is not None for piece in ordered):
            names.append(VIOLATIONS_FILE)
        whole, size, leaves = sha256(), 0, Leaves(ordered[0].start)
        for name in names:
            with self._staged(name) as staged:
                for piece in ordered:
                    for data in self._checked_lines(piece, leaves) if name == DATASET_FILE else self._read(piece, name):
                        if name == DATASET_FILE:
                            whole.update(data)
                            size += len(data)
                        if staged is not None:
                            staged.file.write(data)
        described = joined_description(ordered)
        records = described["gen"]["count"]
        dataset = {"bytes": size, "file": DATASET_FILE, "records": records, "sha256": whole.hexdigest()}
        body = {"dataset": dataset, **described}
        return Merged({"dataset_id": dataset_id(body), **body}, root(leaves.finished()), 1)

    def _checked_lines(self, piece: Piece, leaves: Leaves) -> Iterator[bytes]:
        hasher, records, rest = sha256(), 0, b""
        for data in self._read(piece, DATASET_FILE):
            hasher.update(data)
            end = data.rfind(b"\n") + 1
            lines, rest = (rest + data[:end], data[end:]) if end else (b"", rest + data)
            if lines:
                found = lines.count(b"\n")
                leaves.add(lines, found)
                records += found
                yield lines
        if rest or (records, hasher.hexdigest()) != (piece.count, piece.manifest["dataset"]["sha256"]):
            raise _other_than_said(piece, DATASET_FILE)

    def _read(self, piece: Piece, name: str) -> Iterator[bytes]:
        sink = self._sinks[piece.named]
        if sink.size(name) is None:
            raise InvalidData(f"{piece.named}: {name} is missing", hint="make this dataset again")
        with sink.opened(name) as file:
            while data := file.read(CHUNK):
                yield data

    @contextmanager
    def _staged(self, name: str) -> Iterator[Staged | None]:
        with ExitStack() as stack:
            staged = None if self._out is None else stack.enter_context(self._out.staged(name))
            yield staged
            if staged is not None:
                staged.publish()


def _other_than_said(piece: Piece, name: str) -> InvalidData:
    return InvalidData(
        f"{piece.named}: {name} is not what its manifest says: another digest", hint="make this dataset again"
    )
