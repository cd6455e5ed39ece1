"""What enrichment tells of itself: calls, records, values that fall back. Costs nothing where nobody listens."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from pytest_specmint.enrichment.model import Failure, LlmSource
from pytest_specmint.observe.events import (
    Budget,
    CassetteMiss,
    Level,
    LlmCall,
    LlmExchange,
    LlmFallback,
    RecordGenerated,
    RecordInvalid,
    milliseconds,
)
from pytest_specmint.observe.observer import Observer
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.order import route_text

if TYPE_CHECKING:
    from pytest_specmint.enrichment.connection import Connection
    from pytest_specmint.enrichment.model import Call
    from pytest_specmint.enrichment.outcome import Outcome
    from pytest_specmint.enrichment.planner import Planner
    from pytest_specmint.enrichment.report import Outcome as CallOutcome
    from pytest_specmint.enrichment.terms import Question

ANSWER = "answer"
"""The type of violation where a model's value was refused."""


class _Record(NamedTuple):
    """What is known of the calls that a record was in."""

    retries: int = 0
    circuit: str = ""
    provider: str = ""
    model: str = ""


class Teller:
    """Tells an observer of one dataset's enrichment."""

    def __init__(self, observer: Observer, planner: "Planner") -> None:
        self._observer, self._planner = observer, planner
        self._records: dict[int, _Record] = defaultdict(_Record)
        self._began: dict[int, float] = {}

    def looked_at(self, indices: Iterable[int]) -> None:
        """Records are on their way now."""
        if self._observer.level <= Level.DEBUG:
            self._began |= dict.fromkeys(indices, perf_counter())

    def missed(self, source: LlmSource, questions: "Sequence[Question]") -> None:
        """The cassette lacks these."""
        if source is not LlmSource.LIVE and self._observer.level <= Level.ERROR:
            first = questions[0]
            self._observer.note(
                CassetteMiss(
                    record_idx=first.item.index,
                    field_path=self._field(first),
                    values=len(questions),
                    source=source.value,
                )
            )

    def answered(
        self,
        call: "Call",
        ids: "Mapping[str, Question]",
        digest: str,
        connection: "Connection",
        outcome: "CallOutcome",
        began: float,
    ) -> None:
        """A call came to its end."""
        if self._observer.level > Level.WARNING:
            return
        indices = sorted({question.item.index for question in ids.values()})
        completion = outcome.completion
        provider = outcome.provider or connection.provider
        model = (completion.model if completion is not None else "") or connection.model
        retries = max(outcome.attempts - 1, 0)
        self._observer.note(
            LlmCall(
                call=digest,
                records=tuple(indices),
                values=len(ids),
                provider=provider,
                model=model,
                duration_ms=milliseconds(perf_counter() - began),
                retries=retries,
                circuit_state=outcome.circuit,
                reason="" if outcome.failure is None else outcome.failure.value,
                detail=outcome.detail,
            )
        )
        if self._observer.level <= Level.DEBUG:
            response = "" if completion is None else completion.text
            self._observer.note(LlmExchange(call=digest, request=f"{call.system}\n{call.user}", response=response))
            for index in indices:
                before = self._records[index].retries
                self._records[index] = _Record(before + retries, outcome.circuit, provider, model)

    def refused(self, questions: "Iterable[Question]") -> None:
        """Values of a model that do not meet the schema; they are asked for again."""
        if self._observer.level <= Level.DEBUG:
            for each in questions:
                self._observer.note(
                    RecordInvalid(
                        record_idx=each.item.index,
                        field_path=self._field(each),
                        violation_type=ANSWER,
                        redrawn=True,
                    )
                )

    def finished(self, index: int, outcomes: "Sequence[Outcome]") -> None:
        """A record is as it is to be."""
        if self._observer.level > Level.WARNING:
            return
        fallen = [each for each in outcomes if each.failure is not None]
        for each in fallen:
            assert each.failure is not None
            self._observer.note(
                LlmFallback(
                    record_idx=index,
                    field_path=self._field(each.question),
                    reason=each.failure.value,
                    provider=each.given.provider,
                    model=each.given.model,
                )
            )
            if each.failure is Failure.INVALID:
                self.refused([each.question])
        if self._observer.level > Level.DEBUG:
            return
        known = self._records.pop(index, _Record())
        given = next((each.given for each in outcomes if each.given.provider), None)
        self._observer.note(
            RecordGenerated(
                record_idx=index,
                duration_ms=milliseconds(perf_counter() - self._began.pop(index)),
                values=len(outcomes),
                fallbacks=len(fallen),
                provider=known.provider or (given.provider if given else ""),
                model=known.model or (given.model if given else ""),
                retries=known.retries,
                circuit_state=known.circuit,
            )
        )

    def too_dear(self, connection: "Connection", limit: float | None, detail: str) -> None:
        """The budget ends the run."""
        self._observer.note(
            Budget(
                state="refused",
                provider=connection.provider,
                model=connection.model,
                limit_usd=limit,
                detail=detail,
            )
        )

    def _field(self, question: "Question") -> str:
        route = self._planner.targets[question.item.target].target.route
        return route_text(tuple(ITEM if step == "*" else step for step in route)) if route else ""
