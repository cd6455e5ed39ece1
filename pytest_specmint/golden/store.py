"""A golden on disk: its origin, kept by syrupy's storage, and its records beside it.

syrupy gives the origin its form (location, reading, writing) and lets goldens stand beside a project's other snapshots.
Its session is not told of them: ``--snapshot-update`` neither writes nor deletes a golden, and no payload is held until
the session ends. The records, which may be many, go past it as a stream.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from syrupy.data import Snapshot, SnapshotCollection, SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pytest_specmint.dataset import digest_of
from pytest_specmint.errors import OutputError
from pytest_specmint.golden.origin import Form, Origin, read_origin
from pytest_specmint.golden.place import CASSETTE, ORIGIN, PENDING, RECORDS
from pytest_specmint.output.atomic import io_errors, replaced_file, write_file

_CHUNK = 1 << 18


class OriginExtension(SingleFileSnapshotExtension):
    """One origin document per golden, written atomically, compared as bytes."""

    _write_mode = WriteMode.BINARY
    file_extension = ORIGIN.removeprefix(".")

    def serialize(self, data: Any, **_: Any) -> bytes:
        """The bytes as they are: they are canonical already."""
        return bytes(data)

    def read_snapshot_data_from_location(self, *, snapshot_location: str, **_: Any) -> bytes | None:
        """The file's bytes, None where there is none."""
        try:
            return Path(snapshot_location).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise OutputError(f"golden {snapshot_location} cannot be read: {error.strerror}") from None

    @classmethod
    def write_snapshot_collection(cls, *, snapshot_collection: SnapshotCollection, **_: Any) -> None:
        """Write the file, whole or not at all."""
        for snapshot in snapshot_collection:
            assert isinstance(snapshot.data, bytes)
            write_file(Path(snapshot_collection.location), snapshot.data)

    def discover_snapshots(self, **_: Any) -> SnapshotCollections:
        """None: goldens are not syrupy's to report as unused or to delete."""
        return SnapshotCollections()

    def delete_snapshots(self, **_: Any) -> None:
        """Never."""


class GoldenStore:
    """The golden at a place, which is a path without ending."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._extension = OriginExtension()

    # ------------------------------------------------------------ files

    @property
    def origin_path(self) -> Path:
        """The origin's file."""
        return self.place.with_name(self.place.name + ORIGIN)

    @property
    def records_path(self) -> Path:
        """The records' file."""
        return self.place.with_name(self.place.name + RECORDS)

    @property
    def cassette_path(self) -> Path:
        """The file of a language model's recorded answers, where there are any."""
        return self.place.with_name(self.place.name + CASSETTE)

    @property
    def path(self) -> Path:
        """The file that stands for the golden: its records, or the recipe for them."""
        return self.origin_path if self.origin_path.exists() and not self.keeps_records else self.records_path

    @property
    def exists(self) -> bool:
        """Whether there is a golden."""
        return self.records_path.exists() or self.origin_path.exists()

    @property
    def keeps_records(self) -> bool:
        """Whether its records are on disk."""
        return self.records_path.exists()

    # ------------------------------------------------------------ reading

    def origin(self) -> Origin | None:
        """Where the golden comes from; None where it was kept without. Raises `InvalidData`, `OutputError`."""
        return self._read(self.origin_path)

    def blocks(self) -> Iterator[bytes]:
        """The records' bytes; raises `OutputError`."""
        return _read_blocks(self.records_path)

    def digest(self) -> str:
        """SHA-256 of the records."""
        return digest_of(self.blocks()).sha256

    # ------------------------------------------------------------ writing

    def write(self, origin: Origin, blocks: Iterable[bytes]) -> None:
        """Replace the golden, records first: an origin never stands beside records that are older."""
        if origin.form is Form.JSONL:
            _write_blocks(self.records_path, blocks)
        self._write(self.origin_path, origin)
        if origin.form is Form.RECIPE:
            with io_errors(self.records_path):
                self.records_path.unlink(missing_ok=True)

    def remove(self, *, cassette: bool = False) -> None:
        """Remove the golden and what is pending for it; its cassette too, where its test is gone."""
        self.reject()
        for path in (self.origin_path, self.records_path, *[self.cassette_path][:cassette]):
            with io_errors(path):
                path.unlink(missing_ok=True)

    # ------------------------------------------------------------ pending

    @property
    def pending_origin_path(self) -> Path:
        """The origin that waits for review."""
        return _pending(self.origin_path)

    @property
    def pending_records_path(self) -> Path:
        """The records that wait for review."""
        return _pending(self.records_path)

    def pending(self) -> Origin | None:
        """Where the change comes from that waits for review, if one does."""
        return self._read(self.pending_origin_path)

    def pending_blocks(self) -> Iterator[bytes]:
        """The records that wait for review."""
        return _read_blocks(self.pending_records_path)

    def pend(self, origin: Origin, blocks: Iterable[bytes]) -> None:
        """Keep a change beside the golden, for review."""
        if origin.form is Form.JSONL:
            _write_blocks(self.pending_records_path, blocks)
        self._write(self.pending_origin_path, origin)
        if origin.form is Form.RECIPE:
            with io_errors(self.records_path):
                self.pending_records_path.unlink(missing_ok=True)

    def accept(self) -> None:
        """The change becomes the golden; half an acceptance is completed by the next."""
        origin = self.pending()
        if origin is None:
            return
        with io_errors(self.origin_path):
            records = self.pending_records_path
            if origin.form is Form.RECIPE:
                records.unlink(missing_ok=True)
                self.records_path.unlink(missing_ok=True)
            elif records.exists():
                records.replace(self.records_path)
            # Last, for as long as it waits the rest can be done again.
            self.pending_origin_path.replace(self.origin_path)

    def reject(self) -> None:
        """Drop the change."""
        for path in (self.pending_origin_path, self.pending_records_path):
            with io_errors(path):
                path.unlink(missing_ok=True)

    # ------------------------------------------------------------ syrupy

    def _read(self, path: Path) -> Origin | None:
        data = self._extension.read_snapshot_data_from_location(snapshot_location=str(path))
        return None if data is None else read_origin(bytes(data), str(path))

    def _write(self, path: Path, origin: Origin) -> None:
        collection = SnapshotCollection(location=str(path))
        collection.add(Snapshot(name=path.name, data=self._extension.serialize(origin.document())))
        self._extension.write_snapshot_collection(snapshot_collection=collection)


def store_of(path: Path) -> GoldenStore:
    """The golden to which a file belongs: its records, its origin, or what waits to take their place."""
    name = path.name.removesuffix(PENDING)
    return GoldenStore(path.with_name(name.removesuffix(ORIGIN).removesuffix(RECORDS)))


def _pending(path: Path) -> Path:
    return path.with_name(path.name + PENDING)


def _read_blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_CHUNK), b"")
    except OSError as error:
        raise OutputError(f"golden {path} cannot be read: {error.strerror}") from None


def _write_blocks(path: Path, blocks: Iterable[bytes]) -> None:
    with replaced_file(path) as file:
        for block in blocks:
            file.write(block)
