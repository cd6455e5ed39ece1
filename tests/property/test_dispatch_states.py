"""Circuit and dispatcher beside plain models of what they should do, step by step, with time in our hand."""

from itertools import pairwise
from threading import Condition
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from pytest_specmint.enrichment.breaker import Breaker, Circuit, Leave, Verdict, verdict
from pytest_specmint.enrichment.dispatch import make_dispatcher
from pytest_specmint.enrichment.lane import GIVEN_UP
from pytest_specmint.enrichment.model import Call, Failure, Sampling
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.settings import LlmSettings

STEPS = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
FAILURES, COOLDOWN, WORKERS = 3, 30.0, 4


class Time:
    """A clock that moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Model:
    """A circuit breaker in its plainest form."""

    def __init__(self) -> None:
        self.state = "closed"
        self.row = 0
        self.opened = 0.0
        self.probe: object = None
        self.valid: set[object] = set()
        """Calls under way whose outcome counts."""

    def refuses(self, now: float) -> bool:
        if self.state == "open":
            return now < self.opened + COOLDOWN
        return self.state == "half-open" and self.probe is not None

    def admit(self, who: object, now: float) -> bool:
        if self.refuses(now):
            return False
        if self.state == "open":
            self.state, self.valid = "half-open", set()
        if self.state == "half-open":
            self.probe = who
        self.valid.add(who)
        return True

    def record(self, who: object, found: Verdict, now: float) -> None:
        if who not in self.valid:
            return
        self.valid.discard(who)
        probing = self.probe is who
        if probing:
            self.probe = None
        if found is Verdict.GOOD:
            self.row = 0
            if probing:
                self.state, self.valid = "closed", set()
        elif found is Verdict.BAD:
            self.row += 1
            if probing or self.row >= FAILURES:
                self.state, self.opened, self.row, self.valid = "open", now, 0, set()


class Circuits(RuleBasedStateMachine):
    """The breaker, call by call, with outcomes that come late and in any order."""

    leaves = Bundle("leaves")

    def __init__(self) -> None:
        super().__init__()
        self.time = Time()
        self.breaker = Breaker(FAILURES, COOLDOWN, self.time)
        self.model = Model()

    @rule(target=leaves)
    def admit(self) -> Leave:
        leave = self.breaker.admit()
        key = object()
        assert (leave is not None) == self.model.admit(key, self.time.now)
        if leave is None:
            return None  # type: ignore[return-value]
        assert leave.probe == (self.model.state == "half-open")
        return leave, key  # type: ignore[return-value]

    @rule(given=consumes(leaves), found=st.sampled_from(Verdict))
    def record(self, given: Any, found: Verdict) -> None:
        if given is not None:
            self.breaker.record(given[0], found)
            self.model.record(given[1], found, self.time.now)

    @rule(seconds=st.sampled_from([1.0, 29.0, 30.0, 100.0]))
    def wait(self, seconds: float) -> None:
        self.time.now += seconds

    @invariant()
    def agree(self) -> None:
        assert self.breaker.circuit.value == self.model.state
        assert self.breaker.refuses() == self.model.refuses(self.time.now)
        changes = self.breaker.transitions
        assert all(a.after is b.before for a, b in pairwise(changes))
        assert (changes[-1].after if changes else Circuit.CLOSED) is self.breaker.circuit


class Held(ScriptedProvider):
    """Keeps every call until it is told what to do with it."""

    def __init__(self, name: str) -> None:
        super().__init__(self._follow, name=name)
        self._told: dict[str, Step] = {}
        self._waits = Condition()
        self.here: set[str] = set()

    def _follow(self, asked: Call, times: int) -> Step:
        with self._waits:
            self.here.add(asked.user)
            self._waits.notify_all()
            self._waits.wait_for(lambda: asked.user in self._told, 10)
            self.here.discard(asked.user)
            return self._told.pop(asked.user)

    def tell(self, name: str, step: Step) -> None:
        with self._waits:
            self._told[name] = step
            self._waits.notify_all()

    def has(self, name: str) -> bool:
        with self._waits:
            return self._waits.wait_for(lambda: name in self.here, 10)


class Dispatching(RuleBasedStateMachine):
    """Two providers, several calls under way: where each goes, what it comes back with, whatever ends first."""

    def __init__(self) -> None:
        super().__init__()
        self.time = Time()
        self.providers = [Held("a"), Held("b")]
        chosen = LlmSettings(
            max_rps=1e9,
            workers=WORKERS,
            retry_attempts=1,
            circuit_failures=FAILURES,
            circuit_cooldown_ms=int(COOLDOWN * 1000),
            timeout_ms=10**9,
            fallback=True,
        )
        self.made = make_dispatcher(self.providers, chosen, clock=self.time, sleep=self.creep, grace=10.0**9)
        self.models = [Model(), Model()]
        self.out: list[Failure | None] = [None, None]
        self.width = [(WORKERS, 0, 0), (WORKERS, 0, 0)]
        self.under_way: dict[str, tuple[int, Any, int, frozenset[int]]] = {}
        self.number = 0

    def creep(self, seconds: float) -> None:
        """The rate is as good as none: a call that waits for its turn waits for a nanosecond."""
        self.time.now += seconds

    def send(self, name: str, left: frozenset[int]) -> tuple[str, Any]:
        """Where the model says that a call goes: ('to', provider) or ('fails', failure)."""
        for lane in (0, 1):
            if self.out[lane] is None and lane not in left and not self.models[lane].refuses(self.time.now):
                assert self.models[lane].admit(name, self.time.now)
                return "to", lane
        open_ = [n for n in (0, 1) if self.out[n] is None and self.models[n].refuses(self.time.now)]
        return "fails", Failure.BREAKER_OPEN if open_ else next((each for each in self.out if each), None)

    def expect(self, name: str, future: Any, attempts: int, left: frozenset[int], last: Failure | None) -> None:
        kind, what = self.send(name, left)
        if kind == "fails":
            outcome = future.result(10)
            assert outcome.failure is (last or what)
            assert outcome.attempts == attempts
        else:
            assert self.providers[what].has(name)
            self.under_way[name] = (what, future, attempts + 1, left)

    @precondition(lambda self: len(self.under_way) < WORKERS)
    @rule()
    def submit(self) -> None:
        name = f"call {self.number}"
        self.number += 1
        future = self.made.submit(Call("", name, {}, Sampling("m"), 0, (name,)))
        self.expect(name, future, 0, frozenset(), None)

    @precondition(lambda self: self.under_way)
    @rule(
        data=st.data(),
        failure=st.sampled_from(
            [None, None, Failure.SERVER, Failure.TIMEOUT, Failure.REFUSED, Failure.UNEXPECTED, Failure.AUTH]
        ),
    )
    def come_back(self, data: Any, failure: Failure | None) -> None:
        name = data.draw(st.sampled_from(sorted(self.under_way)))
        lane, future, attempts, left = self.under_way.pop(name)
        self.models[lane].record(name, verdict(failure), self.time.now)
        if failure in GIVEN_UP:
            self.out[lane] = self.out[lane] or failure
        self.providers[lane].tell(name, Step(name, failure=failure))
        if failure is not None and (failure in GIVEN_UP or self.models[lane].refuses(self.time.now)):
            self.expect(name, future, attempts, left | {lane}, failure)
            return
        outcome = future.result(10)
        assert (outcome.failure, outcome.attempts) == (failure, attempts)
        assert outcome.provider == self.providers[lane].name
        assert (outcome.completion.text if outcome.completion else name) == name

    @rule(seconds=st.sampled_from([1.0, 29.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.time.now += seconds

    @invariant()
    def agree(self) -> None:
        circuits = [lane.breaker.circuit.value for lane in self.made._lanes]
        assert circuits == [model.state for model in self.models]

    def teardown(self) -> None:
        waiting = [future for _, future, _, _ in self.under_way.values()]
        for name, (lane, *_) in self.under_way.items():
            self.providers[lane].tell(name, Step(failure=Failure.CANCELLED))
        report = self.made.close(cancel=True)
        assert all(future.done() for future in waiting)
        assert report.calls == self.number
        assert report.answered + sum(report.failures.values()) == self.number


TestCircuits = Circuits.TestCase
TestCircuits.settings = STEPS
TestDispatching = Dispatching.TestCase
TestDispatching.settings = STEPS
