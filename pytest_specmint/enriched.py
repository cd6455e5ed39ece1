"""A dataset with a language model's values: made once, from its cassette or with a model, and then kept."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from pytest_specmint.cells import parsed
from pytest_specmint.dataset import Dataset
from pytest_specmint.enrichment.enricher import Connect, Enricher, Told
from pytest_specmint.enrichment.facts import LlmFacts
from pytest_specmint.enrichment.model import LlmSource
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.job import Job
from pytest_specmint.observe.observer import SILENT, Observer

Warn = Callable[[str], None]


class EnrichedDataset(Dataset):
    """The records of a job with a language model's values in them; its lines are kept."""

    def __init__(
        self,
        job: Job,
        settings: LlmSettings,
        connect: Connect,
        *,
        base: Dataset | None = None,
        protected: frozenset[str] = frozenset(),
        warn: Warn = lambda _: None,
    ) -> None:
        """``base`` are the records to enrich, where they are not those of the job alone: then ``protected`` are
        pointers of values that were given from outside.
        """
        super().__init__(job)
        self._settings, self._connect, self._warn = settings, connect, warn
        self._base, self._protected = base, protected

    def _enricher(self, observer: Observer = SILENT) -> Enricher:
        return Enricher(
            self.job, self._settings, self._connect, warn=self._warn, protected=self._protected, observer=observer
        )

    @cached_property
    def _made(self) -> tuple[list[bytes], Told]:
        enricher = self._enricher()
        blocks = enricher.blocks() if self._base is None else enricher.enriched(self._base.blocks())
        lines = b"".join([block.lines for block in blocks])
        return lines.splitlines(keepends=True), enricher.told()

    # ------------------------------------------------------------ sequence

    def __iter__(self) -> Iterator[Any]:
        return (self._record(i) for i in range(len(self._made[0])))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return super().__getitem__(index)

    def _record(self, position: int) -> Any:
        return parsed(self._made[0][position], exact=self.job.plan().exact)[0]

    # ------------------------------------------------------------ origin

    @property
    def made_by_job(self) -> bool:
        """Whether job and cassette make these records, so that they can be made again from them."""
        return self._base is None

    @property
    def told(self) -> Told:
        """What became of the values that were asked for."""
        return self._made[1]

    @property
    def degraded(self) -> str:
        """Why this must not become a golden: how many values fell back, and for what reasons; empty where none did."""
        reasons = self.told.manifest["fallbacks"]
        return ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())

    @property
    def llm(self) -> LlmFacts:
        """How it was enriched."""
        from hashlib import sha256

        told = self.told.manifest
        cassette = None if self._settings.source is LlmSource.LIVE else self._settings.cassette
        return LlmFacts(
            told["mode"],
            told["provider"] or "",
            told.get("model", ""),
            told.get("parameters", {}).get("temperature", 0.0),
            told.get("prompt_version", 0),
            self._settings.context,
            cassette,
            sha256(cassette.read_bytes()).hexdigest() if cassette is not None and cassette.exists() else "",
        )

    def command(self, index: int) -> str:
        """The command line that prints the record at this position of the dataset."""
        import shlex

        mode = self._settings.mode.value
        source = "" if self._settings.source is LlmSource.LIVE else " --llm-source replay"
        cassette = self._settings.cassette
        file = f" --cassette {shlex.quote(str(cassette))}" if source and cassette is not None else ""
        given = "" if self._base is None else f"  # {', '.join(sorted(self._protected))} given from outside"
        return f"{super().command(index)} --llm-mode {mode}{source}{file}{given}"

    # ------------------------------------------------------------ bytes

    def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
        """The lines; every record was checked when they were made."""
        return iter([self.jsonl])

    @cached_property
    def jsonl(self) -> bytes:
        """The canonical bytes, a line per record."""
        return b"".join(self._made[0])

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The deterministic description that ``manifest.json`` holds."""
        from pytest_specmint.output.manifest import manifest

        return manifest(self.job, self.sha256, self.digest.bytes, (), self.told)
