"""What is known before anybody is asked: the cassette, the cache; and where what comes in is kept."""

from collections.abc import Callable, Sequence

import msgspec

from pytest_specmint.enrichment.cache import Cache
from pytest_specmint.enrichment.cassette import Cassette, CassetteError, Run, difference, renewed, reusable
from pytest_specmint.enrichment.entry import Entry, entry_of
from pytest_specmint.enrichment.judge import Judge
from pytest_specmint.enrichment.model import RETRIED, Failure, LlmSource, Origin
from pytest_specmint.enrichment.outcome import Outcome, Try
from pytest_specmint.enrichment.terms import Question, Terms, short

TRANSIENT = RETRIED | {
    *(Failure.BREAKER_OPEN, Failure.BUDGET, Failure.AUTH, Failure.QUOTA, Failure.NO_MODEL, Failure.FORBIDDEN_HOST),
    *(Failure.BAD_REQUEST, Failure.NO_PROVIDER, Failure.UNEXPECTED),
}
"""Failures that are no word of the model: a recording run asks again where one was recorded."""


class CassetteMiss(CassetteError):
    """Something is asked for that the cassette does not hold."""


class Book:
    """Recordings and cached answers of one dataset under its terms."""

    def __init__(
        self,
        source: LlmSource,
        run: Run,
        schema: str,
        cassette: Cassette | None,
        cache: Cache | None,
        again: Callable[[Entry], bool] = lambda _: False,
    ) -> None:
        """``schema`` is the digest of the whole schema; ``again`` says of recordings whether they are made anew."""
        self._source, self._cassette, self._cache, self._again = source, cassette, cache, again
        self.run, self._schema = run, short(schema)

    @property
    def terms(self) -> Terms:
        """What everything is asked under."""
        return self.run.terms

    # ------------------------------------------------------------ finding

    def recorded(self, question: Question, judge: Judge) -> Entry | None:
        """The recording of an item: its own, or one from before the schema changed whose value still fits."""
        if self._cassette is None:
            return None
        entry = self._cassette.get(question.key(self.terms))
        if entry is not None:
            again = self._source is LlmSource.RECORD and (entry.failure in TRANSIENT or self._again(entry))
            return None if again else entry
        for near in self._cassette.near(question.item.index, question.item.pointer):
            run = self._cassette.runs[near.terms]
            fits = reusable(self.terms, question, self._schema, near, run)
            if fits and judge.recorded(question, near.value).failure is None:
                return renewed(near, question, self.terms, self._schema)
        return None

    def cached(self, question: Question, number: int) -> Try | None:
        """What a model gave for an item in an earlier run, at this try."""
        found = None if self._cache is None else self._cache.get(question.key(self.terms), number)
        return None if found is None else Try(found[0], given=found[1], source=Origin.CACHE)

    def missed(self, questions: Sequence[Question]) -> CassetteMiss:
        """The error for items that are not recorded, with what differs from the nearest that is."""
        assert self._cassette is not None
        first = questions[0]
        more = f" (and {len(questions) - 1:,} more)" if len(questions) > 1 else ""
        return CassetteMiss(
            f"{self._cassette.path} has no recording of record {first.item.index} {first.item.pointer}{more}: "
            f"{self._nearest(first)}",
            hint="record what is missing: --llm-source record, or in pytest --specmint-llm-record",
        )

    def _nearest(self, question: Question) -> str:
        assert self._cassette is not None
        item = question.item
        found = [
            difference(self.terms, question, self._schema, entry, self._cassette.runs[entry.terms])
            for entry in self._cassette.near(item.index, item.pointer)
        ]
        if found:
            fewest = min((len(each), each) for each in found)[1]
            return ", ".join(fewest) or "the recorded value no longer fits"
        if not len(self._cassette):
            return "it is empty"
        others = sorted({entry.index for entry in self._cassette if entry.pointer == item.pointer})
        if not others:
            return "it has none of this field"
        return f"this field is recorded of {len(others):,} other records, {others[0]} to {others[-1]}"

    # ------------------------------------------------------------ keeping

    def keep_tries(self, number: int, found: Sequence[tuple[Question, Try]]) -> None:
        """Keep what a call gave, as it came."""
        rows = [(q.key(self.terms), number, t.value, t.given) for q, t in found if t.value is not msgspec.UNSET]
        if self._cache is not None and rows:
            self._cache.put(rows)

    def keep_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Record what became of items, but for what was recorded just so before."""
        if self._cassette is None or self._source is not LlmSource.RECORD:
            return
        new = [each for each in map(self._entry, outcomes) if each is not None]
        if new:
            self._cassette.record(self.run, new)

    def _entry(self, outcome: Outcome) -> Entry | None:
        assert self._cassette is not None
        if outcome.failure is Failure.CANCELLED:
            return None
        known = self._cassette.get(outcome.question.key(self.terms))
        if outcome.entry is not None:
            return None if known == outcome.entry else outcome.entry
        if outcome.failure in TRANSIENT and known is not None and known.failure is None:
            return None  # that nobody answered now does not make an earlier answer wrong
        return entry_of(
            outcome.question,
            self.terms,
            self._schema,
            value=outcome.value,
            failure=outcome.failure,
            detail=outcome.detail,
            repaired=outcome.repaired,
            given=outcome.given,
        )
