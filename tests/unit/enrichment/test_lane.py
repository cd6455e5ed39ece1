"""Which provider a call goes to: a decision over what is known of them."""

import pytest

from pytest_specmint.enrichment.lane import GIVEN_UP, Blocked, Seen, choose
from pytest_specmint.enrichment.model import Failure

A, B = Seen("a"), Seen("b")
OPEN = Seen("a", refuses=True)
OUT = Seen("a", out=Failure.AUTH)


def test_the_first_is_preferred() -> None:
    assert choose([A, B], fallback=True) == 0


@pytest.mark.parametrize("first", [OPEN, OUT, Seen("a", paused=61.0)], ids=str)
def test_another_takes_over_where_it_may(first: Seen) -> None:
    assert choose([first, B], fallback=True, patience=60.0) == 1
    assert isinstance(choose([first, B], fallback=False, patience=60.0), Blocked)


def test_a_short_pause_is_no_reason_to_leave() -> None:
    assert choose([Seen("a", paused=60.0), B], fallback=True, patience=60.0) == 0


def test_what_a_call_has_left_it_does_not_go_back_to() -> None:
    assert choose([A, B], fallback=True, left=frozenset({0})) == 1
    found = choose([A, B], fallback=True, left=frozenset({0, 1}))
    assert isinstance(found, Blocked)
    assert found.detail == "every provider was tried"


def test_an_open_circuit_fails_fast_and_says_so() -> None:
    assert choose([OPEN], fallback=True) == Blocked(Failure.BREAKER_OPEN, "the circuit of a is open", "a")


@pytest.mark.parametrize("failure", sorted(GIVEN_UP))
def test_a_provider_that_was_given_up_fails_with_its_reason(failure: Failure) -> None:
    expected = Blocked(failure, f"a was given up: {failure.value}", "a")
    assert choose([Seen("a", out=failure)], fallback=True) == expected


def test_a_long_pause_fails_with_its_length() -> None:
    found = choose([Seen("a", paused=90.0)], fallback=True, patience=60.0)
    assert found == Blocked(Failure.RATE_LIMITED, "a wants no calls for 90 s", "a")


def test_an_open_circuit_comes_first_and_all_reasons_are_told() -> None:
    found = choose([OUT, Seen("b", refuses=True)], fallback=True)
    assert found == Blocked(Failure.BREAKER_OPEN, "a was given up: authentication; the circuit of b is open", "b")
