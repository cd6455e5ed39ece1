"""The way of one call to its outcome: which provider, how often, through which gates; one thread, one call at a time.

The order is retry → limiter → circuit → provider. What can wait comes first (a place among the calls under way, money,
the rate), the circuit last, which never waits.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import cast

from pytest_specmint.enrichment.attempt import Attempt, Ended, Grant, Job
from pytest_specmint.enrichment.budget import Budget
from pytest_specmint.enrichment.lane import GIVEN_UP, Blocked, Lane, choose
from pytest_specmint.enrichment.limiter import Pause
from pytest_specmint.enrichment.model import Call, Completion, Failure, ProviderFailure
from pytest_specmint.enrichment.prices import dollars
from pytest_specmint.enrichment.report import Outcome
from pytest_specmint.enrichment.retry import PATIENCE, Allowance, Backoff, asked_wait, retrying
from pytest_specmint.enrichment.watch import Watch
from pytest_specmint.observe.events import Level, LlmRetry, LlmSwitched, LlmTry, milliseconds
from pytest_specmint.observe.observer import SILENT, Observer

_ELSEWHERE = GIVEN_UP | {Failure.BREAKER_OPEN}
"""Failures after which another provider may take a call over; an open circuit is one however it opened."""


class Overtaken(Exception):
    """A provider came back after its call had been ended for it; the thread that waited is no longer counted on."""


class Course:
    """Takes calls over the lanes; safe in several threads."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        budget: Budget,
        watch: Watch,
        backoff: Backoff,
        *,
        seconds: float,
        fallback: bool,
        clock: Callable[[], float],
        pause: Pause,
        cancelled: Callable[[], bool],
        operation: str = "",
        observer: Observer = SILENT,
    ) -> None:
        self._operation = operation
        self._observer = observer
        self._lanes = lanes
        self._budget = budget
        self._watch = watch
        self._backoff = backoff
        self._seconds = seconds
        self._fallback = fallback
        self._clock = clock
        self._pause = pause
        self._cancelled = cancelled

    def run(self, job: Job) -> Outcome:
        """A call's outcome, after as many tries as it takes; raises `Overtaken` where somebody else gave it one."""
        allowance = Allowance(self._seconds, self._clock)
        rng = Random(job.seed)  # noqa: S311 - spreads waits, nothing else
        left: frozenset[int] = frozenset()
        last: Outcome | None = None
        while True:
            seen = [lane.seen(job.most_tokens) for lane in self._lanes]
            number = choose(seen, fallback=self._fallback, left=left, patience=PATIENCE)
            if isinstance(number, Blocked):
                return last or Outcome(None, number.failure, number.detail, number.provider, job.attempts)
            lane = self._lanes[number]
            try:
                return self._over(lane, job, allowance, rng)
            except ProviderFailure as failure:
                circuit = lane.breaker.circuit.value
                last = Outcome(None, failure.failure, str(failure), lane.provider.name, job.attempts, circuit)
                if not (self._fallback and self._leaves(lane, failure, allowance)):
                    return last
                left |= {number}
                self._observer.note(LlmSwitched(provider=lane.provider.name, reason=failure.failure.value))

    def _over(self, lane: Lane, job: Job, allowance: Allowance, rng: Random) -> Outcome:
        """A call's answer by one provider; raises `ProviderFailure`."""
        before = job.attempts

        def told(failure: ProviderFailure, seconds: float) -> None:
            self._observer.note(
                LlmRetry(
                    provider=lane.provider.name,
                    model=lane.named(job.call),
                    reason=failure.failure.value,
                    retries=job.attempts - before,
                    wait_ms=milliseconds(seconds),
                )
            )

        loop = retrying(self._backoff, allowance, rng, self._pause, lambda _: not lane.breaker.refuses(), told)
        completion: Completion = loop(lambda: self._try(lane, job, allowance, retry=job.attempts > before))
        circuit = lane.breaker.circuit.value
        return Outcome(completion, provider=lane.provider.name, attempts=job.attempts, circuit=circuit)

    def _leaves(self, lane: Lane, failure: ProviderFailure, allowance: Allowance) -> bool:
        """Whether a call goes on with another provider."""
        if failure.failure is Failure.CANCELLED or allowance.left() <= 0:
            return False
        too_long = failure.failure is Failure.RATE_LIMITED and asked_wait(failure) > allowance.patience
        return failure.failure in _ELSEWHERE or too_long or lane.breaker.refuses()

    def _try(self, lane: Lane, job: Job, allowance: Allowance, *, retry: bool) -> Completion:
        start = self._clock()
        grant = self._through(lane, job, allowance)
        allowance.impose(self._clock() - start)
        allowance.begin()
        job.attempts += 1
        attempt = Attempt(
            job,
            lane,
            grant,
            self._budget,
            self._clock,
            seconds=allowance.left(),
            retry=retry,
            told=self._told,
        )
        if not self._watch.begin(attempt):
            attempt.end(ProviderFailure(Failure.CANCELLED, "the run was cancelled"))
            raise Overtaken
        result = _asked(lane, job, allowance.left())
        self._watch.leave(attempt)
        if not attempt.end(result):
            raise Overtaken
        if isinstance(result, ProviderFailure):
            raise result
        return result

    def _told(self, lane: Lane, call: Call, ended: Ended) -> None:
        """A try is over."""
        if self._observer.level > Level.DEBUG:
            return
        self._observer.note(
            LlmTry(
                provider=lane.provider.name,
                model=lane.named(call),
                operation=self._operation,
                duration_ms=milliseconds(ended.took),
                retry=ended.retry,
                circuit_state=lane.breaker.circuit.value,
                reason="" if ended.failure is None else ended.failure.value,
                input_tokens=ended.usage.input_tokens,
                output_tokens=ended.usage.output_tokens,
                cost_usd=float(dollars(ended.charge.amount)),
            )
        )

    def _through(self, lane: Lane, job: Job, allowance: Allowance) -> Grant:
        """All gates, one after the other; what was taken is given back where one stays shut."""
        lane.slots.acquire(self._cancelled)
        try:
            hold = self._budget.reserve(job.call, lane.price, tokens=job.most_input, cancelled=self._cancelled)
            try:
                admission = lane.limiter.acquire(job.most_tokens, allowance.patience)
                leave = lane.breaker.admit()
                if leave is None:
                    raise ProviderFailure(Failure.BREAKER_OPEN, f"the circuit of {lane.provider.name} is open")
            except BaseException:
                self._budget.release(hold)
                raise
        except BaseException:
            lane.slots.release()
            raise
        return Grant(hold, leave, lane.slots.era, admission)


def _asked(lane: Lane, job: Job, seconds: float) -> Completion | ProviderFailure:
    """What a provider gives, whatever it does; its headers go to the limiter."""
    name = lane.provider.name
    try:
        result = cast("object", lane.provider.complete(lane.fitted(job.call), seconds))
    except ProviderFailure as failure:
        result = failure
    except BaseException as error:
        return ProviderFailure(Failure.UNEXPECTED, f"{type(error).__name__} in the code of {name}")
    if not isinstance(result, Completion | ProviderFailure):
        return ProviderFailure(Failure.UNEXPECTED, f"{name} gave a {type(result).__name__} instead of an answer")
    if isinstance(result, Completion) or result.status is not None:
        try:
            lane.limiter.tell(lane.provider.limits())
        except Exception as error:
            return ProviderFailure(Failure.UNEXPECTED, f"{type(error).__name__} in the limits of {name}")
    return result
