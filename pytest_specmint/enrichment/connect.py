"""From settings to an open connection: the provider that is found and its model, behind a dispatcher."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.model import Call, Sampling
from pytest_specmint.enrichment.resolve import Ready, make_ready, resolve
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.observe.events import Budget, LlmReady, milliseconds
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.enrichment.dispatch import Dispatcher
    from pytest_specmint.enrichment.report import Outcome, Report

Say = Callable[[str], None]


def connect(
    settings: LlmSettings,
    *,
    say: Say,
    warn: Say,
    environment: Mapping[str, str] | None = None,
    observer: Observer = SILENT,
) -> Connection | None:
    """The provider that the settings mean, or that is found, with its model ready; None where ``auto`` finds none.

    ``say`` is told what a person may want to know: how a pull goes on, what a run may cost; ``warn`` what they should
    know. Raises `ProviderError`.
    """
    began = perf_counter()
    resolution = resolve(settings, os.environ if environment is None else environment)
    for notice in resolution.notices:
        warn(notice)
    ready = make_ready(resolution, settings, progress=_told(say))
    if not ready:
        return None
    first = ready[0]
    seconds = perf_counter() - began
    observer.note(LlmReady(provider=first.provider.name, model=first.model.name, duration_ms=milliseconds(seconds)))
    sampling = Sampling(first.model.name, settings.temperature, settings.max_tokens)
    return Connection(
        first.provider.name,
        first.model.name,
        Line(ready, settings, say, observer),
        sampling,
        first.provider.takes_seed,
        first.model.digest,
        first.model.context,
    )


def _told(say: Say) -> Callable[[str, int, int], None]:
    """A pull's progress, in steps of tenths: there are hundreds of messages."""
    seen: set[tuple[str, int]] = set()

    def progress(doing: str, done: int, whole: int) -> None:
        step = (doing, 10 * done // whole if whole else 0)
        if step not in seen:
            seen.add(step)
            say(f"{doing}: {done:,} of {whole:,} bytes" if whole else doing)

    return progress


class Line:
    """A dispatcher that begins with the first calls: by then it can be told what they may cost."""

    def __init__(self, ready: Sequence[Ready], settings: LlmSettings, say: Say, observer: Observer = SILENT) -> None:
        self._ready, self._settings, self._say, self._observer = ready, settings, say, observer
        self._pool: Dispatcher | None = None

    def begin(self, sample: Sequence[Call], expected: int) -> None:
        """Say what so many calls like these may cost, and begin; raises `BudgetError` where no price is known."""
        if self._pool is not None:
            return
        from pytest_specmint.enrichment.budget import estimate
        from pytest_specmint.enrichment.dispatch import make_dispatcher
        from pytest_specmint.enrichment.prices import read_prices

        first = self._ready[0]
        if first.provider.paid:
            price = read_prices(self._settings.prices).of(first.provider.name, first.model.name)
            planned = estimate(sample, price, calls=expected)
            self._say(f"{first.provider.name} {first.model.name}: {planned.words()}")
            limit = self._settings.max_cost_usd
            self._observer.note(
                Budget(
                    state="planned",
                    provider=first.provider.name,
                    model=first.model.name,
                    calls=planned.calls,
                    cost_usd=float(planned.cost),
                    limit_usd=None if limit is None else float(limit),
                )
            )
        models = {each.provider.name: each.model.name for each in self._ready}
        self._pool = make_dispatcher(
            [each.provider for each in self._ready],
            self._settings,
            models=models,
            expected_calls=expected,
            observer=self._observer,
        )

    def submit(self, call: Call) -> "Future[Outcome]":
        """Hand in a call; blocks while the queue is full."""
        self.begin([call], 1)
        assert self._pool is not None
        return self._pool.submit(call)

    def close(self, *, cancel: bool = False) -> "Report | None":
        """Wait for all calls, or end them now; and let go of the providers."""
        try:
            return None if self._pool is None else self._pool.close(cancel=cancel)
        finally:
            for each in self._ready:
                each.provider.close()
