"""What became of calls, and what they took: for the manifest of a run, its summary, and whoever pays."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from math import ceil, log
from threading import Lock

from msgspec import Struct

from pytest_specmint.enrichment.breaker import Transition
from pytest_specmint.enrichment.model import Completion, Failure, Usage
from pytest_specmint.enrichment.prices import Charge, dollars

_STEP = 1.05
"""Latencies are counted in classes, each this much longer than the one before: level memory, 5% apart."""
_SHORTEST = 0.0001


class Outcome(Struct, frozen=True):
    """What became of one call: an answer, or why there is none."""

    completion: Completion | None = None
    failure: Failure | None = None
    detail: str = ""
    """A few words on a failure; neither keys nor content."""
    provider: str = ""
    """Who answered, or failed last; empty where nobody was asked."""
    attempts: int = 0
    """How often a provider was asked, over all providers."""
    circuit: str = ""
    """State of the circuit of whoever answered, or failed last."""


class Latencies(Struct, frozen=True):
    """How long answers took, in seconds; median and p95 are right to 5%."""

    count: int = 0
    mean: float = 0.0
    median: float = 0.0
    p95: float = 0.0
    longest: float = 0.0


class ProviderReport(Struct, frozen=True):
    """What one provider did, and what it took."""

    name: str
    model: str
    attempts: int
    """Tries that went out to it,"""
    retries: int
    """those of them that were not a call's first here,"""
    answers: int
    """and those that were answered."""
    failures: Mapping[str, int]
    """The others, by kind."""
    input_tokens: int
    """As far as it told."""
    output_tokens: int
    cost: Decimal
    """Dollars, exactly."""
    assumed: Decimal
    """How much of the cost is a bound, for want of a usage."""
    transitions: tuple[Transition, ...]
    """Of its circuit; seconds since the run began."""
    latencies: Latencies
    narrowest: int
    """The fewest calls at a time that it came down to."""
    out: str
    """Why it was given up for the run; empty where it was not."""


class Report(Struct, frozen=True):
    """What a dispatcher did in its life."""

    providers: tuple[ProviderReport, ...]
    calls: int
    """Submitted."""
    answered: int
    failures: Mapping[str, int]
    """Calls that nobody answered, by kind."""
    cost: Decimal
    """Dollars, of all providers."""
    limit: Decimal | None
    stopped: str
    """Why the budget refused calls; empty where it did not."""
    prices: str = ""
    """Day and SHA-256 of the table of prices; empty where nothing is paid."""

    @property
    def degraded(self) -> bool:
        """Whether a call was not answered."""
        return self.answered < self.calls


class Tally:
    """Counts of one provider, in several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._attempts = self._retries = self._answers = 0
        self._failures: Counter[str] = Counter()
        self._tokens = [0, 0]
        self._cost = self._assumed = 0
        self._classes: Counter[int] = Counter()
        self._seconds = self._longest = 0.0

    def add(self, failure: Failure | None, usage: Usage, charge: Charge, *, retry: bool, took: float) -> None:
        """One try that is over, after so many seconds; None is an answer."""
        with self._lock:
            self._attempts += 1
            self._retries += retry
            self._cost += charge.amount
            self._assumed += charge.assumed
            if failure is not None:
                self._failures[failure.value] += 1
                return
            self._answers += 1
            self._tokens[0] += usage.input_tokens or 0
            self._tokens[1] += usage.output_tokens or 0
            self._seconds += took
            self._longest = max(self._longest, took)
            self._classes[ceil(log(max(took, _SHORTEST) / _SHORTEST, _STEP))] += 1

    @property
    def cost(self) -> int:
        """All charges, in units of 10⁻¹² dollars."""
        with self._lock:
            return self._cost

    def report(
        self, name: str, model: str, transitions: tuple[Transition, ...], *, narrowest: int, out: str
    ) -> ProviderReport:
        """All of it so far."""
        with self._lock:
            return ProviderReport(
                name=name,
                model=model,
                attempts=self._attempts,
                retries=self._retries,
                answers=self._answers,
                failures=dict(sorted(self._failures.items())),
                input_tokens=self._tokens[0],
                output_tokens=self._tokens[1],
                cost=dollars(self._cost),
                assumed=dollars(self._assumed),
                transitions=transitions,
                latencies=self._latencies(),
                narrowest=narrowest,
                out=out,
            )

    def _latencies(self) -> Latencies:
        if not self._answers:
            return Latencies()
        mean = self._seconds / self._answers
        return Latencies(self._answers, mean, self._quantile(0.5), self._quantile(0.95), self._longest)

    def _quantile(self, share: float) -> float:
        rest = ceil(share * self._answers)
        for number in sorted(self._classes):
            rest -= self._classes[number]
            if rest <= 0:
                return min(_SHORTEST * _STEP**number, self._longest)
        return self._longest
