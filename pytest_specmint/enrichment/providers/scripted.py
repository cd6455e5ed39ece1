"""A provider that answers by script, for tests: what it says, how it fails, how long it takes. No network.

    provider = ScriptedProvider(lambda call, times: Step('{"items": []}') if times else Step(failure=Failure.SERVER))

The script is asked with every call, and with how often the same call came before, so that it can be a function of the
call alone: then any number of threads get the same answers in any order. A list of steps is handed out in the order in
which calls arrive; its last step goes on for ever. Either way `asked` tells what came.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from threading import Condition, Event
from time import monotonic
from typing import NamedTuple

import msgspec
from msgspec import Struct

from pytest_specmint.enrichment.model import Call, Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.providers.protocol import Health, Limits, Model, Progress

_STATUS = {
    Failure.BAD_REQUEST: 400,
    Failure.AUTH: 401,
    Failure.NO_MODEL: 404,
    Failure.CONFLICT: 409,
    Failure.RATE_LIMITED: 429,
    Failure.QUOTA: 429,
    Failure.SERVER: 500,
    Failure.OVERLOADED: 503,
}
"""What the providers' own APIs answer with."""


class Step(Struct, frozen=True):
    """What the provider does with one call; without anything, it answers ``{}``."""

    text: str = "{}"
    failure: Failure | None = None
    """Raised instead of an answer,"""
    retry_after: float | None = None
    """with so many seconds to wait."""
    latency: float = 0.0
    """Seconds; beyond the call's deadline it is a timeout."""
    limits: Limits | None = None
    """The headers; None leaves those of the step before."""
    usage: Usage | None = None
    """None: a quarter of the bytes in and out, as tokens usually are. ``Usage()`` tells nothing."""
    finish: Finish = Finish.STOP
    raises: BaseException | None = None
    """An error in the provider's code."""
    hangs: bool = False
    """Does not come back, whatever the deadline, until the provider is closed."""


Said = Step | str | Completion
"""A step, or an answer without delay: its text, or all of it."""
Script = Callable[[Call, int], Said]
"""What to do with a call, and with how often the same call came before."""


class Asked(NamedTuple):
    """A call that arrived."""

    call: Call
    deadline: float
    """Seconds that it was given."""
    at: float
    """When, by the provider's clock."""
    times: int
    """How often the same call had come before."""


class ScriptedProvider:
    """A `Provider` that follows a script. Safe in several threads.

    ``wait`` stands for sleeping (seconds), ``clock`` for the time of `asked`: for tests with a clock of their own.
    ``keep``: how many calls `asked` keeps, the latest; all where it is None.
    """

    def __init__(
        self,
        script: Script | Iterable[Said] = (),
        *,
        name: str = "scripted",
        paid: bool = False,
        takes_seed: bool = True,
        models: Sequence[str] = ("scripted",),
        health: Health | None = None,
        keep: int | None = None,
        wait: Callable[[float], object] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.paid = paid
        self.takes_seed = takes_seed
        self._script = script if callable(script) else None
        self._steps = iter(()) if callable(script) else iter(script)
        self._latest: Said = Step()
        self._models = tuple(Model(each) for each in models)
        self._health = health
        self._closed = Event()
        self._wait = wait or self._closed.wait
        self._clock = clock
        self._changed = Condition()
        self._asked: deque[Asked] = deque(maxlen=keep)
        self._calls = 0
        self._times: Counter[bytes] = Counter()
        self._limits = Limits()
        self._under_way = self._most_under_way = 0

    @property
    def asked(self) -> tuple[Asked, ...]:
        """All calls so far, in the order in which they arrived."""
        with self._changed:
            return tuple(self._asked)

    @property
    def most_under_way(self) -> int:
        """How many calls there were at one time, at most."""
        with self._changed:
            return self._most_under_way

    @property
    def closed(self) -> bool:
        """Whether it was let go."""
        return self._closed.is_set()

    def await_calls(self, count: int, seconds: float = 10.0) -> bool:
        """Wait until so many calls have arrived; False where they have not in so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._calls >= count, seconds)

    def probe(self, deadline: float) -> Health:
        """As it was told, or well."""
        return self._health or Health(ok=True, words="it follows its script", models=self._models)

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """One of its models; raises `ProviderFailure` NO_MODEL for another, unless it may be pulled."""
        found = next((each for each in self._models if each.name == model), None)
        if found is None and not pull:
            raise ProviderFailure(Failure.NO_MODEL, f"{self.name} has no model {model!r}", status=404)
        if found is None and progress is not None:
            progress("pulled", 1, 1)
        return found or Model(model)

    def complete(self, call: Call, deadline: float) -> Completion:
        """What the script says; raises `ProviderFailure` where it says so, or where that takes too long."""
        if self.closed:
            raise ProviderFailure(Failure.CANCELLED, f"{self.name} is closed")
        times, said = self._arrived(call, deadline)
        try:
            return self._done(self._script(call, times) if self._script else said, call, deadline)
        finally:
            with self._changed:
                self._under_way -= 1

    def _arrived(self, call: Call, deadline: float) -> tuple[int, Said]:
        """How often it came before, and the list's next step."""
        key = sha256(msgspec.json.encode(call)).digest()
        with self._changed:
            times = self._times[key]
            self._times[key] += 1
            self._calls += 1
            self._asked.append(Asked(call, deadline, self._clock(), times))
            self._under_way += 1
            self._most_under_way = max(self._most_under_way, self._under_way)
            self._latest = next(self._steps, self._latest)
            self._changed.notify_all()
            return times, self._latest

    def _done(self, said: Said, call: Call, deadline: float) -> Completion:
        if isinstance(said, Completion):
            return said
        step = Step(said) if isinstance(said, str) else said
        if step.hangs:
            self._closed.wait()
        elif step.latency > 0:
            self._wait(min(step.latency, max(0.0, deadline)))
        if self.closed:
            raise ProviderFailure(Failure.CANCELLED, f"{self.name} was closed")
        if step.latency > deadline:
            raise ProviderFailure(Failure.TIMEOUT, f"{self.name} took longer than {deadline:g} s")
        if step.limits is not None:
            with self._changed:
                self._limits = step.limits
        if step.raises is not None:
            raise step.raises
        if step.failure is not None:
            words = f"{self.name} was told to fail: {step.failure.value}"
            status = _STATUS.get(step.failure)
            raise ProviderFailure(step.failure, words, status=status, retry_after=step.retry_after)
        usage = _usual(call, step.text) if step.usage is None else step.usage
        return Completion(step.text, step.finish, usage, call.sampling.model, "scripted")

    def limits(self) -> Limits:
        """The headers of the latest step that has any."""
        with self._changed:
            return self._limits

    def close(self) -> None:
        """End all waits; calls under way are cancelled."""
        self._closed.set()


def _usual(call: Call, text: str) -> Usage:
    """Tokens of four bytes."""
    return Usage(-(-len((call.system + call.user).encode()) // 4), -(-len(text.encode()) // 4), 0)
