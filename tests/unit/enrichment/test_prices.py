"""Prices: the table that ships, files of a user's own, and exact arithmetic."""

import decimal
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.enrichment.model import Usage
from pytest_specmint.enrichment.prices import (
    SHIPPED,
    Charge,
    Price,
    Prices,
    Rates,
    digest,
    dollars,
    read_prices,
    shown,
    units,
)
from pytest_specmint.errors import BudgetError, ExitCode, UsageError

MINI = Price(Rates(150_000, 150_000, 600_000))
CACHED = Price(Rates(2_000_000, 2_500_000, 10_000_000), Rates(4_000_000, 5_000_000, 15_000_000), 1000)


@pytest.fixture(scope="module")
def prices() -> Prices:
    return read_prices()


def own(path: Path, models: Any) -> Path:
    path.write_text(json.dumps({"models": models}))
    return path


class TestShipped:
    def test_it_is_dated_named_and_hashed(self) -> None:
        content = json.loads(SHIPPED.read_bytes())
        date.fromisoformat(content["date"])
        assert "MIT" in content["source"]
        assert content["sha256"] == digest(content["models"])

    def test_every_amount_is_a_text_of_a_decimal_above_nothing(self) -> None:
        rows = [row for each in json.loads(SHIPPED.read_bytes())["models"].values() for row in each.values()]
        assert len(rows) > 40
        for row in rows:
            for kind in (row, row.get("long", {})):
                amounts = [text for name, text in kind.items() if name in {"input", "cache_write", "output"}]
                assert all(re.fullmatch(r"\d+(\.\d+)?", text) and Decimal(text) > 0 for text in amounts)

    def test_a_known_model(self, prices: Prices) -> None:
        assert prices.of("openai", "gpt-4o-mini") == MINI

    @pytest.mark.parametrize("name", ["gpt-4o-mini-2024-07-18", "gpt-4o-mini-latest", "gpt-4o-mini-20240718"])
    def test_a_snapshot_costs_what_its_model_does(self, prices: Prices, name: str) -> None:
        assert prices.of("openai", name) == MINI

    def test_a_snapshot_with_a_row_of_its_own_has_its_own_price(self, prices: Prices) -> None:
        assert prices.of("openai", "gpt-4o-2024-05-13") != prices.of("openai", "gpt-4o")

    @pytest.mark.parametrize(
        ("provider", "model"),
        [("openai", "gpt-9"), ("openai", ""), ("other", "gpt-4o-mini"), ("openai", "gpt-4o-mini-x")],
    )
    def test_what_is_not_known_is_refused_with_a_way_out(self, prices: Prices, provider: str, model: str) -> None:
        with pytest.raises(BudgetError, match="not known") as caught:
            prices.of(provider, model)
        assert caught.value.exit_code is ExitCode.BUDGET
        assert caught.value.hint is not None
        row = json.loads(caught.value.hint.partition(": ")[2].rpartition(", in dollars")[0])
        assert row == {"models": {provider: {model: {"input": "0.15", "output": "0.60"}}}}

    def test_its_hash_is_that_of_the_file(self, prices: Prices) -> None:
        content = json.loads(SHIPPED.read_bytes())
        assert (prices.date, prices.sha256) == (content["date"], content["sha256"])


class TestOwn:
    def test_it_adds_and_replaces(self, tmp_path: Path, prices: Prices) -> None:
        path = own(
            tmp_path / "prices.json",
            {"mine": {"m": {"input": "1", "output": "2"}}, "openai": {"gpt-4o-mini": {"input": "9", "output": "9"}}},
        )
        found = read_prices([path])
        assert found.of("mine", "m") == Price(Rates(1_000_000, 1_000_000, 2_000_000))
        assert found.of("openai", "gpt-4o-mini").usual.input == 9_000_000
        assert found.of("openai", "gpt-4o") == prices.of("openai", "gpt-4o")
        assert found.sha256 != prices.sha256

    def test_later_files_win(self, tmp_path: Path) -> None:
        paths = [own(tmp_path / f"{text}.json", {"p": {"m": {"input": text, "output": "1"}}}) for text in ("1", "2")]
        assert read_prices(paths).of("p", "m").usual.input == 2_000_000

    def test_caches_and_long_calls(self, tmp_path: Path) -> None:
        row = {
            "input": "2",
            "cache_write": "2.5",
            "output": "10",
            "long": {"from": 1000, "input": "4", "cache_write": "5", "output": "15"},
        }
        assert read_prices([own(tmp_path / "p.json", {"p": {"m": row}})]).of("p", "m") == CACHED

    @pytest.mark.parametrize(
        "row",
        [
            {"input": 0.15, "output": "1"},
            {"input": "0.15"},
            {"input": "-1", "output": "1"},
            {"input": "nan", "output": "1"},
            {"input": "Infinity", "output": "1"},
            {"input": "dear", "output": "1"},
            {"input": "0.1234567", "output": "1"},
            {"input": "1", "output": "1", "long": {"input": "1", "output": "1"}},
            {"input": "1", "output": "1", "long": []},
            [],
        ],
        ids=str,
    )
    def test_a_row_that_is_none_is_refused(self, tmp_path: Path, row: Any) -> None:
        with pytest.raises(UsageError, match="the price of p m has a wrong"):
            read_prices([own(tmp_path / "p.json", {"p": {"m": row}})])

    @pytest.mark.parametrize("text", ["[]", "{}", '{"models": []}', '{"models": {"p": 1}}'])
    def test_a_file_without_its_table_is_refused(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "p.json"
        path.write_text(text)
        with pytest.raises(UsageError, match='lack their table "models"'):
            read_prices([path])

    def test_a_file_that_is_no_json_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "p.json"
        path.write_text("{")
        with pytest.raises(UsageError, match="not JSON"):
            read_prices([path])

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            read_prices([tmp_path / "none.json"])


class TestArithmetic:
    def test_dollars_are_exact_whatever_the_context(self) -> None:
        with decimal.localcontext() as context:
            context.prec = 3
            assert str(dollars(123_456_789_012_345_678)) == "123456.789012345678"
        assert [format(dollars(each), "f") for each in (0, 1, 10**12, 15 * 10**11)] == [
            "0",
            "0.000000000001",
            "1",
            "1.5",
        ]

    def test_units_are_exact(self) -> None:
        assert units(Decimal("0.50")) == 5 * 10**11
        assert units(Decimal("0.15"), places=6) == 150_000
        assert units(Decimal("0.0000000000019")) == 1

    @pytest.mark.parametrize("amount", ["-1", "nan", "inf"])
    def test_what_is_no_amount_is_no_units(self, amount: str) -> None:
        with pytest.raises(ValueError):
            units(Decimal(amount))

    def test_shown_is_never_too_little(self) -> None:
        assert [shown(each) for each in (0, 1, 10**8, 10**8 + 1, 12 * 10**12)] == [
            "$0.0000",
            "$0.0001",
            "$0.0001",
            "$0.0002",
            "$12.0000",
        ]


class TestCharges:
    def test_a_known_usage_is_charged_exactly(self) -> None:
        assert MINI.of(Usage(1000, 200), 9999, 999) == Charge(1000 * 150_000 + 200 * 600_000, 0)

    def test_an_unknown_usage_is_charged_at_the_bound_and_says_so(self) -> None:
        assert MINI.of(Usage(), 1000, 200) == Charge(270_000_000, 270_000_000)
        assert MINI.of(Usage(output_tokens=100), 1000, 200) == Charge(210_000_000, 150_000_000)

    def test_input_that_may_be_written_to_a_cache_is_charged_as_if(self) -> None:
        assert CACHED.of(Usage(10, 0), 0, 0).amount == 25_000_000
        assert CACHED.of(Usage(10, 0, 0), 0, 0).amount == 20_000_000
        assert CACHED.of(Usage(10, 0, 4), 0, 0).amount == 22_000_000

    def test_long_calls_are_charged_as_such(self) -> None:
        assert CACHED.of(Usage(999, 0, 0), 0, 0).amount == 999 * 2_000_000
        assert CACHED.of(Usage(1000, 1, 0), 0, 0).amount == 1000 * 4_000_000 + 15_000_000

    def test_a_bound_covers_short_and_long(self) -> None:
        assert CACHED.at_most(999, 10) == 999 * 2_500_000 + 10 * 10_000_000
        assert CACHED.at_most(1000, 10) == 1000 * 5_000_000 + 10 * 15_000_000
