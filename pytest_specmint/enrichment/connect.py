"""From settings to an open connection: the provider that is found, behind a dispatcher."""

from collections.abc import Callable

from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.errors import ProviderError
from pytest_specmint.job import Job

Say = Callable[[str], None]


def connect(settings: LlmSettings, job: Job, *, say: Say) -> Connection | None:
    """The provider that the settings mean, or that is found; None where ``auto`` finds none.

    ``say`` is told what a person may want to know before money is spent. Raises `ProviderError`.
    """
    raise ProviderError("no provider is built in yet", hint="replay a cassette")
