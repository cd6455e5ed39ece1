"""The door to providers: calls in, outcomes out, whatever happens between."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.util import find_spec
from random import Random
from threading import Event
from typing import TYPE_CHECKING, Protocol

from pytest_specmint.enrichment.breaker import Breaker, Transition
from pytest_specmint.enrichment.budget import Budget
from pytest_specmint.enrichment.concurrency import Slots
from pytest_specmint.enrichment.lane import Lane
from pytest_specmint.enrichment.limiter import Limiter, Pause, Rate
from pytest_specmint.enrichment.model import Call
from pytest_specmint.enrichment.prices import NOTHING, Prices, read_prices
from pytest_specmint.enrichment.providers.protocol import Provider
from pytest_specmint.enrichment.report import Outcome, Report
from pytest_specmint.enrichment.retry import Backoff
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.enrichment.watch import GRACE, Watch
from pytest_specmint.errors import ProviderError
from pytest_specmint.observe.events import LlmCircuit
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.enrichment.pool import Pool

__all__ = ["Dispatcher", "Outcome", "Report", "make_dispatcher"]
_NEEDED = ("pybreaker", "tenacity")


class Dispatcher(Protocol):
    """Takes calls, and gives each an outcome."""

    def submit(self, call: Call) -> Future[Outcome]:
        """Hand in a call; blocks while the queue is full. The future gets an outcome, never an exception."""

    def close(self, *, cancel: bool = False) -> Report:
        """Wait for all calls, or end them now."""


def make_dispatcher(
    providers: Sequence[Provider],
    settings: LlmSettings,
    *,
    models: Mapping[str, str] | None = None,
    prices: Prices | None = None,
    expected_calls: int | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
    rng: Random | None = None,
    grace: float = GRACE,
    observer: Observer = SILENT,
) -> "Pool":
    """A dispatcher over providers in the order of preference; no call is made yet.

    - ``models``: the model of each provider by the provider's name, where calls name another's; without, calls go out
      as they are, and are priced as ``settings.model``.
    - ``prices``: what models cost; where it is None and a provider is paid, the table that ships and
      ``settings.prices``.
    - ``expected_calls``: how many there will be, so that a run that will cost more than ``settings.max_cost_usd`` ends
      early.
    - ``clock`` (seconds) and ``sleep``: for tests; usually the monotonic clock, and a wait that ends with the run.
    - ``rng``: seeds the waits between tries. It is asked once per call, in the order of submission.
    - ``grace``: seconds after its deadline when a provider that hangs is given up.
    - ``observer``: hears of tries, retries and circuits, in the threads where they happen.

    A cancelled run closes its providers; else they stay whose they are. Raises `ProviderError` where there is no
    provider or the extra ``llm`` is not installed, `BudgetError` where the price of a paid model is not known.
    """
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise ProviderError(f"language models need {' and '.join(missing)}", hint='pip install "pytest-specmint[llm]"')
    if not providers:
        raise ProviderError("no provider of language models was found", hint="see --llm-provider, or --llm-mode off")
    from pytest_specmint.enrichment.course import Course
    from pytest_specmint.enrichment.pool import Pool

    used = providers if settings.fallback else providers[:1]
    if prices is None and any(provider.paid for provider in used):
        prices = read_prices(settings.prices)
    stop = Event()
    pause = _pause(stop, sleep)
    budget = Budget(settings.max_cost_usd, expected_calls=expected_calls)
    lanes = [_lane(each, settings, models or {}, prices, clock, pause, observer) for each in used]

    def course(watch: Watch) -> Course:
        backoff = Backoff(
            settings.retry_attempts, settings.retry_backoff_ms_min / 1000, settings.retry_backoff_ms_max / 1000
        )
        return Course(
            lanes,
            budget,
            watch,
            backoff,
            seconds=settings.timeout_ms / 1000,
            fallback=settings.fallback,
            clock=clock,
            pause=pause,
            cancelled=stop.is_set,
            operation=settings.mode.value,
            observer=observer,
        )

    return Pool(
        lanes,
        budget,
        workers=settings.workers,
        course=course,
        stop=stop,
        clock=clock,
        grace=grace,
        rng=rng or Random(0),  # noqa: S311 - spreads waits, nothing else
        prices="" if prices is None else f"{prices.date} {prices.sha256}",
    )


def _pause(stop: Event, sleep: Callable[[float], object] | None) -> Pause:
    """A wait that ends with the run."""
    if sleep is None:
        return stop.wait

    def pause(seconds: float) -> bool:
        if not stop.is_set():
            sleep(seconds)
        return stop.is_set()

    return pause


def _lane(
    provider: Provider,
    settings: LlmSettings,
    models: Mapping[str, str],
    prices: Prices | None,
    clock: Callable[[], float],
    pause: Pause,
    observer: Observer,
) -> Lane:
    def changed(change: Transition) -> None:
        observer.note(LlmCircuit(provider=provider.name, before=change.before, circuit_state=change.after))

    model = models.get(provider.name)
    price = prices.of(provider.name, model or settings.model or "") if provider.paid and prices else NOTHING
    return Lane(
        provider,
        model,
        price,
        Limiter(Rate(settings.max_rps, settings.max_tpm), clock, pause),
        Breaker(
            settings.circuit_failures, settings.circuit_cooldown_ms / 1000, clock, provider.name, on_change=changed
        ),
        Slots(settings.workers),
    )
