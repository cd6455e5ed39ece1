"""How fast a provider is asked: requests a second, tokens a minute, and what its own headers and refusals say.

Decisions are functions of a frozen state, the time, and a call's tokens; `Limiter` keeps the state and waits.

- The bucket of requests holds one: two admissions are never closer than ``1 / requests`` seconds, so that no window of
  any length has more than its rate, rounded up.
- Tokens are counted over the last minute. A call is admitted with the most that it may take, and counted with what it
  took once that is known; no window of 60 seconds has more than the limit.
- What headers say is left is compared with what a call is likely to take, a quarter of the most: holding a call back in
  vain costs up to a minute, letting it out in vain one refusal that says how long to wait.
"""

from collections.abc import Callable
from math import inf
from threading import Lock

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.providers.protocol import Limits

MINUTE = 60
_GLANCE = 0.25
"""Seconds after which a waiting call looks again: calls under way may have taken fewer tokens than they might."""
_LEAST = 0.0001

Pause = Callable[[float], bool]
"""Waits so many seconds, or until the run is cancelled: then True."""


class Rate(Struct, frozen=True):
    """How fast a provider may be asked."""

    requests: float
    """A second."""
    tokens: int | None = None
    """A minute."""


class Admission(Struct, frozen=True):
    """A call that was let through."""

    number: int
    at: float
    tokens: int


class Flow(Struct, frozen=True):
    """What was let through, and what the provider said of itself."""

    next_request: float = -inf
    recent: tuple[Admission, ...] = ()
    """Of the last minute; none are kept where tokens are not limited."""
    paused_until: float = -inf
    requests_left: int | None = None
    requests_back: float = -inf
    """When there are as many as ever."""
    tokens_left: int | None = None
    tokens_back: float = -inf


def imposed_until(flow: Flow, tokens: int) -> float:
    """The time until which the provider itself wants no such call."""
    until = flow.paused_until
    if flow.requests_left is not None and flow.requests_left < 1:
        until = max(until, flow.requests_back)
    if flow.tokens_left is not None and flow.tokens_left < _likely(tokens):
        until = max(until, flow.tokens_back)
    return until


def _likely(tokens: int) -> int:
    """What a call takes that may take so many: a token is some four bytes, an answer rarely as long as it may be."""
    return -(-tokens // 4)


def ready_at(flow: Flow, rate: Rate, tokens: int, now: float) -> float:
    """The earliest time at which a call may go out; infinite where it never fits the limit of tokens."""
    return max(flow.next_request, imposed_until(flow, tokens), _room_at(flow, rate, tokens, now))


def _room_at(flow: Flow, rate: Rate, tokens: int, now: float) -> float:
    if rate.tokens is None:
        return -inf
    if tokens > rate.tokens:
        return inf
    recent = [each for each in flow.recent if each.at + MINUTE > now]
    over = sum(each.tokens for each in recent) + tokens - rate.tokens
    for each in recent:
        if over <= 0:
            break
        over -= each.tokens
        if over <= 0:
            return each.at + MINUTE
    return -inf


def admitted(flow: Flow, rate: Rate, admission: Admission) -> Flow:
    """After a call was let through."""
    now = admission.at
    recent: tuple[Admission, ...] = ()
    if rate.tokens is not None:
        recent = (*(each for each in flow.recent if each.at + MINUTE > now), admission)
    requests = flow.requests_left if now < flow.requests_back else None
    tokens = flow.tokens_left if now < flow.tokens_back else None
    return replace(
        flow,
        next_request=now + 1 / rate.requests,
        recent=recent,
        requests_left=None if requests is None else requests - 1,
        tokens_left=None if tokens is None else tokens - _likely(admission.tokens),
    )


def taken(flow: Flow, number: int, tokens: int) -> Flow:
    """After a call told how many tokens it took."""
    recent = tuple(replace(each, tokens=tokens) if each.number == number else each for each in flow.recent)
    return replace(flow, recent=recent)


def told(flow: Flow, limits: Limits, now: float) -> Flow:
    """After the headers of an answer; what they leave out stays."""
    if limits.requests_left is not None and limits.requests_reset is not None:
        flow = replace(flow, requests_left=limits.requests_left, requests_back=now + limits.requests_reset)
    if limits.tokens_left is not None and limits.tokens_reset is not None:
        flow = replace(flow, tokens_left=limits.tokens_left, tokens_back=now + limits.tokens_reset)
    return flow


def paused(flow: Flow, until: float) -> Flow:
    """After the provider asked for a pause; never a shorter one than it asked for before."""
    return replace(flow, paused_until=max(flow.paused_until, until))


class Limiter:
    """Lets calls through at a provider's rate, in several threads."""

    def __init__(self, rate: Rate, clock: Callable[[], float], pause: Pause) -> None:
        self._rate = rate
        self._clock = clock
        self._pause = pause
        self._lock = Lock()
        self._flow = Flow()
        self._number = 0

    def imposed(self, tokens: int) -> float:
        """For how many seconds the provider itself wants no such call; 0 if it may come."""
        with self._lock:
            return max(0.0, imposed_until(self._flow, tokens) - self._clock())

    def acquire(self, tokens: int, patience: float = inf) -> int:
        """Wait until a call may go out, and let it through; gives its number for `took`.

        ``patience``: seconds for which a wait that the provider imposes is borne. Raises `ProviderFailure`: TOO_LARGE
        for more tokens than a minute may have, RATE_LIMITED beyond the patience, CANCELLED when the run ends.
        """
        start = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                at = ready_at(self._flow, self._rate, tokens, now)
                if at <= now:
                    self._number += 1
                    self._flow = admitted(self._flow, self._rate, Admission(self._number, now, tokens))
                    return self._number
                imposed = imposed_until(self._flow, tokens) - start
            if at == inf:
                raise ProviderFailure(
                    Failure.TOO_LARGE, f"a call of up to {tokens} tokens, and {self._rate.tokens} a minute are allowed"
                )
            if imposed > patience:
                raise ProviderFailure(
                    Failure.RATE_LIMITED, f"it wants no calls for {imposed:.0f} s", retry_after=max(0.0, imposed)
                )
            if self._pause(max(min(at - now, _GLANCE), _LEAST)):
                raise ProviderFailure(Failure.CANCELLED, "the run was cancelled")

    def took(self, number: int, tokens: int) -> None:
        """A call that was let through took so many tokens."""
        if self._rate.tokens is not None:
            with self._lock:
                self._flow = taken(self._flow, number, tokens)

    def tell(self, limits: Limits) -> None:
        """Headers of an answer."""
        with self._lock:
            self._flow = told(self._flow, limits, self._clock())

    def hold_back(self, seconds: float) -> None:
        """The provider asks for a pause."""
        with self._lock:
            self._flow = paused(self._flow, self._clock() + seconds)
