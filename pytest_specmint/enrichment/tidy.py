"""Cassettes put in order: what datasets still ask for stays, recordings from before a schema changed are renewed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from pytest_specmint.cells import parsed
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.enrichment.book import Book
from pytest_specmint.enrichment.cassette import Cassette, Run
from pytest_specmint.enrichment.context import context_of
from pytest_specmint.enrichment.items import asked_of
from pytest_specmint.enrichment.judge import Judge
from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.protection import linked_schema, tied_places
from pytest_specmint.enrichment.terms import Question
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks


class Wanted(Struct, frozen=True):
    """A dataset that a cassette is kept for."""

    job: Job
    context: tuple[Path, ...] = ()
    """Its files of background."""


class Tidied(Struct, frozen=True):
    """What became of a cassette."""

    kept: int
    renewed: int
    """Of them, those that were recorded under an earlier schema and still fit."""
    dropped: int


def tidied(cassette: Cassette, datasets: Iterable[Wanted]) -> Tidied:
    """Take out of a cassette what none of the datasets asks for; it is not saved yet."""
    used: set[str] = set()
    renewed = 0
    for wanted in datasets:
        background = context_of(wanted.job, wanted.context).sha256
        for run in [run for run in cassette.runs.values() if run.terms.context == background]:
            found, new = _asked_for(cassette, wanted.job, run)
            used |= found
            renewed += new
    gone = [entry.key for entry in cassette if entry.key not in used]
    cassette.drop(gone)
    return Tidied(len(cassette), renewed, len(gone) - renewed)


def _asked_for(cassette: Cassette, job: Job, run: Run) -> tuple[set[str], int]:
    mode = LlmMode(run.terms.mode)
    vocabulary = job.settings().vocabulary
    planner = Planner(linked_schema(job), mode, tied_places(job), vocabulary)
    judge = Judge(planner, Verifier(job.schema), vocabulary, "usual")
    book = Book(LlmSource.REPLAY, run, job.schema.sha256, cassette, None)
    used: set[str] = set()
    new = 0
    for question in _questions(planner, mode, job):
        entry = book.recorded(question, judge)
        if entry is None:
            continue
        used.add(entry.key)
        if cassette.get(entry.key) != entry:
            cassette.add(entry)
            new += 1
    return used, new


def _questions(planner: Planner, mode: LlmMode, job: Job) -> Iterator[Question]:
    index = job.start
    for lines in byte_blocks(job):
        for record in parsed(lines, exact=job.plan().exact):
            yield from asked_of(planner, mode, job.seed, index, record).questions
            index += 1
