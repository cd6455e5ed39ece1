"""Threads of their own for calls: a bounded queue before them, outcomes as futures, an end that is prompt."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from math import inf
from random import Random
from threading import Condition, Event, Thread, current_thread
from time import monotonic
from types import TracebackType

from pytest_specmint.enrichment.attempt import Attempt, Job
from pytest_specmint.enrichment.budget import Budget
from pytest_specmint.enrichment.course import Course, Overtaken
from pytest_specmint.enrichment.lane import Lane
from pytest_specmint.enrichment.model import Call, Failure, ProviderFailure
from pytest_specmint.enrichment.prices import dollars
from pytest_specmint.enrichment.report import Outcome, Report
from pytest_specmint.enrichment.watch import Watch

PROMPT = 0.8
"""Seconds that a cancelled run waits for its threads; what still hangs then is left to its own deadline."""
_SLICE = 0.1
"""Seconds between looks at the signals, where a platform does not interrupt a wait."""


class Pool:
    """A `Dispatcher`: workers that take calls over lanes. Also a context manager, which cancels on an exception."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        budget: Budget,
        *,
        workers: int,
        course: Callable[[Watch], Course],
        stop: Event,
        clock: Callable[[], float],
        grace: float,
        rng: Random,
        prices: str = "",
    ) -> None:
        self._lanes = lanes
        self._budget = budget
        self._stop = stop
        self._rng = rng
        self._prices = prices
        self._began = clock()
        self._watch = Watch(clock, grace, self._give_up)
        self._course = course(self._watch)
        self._most = workers
        self._changed = Condition()
        self._queue: deque[Job] = deque()
        self._open: set[Job] = set()
        self._threads: set[Thread] = set()
        self._idle = 0
        self._closing = False
        self._calls = self._answered = 0
        self._failures: Counter[str] = Counter()

    def submit(self, call: Call) -> Future[Outcome]:
        """Hand in a call; waits while as many wait as there are workers. Its future always gets an outcome.

        Raises `RuntimeError` after `close`; a cancelled run gives the outcome CANCELLED instead.
        """
        with self._changed:
            while len(self._queue) >= self._most and not self._closing:
                self._changed.wait(_SLICE)
            job = Job(call, self._rng.getrandbits(64))
            if self._closing and not self._stop.is_set():
                raise RuntimeError("the dispatcher is closed")
            self._calls += 1
            self._open.add(job)
            if not self._closing:
                self._queue.append(job)
                if self._idle < len(self._queue) and len(self._threads) < self._most:
                    self._start_worker()
                self._changed.notify_all()
                return job.future
        self._settle(job, _cancelled(job))
        return job.future

    def close(self, *, cancel: bool = False) -> Report:
        """Wait for all calls, or with ``cancel`` end them now: those under way too, whose providers are closed.

        May be called again, to cancel what is waited for, or for the report.
        """
        if cancel:
            self._cancel()
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        try:
            if not self._stop.is_set():
                self._await_workers()
        except BaseException:  # Ctrl-C while it waits
            self._cancel()
            raise
        self._watch.close()
        self._watch.join(_SLICE)
        return self.report()

    def report(self) -> Report:
        """What was done so far."""
        providers = tuple(lane.report(self._began) for lane in self._lanes)
        with self._changed:
            return Report(
                providers=providers,
                calls=self._calls,
                answered=self._answered,
                failures=dict(sorted(self._failures.items())),
                cost=dollars(sum(lane.tally.cost for lane in self._lanes)),
                limit=self._budget.limit,
                stopped=self._budget.stopped,
                prices=self._prices,
            )

    def __enter__(self) -> "Pool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(cancel=kind is not None)

    def _start_worker(self) -> None:
        thread = Thread(target=self._work, name=f"specmint-llm-{self._calls}", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self) -> None:
        try:
            self._work_on()
        finally:
            with self._changed:
                self._threads.discard(current_thread())
                self._changed.notify_all()

    def _work_on(self) -> None:
        while (job := self._next()) is not None:
            try:
                outcome = self._course.run(job)
            except Overtaken:
                return
            except BaseException as error:  # whatever it is, the call gets its outcome
                words = f"{type(error).__name__} in the dispatcher"
                outcome = Outcome(None, Failure.UNEXPECTED, words, "", job.attempts)
            self._settle(job, outcome)

    def _next(self) -> Job | None:
        with self._changed:
            self._idle += 1
            while not self._queue and not self._closing:
                self._changed.wait()
            self._idle -= 1
            job = self._queue.popleft() if self._queue else None
            self._changed.notify_all()
            return job

    def _settle(self, job: Job, outcome: Outcome) -> None:
        with self._changed:
            if job not in self._open:
                return
            self._open.discard(job)
            if outcome.failure is None:
                self._answered += 1
            else:
                self._failures[outcome.failure.value] += 1
        job.future.set_result(outcome)

    def _give_up(self, attempt: Attempt) -> None:
        """A provider hangs: its call ends, and another thread takes the place of the one that waits for it."""
        name = attempt.lane.provider.name
        failure = ProviderFailure(Failure.TIMEOUT, f"{name} kept no deadline")
        if not attempt.end(failure):
            return
        with self._changed:
            self._threads.discard(attempt.thread)
            if self._queue and len(self._threads) < self._most:
                self._start_worker()
        circuit = attempt.lane.breaker.circuit.value
        self._settle(attempt.job, Outcome(None, failure.failure, str(failure), name, attempt.job.attempts, circuit))

    def _cancel(self) -> None:
        started = monotonic()
        self._stop.set()
        with self._changed:
            self._closing = True
            waiting = list(self._queue)
            self._queue.clear()
            self._changed.notify_all()
        for job in waiting:
            self._settle(job, _cancelled(job))
        for attempt in self._watch.close():
            if attempt.end(ProviderFailure(Failure.CANCELLED, "the run was cancelled")):
                self._settle(attempt.job, _cancelled(attempt.job))
        for lane in self._lanes:
            lane.slots.wake()
        closing = Thread(target=self._close_providers, name="specmint-llm-close", daemon=True)
        closing.start()
        closing.join(PROMPT)
        self._await_workers(started + PROMPT)
        with self._changed:
            unsettled = list(self._open)
        for job in unsettled:
            self._settle(job, _cancelled(job))

    def _close_providers(self) -> None:
        for lane in self._lanes:
            try:
                lane.provider.close()
            except Exception:  # noqa: S112 - the run is over; nothing depends on it
                continue

    def _await_workers(self, until: float = inf) -> None:
        """Wait for the threads, at most until a time.

        Not by joining them: before Python 3.13 a join that Ctrl-C interrupts takes its thread for ended.
        """
        with self._changed:
            threads = set(self._threads)
            while self._threads and monotonic() < until:
                self._changed.wait(min(_SLICE, max(0.0, until - monotonic())))
            threads -= self._threads
        for thread in threads:
            thread.join(_SLICE)  # they have said that they end


def _cancelled(job: Job) -> Outcome:
    return Outcome(None, Failure.CANCELLED, "the run was cancelled", "", job.attempts)
