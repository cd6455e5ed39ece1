from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_specmint.enrichment.providers.protocol import Limits
from pytest_specmint.enrichment.retry_after import limits, retry_after, seconds

NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17", 17.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("6m0s", 360.0),
        ("12ms", 0.012),
        ("1h2m3.5s", 3723.5),
        ("2d", 172_800.0),
        ("250us", 0.00025),
        ("-1", None),
        ("-6m0s", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("soon", None),
        ("", None),
        ("6 m", None),
        ("2026-11-28T12:00:30Z", 30.0),
        ("2026-11-28T13:00:30+01:00", 30.0),
        ("2026-11-28T11:00:00Z", 0.0),
        ("Sat, 28 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 28 Nov 2026 11:01:00 GMT", 0.0),
        (str(int(NOW) + 45), 45.0),
        (str((int(NOW) + 45) * 1000), 45.0),
    ],
)
def test_every_form_of_a_time_to_wait(text: str, expected: float | None) -> None:
    assert seconds(text, NOW) == (None if expected is None else pytest.approx(expected))


def test_milliseconds_come_first() -> None:
    assert retry_after({"retry-after-ms": "1500", "retry-after": "9"}, NOW) == 1.5


def test_a_date_counts_from_the_answers_own_clock() -> None:
    theirs = datetime(2031, 1, 1, tzinfo=UTC)
    later = datetime(2031, 1, 1, 0, 0, 20, tzinfo=UTC)
    headers = {"date": format_datetime(theirs, usegmt=True), "retry-after": format_datetime(later, usegmt=True)}
    assert retry_after(headers, NOW) == 20.0


def test_without_a_word_on_retrying_the_limit_that_is_used_up_counts() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "12",
        "x-ratelimit-reset-requests": "6m0s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "12ms",
    }
    assert retry_after(headers, NOW) == 0.012
    assert retry_after({**headers, "x-ratelimit-remaining-tokens": "1"}, NOW) is None


def test_an_unreadable_retry_after_gives_way_to_the_limits() -> None:
    headers = {"retry-after": "-1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3"}
    assert retry_after(headers, NOW) == 3.0


def test_limits_of_openai() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-remaining-tokens": "149984",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert limits(headers, NOW) == Limits(59, 149_984, 1.0, 360.0)


def test_limits_of_anthropic_take_the_tightest() -> None:
    headers = {
        "anthropic-ratelimit-requests-remaining": "4",
        "anthropic-ratelimit-requests-reset": "2026-11-28T12:00:05Z",
        "anthropic-ratelimit-input-tokens-remaining": "30000",
        "anthropic-ratelimit-output-tokens-remaining": "800",
        "anthropic-ratelimit-output-tokens-reset": "2026-11-28T12:00:09Z",
    }
    assert limits(headers, NOW) == Limits(4, 800, 5.0, 9.0)


def test_headers_that_say_nothing_readable() -> None:
    assert limits({"x-ratelimit-remaining-tokens": "many", "x-ratelimit-reset-tokens": "-1"}, NOW) == Limits()
    assert limits({"x-ratelimit-remaining-tokens": "9" * 5000}, NOW) == Limits()


@given(
    st.dictionaries(
        st.sampled_from(["date", "retry-after", "retry-after-ms", "x-ratelimit-reset"]), st.text(max_size=40)
    )
)
def test_no_header_is_too_odd(headers: dict[str, str]) -> None:
    found = retry_after(headers, NOW)
    assert found is None or found >= 0
