"""Cassettes: answers on disk, one line an item, sorted, without secrets; from them a dataset is made without a network.

The first line says what the recordings were asked under (*terms*). What is recorded goes to a journal beside the
cassette at once, so that a run that is killed loses nothing; it is merged when the run ends.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.lines import parse_strict
from pytest_specmint.enrichment.entry import Entry, line_of, read_entry
from pytest_specmint.enrichment.locked import locked, replaced
from pytest_specmint.enrichment.sanitise import holds_controls
from pytest_specmint.enrichment.terms import Terms
from pytest_specmint.errors import ProviderError

VERSION = 1
ENDING = ".cassette.jsonl"
_JOURNAL = ".part-"
_HINT = "restore it from version control, or delete it and record anew: --llm-source record"


class CassetteError(ProviderError):
    """A cassette cannot be used. It stands in the place of a provider, so its faults end as a provider's do."""


class Run(msgspec.Struct, frozen=True):
    """Terms, and what else a manifest says of them."""

    terms: Terms
    max_tokens: int = 0
    takes_seed: bool = False
    digest: str = ""
    """Of the model's build, where the provider tells it."""


class Cassette:
    """The recordings of a file, by key; what is new is kept beside them until it is saved."""

    def __init__(self, path: Path) -> None:
        """A cassette at a path; empty where there is no file yet. Raises `CassetteError` for a damaged one."""
        self.path = path
        self.runs: dict[str, Run] = {}
        self.last = ""
        """The id of the terms that were recorded last."""
        self._entries: dict[str, Entry] = {}
        self._journal: Any = None
        self._dropped: set[str] = set()
        self._changed = False
        self._read()

    @property
    def exists(self) -> bool:
        """Whether there is anything."""
        return self.path.exists()

    @property
    def last_run(self) -> Run | None:
        """What was recorded last."""
        return self.runs.get(self.last)

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: entry.place))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Entry | None:
        """The recording under a key."""
        return self._entries.get(key)

    def near(self, index: int, pointer: str) -> list[Entry]:
        """The recordings of a place of a record, by key."""
        return self._places.get((index, pointer), [])

    # ------------------------------------------------------------ recording

    def record(self, run: Run, entries: Iterable[Entry]) -> None:
        """Keep outcomes: in the journal at once, in the cassette when it is saved."""
        if run.terms.id not in self.runs or self.runs[run.terms.id] != run or self.last != run.terms.id:
            self.runs[run.terms.id], self.last = run, run.terms.id
            self._write(_run_line(run))
        for entry in entries:
            self._put(entry)
            self._write(line_of(entry))

    def add(self, entry: Entry) -> None:
        """Put a recording in, when it is saved."""
        self._put(entry)
        self._changed = True

    def drop(self, keys: Iterable[str]) -> None:
        """Take recordings out, when it is saved."""
        for key in keys:
            self._entries.pop(key, None)
            self._dropped.add(key)

    def save(self) -> None:
        """Merge what is new into the file, atomically; another process's recordings stay."""
        if self._journal is None and not self._dropped and not self._changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path.parent):
            if self.path.exists():
                other = Cassette(self.path)
                self.runs = {**other.runs, **self.runs}
                for entry in other:
                    if entry.key not in self._dropped:
                        self._entries.setdefault(entry.key, entry)
            used = {entry.terms for entry in self._entries.values()} | {self.last}
            self.runs = {name: run for name, run in self.runs.items() if name in used}
            replaced(self.path, b"".join(self._lines()))
        self._close_journal()
        self._dropped.clear()
        self._changed = False

    def _lines(self) -> Iterator[bytes]:
        runs = {name: msgspec.to_builtins(run) for name, run in sorted(self.runs.items())}
        yield canonical_bytes({"cassette": VERSION, "last": self.last, "runs": runs}) + b"\n"
        yield from map(line_of, self)

    def _put(self, entry: Entry) -> None:
        self._entries[entry.key] = entry
        self._dropped.discard(entry.key)
        self.__dict__.pop("_places_", None)

    @property
    def _places(self) -> Mapping[tuple[int, str], list[Entry]]:
        known = self.__dict__.get("_places_")
        if known is None:
            known = self.__dict__["_places_"] = {}
            for entry in self:
                known.setdefault((entry.index, entry.pointer), []).append(entry)
        return known

    # ------------------------------------------------------------ journal

    def _write(self, line: bytes) -> None:
        if self._journal is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._journal = self._journal_path.open("ab")
        self._journal.write(line)
        self._journal.flush()

    @property
    def _journal_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}{_JOURNAL}{os.getpid()}")

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._journal_path.unlink(missing_ok=True)

    def recover(self) -> int:
        """Take in what killed runs left in their journals; gives how many recordings that were."""
        found = 0
        for path in sorted(self.path.parent.glob(f"{_escaped(self.path.name)}{_JOURNAL}*")):
            pid = path.name.rpartition("-")[2]
            if not pid.isdigit() or _alive(int(pid)):
                continue
            run: Run | None = None
            entries: list[Entry] = []
            for line in path.read_bytes().split(b"\n")[:-1]:  # the last line may be cut off
                with suppress(ValueError):
                    if line.startswith(b'{"run"'):
                        run = msgspec.convert(msgspec.json.decode(line)["run"], Run)
                    elif run is not None:
                        entries.append(read_entry(line))
            if run is not None:
                self.record(run, entries)
                found += len(entries)
            self.save()
            path.unlink(missing_ok=True)
        return found

    # ------------------------------------------------------------ reading

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise CassetteError(f"cassette {self.path} cannot be read: {error.strerror}", hint=_HINT) from None
        head, _, rest = data.partition(b"\n")
        self._read_head(head)
        if rest and not rest.endswith(b"\n"):
            raise self._wrong(rest.count(b"\n") + 2, "it is cut off")
        for number, line in enumerate(rest.split(b"\n")[:-1], 2):
            self._read_line(number, line)

    def _read_head(self, line: bytes) -> None:
        try:
            head = parse_strict(line)
            version = head["cassette"]
            self.runs = msgspec.convert(head["runs"], dict[str, Run])
            self.last = str(head["last"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._wrong(1, f"it is not the first line of a cassette ({str(error)[:80]})") from None
        if version != VERSION:
            raise CassetteError(
                f"cassette {self.path} is of version {version}, this reads {VERSION}",
                hint="install the version of pytest-specmint that recorded it, or record anew",
            )
        wrong = next((name for name, run in self.runs.items() if run.terms.id != name), None)
        if wrong is not None:
            raise self._wrong(1, f"terms {wrong} were changed: they are part of every key")

    def _read_line(self, number: int, line: bytes) -> None:
        try:
            parse_strict(line)
            entry = read_entry(line)
        except (ValueError, RecursionError) as error:
            raise self._wrong(number, f"it is no recording ({str(error)[:80]})") from None
        run = self.runs.get(entry.terms)
        if run is None:
            raise self._wrong(number, f"its terms {entry.terms} are not in the first line")
        if entry.key != entry.expected_key(run.terms):
            raise self._wrong(number, "what was asked is not what its key says: only values may be edited")
        if (entry.value is msgspec.UNSET) == (entry.failure is None):
            raise self._wrong(number, "it needs either a value or a failure")
        if entry.value is not msgspec.UNSET and holds_controls(entry.value):
            raise self._wrong(number, "its value holds control characters")
        known = self._entries.get(entry.key)
        if known is not None and known != entry:
            raise self._wrong(number, f"record {entry.index} {entry.pointer} is recorded twice, differently")
        self._entries[entry.key] = entry

    def _wrong(self, line: int, words: str) -> CassetteError:
        return CassetteError(f"cassette {self.path}, line {line}: {words}", hint=_HINT)


def _run_line(run: Run) -> bytes:
    return canonical_bytes({"run": msgspec.to_builtins(run)}) + b"\n"


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _alive(pid: int) -> bool:
    if os.name == "nt":  # signal 0 is no question there, but a Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


# ---------------------------------------------------------------- finding


def difference(wanted: Terms, question: Any, schema: str, entry: Entry, run: Run) -> list[str]:
    """What differs between what is asked and a recording: ``model llama3.1 -> qwen2.5``."""
    old, new = asdict(run.terms), asdict(wanted)
    names = {"prompt": "prompt version", "context": "background"}
    found = [
        f"{names.get(name, name)} {_shown(old[name])} -> {_shown(new[name])}" for name in old if old[name] != new[name]
    ]
    if entry.current != question.item.current:
        found.append(f"current value {_shown(entry.current)} -> {_shown(question.item.current)}")
    if entry.seed != question.item.seed:
        found.append("another seed of the dataset")
    if entry.target != question.target:
        found.append("the field's schema or description changed")
    if entry.beside != question.beside:
        found.append("what stands beside it in the record changed")
    if not found and entry.schema != schema:
        found.append("the schema changed")
    return found


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else canonical_bytes(value).decode()
    text = text or "none"
    return text if len(text) <= 40 else f"{text[:39]}…"


def reusable(wanted: Terms, question: Any, schema: str, entry: Entry, run: Run) -> bool:
    """Whether a recording counts though the schema has changed since: all that is not the schema's doing is the same.

    Its value is then judged by the new schema, like any other.
    """
    return entry.failure is None and run.terms == wanted and entry.seed == question.item.seed and entry.schema != schema


def renewed(entry: Entry, question: Any, terms: Terms, schema: str) -> Entry:
    """A reused recording as it is recorded under the new schema."""
    item = question.item
    return replace(
        entry,
        key=question.key(terms),
        current=item.current,
        target=question.target,
        beside=question.beside,
        schema=schema,
    )
