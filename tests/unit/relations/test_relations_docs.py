"""docs/relations.md does what it says: its files are schemas, its commands print what is shown, its code runs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.datasets.entry import TAKES
from pytest_specmint.entities.registry import BLOCK, ROOM

DOCS = (Path(__file__).parents[3] / "docs" / "relations.md").read_text(encoding="utf-8")
FILES = re.findall(r"`(\S+)`:\n\n```(?:json|yaml)\n(.*?)```", DOCS, re.DOTALL)
BLOCKS = re.findall(r"```(console|python)\n(.*?)```", DOCS, re.DOTALL)


@pytest.fixture(autouse=True)
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(FILES) == 6
    for name, content in FILES:
        (tmp_path / name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize("code", [block for kind, block in BLOCKS if kind == "python"])
def test_code_runs(code: str) -> None:
    exec(compile(code, "docs/relations.md", "exec"), {})


ROWS = re.findall(
    r"^\| `(\{.*\})` \| (.*) \|$", DOCS.partition("### What fits")[2].partition("### Rules")[0], re.MULTILINE
)


@pytest.mark.parametrize(("field", "words"), ROWS)
def test_what_is_refused(field: str, words: str) -> None:
    assert len(ROWS) == 4
    schema: dict[str, Any] = {"type": "object", "required": ["a"], "properties": {"a": json.loads(field)}}
    with pytest.raises(sm.SchemaError, match=re.escape(words)):
        sm.generate(schema, related={"customers": sm.generate("customers.json")})


def test_only_gold_customers_order() -> None:
    (text,) = re.findall(r"with `(\{\"x-ref\".*?\}\}\})` only gold", DOCS)
    schema = {"type": "object", "required": ["a"], "properties": {"a": json.loads(text)}}
    records = sm.generate(schema, count=50, related={"customers": sm.generate("customers.json", count=30)})
    assert {each["a"]["tier"] for each in records} == {"GOLD"}


def test_what_a_dataset_takes_is_named() -> None:
    named = re.findall(r"`(\w+)`", DOCS.partition("Each dataset takes ")[2].partition(";")[0])
    assert named == list(TAKES[:4]) + list(TAKES[4:])
    assert f"blocks of {BLOCK:,}" in DOCS
    assert f"{ROOM >> 20} MB" in DOCS
