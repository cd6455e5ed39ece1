"""One try at a call: begun when it may go out, and ended once: by its answer, by the watch, or by the end of the run.

Whoever ends it settles its cost, tells the circuit and frees its place; all others come too late.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, current_thread

from msgspec import Struct

from pytest_specmint.enrichment.breaker import Leave, verdict
from pytest_specmint.enrichment.budget import Budget, Hold, charge_of_failure, most_input
from pytest_specmint.enrichment.lane import GIVEN_UP, Lane
from pytest_specmint.enrichment.model import Call, Completion, Failure, ProviderFailure, Usage
from pytest_specmint.enrichment.prices import Charge
from pytest_specmint.enrichment.report import Outcome
from pytest_specmint.enrichment.retry import asked_wait


class Job:
    """A call that was submitted, on its way to an outcome."""

    def __init__(self, call: Call, seed: int) -> None:
        self.call = call
        self.seed = seed
        """Of its waits."""
        self.future: Future[Outcome] = Future()
        self.future.set_running_or_notify_cancel()  # nobody but its dispatcher ends it
        self.most_input = most_input(call)
        self.most_tokens = self.most_input + call.sampling.max_tokens
        self.attempts = 0


class Grant(Struct, frozen=True):
    """What a try was given on its way out, and has to give back."""

    hold: Hold
    leave: Leave
    era: int
    """Of the slots when it went out."""
    admission: int
    """Its number at the limiter."""


class Ended(Struct, frozen=True):
    """What a try came to."""

    failure: Failure | None
    usage: Usage
    charge: Charge
    took: float
    """Seconds."""
    retry: bool


class Attempt:
    """A try that is under way."""

    def __init__(
        self,
        job: Job,
        lane: Lane,
        grant: Grant,
        budget: Budget,
        clock: Callable[[], float],
        *,
        seconds: float,
        retry: bool,
        told: Callable[[Lane, Call, Ended], None] = lambda _lane, _call, _ended: None,
    ) -> None:
        """``told`` hears of its end, when all else is settled."""
        self.job = job
        self.lane = lane
        self.thread = current_thread()
        """Who waits for it."""
        self.began = clock()
        self.due = self.began + seconds
        """When its provider should have ended it at the latest."""
        self._grant = grant
        self._budget = budget
        self._clock = clock
        self._retry = retry
        self._told = told
        self._lock = Lock()
        self._over = False

    def end(self, result: Completion | ProviderFailure) -> bool:
        """End it with its result; False where it had ended before: then nothing more is done."""
        with self._lock:
            if self._over:
                return False
            self._over = True
        lane, grant, took = self.lane, self._grant, self._clock() - self.began
        try:
            failure = result.failure if isinstance(result, ProviderFailure) else None
            usage = _told(result)
            charge = self._charge(failure, usage)
            self._budget.settle(grant.hold, charge, answered=failure is None)
            self._tell(result, usage)
            lane.breaker.record(grant.leave, verdict(failure))
            lane.tally.add(failure, usage, charge, retry=self._retry, took=took)
            lane.slots.note(grant.era, failure)
        finally:
            lane.slots.release()
        self._told(lane, self.job.call, Ended(failure, usage, charge, took, self._retry))
        return True

    def _charge(self, failure: Failure | None, usage: Usage) -> Charge:
        hold = self._grant.hold
        if failure is not None:
            return charge_of_failure(hold, failure)
        return hold.price.of(usage, hold.most_input, hold.most_output)

    def _tell(self, result: Completion | ProviderFailure, usage: Usage) -> None:
        """What the limiter and the lane learn."""
        if isinstance(result, ProviderFailure):
            if result.failure in GIVEN_UP:
                self.lane.give_up(result)
            if wait := asked_wait(result):
                self.lane.limiter.hold_back(wait)
        elif usage.input_tokens is not None and usage.output_tokens is not None:
            self.lane.limiter.took(self._grant.admission, usage.input_tokens + usage.output_tokens)


def _told(result: Completion | ProviderFailure) -> Usage:
    """The usage as far as it makes sense: what is no count was not told."""
    if isinstance(result, ProviderFailure):
        return Usage()
    usage = result.usage
    counts = (usage.input_tokens, usage.output_tokens, usage.cache_written)
    return Usage(*(each if isinstance(each, int) and each >= 0 else None for each in counts))
