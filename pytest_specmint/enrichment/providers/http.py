"""What all providers behind HTTP have in common: asking, reading, remembering what the headers say."""

import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

import msgspec

from pytest_specmint.enrichment.model import Call, ProviderFailure
from pytest_specmint.enrichment.providers.access import Access
from pytest_specmint.enrichment.providers.failures import decoded, refusal
from pytest_specmint.enrichment.providers.protocol import Health, Limits
from pytest_specmint.enrichment.retry_after import limits
from pytest_specmint.enrichment.secret import Secret
from pytest_specmint.enrichment.transport import Reply, Transport

ASK_SECONDS = 20.0
"""How long small questions (which models there are) may take outside a probe."""
SEED_BITS = 0x7FFF_FFFF
"""Seeds are sent with 31 bits: servers keep them in 32, some of them signed, and take the highest for "none"."""


class HttpProvider:
    """The part of a provider that speaks HTTP: one client, safe in several threads."""

    def __init__(
        self, access: Access, *, headers: Mapping[str, str] | None = None, secrets: Mapping[str, Secret] | None = None
    ) -> None:
        self.access = access
        self.name = access.name
        self._transport = Transport(
            access.endpoint,
            title=access.title,
            guard=access.guard,
            headers=headers,
            secrets=secrets,
            debug_urls=access.debug_urls,
        )
        self._limits = Limits()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.access.endpoint.url})"

    def __enter__(self) -> "HttpProvider":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Who is spoken to and where, as messages put it."""
        return self._transport.place

    def limits(self) -> Limits:
        """What the latest headers said."""
        return self._limits

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    def ask(
        self, method: str, path: str, payload: Any = None, *, deadline: float, texts: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The JSON object that answers. ``texts`` are what no message may repeat. Raises `ProviderFailure`."""
        body = None if payload is None else msgspec.json.encode(payload)
        reply = self._transport.request(method, path, body=body, deadline=deadline)
        self._limits = limits(reply.headers, time.time())
        if not reply.ok:
            raise self.refusal(reply, texts)
        value = decoded(reply, self.place)
        if value.get("error"):
            raise self.refusal(reply, texts)
        return value

    def refusal(self, reply: Reply, texts: Iterable[str] = ()) -> ProviderFailure:
        """The failure that an answer stands for."""
        secrets = (*self._transport.secrets, *self.access.keys.values())
        return refusal(reply, place=self.place, secrets=secrets, asked=texts, now=time.time())


def texts_of(call: Call) -> tuple[str, str]:
    """What of a call must stand in no message."""
    return call.system, call.user


def unhealthy(failure: ProviderFailure, hint: str) -> Health:
    """The health of a provider that fails so."""
    return Health(ok=False, words=str(failure), hint=hint)


def key_hint(access: Access) -> str:
    """What to do where a provider that takes a key does not answer well."""
    if access.withheld:
        names = " and ".join(access.withheld)
        return f"{names} is not sent unencrypted over a network: use https, or give the key by --llm-key-file"
    if access.usual and access.key_names:
        return f"set {access.key_names[0]}, or give the key by --llm-key-file"
    return "check --llm-endpoint and that the server runs"


class Countdown:
    """A deadline shared by several questions."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain; a little where none do, so that what is late fails as late."""
        return max(0.001, self._until - time.monotonic())
