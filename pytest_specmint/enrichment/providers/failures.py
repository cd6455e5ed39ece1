"""What an answer that is no success means, and how it is told: never with a key, never with what was asked."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.retry_after import retry_after
from pytest_specmint.enrichment.secret import Secret, scrubbed
from pytest_specmint.enrichment.transport import Reply

_SHOWN = 200
"""How many characters of a provider's message are repeated."""
_ECHO = 24
"""From how many characters in common on a message counts as repeating what was asked."""
_KEYLIKE = re.compile(r"\b(?:(?:sk|pk|key)[-_]|Bearer )[A-Za-z0-9*_.-]{4,}")

_NAME = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")

_BY_STATUS = {
    400: Failure.BAD_REQUEST,
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    408: Failure.TIMEOUT,
    409: Failure.CONFLICT,
    413: Failure.TOO_LARGE,
    422: Failure.BAD_REQUEST,
    429: Failure.RATE_LIMITED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
_QUOTA = frozenset(
    {
        *("insufficient_quota", "credit_balance_exhausted", "billing_error", "billing_hard_limit_reached"),
        *("organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded"),
        *("enforced_spend_limit_reached", "billing_not_active"),
    }
)
"""Codes and types of errors that no waiting mends."""
_NO_MONEY = re.compile(r"credit balance is too low|spend limit|exceeded your current quota", re.IGNORECASE)
_NO_MODEL = frozenset({"model_not_found", "model_not_supported"})
_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)
_TOO_LONG = re.compile(r"context[ _](length|window|size)|prompt is too long|input length exceeds", re.IGNORECASE)
_HTML = re.compile(rb"\s*(<!doctype|<html|<head|<\?xml)", re.IGNORECASE)


class Told(Struct, frozen=True):
    """What the body of a refusal says, whichever provider's form it has."""

    code: str = ""
    kind: str = ""
    param: str = ""
    message: str = ""
    status: int | None = None
    """Where the body has a status of its own (gateways that answer 200)."""


class Refusal(ProviderFailure):
    """A `ProviderFailure` by an answer: with what its body says, for those who can ask differently."""

    def __init__(self, failure: Failure, message: str, told: Told, *, status: int, wait: float | None) -> None:
        super().__init__(failure, message, status=status, retry_after=wait)
        self.told = told


def read_told(body: bytes) -> Told:
    """What a body says: OpenAI's, Anthropic's, Ollama's and FastAPI's forms of errors; nothing where it is none."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return Told()
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return Told()
    error = value.get("error", value)
    if isinstance(error, str):
        return Told(message=error)
    if isinstance(error, dict) and isinstance(error.get("detail"), list):
        return _of_detail(error["detail"])
    if not isinstance(error, dict):
        return Told()
    code = error.get("code")
    return Told(
        code=code if isinstance(code, str) else "",
        kind=_text(error.get("type")),
        param=_text(error.get("param")),
        message=_text(error.get("message")) or _text(error.get("detail")),
        status=code if isinstance(code, int) and 400 <= code < 600 else None,
    )


def _of_detail(detail: list[Any]) -> Told:
    first = next((each for each in detail if isinstance(each, dict)), {})
    where = first.get("loc")
    names = [str(each) for each in where if each != "body"] if isinstance(where, list) else []
    return Told(kind=_text(first.get("type")), param=".".join(names), message=_text(first.get("msg")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def failure_of(status: int, told: Told) -> Failure:
    """Why a call failed, from the status and what the body says. Pure."""
    if _QUOTA & {told.code, told.kind} or (status in {400, 403, 429} and _NO_MONEY.search(told.message)):
        return Failure.QUOTA
    if status in {400, 404} and told.code in _NO_MODEL:
        return Failure.NO_MODEL
    if status == 404:
        return Failure.NO_MODEL if _MODEL.search(told.message) else Failure.BAD_REQUEST
    if status in {400, 422} and (told.code == "context_length_exceeded" or _TOO_LONG.search(told.message)):
        return Failure.TOO_LARGE
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Failure.SERVER if status >= 500 else Failure.BAD_REQUEST


def refusal(reply: Reply, *, place: str, secrets: Iterable[Secret], asked: Iterable[str], now: float) -> Refusal:
    """The failure that an answer without success stands for.

    ``place`` names provider and endpoint, ``asked`` are the texts of the call, ``now`` is in seconds since 1970.
    """
    told = _clean(read_told(reply.body), secrets, asked)
    status = told.status if reply.ok and told.status is not None else reply.status
    failure = failure_of(status, told) if status >= 300 else Failure.SERVER
    said = told_words(told)
    words = f"{place} answers {status}" + (f" ({said})" if said else "")
    if 300 <= status < 400:
        words = f"{place} answers {status}, a redirect, which is not followed: name the endpoint where it leads"
    elif failure is Failure.BAD_REQUEST and status == 404:
        words += ": there is no such path; is the endpoint right?"
    return Refusal(failure, words, told, status=status, wait=retry_after(reply.headers, now))


def told_words(told: Told) -> str:
    """What a provider says of an error, cut short."""
    message = told.message if len(told.message) <= _SHOWN else f"{told.message[:_SHOWN]}…"
    names = [each for each in (told.code or told.kind, told.param) if _NAME.fullmatch(each)]
    return ": ".join(each for each in (", ".join(names), message) if each)


def _clean(told: Told, secrets: Iterable[Secret], asked: Iterable[str]) -> Told:
    """What was told, on one line without keys; without its message where that repeats the call."""
    message = " ".join(told.message.split())
    if _echoes(message, asked):
        message = ""
    return replace(told, message=_KEYLIKE.sub("***", scrubbed(message, secrets)))


def _echoes(message: str, asked: Iterable[str]) -> bool:
    pieces = [message[at : at + _ECHO] for at in range(max(0, min(len(message), 2000) - _ECHO + 1))]
    return any(piece in text for text in (" ".join(each.split()) for each in asked) for piece in pieces)


def decoded(reply: Reply, place: str) -> dict[str, Any]:
    """The JSON object of a success. Raises `ProviderFailure` where it is cut off or no JSON object."""
    try:
        value = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if _HTML.match(reply.body):
            words = f"{place} answers with a web page, not JSON: is the endpoint right?"
            raise ProviderFailure(Failure.MALFORMED, words, status=reply.status) from None
        if "truncated" in str(error) and reply.body.strip():
            raise ProviderFailure(Failure.CUT, f"{place} broke off its answer", status=reply.status) from None
        raise ProviderFailure(Failure.MALFORMED, f"{place} answers with no JSON", status=reply.status) from None
    if not isinstance(value, dict):
        raise ProviderFailure(Failure.MALFORMED, f"{place} answers with no JSON object", status=reply.status)
    return value
