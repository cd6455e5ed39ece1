"""The cache of live runs: what models gave, by item and try, in an SQLite file; committed answer by answer.

A run that was killed goes on where it was, and what was paid for once is not paid for again. What is kept is the value
as it was read from the answer, before anything judges it: the rest of the way is made anew each time.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.lines import parse_strict
from pytest_specmint.enrichment.entry import Given
from pytest_specmint.errors import OutputError
from pytest_specmint.schema.sets.values import Json

FILE = "answers.sqlite"
_BUSY = 30.0
_VERSION = 1
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers (key TEXT NOT NULL, try INTEGER NOT NULL, value TEXT NOT NULL, "
    "given TEXT NOT NULL, PRIMARY KEY (key, try)) WITHOUT ROWID"
)
Row = tuple[str, int, Json, Given]
"""Key, number of the try (0, 1), value, who gave it."""


class Cache:
    """Answers in a directory; several processes may use it at once."""

    def __init__(self, directory: Path, warn: Callable[[str], None] = lambda _: None) -> None:
        """Opens it, or begins it; a damaged file is set aside with a warning. Raises `OutputError`."""
        self.path = directory / FILE
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = self._opened(warn)
        except (OSError, sqlite3.Error) as error:
            raise OutputError(f"cache {self.path} cannot be used: {error}", hint="check --cache-dir") from None

    def _opened(self, warn: Callable[[str], None]) -> sqlite3.Connection:
        try:
            return _connected(self.path)
        except sqlite3.OperationalError:
            raise  # locked, or no right to write: not damaged
        except sqlite3.DatabaseError as error:
            aside = self.path.with_suffix(".damaged")
            warn(f"cache {self.path} is damaged ({error}); it is kept as {aside.name}, and a new one begun")
            self.path.replace(aside)
            for tail in ("-wal", "-shm"):
                self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
            return _connected(self.path)

    def get(self, key: str, number: int) -> tuple[Json, Given] | None:
        """What a model gave for an item at this try; None where nothing is known."""
        try:
            row = self._connection.execute("SELECT value, given FROM answers WHERE key = ? AND try = ?", (key, number))
            found = row.fetchone()
            return (
                None if found is None else (parse_strict(found[0].encode()), msgspec.json.decode(found[1], type=Given))
            )
        except (sqlite3.DatabaseError, ValueError):
            return None  # what cannot be read is asked for again

    def put(self, rows: Iterable[Row]) -> None:
        """Keep what one call gave, at once."""
        written = [
            (key, number, canonical_bytes(value).decode(), msgspec.json.encode(given).decode())
            for key, number, value, given in rows
        ]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", written)
        except sqlite3.Error as error:
            raise OutputError(
                f"cache {self.path} cannot be written: {error}", hint="check the free space, or leave --cache-dir away"
            ) from None

    def __len__(self) -> int:
        count: int = self._connection.execute("SELECT count(*) FROM answers").fetchone()[0]
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(_TABLE)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"it is of version {version}")
        connection.execute(f"PRAGMA user_version={_VERSION}")
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(state)
    except BaseException:
        connection.close()
        raise
    return connection
