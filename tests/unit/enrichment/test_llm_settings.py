"""From the settings of a run to those of its language model."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint import UsageError
from pytest_specmint.config import KEYS
from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.enrichment.settings import LlmSettings, read_settings

DEFAULTS = {key.name: key.default for key in KEYS}


def read(ci: bool = False, in_pytest: bool = False, explicit: Any = (), **given: Any) -> LlmSettings:
    return read_settings({**DEFAULTS, **given}, ci=ci, in_pytest=in_pytest, explicit=explicit)


def test_the_defaults_of_both_tables_agree() -> None:
    assert read() == LlmSettings()


def test_every_value_in_its_type() -> None:
    found = read(
        llm_mode="record",
        llm_endpoint="",
        llm_model="",
        llm_max_cost_usd=0.1,
        llm_allow_host="a.example, b.example",
        context="x.md,y.md",
        cassette="c.jsonl",
        llm_source="record",
    )
    assert found.mode is LlmMode.RECORD
    assert (found.endpoint, found.model) == (None, None)
    assert found.max_cost_usd == Decimal("0.1")
    assert found.allow_host == ("a.example", "b.example")
    assert found.context == (Path("x.md"), Path("y.md"))
    assert found.source is LlmSource.RECORD


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, LlmSource.LIVE),
        ({"ci": True}, LlmSource.REPLAY),
        ({"in_pytest": True}, LlmSource.REPLAY),
        ({"ci": True, "llm_source": "live"}, LlmSource.LIVE),
        ({"in_pytest": True, "llm_source": "record"}, LlmSource.RECORD),
    ],
)
def test_where_answers_come_from_if_nobody_says_it(given: Any, source: LlmSource) -> None:
    assert read(**given).source is source


def test_what_somebody_chose() -> None:
    assert read(explicit={"llm_model", "llm_temperature", "seed"}, llm_model="m").explicit == {"model", "temperature"}
    assert read(explicit={"llm_model", "llm_provider"}, llm_model="", llm_provider="auto").explicit == frozenset()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"llm_mode": "x"}, "unknown llm_mode 'x'"),
        ({"llm_source": "x"}, "unknown llm_source 'x'"),
        ({"llm_symbols": "x"}, "unknown llm_symbols 'x'"),
        ({"llm_workers": 0}, "workers must be at least 1"),
        ({"llm_max_tokens": 3}, "max_tokens must be at least 16"),
        ({"llm_max_rps": float("nan")}, "above 0"),
        ({"llm_max_rps": float("inf")}, "above 0"),
        ({"llm_temperature": float("nan")}, "at least 0"),
        ({"llm_temperature": 2.1}, "from 0 to 2"),
        ({"llm_max_cost_usd": float("nan")}, "amount of dollars"),
        ({"retry_backoff_ms_min": 9, "retry_backoff_ms_max": 8}, "is below"),
    ],
)
def test_what_cannot_be(given: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(**given)
