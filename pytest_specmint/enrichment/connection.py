"""The way to a model: who answers, under which parameters, and the dispatcher that carries calls there."""

from typing import Any

from msgspec import Struct

from pytest_specmint.enrichment.model import Sampling


class Connection(Struct, frozen=True):
    """A provider that was found, ready to be asked."""

    provider: str
    model: str
    dispatcher: Any
    """A `Dispatcher`. Where it has ``begin(sample, expected)`` it is told the first calls, and how many may come."""
    sampling: Sampling
    takes_seed: bool = False
    digest: str = ""
    """Of the model's build, where the provider tells it."""
    context: int | None = None
    """How many tokens the model can see, where that is known."""
