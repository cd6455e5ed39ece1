"""Money: reserved before, settled after, never above the limit."""

from decimal import Decimal
from threading import Event, Thread

import pytest
from dispatching import call

from pytest_specmint.enrichment.budget import (
    ENOUGH,
    FRAMING,
    FREE,
    Budget,
    Decision,
    charge_of_failure,
    decide,
    estimate,
    exhausted,
    most_input,
    projected,
)
from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.prices import NOTHING, Charge, Price, Rates, dollars
from pytest_specmint.errors import BudgetError

ONE = Price(Rates(0, 0, 10**10))
"""A cent for a token that comes out."""
DOLLAR = call(max_tokens=100)


class TestDecide:
    @pytest.mark.parametrize(
        ("limit", "spent", "held", "amount", "expected"),
        [
            (None, 10**9, 10**9, 10**9, Decision.GRANTED),
            (10, 0, 0, 10, Decision.GRANTED),
            (10, 5, 3, 2, Decision.GRANTED),
            (10, 5, 3, 3, Decision.LATER),
            (10, 5, 5, 5, Decision.LATER),
            (10, 5, 5, 6, Decision.REFUSED),
            (10, 0, 0, 11, Decision.REFUSED),
            (10, 8, 0, 3, Decision.REFUSED),
            (10, 11, 0, 0, Decision.GRANTED),
            (0, 0, 0, 1, Decision.REFUSED),
        ],
    )
    def test_cases(self, limit: int | None, spent: int, held: int, amount: int, expected: Decision) -> None:
        assert decide(limit, spent, held, amount) is expected


def test_input_is_bounded_by_its_bytes() -> None:
    plain, wide = call(text="aaa"), call(text="äää")
    assert most_input(wide) - most_input(plain) == 3
    assert most_input(plain) == len("Answer.") + 3 + len('{"type":"object"}') + FRAMING


class TestEstimate:
    def test_of_these_calls(self) -> None:
        found = estimate([call(1), call(2)], ONE)
        assert (found.calls, found.output_tokens) == (2, 200)
        assert found.input_tokens == 2 * most_input(call(1))
        assert found.cost == Decimal(2)

    def test_of_more_the_largest_of_a_sample_stands_for_the_rest(self) -> None:
        found = estimate([call(max_tokens=10), call(max_tokens=100)], ONE, calls=5)
        assert (found.calls, found.output_tokens, found.cost) == (5, 410, Decimal("4.1"))

    def test_of_none(self) -> None:
        assert estimate([], ONE).calls == 0

    def test_in_words(self) -> None:
        assert estimate([call()], ONE).words() == (
            f"1 call, at most {most_input(call()):,} tokens in and 100 out: at most $1.0000 (each tried once)"
        )
        assert "nothing to pay" in estimate([call()], NOTHING).words()


class TestBudget:
    def test_what_is_held_is_given_back_or_spent(self) -> None:
        budget = Budget(Decimal(2))
        first, second = (budget.reserve(DOLLAR, ONE) for _ in range(2))
        assert (budget.spent, budget.held) == (0, 2)
        budget.settle(first, Charge(10**11), answered=True)
        budget.release(second)
        assert (budget.spent, budget.held) == (Decimal("0.1"), 0)

    def test_without_a_limit_it_counts(self) -> None:
        budget = Budget()
        budget.settle(budget.reserve(DOLLAR, ONE), Charge(10**12), answered=True)
        assert budget.spent == 1

    def test_what_can_never_fit_is_refused_with_the_amounts(self) -> None:
        budget = Budget(Decimal("0.99"))
        with pytest.raises(ProviderFailure, match=r"may cost \$1\.0000, and \$0\.0000 of \$0\.99") as caught:
            budget.reserve(DOLLAR, ONE)
        assert caught.value.failure is Failure.BUDGET
        assert "may cost" in budget.stopped

    def test_a_smaller_call_may_still_fit(self) -> None:
        budget = Budget(Decimal("0.99"))
        with pytest.raises(ProviderFailure):
            budget.reserve(DOLLAR, ONE)
        assert budget.reserve(call(max_tokens=99), ONE).amount == 99 * 10**10

    def test_unpaid_calls_need_no_budget(self) -> None:
        assert Budget(Decimal(0)).reserve(DOLLAR, NOTHING).amount == 0

    def test_a_call_waits_for_what_others_may_leave(self) -> None:
        budget = Budget(Decimal("1.5"))
        hold = budget.reserve(DOLLAR, ONE)
        got = Event()
        thread = Thread(target=lambda: (budget.reserve(DOLLAR, ONE), got.set()))
        thread.start()
        assert not got.wait(0.02)
        budget.settle(hold, Charge(5 * 10**11), answered=True)
        assert got.wait(5)
        thread.join()
        assert budget.held + budget.spent == Decimal("1.5")

    def test_and_is_refused_where_they_leave_too_little(self) -> None:
        budget = Budget(Decimal("1.5"))
        hold = budget.reserve(DOLLAR, ONE)
        found: list[Failure] = []

        def work() -> None:
            with pytest.raises(ProviderFailure) as caught:
                budget.reserve(DOLLAR, ONE)
            found.append(caught.value.failure)

        thread = Thread(target=work)
        thread.start()
        budget.settle(hold, Charge(6 * 10**11), answered=True)
        thread.join(5)
        assert found == [Failure.BUDGET]

    def test_the_end_of_the_run_ends_a_wait(self) -> None:
        budget, over = Budget(Decimal("1.5")), Event()
        hold = budget.reserve(DOLLAR, ONE)
        found: list[Failure] = []

        def work() -> None:
            with pytest.raises(ProviderFailure) as caught:
                budget.reserve(DOLLAR, ONE, cancelled=over.is_set)
            found.append(caught.value.failure)

        thread = Thread(target=work)
        thread.start()
        over.set()
        budget.release(hold)
        thread.join(5)
        assert found == [Failure.CANCELLED]


class TestEarlyStop:
    def spend(self, budget: Budget, calls: int, cents: int, *, answered: bool = True) -> None:
        for _ in range(calls):
            budget.settle(budget.reserve(DOLLAR, ONE), Charge(cents * 10**10), answered=answered)

    def test_projection(self) -> None:
        assert projected(10, 5, 20) == 40
        assert projected(10, 3, 10) == 34
        assert projected(10, 20, 20) == 10

    def test_a_run_that_will_cost_too_much_ends_early(self) -> None:
        budget = Budget(Decimal(5), expected_calls=100)
        self.spend(budget, ENOUGH - 1, 10)
        assert budget.stopped == ""
        self.spend(budget, 1, 10)
        assert budget.stopped == "all 100 calls would cost about $10.0000, and $5 is the limit"
        with pytest.raises(ProviderFailure, match="all 100 calls"):
            budget.reserve(DOLLAR, ONE)

    def test_a_run_that_fits_goes_on(self) -> None:
        budget = Budget(Decimal(10), expected_calls=100)
        self.spend(budget, 20, 10)
        assert budget.stopped == ""

    def test_what_failures_cost_is_shared_by_the_answers(self) -> None:
        budget = Budget(Decimal(50), expected_calls=100)
        self.spend(budget, 10, 50, answered=False)
        assert budget.stopped == ""
        self.spend(budget, 10, 10)
        assert "about $60.0000" in budget.stopped

    def test_without_a_number_of_calls_nothing_is_projected(self) -> None:
        budget = Budget(Decimal(5))
        self.spend(budget, 40, 10)
        assert budget.stopped == ""


class TestCharges:
    @pytest.mark.parametrize("failure", sorted(Failure))
    def test_failures_cost_all_that_was_held_unless_no_model_ran(self, failure: Failure) -> None:
        hold = Budget().reserve(DOLLAR, ONE)
        expected = Charge(0) if failure in FREE else Charge(10**12, 10**12)
        assert charge_of_failure(hold, failure) == expected

    @pytest.mark.parametrize(
        "failure", [Failure.TIMEOUT, Failure.CUT, Failure.CANCELLED, Failure.UNEXPECTED, Failure.SERVER]
    )
    def test_where_a_model_may_have_run_nothing_is_free(self, failure: Failure) -> None:
        assert failure not in FREE


def test_the_error_of_a_run_that_is_over_names_limit_and_way_out() -> None:
    error = exhausted(Decimal("0.50"), "a call may cost $1")
    assert isinstance(error, BudgetError)
    assert str(error) == "the budget of $0.50 is used up: a call may cost $1"
    assert error.hint is not None
    assert "--llm-max-cost-usd" in error.hint
    assert dollars(0) == 0
