"""Blocks of canonical lines → enriched blocks, in order, in flat memory, with no more ahead than models can use.

One thread, this one, generates, judges and writes; only calls run elsewhere. It reads ahead a bounded number of chunks,
hands their questions to the dispatcher, and finishes the first chunk when all of its answers are there. What a chunk
becomes depends on its answers alone, not on the order in which they came.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from math import ceil
from time import perf_counter
from typing import Any, NamedTuple

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.cells import parsed
from pytest_specmint.enrichment.answers import read_answer
from pytest_specmint.enrichment.book import Book
from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.context import Context
from pytest_specmint.enrichment.entry import Given
from pytest_specmint.enrichment.items import Part, asked_of, grouped
from pytest_specmint.enrichment.judge import Judge
from pytest_specmint.enrichment.model import Call, Failure, LlmSource, Origin
from pytest_specmint.enrichment.outcome import Try, Work
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.prompt import SHARE, Correction, call_of, digest_of, prompt_room
from pytest_specmint.enrichment.provenance import Counts, lines_of
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.enrichment.telling import Teller
from pytest_specmint.enrichment.terms import Question
from pytest_specmint.errors import BudgetError
from pytest_specmint.observe.observer import SILENT, Observer

CHUNK = 64
"""Records that are finished together."""
REPLAYED = 256
"""The same where nobody is asked."""
_DIGITS = 16


class Enriched(NamedTuple):
    """Lines of so many records, and the lines of their sidecar."""

    records: int
    lines: bytes
    provenance: bytes


class Desk(Struct, frozen=True):
    """What enriching a dataset takes."""

    settings: LlmSettings
    planner: Planner
    judge: Judge
    context: Context
    book: Book | None
    """None where no provider was found: then all values stay."""
    connect: Callable[[], Connection]
    """The way to a model; asked for when the first call is to be made."""
    seed: int
    count: int
    """How many records there are."""
    exact: bool
    """Whether integers may lie beyond 64 bits."""
    observer: Observer = SILENT


class _Waiting(NamedTuple):
    """A call under way: its questions by the call's ids, its digest, and when it was handed in."""

    call: Call
    ids: dict[str, Question]
    digest: str
    began: float


class _Chunk:
    """Records on their way."""

    def __init__(self, works: list[Work]) -> None:
        self.works = works
        self.waiting: dict[Future[Any], _Waiting] = {}
        self.number = 0
        """Of the try that is under way."""
        self.corrections: dict[str, Correction] = {}
        self.work_of = {work.asked.index: work for work in works}

    @property
    def done(self) -> bool:
        return not self.waiting and self.number > 1


class Stage:
    """Enriches the blocks of one dataset."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.counts = Counts()
        self._teller = Teller(desk.observer, desk.planner)
        self._chunks_ahead: deque[_Chunk] = deque()

    @staticmethod
    def size_of(settings: LlmSettings) -> int:
        """How many records a chunk has."""
        if settings.source is LlmSource.REPLAY:
            return REPLAYED
        return max(settings.batch, CHUNK // settings.batch * settings.batch)

    @property
    def size(self) -> int:
        """How many records a chunk has."""
        return self.size_of(self._desk.settings)

    def blocks(self, made: Iterator[bytes], start: int) -> Iterator[Enriched]:
        """The enriched blocks of lines that begin with the record of this index."""
        source = self._chunks(made, start)
        ahead = self._chunks_ahead
        while True:
            while len(ahead) < self._ahead and (chunk := next(source, None)) is not None:
                ahead.append(chunk)
                self._begin(chunk)
            if not ahead:
                return
            while not ahead[0].done:
                self._advance()
            yield self._finished(ahead.popleft())

    def salvage(self) -> None:
        """Record what is known for certain of chunks that will not be finished."""
        desk = self._desk
        for chunk in self._chunks_ahead:
            for work in chunk.works if desk.book is not None else ():
                if work.is_settled(desk.judge):
                    desk.book.keep_outcomes(work.outcomes(desk.judge)[1])  # type: ignore[union-attr]

    @property
    def _ahead(self) -> int:
        settings = self._desk.settings
        if settings.source is LlmSource.REPLAY:
            return 1
        return 2 + 4 * settings.workers * settings.batch // self.size

    # ------------------------------------------------------------ asking

    def _chunks(self, made: Iterator[bytes], index: int) -> Iterator[_Chunk]:
        desk = self._desk
        for lines in made:
            records = parsed(lines, exact=desk.exact)
            for at in range(0, len(records), self.size):
                self._teller.looked_at(range(index + at, index + min(at + self.size, len(records))))
                works = [self._work(index + at + i, record) for i, record in enumerate(records[at : at + self.size])]
                yield _Chunk(works)
            index += len(records)

    def _work(self, index: int, record: Any) -> Work:
        desk = self._desk
        asked = asked_of(desk.planner, desk.settings.mode, desk.seed, index, record)
        recorded = {}
        for question in asked.questions if desk.book is not None else ():
            entry = desk.book.recorded(question, desk.judge)  # type: ignore[union-attr]
            if entry is not None:
                recorded[question.item.pointer] = entry
        return Work(asked, recorded)

    def _begin(self, chunk: _Chunk) -> None:
        """Have the first calls of a chunk under way."""
        desk = self._desk
        open_ = [question for work in chunk.works for question in work.open]
        if open_:
            self._teller.missed(desk.settings.source, open_)
        if open_ and desk.book is None:
            for question in open_:
                found = Try(failure=Failure.NO_PROVIDER, detail="no provider was found")
                chunk.work_of[question.item.index].add(question, found)
        elif open_ and desk.settings.source is LlmSource.REPLAY:
            assert desk.book is not None
            raise desk.book.missed(open_)
        else:
            self._ask(chunk, {work.asked.index: work.open for work in chunk.works})
        self._settle(chunk)

    def _ask(self, chunk: _Chunk, questions: Mapping[int, list[Question]]) -> None:
        """Ask questions of a chunk, but for those that the cache answers."""
        desk = self._desk
        parts = []
        for index, listed in questions.items():
            work, left = chunk.work_of[index], []
            for question in listed:
                known = desk.book.cached(question, chunk.number) if desk.book is not None else None
                if known is None:
                    left.append(question)
                else:
                    work.add(question, known)
            if left:
                parts.append(Part(work.asked, tuple(left)))
        if parts:
            self._submit(chunk, parts)

    def _groups(self, chunk: _Chunk, parts: list[Part], letters: int) -> Iterator[tuple[Part, ...]]:
        batch = self._desk.settings.batch
        room = int(SHARE * self._desk.settings.max_tokens)
        if not chunk.number:
            yield from grouped(parts, records=batch, tokens=room, letters=letters)
            return
        # What was too much for one answer is asked for again in halves of it.
        many = [part for part in parts if any(self._was_cut(chunk, question) for question in part.questions)]
        few = [part for part in parts if part not in many]
        yield from grouped(few, records=batch, tokens=room, letters=letters)
        yield from grouped(many, records=max(batch // 2, 1), tokens=room // 2, letters=letters // 2)

    @staticmethod
    def _was_cut(chunk: _Chunk, question: Question) -> bool:
        tries = chunk.work_of[question.item.index].tries(question)
        return bool(tries) and tries[-1].failure is Failure.TRUNCATED

    def _submit(self, chunk: _Chunk, parts: list[Part]) -> None:
        desk = self._desk
        connection = desk.connect()
        room = prompt_room(connection.context)
        calls = [
            call_of(
                group, desk.planner.targets, desk.context, connection.sampling, desk.settings.mode, chunk.corrections
            )
            for group in self._groups(chunk, parts, room)
        ]
        if not self.counts.calls and hasattr(connection.dispatcher, "begin"):
            share = self._desk.count / max(len(chunk.works), 1)
            connection.dispatcher.begin([call for call, _ in calls], ceil(len(calls) * max(share, 1)))
        for call, ids in calls:
            self.counts.calls += 1
            began = perf_counter()
            chunk.waiting[connection.dispatcher.submit(call)] = _Waiting(call, ids, digest_of(call)[:_DIGITS], began)
            self._take_done()  # at once, so that a run that is killed has kept it

    # ------------------------------------------------------------ answers

    def _advance(self) -> None:
        """Wait for an answer; then go on with every chunk whose answers are all there."""
        under_way = [future for chunk in self._chunks_ahead for future in chunk.waiting]
        if all(chunk.waiting or chunk.number > 1 for chunk in self._chunks_ahead):
            wait(under_way, return_when=FIRST_COMPLETED)
        self._take_done()
        for chunk in self._chunks_ahead:
            self._settle(chunk)

    def _take_done(self) -> None:
        """Take what has come."""
        for chunk in self._chunks_ahead:
            for future in [each for each in chunk.waiting if each.done()]:
                call, ids, digest, began = chunk.waiting.pop(future)
                outcome = future.result()
                self._teller.answered(call, ids, digest, self._desk.connect(), outcome, began)
                self._take(chunk, ids, digest, outcome)

    def _take(self, chunk: _Chunk, ids: Mapping[str, Question], digest: str, outcome: Any) -> None:
        """What a call gave, item by item."""
        if outcome.failure is Failure.BUDGET:
            limit = self._desk.settings.max_cost_usd
            self._teller.too_dear(self._desk.connect(), None if limit is None else float(limit), outcome.detail)
            raise BudgetError(
                f"the budget ends the run: {outcome.detail}",
                hint="answers so far are kept in --cache-dir or the cassette: raise --llm-max-cost-usd and run again",
            )
        found = [(question, _tried(name, outcome, digest)) for name, question in ids.items()]
        if outcome.completion is not None:
            reading = read_answer(outcome.completion)
            given = _given(outcome, digest)
            found = [(question, _read(name, reading, given)) for name, question in ids.items()]
        if self._desk.book is not None:
            self._desk.book.keep_tries(chunk.number, found)
        for question, each in found:
            chunk.work_of[question.item.index].add(question, each)

    def _settle(self, chunk: _Chunk) -> None:
        """Where all of a chunk's answers are there: ask again for what was wrong, once."""
        while not chunk.waiting and chunk.number < 2:
            if chunk.number == 1:
                chunk.number = 2
                return
            wrong = {work.asked.index: work.corrections(self._desk.judge) for work in chunk.works}
            chunk.number = 1
            chunk.corrections = {name: each for found in wrong.values() for name, each in found.items()}
            again = {
                work.asked.index: [q for q in work.asked.questions if q.item.id in chunk.corrections]
                for work in chunk.works
                if wrong[work.asked.index]
            }
            self.counts.corrections += sum(map(len, again.values()))
            self._teller.refused(question for questions in again.values() for question in questions)
            self._ask(chunk, again)

    # ------------------------------------------------------------ finishing

    def _finished(self, chunk: _Chunk) -> Enriched:
        desk = self._desk
        run = desk.book.run if desk.book is not None else None
        records, sidecar, kept = [], [], []
        for work in chunk.works:
            record, outcomes = work.outcomes(desk.judge)
            records.append(record)
            sidecar.append(lines_of(work.asked, outcomes, run))
            kept += outcomes
            self.counts.add(work.asked, outcomes)
            self._teller.finished(work.asked.index, outcomes)
        if desk.book is not None:
            desk.book.keep_outcomes(kept)
        return Enriched(len(records), canonical_lines(records), b"".join(sidecar))


def _given(outcome: Any, digest: str) -> Given:
    completion = outcome.completion
    if completion is None:
        return Given(provider=outcome.provider, call=digest)
    return Given(outcome.provider, completion.model, completion.digest, digest)


def _tried(_name: str, outcome: Any, digest: str) -> Try:
    return Try(failure=outcome.failure or Failure.UNEXPECTED, detail=outcome.detail, given=_given(outcome, digest))


def _read(name: str, reading: Any, given: Given) -> Try:
    if reading.failure is not None:
        return Try(failure=reading.failure, detail=reading.detail, given=given)
    if name not in reading.values:
        return Try(failure=Failure.MISSING, detail="the answer leaves it out", given=given)
    return Try(reading.values[name], given=given, source=Origin.LIVE)
