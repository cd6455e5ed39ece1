"""The syrupy extension that keeps goldens: canonical JSON Lines in a directory of our own.

syrupy gives the storage its form (location, reading, writing) and lets goldens stand beside a project's other snapshots.
Its session is not told of them: ``--snapshot-update`` neither writes nor deletes a golden, and no payload is held until
the session ends.
"""

from pathlib import Path
from typing import Any

from syrupy.data import Snapshot, SnapshotCollection, SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

from pytest_specmint.errors import OutputError
from pytest_specmint.golden.place import golden_path
from pytest_specmint.output.atomic import write_file


class GoldenExtension(SingleFileSnapshotExtension):
    """One JSON Lines file per test and dataset, written atomically, compared as bytes."""

    _write_mode = WriteMode.BINARY
    file_extension = "jsonl"

    @classmethod
    def get_location(cls, *, test_location: PyTestLocation, index: Any = 0) -> str:
        """The golden's path, by the test's marker and the golden directory."""
        return str(golden_path(test_location.item))

    def serialize(self, data: Any, **_: Any) -> bytes:
        """The bytes as they are: they are canonical already."""
        return bytes(data)

    def read_snapshot_data_from_location(self, *, snapshot_location: str, **_: Any) -> bytes | None:
        """The file's bytes, None where there is none."""
        try:
            return Path(snapshot_location).read_bytes()
        except FileNotFoundError:
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
    """The golden of one test item."""

    def __init__(self, item: Any) -> None:
        self._extension = GoldenExtension()
        self.path = Path(self._extension.get_location(test_location=PyTestLocation(item)))

    def read(self) -> bytes | None:
        """The golden's bytes, None where there is none."""
        data = self._extension.read_snapshot_data_from_location(snapshot_location=str(self.path))
        assert data is None or isinstance(data, bytes)
        return data

    def write(self, data: bytes) -> None:
        """Replace the golden; raises `OutputError`."""
        collection = SnapshotCollection(location=str(self.path))
        collection.add(Snapshot(name=self.path.stem, data=self._extension.serialize(data)))
        self._extension.write_snapshot_collection(snapshot_collection=collection)
