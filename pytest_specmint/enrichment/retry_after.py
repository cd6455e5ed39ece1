"""How long a provider asks to wait, and what is left of its limits: headers to numbers. Pure; time is passed in.

Forms: ``retry-after-ms`` and ``retry-after`` in (milli)seconds or as an HTTP date (RFC 9110); OpenAI's resets as
``6m0s``, ``12ms``, sometimes ``-1``; Anthropic's as RFC 3339; other gateways' as seconds or as a moment since 1970.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pytest_specmint.enrichment.providers.protocol import Limits

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9}
_PIECE = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ms|us|µs|μs|ns|d|h|m|s)")
_NUMBER = re.compile(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MOMENTS = 1e8
"""A number of seconds from here on is a moment since 1970, not a time to wait; a thousand times as much, one in ms."""

_LEFT = {
    "requests": ("x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining", "x-ratelimit-remaining"),
    "tokens": (
        *("x-ratelimit-remaining-tokens", "anthropic-ratelimit-tokens-remaining"),
        *("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-output-tokens-remaining"),
    ),
}
_RESET = {
    "requests": ("x-ratelimit-reset-requests", "anthropic-ratelimit-requests-reset", "x-ratelimit-reset"),
    "tokens": (
        *("x-ratelimit-reset-tokens", "anthropic-ratelimit-tokens-reset"),
        *("anthropic-ratelimit-input-tokens-reset", "anthropic-ratelimit-output-tokens-reset"),
    ),
}


def seconds(text: str, now: float) -> float | None:
    """A time to wait in any of the forms; None where it is none of them, or says nothing (``-1``).

    ``now`` is in seconds since 1970; moments that have passed are zero seconds away.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _waited(float(text), now)
    pieces = _PIECE.findall(text)
    if pieces and "".join(number + unit for number, unit in pieces) == text:
        return sum(float(number) * _UNITS[unit] for number, unit in pieces)
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - now)


def _waited(number: float, now: float) -> float | None:
    if number < 0 or not math.isfinite(number):
        return None
    if number < _MOMENTS:
        return number
    return max(0.0, (number / 1000 if number > _MOMENTS * 1000 else number) - now)


def _moment(text: str) -> float | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a refusal asks to wait; None where it does not say.

    Dates count from the answer's own ``date``, so that a wrong clock here does no harm. Where there is no word on
    retrying, the limits that are used up say when they are renewed. Header names are in lower case.
    """
    now = _moment(headers.get("date", "")) or now
    if (wait := seconds(headers.get("retry-after-ms", ""), now)) is not None:
        return wait / 1000
    if (wait := seconds(headers.get("retry-after", ""), now)) is not None:
        return wait
    found = limits(headers, now)
    used_up = [
        reset
        for left, reset in ((found.requests_left, found.requests_reset), (found.tokens_left, found.tokens_reset))
        if left == 0 and reset is not None
    ]
    return max(used_up, default=None)


def limits(headers: Mapping[str, str], now: float) -> Limits:
    """What the headers of an answer say of its provider's limits; of several for tokens, the tightest."""
    now = _moment(headers.get("date", "")) or now
    return Limits(
        requests_left=_least(_counts(headers, _LEFT["requests"])),
        tokens_left=_least(_counts(headers, _LEFT["tokens"])),
        requests_reset=_most(_resets(headers, _RESET["requests"], now)),
        tokens_reset=_most(_resets(headers, _RESET["tokens"], now)),
    )


def _counts(headers: Mapping[str, str], names: Iterable[str]) -> Iterable[int]:
    texts = (headers.get(name, "").strip() for name in names)
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _resets(headers: Mapping[str, str], names: Iterable[str], now: float) -> Iterable[float]:
    found = (seconds(headers[name], now) for name in names if name in headers)
    return [each for each in found if each is not None]


def _least(numbers: Iterable[int]) -> int | None:
    return min(numbers, default=None)


def _most(numbers: Iterable[float]) -> float | None:
    return max(numbers, default=None)
