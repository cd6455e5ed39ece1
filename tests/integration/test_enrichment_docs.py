"""docs/enrichment.md does what it says: its commands and tests run against a server of ours, its tables are complete."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint import config
from pytest_specmint.cli.main import main
from pytest_specmint.enrichment.model import Failure, LlmMode, LlmSource, Origin
from pytest_specmint.enrichment.settings import SYMBOLS
from tests.openai_server import openai_server

DOCS = (Path(__file__).parents[2] / "docs" / "enrichment.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)


def block(kind: str) -> str:
    (found,) = (text for each, text in BLOCKS if each == kind)
    return found


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


def test_the_commands_run_and_the_replay_asks_nobody(tmp_path: Path, monkeypatch: Any, capfd: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("review.json").write_text(block("json"))
    monkeypatch.setenv("SPECMINT_LLM_MODEL", "qwen2.5")
    record, *rest = block("bash").splitlines()
    with openai_server() as server:
        monkeypatch.setenv("SPECMINT_LLM_ENDPOINT", server.url)
        assert main(shlex.split(record)[1:]) == 0
    first = Path("reviews/dataset.jsonl").read_bytes()
    for line in rest:
        assert main(shlex.split(line)[1:]) == 0, line
    assert Path("reviews/dataset.jsonl").read_bytes() == first
    assert json.loads(Path("reviews/manifest.json").read_bytes())["degraded"] is False
    capfd.readouterr()
    assert main([*shlex.split(rest[0])[1:], "--llm-model", "llama3.1"]) == 4
    assert capfd.readouterr().err.splitlines()[0] == block("text").strip()


def test_the_test_runs(pytester: pytest.Pytester, monkeypatch: Any) -> None:
    Path("review.json").write_text(block("json"))
    pytester.makepyfile(test_reviews=block("python"))
    with openai_server() as server:
        monkeypatch.setenv("SPECMINT_LLM_ENDPOINT", server.url)
        pytester.runpytest(*shlex.split(block("console").splitlines()[0].partition("#")[0])[2:]).assert_outcomes(
            passed=1
        )
    pytester.runpytest().assert_outcomes(passed=1)
    (named,) = re.findall(r"`(golden/\S+\.cassette\.jsonl)`", DOCS)
    assert (pytester.path / named).exists()


def test_every_reason_origin_and_word_is_told() -> None:
    words = set(re.findall(r"`([a-z_]+)`", DOCS))
    reasons = {each.value for each in Failure} - {Failure.BUDGET.value, Failure.CANCELLED.value}  # these end the run
    assert reasons <= words
    assert {each.value for each in Origin} <= words
    assert {each.value for each in LlmSource} <= words
    assert set(SYMBOLS) <= words
    assert all(f"--llm-mode {each.value}" in DOCS for each in LlmMode)


def test_its_options_exist() -> None:
    known = {f"--{key.name.replace('_', '-')}" for key in config.KEYS}
    mine = {
        "--pointer",
        "--index",
        "--fallbacks",
        "--all",
        "--dry-run",
        "--specmint-llm-record",
        "--specmint-update-golden",
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", DOCS)) <= known | mine
