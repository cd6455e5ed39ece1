"""docs/calls.md does what it says: its code runs, its prices are read, its settings exist."""

import re
from pathlib import Path

from msgspec import structs

from pytest_specmint.enrichment.prices import Rates, read_prices
from pytest_specmint.enrichment.providers.scripted import Step
from pytest_specmint.enrichment.retry import PATIENCE
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.enrichment.watch import GRACE

DOCS = (Path(__file__).parents[3] / "docs" / "calls.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)


def test_the_code_runs() -> None:
    (code,) = (block for kind, block in BLOCKS if kind == "python")
    exec(compile(code, "calls.md", "exec"), {})


def test_the_prices_are_read(tmp_path: Path) -> None:
    (text,) = (block for kind, block in BLOCKS if kind == "json")
    path = tmp_path / "prices.json"
    path.write_text(text)
    assert read_prices([path]).of("openai", "my-model").usual == Rates(150_000, 150_000, 600_000)
    (long,) = re.findall(r'`(\{"from".*?\})`', DOCS)
    path.write_text(f'{{"models": {{"p": {{"m": {{"input": "3", "output": "15", "long": {long}}}}}}}}}')
    found = read_prices([path]).of("p", "m")
    assert (found.long_from, found.long) == (200_000, Rates(6_000_000, 6_000_000, 22_500_000))


def test_its_settings_exist() -> None:
    named = set(re.findall(r"`((?:llm|retry|circuit)_\w+)`", DOCS)) - {"retry_after"}
    known = {field.name for field in structs.fields(LlmSettings)}
    assert len(named) > 10
    assert {name for name in named if name.removeprefix("llm_") not in known} == set()


def test_its_numbers_are_those_of_the_code() -> None:
    assert "up to 60 seconds in all" in DOCS
    assert PATIENCE == 60
    assert "half a second after the deadline" in DOCS
    assert GRACE == 0.5


def test_it_names_every_field_of_a_step() -> None:
    words = DOCS.rpartition("A step says")[2]
    assert {field.name for field in structs.fields(Step) if f"`{field.name}`" not in words} == set()
