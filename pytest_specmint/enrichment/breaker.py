"""A circuit breaker per provider: closed, open after failures in a row, half open when it has cooled down.

pybreaker keeps the state and counts; nothing else is left to it, as its ``call`` would hold a lock while a provider
works, let every waiting call through when half open, count whatever it is told to leave out as a success, and know no
clock but the system's. So calls are made outside, and only their outcome is handed in; a single call probes a circuit
that is half open; the time is the caller's; and outcomes of calls that were let through before the circuit last changed
are of another time, and do not count.
"""

from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import NoReturn

from msgspec import Struct

from pytest_specmint.enrichment.model import NEUTRAL, Failure


class Circuit(StrEnum):
    """States, named as pybreaker names them."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Verdict(StrEnum):
    """What a call says of its provider's health."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


def verdict(failure: Failure | None) -> Verdict:
    """What an outcome says; None is an answer."""
    if failure is None:
        return Verdict.GOOD
    return Verdict.NEUTRAL if failure in NEUTRAL else Verdict.BAD


class Transition(Struct, frozen=True):
    """A change of a circuit."""

    at: float
    """Seconds, by the clock that the breaker was given."""
    before: Circuit
    after: Circuit


class Leave(Struct, frozen=True):
    """Permission for one call; to be given back with its outcome."""

    era: int
    probe: bool


class Breaker:
    """The circuit of one provider, in several threads."""

    def __init__(
        self,
        failures: int,
        cooldown: float,
        clock: Callable[[], float],
        name: str = "",
        *,
        on_change: Callable[["Transition"], None] = lambda _: None,
    ) -> None:
        """``on_change`` is told of every change, in their order, while calls wait."""
        from pybreaker import CircuitBreaker

        self._states = CircuitBreaker(
            fail_max=failures, reset_timeout=cooldown, name=name, throw_new_error_on_trip=False
        )
        self._cooldown = cooldown
        self._clock = clock
        self._on_change = on_change
        self._lock = Lock()
        self._opened = 0.0
        self._era = 0
        self._probing = False
        self._transitions: list[Transition] = []

    @property
    def circuit(self) -> Circuit:
        """The state as it was last changed; one that has cooled down is open until a call comes."""
        with self._lock:
            return self._circuit()

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """All changes so far."""
        with self._lock:
            return tuple(self._transitions)

    def refuses(self) -> bool:
        """Whether no call would be let through now."""
        with self._lock:
            return self._closed_to_calls()

    def admit(self) -> Leave | None:
        """Let a call through, or not; a circuit that has cooled down becomes half open by it."""
        with self._lock:
            if self._closed_to_calls():
                return None
            if self._circuit() is Circuit.OPEN:
                self._states.half_open()
                self._changed(Circuit.OPEN)
            self._probing = self._circuit() is Circuit.HALF_OPEN
            return Leave(self._era, self._probing)

    def record(self, leave: Leave, found: Verdict) -> None:
        """The outcome of a call that was let through; once for every leave."""
        with self._lock:
            if leave.era != self._era:
                return
            if leave.probe:
                self._probing = False
            if found is Verdict.NEUTRAL:
                return
            before = self._circuit()
            self._hand_in(found)
            if self._circuit() is not before:
                self._changed(before)

    def _closed_to_calls(self) -> bool:
        circuit = self._circuit()
        if circuit is Circuit.OPEN:
            return self._clock() < self._opened + self._cooldown
        return circuit is Circuit.HALF_OPEN and self._probing

    def _circuit(self) -> Circuit:
        return Circuit(self._states.current_state)

    def _changed(self, before: Circuit) -> None:
        after, now = self._circuit(), self._clock()
        self._era += 1
        self._probing = False
        if after is Circuit.OPEN:
            self._opened = now
        self._transitions.append(Transition(now, before, after))
        self._on_change(self._transitions[-1])

    def _hand_in(self, found: Verdict) -> None:
        try:
            self._states.call(_answered if found is Verdict.GOOD else _failed)
        except _Failed:
            return


class _Failed(Exception):
    """Tells pybreaker of a failure; nobody else sees it."""


def _answered() -> None:
    return None


def _failed() -> NoReturn:
    raise _Failed
