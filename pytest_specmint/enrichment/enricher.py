"""Enrichment of one dataset from beginning to end: its terms, cassette and cache, its blocks, its report."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.check.ruled import RuledVerifier
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.enrichment import provenance
from pytest_specmint.enrichment.book import Book, CassetteMiss
from pytest_specmint.enrichment.cache import Cache
from pytest_specmint.enrichment.cassette import Cassette, Run
from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.context import Context, context_of
from pytest_specmint.enrichment.entry import Entry
from pytest_specmint.enrichment.judge import Judge
from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.protection import linked_schema, tied_places
from pytest_specmint.enrichment.settings import AUTO, LlmSettings
from pytest_specmint.enrichment.stage import Desk, Enriched, Stage
from pytest_specmint.enrichment.terms import PROMPT_VERSION, Terms
from pytest_specmint.errors import ProviderError, UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.pipeline.blocks import line_blocks
from pytest_specmint.pipeline.recipe import USUALLY, Execution

Connect = Callable[[LlmSettings], Connection | None]
"""Finds a provider: an open connection, or None where ``auto`` finds none. Raises `ProviderError`."""
Warn = Callable[[str], None]


class Told(Struct, frozen=True):
    """What a run tells of its enrichment."""

    manifest: dict[str, Any]
    run: dict[str, Any]
    words: str
    degraded: bool


class Enricher:
    """Enriches the records of a job; used once, and closed."""

    def __init__(
        self,
        job: Job,
        settings: LlmSettings,
        connect: Connect,
        *,
        warn: Warn = lambda _: None,
        protected: frozenset[str] = frozenset(),
        again: Callable[[Entry], bool] = lambda _: False,
        observer: Observer = SILENT,
    ) -> None:
        """Raises `UsageError` for what does not go together, and `SchemaError` for a wrong mark.

        ``protected`` are pointers of values that are given from outside: these stay. ``again`` says of recordings
        whether they are made anew.
        """
        self._again, self._observer = again, observer
        if job.mode is not Mode.USUAL:
            raise UsageError(
                f"a language model and records of mode {job.mode.value} exclude each other",
                hint="boundary values and near misses are what they are: leave --llm-mode away",
            )
        if settings.source is not LlmSource.LIVE and settings.cassette is None:
            raise UsageError(
                f"--llm-source {settings.source.value} needs a cassette",
                hint="pass --cassette FILE; with --out DIR it is DIR.cassette.jsonl",
            )
        self._job, self._settings, self._connect, self._warn = job, settings, connect, warn
        vocabulary = job.settings().vocabulary
        self._planner = Planner(linked_schema(job), settings.mode, tied_places(job), vocabulary, protected)
        if settings.mode is LlmMode.FIELDS and not self._planner.marks:
            warn("no field of the schema is marked x-llm: there is nothing for a model to do")
        rules = job.enforced().rules
        verifier = RuledVerifier(job.schema, rules) if rules else Verifier(job.schema)
        self._judge = Judge(self._planner, verifier, vocabulary, settings.symbols)
        self._stage: Stage | None = None
        self._run: Run | None = None
        self._connection: Connection | None = None
        self._cache: Cache | None = None
        self._dispatched: Any = None

    # ------------------------------------------------------------ blocks

    def blocks(self, execution: Execution = USUALLY) -> Iterator[Enriched]:
        """The job's enriched blocks; what is known so far is kept, however this ends."""
        size = Stage.size_of(self._settings)
        checked = Execution(execution.workers, check_all=True, block=size)
        yield from self.enriched(map(bytes, line_blocks(self._job, checked, None, self._observer)))

    def enriched(self, made: Iterator[bytes]) -> Iterator[Enriched]:
        """Blocks of lines that this job's records came to, enriched."""
        begun = False
        try:
            first = next(made, b"")  # processes that generate are forked before there are threads
            self._open()
            begun = True
            assert self._stage is not None
            yield from self._stage.blocks(chain([first], made), self._job.start)
        except BaseException:
            if begun and self._stage is not None:
                self._stage.salvage()
            self._close(cancel=True, save=begun)
            raise
        else:
            self._close(cancel=False, save=True)

    def _open(self) -> None:
        settings = self._settings
        book = None
        needed = settings.mode is LlmMode.RECORD or self._planner.marks
        run = self._known_run() if needed else None
        if run is None and needed:
            connection = self._connected(settings)
            run = None if connection is None else self._run_of(connection)
        if run is not None:
            if settings.cache_dir is not None and settings.source is not LlmSource.REPLAY:
                self._cache = Cache(settings.cache_dir, self._warn)
            book = Book(settings.source, run, self._job.schema.sha256, self._cassette, self._cache, self._again)
        self._run = run
        desk = Desk(
            settings,
            self._planner,
            self._judge,
            self._context,
            book,
            self._asked_for,
            self._job.seed,
            self._job.count,
            self._job.plan().exact,
            self._observer,
        )
        self._stage = Stage(desk)

    @cached_property
    def _context(self) -> Context:
        return context_of(self._job, self._settings.context)

    @cached_property
    def _cassette(self) -> Cassette | None:
        settings = self._settings
        if settings.source is LlmSource.LIVE or settings.cassette is None:
            return None
        cassette = Cassette(settings.cassette)
        if settings.source is LlmSource.RECORD:
            recovered = cassette.recover()
            if recovered:
                self._warn(f"{cassette.path}: {recovered:,} recordings of a run that was killed are taken over")
        return cassette

    # ------------------------------------------------------------ terms

    def _known_run(self) -> Run | None:
        """What is asked under where a cassette says it; None where a provider is to be found first.

        Whoever names no provider, model or temperature gets those of the cassette.
        """
        cassette, settings = self._cassette, self._settings
        if cassette is None:
            return None
        if settings.source is LlmSource.REPLAY and not cassette.exists:
            raise CassetteMiss(
                f"there is no cassette {cassette.path}",
                hint="record it: --llm-source record, or in pytest --specmint-llm-record",
            )
        known = [run for run in cassette.runs.values() if run.terms.mode == settings.mode.value]
        fitting = [run for run in known if self._wanted(run) == run.terms]
        if settings.source is LlmSource.RECORD:
            return self._latest(fitting)
        run = self._latest(fitting or known) or cassette.last_run
        if run is None:
            raise CassetteMiss(f"{cassette.path} is empty", hint="record it: --llm-source record")
        return replace(run, terms=self._wanted(run))

    def _latest(self, runs: list[Run]) -> Run | None:
        assert self._cassette is not None
        last = self._cassette.last
        return next((run for run in runs if run.terms.id == last), runs[0] if runs else None)

    def _wanted(self, run: Run) -> Terms:
        """The terms of a run as these settings would have them."""
        settings, terms = self._settings, run.terms
        return Terms(
            settings.mode.value,
            settings.provider if "provider" in settings.explicit else terms.provider,
            settings.model if settings.model is not None and "model" in settings.explicit else terms.model,
            settings.temperature if "temperature" in settings.explicit else terms.temperature,
            self._context.sha256,
            PROMPT_VERSION,
        )

    def _run_of(self, connection: Connection) -> Run:
        sampling = connection.sampling
        terms = Terms(
            self._settings.mode.value,
            connection.provider,
            connection.model,
            sampling.temperature,
            self._context.sha256,
            PROMPT_VERSION,
        )
        return Run(terms, self._settings.max_tokens, connection.takes_seed, connection.digest)

    # ------------------------------------------------------------ provider

    def _asked_for(self) -> Connection:
        """The connection, when the first call is made: to what the cassette was recorded with, if there is one."""
        if self._connection is None:
            assert self._run is not None
            terms = self._run.terms
            wanted = replace(self._settings, provider=terms.provider, model=terms.model, temperature=terms.temperature)
            connection = self._connected(wanted)
            assert connection is not None
            if (connection.provider, connection.model) != (terms.provider, terms.model):
                raise ProviderError(
                    f"the cassette was recorded with {terms.provider} {terms.model}, not {connection.model}",
                    hint="name another one to record anew: --llm-provider, --llm-model",
                )
        assert self._connection is not None
        return self._connection

    def _connected(self, settings: LlmSettings) -> Connection | None:
        if settings.source is LlmSource.REPLAY:
            raise AssertionError("a replay asks nobody")
        self._connection = self._connect(settings)
        if self._connection is None:
            if settings.provider != AUTO or settings.source is LlmSource.RECORD:
                raise ProviderError(
                    "no provider of language models was found",
                    hint="start Ollama, set OPENAI_API_KEY or ANTHROPIC_API_KEY, or pass --llm-endpoint URL",
                )
            self._warn("no provider of language models was found: all values stay deterministic")
        return self._connection

    # ------------------------------------------------------------ the end

    def _close(self, *, cancel: bool, save: bool) -> None:
        if self._connection is not None:
            self._dispatched = self._connection.dispatcher.close(cancel=cancel)
        if self._cache is not None:
            self._cache.close()
        if save and self._cassette is not None and self._settings.source is LlmSource.RECORD:
            self._cassette.save()

    @property
    def mode(self) -> str:
        """What the model may change."""
        return self._settings.mode.value

    @property
    def provider(self) -> str:
        """Whose values these are; empty where nobody's are, or before the first block."""
        return "" if self._run is None else self._run.terms.provider

    @property
    def planner(self) -> Planner:
        """What is asked for."""
        return self._planner

    def told(self) -> Told:
        """What there is to tell, once all blocks are made."""
        assert self._stage is not None
        counts = self._stage.counts
        degraded = counts.degraded
        return Told(
            provenance.manifest_section(self._settings.mode.value, self._run, counts),
            provenance.run_section(self._settings.source.value, counts, self._dispatched, self._settings.context),
            provenance.words(counts, self._dispatched),
            degraded,
        )
