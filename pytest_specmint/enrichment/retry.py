"""When a call is tried again: tenacity runs the tries, what it asks is decided here.

Waits are ``max(Retry-After, jitter)``, the jitter drawn from a generator of the call's own: tenacity's would draw from
the one that users' tests have seeded.
"""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.enrichment.limiter import Pause
from pytest_specmint.enrichment.model import RETRIED, Failure, ProviderFailure

if TYPE_CHECKING:
    from tenacity import RetryCallState, Retrying

PATIENCE = 60.0
"""Seconds for which a call waits for limits that its provider imposes, in all; beyond, the call fails."""


class Backoff(Struct, frozen=True):
    """How often, and how far apart."""

    tries: int
    """In all, the first included."""
    least: float
    """Seconds; no wait is shorter,"""
    most: float
    """and none longer, unless the provider asks for it."""


def jitter(backoff: Backoff, tries: int, chance: float) -> float:
    """Seconds before the next try after so many: full jitter below a ceiling that doubles; chance from 0 to 1."""
    ceiling = min(backoff.most, backoff.least * 2.0 ** min(tries, 64))
    return backoff.least + chance * max(0.0, ceiling - backoff.least)


def asked_wait(failure: ProviderFailure) -> float:
    """Seconds that a provider asks to wait; 0 where it asks for nothing that makes sense."""
    seconds = failure.retry_after
    return seconds if seconds is not None and seconds > 0 else 0.0


def wait_before(backoff: Backoff, tries: int, asked: float, chance: float) -> float:
    """Seconds before the next try: what the provider asks for, or more."""
    return max(asked, jitter(backoff, tries, chance))


class Allowance:
    """The time of one call: a total over all its tries, not counting waits that its provider imposes.

    Those are bounded too, by a patience. Both begin with the first try.
    """

    def __init__(self, total: float, clock: Callable[[], float], patience: float = PATIENCE) -> None:
        self._total = total
        self._clock = clock
        self._began: float | None = None
        self._imposed = 0.0
        self._patience = patience

    def begin(self) -> None:
        """The first try goes out; later ones change nothing."""
        if self._began is None:
            self._began = self._clock()

    def left(self) -> float:
        """Seconds that a try may take now."""
        if self._began is None:
            return self._total
        return self._total - (self._clock() - self._began - self._imposed)

    @property
    def patience(self) -> float:
        """Seconds for which an imposed wait is still borne."""
        return self._patience - self._imposed

    def impose(self, seconds: float) -> None:
        """So many seconds were waited for a turn, or as the provider asked; before the first try they cost nothing."""
        if self._began is not None:
            self._imposed += seconds

    def bears(self, seconds: float, *, imposed: bool) -> bool:
        """Whether there is time for a wait, and for a try after it."""
        return self.left() > 0 and seconds <= self.patience if imposed else seconds < self.left()


def retrying(
    backoff: Backoff,
    allowance: Allowance,
    rng: Random,
    pause: Pause,
    may_retry: Callable[[ProviderFailure], bool],
    on_wait: Callable[[ProviderFailure, float], None] = lambda _failure, _seconds: None,
) -> "Retrying":
    """Tenacity's loop over tries that raise `ProviderFailure`; the last one's is raised in the end.

    ``may_retry`` is asked for failures that may be tried again, whether this one may; ``on_wait`` is told of every wait
    before it begins. Waits end when the run does.
    """
    from tenacity import Retrying, retry_if_exception

    def again(error: BaseException) -> bool:
        return isinstance(error, ProviderFailure) and error.failure in RETRIED and may_retry(error)

    def wait(state: "RetryCallState") -> float:
        return wait_before(backoff, state.attempt_number, asked_wait(_failure(state)), rng.random())

    def stop(state: "RetryCallState") -> bool:
        imposed = asked_wait(_failure(state)) > 0
        return state.attempt_number >= backoff.tries or not allowance.bears(state.upcoming_sleep, imposed=imposed)

    def before_sleep(state: "RetryCallState") -> None:
        if asked_wait(_failure(state)):
            allowance.impose(state.upcoming_sleep)
        on_wait(_failure(state), state.upcoming_sleep)

    def sleep(seconds: float) -> None:
        if pause(seconds):
            raise ProviderFailure(Failure.CANCELLED, "the run was cancelled")

    return Retrying(
        retry=retry_if_exception(again), wait=wait, stop=stop, before_sleep=before_sleep, sleep=sleep, reraise=True
    )


def _failure(state: "RetryCallState") -> ProviderFailure:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, ProviderFailure)
    return error
