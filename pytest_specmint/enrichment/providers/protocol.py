"""What every provider of language models can do. Others bring theirs by the entry points ``specmint.providers``."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from pytest_specmint.enrichment.model import Call, Completion


class Model(Struct, frozen=True):
    """A model that a provider has."""

    name: str
    digest: str = ""
    size: int | None = None
    """In bytes."""
    form: str = ""
    """Of a local model, as its provider tells it: how many parameters, how they are stored (``7.6B, Q4_K_M``)."""
    remote_host: str = ""
    """Where a local provider really runs it, if that is elsewhere."""
    context: int | None = None
    """How many tokens it sees: all that it can, or as many as it has been given room for."""
    shutdown_date: str = ""
    """The day (ISO 8601) from which it will be gone, where its provider announces one."""


class Limits(Struct, frozen=True):
    """What a provider's headers said of its limits; None where they did not."""

    requests_left: int | None = None
    tokens_left: int | None = None
    requests_reset: float | None = None
    """Seconds until there are as many requests as ever."""
    tokens_reset: float | None = None


class Health(Struct, frozen=True):
    """Whether a provider answers, in words that say what to do where it does not."""

    ok: bool
    words: str
    hint: str = ""
    models: tuple[Model, ...] = ()
    version: str = ""
    limits: Limits = Limits()


Progress = Callable[[str, int, int], None]
"""Told of a pull: what is done, bytes so far, bytes in all."""


class Provider(Protocol):
    """A provider behind its HTTP API. Methods block, are safe in several threads, and raise `ProviderFailure`."""

    name: str
    paid: bool
    """Whether calls cost money, so that prices and a budget count."""
    takes_seed: bool

    def probe(self, deadline: float) -> Health:
        """Whether it answers within so many seconds, and which models it has. Never raises."""

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """Make a model ready: pull it where that is allowed, load it. Raises `ProviderFailure` where there is none."""

    def complete(self, call: Call, deadline: float) -> Completion:
        """One try at a call, over after so many seconds whatever the network does."""

    def limits(self) -> Limits:
        """What the latest headers said."""

    def close(self) -> None:
        """Let go of connections."""
