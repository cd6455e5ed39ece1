"""Calls, settings and time for tests of dispatching."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from msgspec.structs import replace

from pytest_specmint.enrichment.dispatch import make_dispatcher
from pytest_specmint.enrichment.model import Call, Sampling
from pytest_specmint.enrichment.pool import Pool
from pytest_specmint.enrichment.prices import Prices
from pytest_specmint.enrichment.providers.protocol import Provider
from pytest_specmint.enrichment.settings import LlmSettings

FAST = LlmSettings(
    max_rps=1e6, workers=1, retry_attempts=1, retry_backoff_ms_min=0, retry_backoff_ms_max=0, fallback=False
)
"""No limits, one worker, one try."""


def call(number: int = 0, *, text: str | None = None, max_tokens: int = 100, model: str = "scripted") -> Call:
    """A small call of its own."""
    user = f"item {number}" if text is None else text
    return Call("Answer.", user, {"type": "object"}, Sampling(model, 0.2, max_tokens), number, (f"{number}/name",))


class Time:
    """A clock that moves when somebody sleeps, or by hand."""

    def __init__(self, start: float = 1000.0) -> None:
        self._lock = Lock()
        self._now = start
        self.slept: list[float] = []

    def __call__(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> bool:
        """Time goes on; nobody cancels."""
        with self._lock:
            self.slept.append(seconds)
            self._now += seconds
        return False

    def go(self, seconds: float) -> None:
        """Time goes on."""
        with self._lock:
            self._now += seconds


def dispatcher(
    providers: Provider | Sequence[Provider], time: Time | None = None, base: LlmSettings = FAST, **settings: Any
) -> Pool:
    """Over one or several providers; what is no setting goes to `make_dispatcher`."""
    names = set(LlmSettings.__struct_fields__)
    own = {name for name in settings if name in names and not isinstance(settings[name], Prices)}
    given = {name: settings[name] for name in own}
    others = {name: value for name, value in settings.items() if name not in own}
    if time is not None:
        others |= {"clock": time, "sleep": time.sleep}
    several = providers if isinstance(providers, Sequence) else [providers]
    return make_dispatcher(several, replace(base, **given), **others)
