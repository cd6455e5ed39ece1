"""The way to one provider: its rate, width, circuit, price and counts; and which of several ways a call takes."""

from collections.abc import Sequence
from math import inf
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.breaker import Breaker, Transition
from pytest_specmint.enrichment.concurrency import Slots
from pytest_specmint.enrichment.limiter import Limiter
from pytest_specmint.enrichment.model import Call, Failure, ProviderFailure
from pytest_specmint.enrichment.prices import Price
from pytest_specmint.enrichment.providers.protocol import Provider
from pytest_specmint.enrichment.report import ProviderReport, Tally

GIVEN_UP = frozenset({Failure.AUTH, Failure.QUOTA, Failure.NO_MODEL, Failure.FORBIDDEN_HOST})
"""Failures after which a provider is of no use in the whole run."""


class Seen(Struct, frozen=True):
    """A lane as a call sees it before it sets out."""

    name: str
    out: Failure | None = None
    """Why it was given up."""
    refuses: bool = False
    """Its circuit lets no call through."""
    paused: float = 0.0
    """Seconds for which the provider wants no calls."""


class Blocked(Struct, frozen=True):
    """Why no lane can be taken."""

    failure: Failure
    detail: str
    provider: str


def obstacle(seen: Seen, patience: float) -> Blocked | None:
    """Why a lane cannot be taken now; None if it can."""
    if seen.out is not None:
        return Blocked(seen.out, f"{seen.name} was given up: {seen.out.value}", seen.name)
    if seen.refuses:
        return Blocked(Failure.BREAKER_OPEN, f"the circuit of {seen.name} is open", seen.name)
    if seen.paused > patience:
        return Blocked(Failure.RATE_LIMITED, f"{seen.name} wants no calls for {seen.paused:.0f} s", seen.name)
    return None


def choose(
    lanes: Sequence[Seen], *, fallback: bool, left: frozenset[int] = frozenset(), patience: float = inf
) -> int | Blocked:
    """The first lane that can be taken and was not left yet; without fallback there is but the first.

    Where there is none: why, an open circuit before all else, as it may close again.
    """
    found: list[Blocked] = []
    for number, seen in enumerate(lanes if fallback else lanes[:1]):
        blocked = obstacle(seen, patience)
        if blocked is None and number not in left:
            return number
        if blocked is not None:
            found.append(blocked)
    if not found:
        return Blocked(Failure.BREAKER_OPEN, "every provider was tried", "")
    first = next((each for each in found if each.failure is Failure.BREAKER_OPEN), found[0])
    return replace(first, detail="; ".join(each.detail for each in found))


class Lane:
    """One provider, and all that keeps it and us from harm."""

    def __init__(
        self, provider: Provider, model: str | None, price: Price, limiter: Limiter, breaker: Breaker, slots: Slots
    ) -> None:
        self.provider = provider
        self.model = model
        """Its own, where calls name another's."""
        self.price = price
        self.limiter = limiter
        self.breaker = breaker
        self.slots = slots
        self.tally = Tally()
        self._lock = Lock()
        self._out: ProviderFailure | None = None

    def seen(self, tokens: int) -> Seen:
        """As a call of at most so many tokens sees it now."""
        with self._lock:
            out = None if self._out is None else self._out.failure
        return Seen(self.provider.name, out, self.breaker.refuses(), self.limiter.imposed(tokens))

    def fitted(self, call: Call) -> Call:
        """A call with the model of this provider."""
        if self.model is None or self.model == call.sampling.model:
            return call
        return replace(call, sampling=replace(call.sampling, model=self.model))

    def named(self, call: Call) -> str:
        """The model that a call asks here."""
        return self.model or call.sampling.model

    def give_up(self, failure: ProviderFailure) -> None:
        """It is of no use in this run; the first reason stays."""
        with self._lock:
            self._out = self._out or failure

    def report(self, began: float) -> ProviderReport:
        """What it did, times counted from the beginning of the run."""
        with self._lock:
            out = "" if self._out is None else f"{self._out.failure.value}: {self._out}"
        changes = tuple(Transition(each.at - began, each.before, each.after) for each in self.breaker.transitions)
        narrowest = self.slots.narrowest
        return self.tally.report(self.provider.name, self.model or "", changes, narrowest=narrowest, out=out)
