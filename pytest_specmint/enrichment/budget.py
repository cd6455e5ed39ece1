"""What a run may cost: reserved before a call goes out, settled after, never above the limit.

A call costs at most what its bytes and the most tokens of its answer can cost; that much is held while it is under
way. What it did cost takes the place of what was held: known from the usage that the provider tells, the whole bound
where it tells none. So however calls, retries and threads interleave, what is spent and what is held together stay
within the limit.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import StrEnum
from threading import Condition

import msgspec
from msgspec import Struct

from pytest_specmint.enrichment.model import Call, Failure, ProviderFailure
from pytest_specmint.enrichment.prices import NOTHING, Charge, Price, dollars, shown, units
from pytest_specmint.errors import BudgetError

FRAMING = 1024
"""Tokens that a provider may add to a call's own text: roles, and what tells the model to answer in JSON."""
FREE = frozenset(
    {
        *(Failure.RATE_LIMITED, Failure.OVERLOADED, Failure.AUTH, Failure.QUOTA, Failure.NO_MODEL),
        *(Failure.BAD_REQUEST, Failure.CONFLICT, Failure.FORBIDDEN_HOST, Failure.BREAKER_OPEN, Failure.BUDGET),
    }
)
"""Failures that say that no model has run; all others are charged in full, since nobody knows."""
ENOUGH = 10
"""Answered calls from which the cost of all is projected."""


class Decision(StrEnum):
    """What becomes of a wish to spend."""

    GRANTED = "granted"
    LATER = "later"
    """When calls under way have cost less than they might."""
    REFUSED = "refused"


def decide(limit: int | None, spent: int, held: int, amount: int) -> Decision:
    """Whether an amount may be held now, perhaps later, or never."""
    if limit is None or amount == 0 or spent + held + amount <= limit:
        return Decision.GRANTED
    return Decision.LATER if held and spent + amount <= limit else Decision.REFUSED


def projected(spent: int, answered: int, expected: int) -> int:
    """What all expected calls will cost, if they go on as those that were answered."""
    return spent if answered >= expected else -(-spent * expected // answered)


def most_input(call: Call) -> int:
    """The most tokens that a call's input can be: a token is at least a byte."""
    schema = msgspec.json.encode(call.answer_schema)
    return len(call.system.encode()) + len(call.user.encode()) + len(schema) + FRAMING


class Estimate(Struct, frozen=True):
    """What calls may take, before the first is made; each tried once."""

    calls: int
    input_tokens: int
    """At most."""
    output_tokens: int
    """At most."""
    cost: Decimal
    """Dollars, at most; 0 where the provider costs no money."""

    def words(self) -> str:
        """One line for whoever is about to pay."""
        price = f"at most ${self.cost:,.4f}" if self.cost else "nothing to pay"
        calls = "1 call" if self.calls == 1 else f"{self.calls:,} calls"
        return (
            f"{calls}, at most {self.input_tokens:,} tokens in and {self.output_tokens:,} out: {price}"
            " (each tried once)"
        )


def estimate(sample: Iterable[Call], price: Price = NOTHING, *, calls: int | None = None) -> Estimate:
    """What calls may take: these, or as many as are said, the largest of the sample standing for the rest."""
    bounds = [(most_input(call), call.sampling.max_tokens) for call in sample]
    rest = max(0, (len(bounds) if calls is None else calls) - len(bounds))
    if rest and bounds:
        bounds += [(max(each[0] for each in bounds), max(each[1] for each in bounds))] * rest
    cost = sum(price.at_most(*each) for each in bounds)
    return Estimate(len(bounds), sum(each[0] for each in bounds), sum(each[1] for each in bounds), dollars(cost))


def exhausted(limit: Decimal, words: str) -> BudgetError:
    """The error of a run that ends because of what it costs."""
    return BudgetError(
        f"the budget of ${limit} is used up: {words}",
        hint="raise --llm-max-cost-usd, or ask for fewer records; what was answered so far is kept",
    )


class Hold(Struct, frozen=True):
    """What is held for a call under way."""

    amount: int
    most_input: int
    most_output: int
    price: Price


class Budget:
    """The money of a run, over all providers and threads."""

    def __init__(self, limit: Decimal | None = None, *, expected_calls: int | None = None) -> None:
        self.limit = limit
        self._limit = None if limit is None else units(limit)
        self._expected = expected_calls
        self._changed = Condition()
        self._spent = self._held = self._answered = 0
        self._stopped = ""
        self._refused = ""

    @property
    def stopped(self) -> str:
        """Why a call was refused, or all that follow; empty while none was."""
        with self._changed:
            return self._stopped or self._refused

    @property
    def spent(self) -> Decimal:
        """Dollars, so far."""
        with self._changed:
            return dollars(self._spent)

    @property
    def held(self) -> Decimal:
        """Dollars that calls under way may cost."""
        with self._changed:
            return dollars(self._held)

    def reserve(
        self, call: Call, price: Price, *, tokens: int | None = None, cancelled: Callable[[], bool] = lambda: False
    ) -> Hold:
        """Hold what a call can cost; waits for calls under way where they may leave enough.

        Raises `ProviderFailure`: BUDGET where it can never fit, CANCELLED when the run ends meanwhile: calls
        under way, which it waits for, end then too.
        """
        bound = most_input(call) if tokens is None else tokens
        amount = price.at_most(bound, call.sampling.max_tokens)
        with self._changed:
            while True:
                if cancelled():
                    raise ProviderFailure(Failure.CANCELLED, "the run was cancelled")
                if amount and self._stopped:
                    raise ProviderFailure(Failure.BUDGET, self._stopped)
                decision = decide(self._limit, self._spent, self._held, amount)
                if decision is Decision.GRANTED:
                    self._held += amount
                    return Hold(amount, bound, call.sampling.max_tokens, price)
                if decision is Decision.REFUSED:
                    why = f"a call may cost {shown(amount)}, and {shown(self._spent)} of ${self.limit} is spent"
                    self._refused = self._refused or why
                    raise ProviderFailure(Failure.BUDGET, why)
                self._changed.wait()

    def settle(self, hold: Hold, charge: Charge, *, answered: bool) -> None:
        """Put what a call is charged at in the place of what was held for it; once for every hold.

        ``answered``: it is one of the expected calls; else what it cost is shared by those.
        """
        with self._changed:
            self._held -= hold.amount
            self._spent += charge.amount
            self._answered += answered and hold.amount > 0
            if self._limit is not None and self._expected is not None and self._answered >= ENOUGH:
                likely = projected(self._spent, self._answered, self._expected)
                if likely > self._limit and not self._stopped:
                    words = f"all {self._expected} calls would cost about {shown(likely)}"
                    self._stopped = f"{words}, and ${self.limit} is the limit"
            self._changed.notify_all()

    def release(self, hold: Hold) -> None:
        """Let go of what was held for a call that did not go out."""
        with self._changed:
            self._held -= hold.amount
            self._changed.notify_all()


def charge_of_failure(hold: Hold, failure: Failure) -> Charge:
    """What a call that failed is charged at: nothing where no model has run, else all that was held."""
    return Charge(0) if failure in FREE else Charge(hold.amount, hold.amount)
