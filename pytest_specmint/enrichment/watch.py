"""Looks after tries whose provider does not come back: they are ended for it, a little after their deadline."""

from collections.abc import Callable, Iterable
from math import inf
from threading import Condition, Thread

from pytest_specmint.enrichment.attempt import Attempt

GRACE = 0.5
"""Seconds that a provider may take beyond its deadline."""
_LEAST = 0.002


def overdue(attempts: Iterable[Attempt], now: float, grace: float) -> list[Attempt]:
    """The tries that should have been over."""
    return [each for each in attempts if each.due + grace <= now]


class Watch:
    """A thread that sleeps until the next try should be over; it is started with the first."""

    def __init__(self, clock: Callable[[], float], grace: float, on_overdue: Callable[[Attempt], None]) -> None:
        self._clock = clock
        self._grace = grace
        self._on_overdue = on_overdue
        self._changed = Condition()
        self._under_way: set[Attempt] = set()
        self._closed = False
        self._wakes = inf
        self._thread: Thread | None = None

    def begin(self, attempt: Attempt) -> bool:
        """Look after a try from now on; False when it is too late for any."""
        with self._changed:
            if self._closed:
                return False
            self._under_way.add(attempt)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="specmint-llm-watch", daemon=True)
                self._thread.start()
            if attempt.due + self._grace < self._wakes:
                self._changed.notify()
            return True

    def leave(self, attempt: Attempt) -> None:
        """A try has come back."""
        with self._changed:
            self._under_way.discard(attempt)

    def close(self) -> list[Attempt]:
        """Let no more begin; gives those that are under way."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            return list(self._under_way)

    def join(self, seconds: float | None = None) -> None:
        """Wait for the thread to end."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                now = self._clock()
                late = overdue(self._under_way, now, self._grace)
                self._under_way.difference_update(late)
                if not late:
                    self._wakes = min((each.due + self._grace for each in self._under_way), default=inf)
                    self._changed.wait(None if self._wakes == inf else max(self._wakes - now, _LEAST))
                    self._wakes = inf
            for attempt in late:
                self._on_overdue(attempt)
