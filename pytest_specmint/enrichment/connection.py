"""The way to a model: who answers, under which parameters, and the dispatcher that carries calls there."""

from typing import Any

from msgspec import Struct

from pytest_specmint.enrichment.model import Sampling


class Connection(Struct, frozen=True):
    """A provider that was found, ready to be asked."""

    provider: str
    model: str
    dispatcher: Any
    """A `Dispatcher`."""
    sampling: Sampling
    takes_seed: bool = False
    digest: str = ""
    """Of the model's build, where the provider tells it."""
