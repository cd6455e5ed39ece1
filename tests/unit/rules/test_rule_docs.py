"""docs/rules.md does what it says: every rule, table row and block in it is executed."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.expression import parse as parser
from pytest_specmint.rules.expression.compile import compiled
from pytest_specmint.rules.expression.dataset import AGGREGATES
from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.functions import FUNCTIONS
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve_condition
from pytest_specmint.rules.model import KEYS, read_rules

DOCS = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)
WORTH = {"true": True, "false": False, "unknown": None}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a header."""
    table = DOCS.partition(f"{heading}\n|---")[2].partition("\n\n")[0]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in table.splitlines()[1:]]


def test_the_rules_compile() -> None:
    (block,) = (text for kind, text in BLOCKS if kind == "yaml")
    rules = compile_rules(read_rules(yaml.safe_load(block)))
    assert len(rules.rules) == 7


@pytest.mark.parametrize("number", range(2))
def test_the_python_blocks_run(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As modules: rules in Python are found by the names of theirs."""
    blocks = [text for kind, text in BLOCKS if kind == "python"]
    assert len(blocks) == 2
    (tmp_path / f"block_{number}.py").write_text(blocks[number], encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import_module(f"block_{number}")


@pytest.mark.parametrize(("text", "record", "result"), rows("| expression | record | result |"))
def test_results(text: str, record: str, result: str) -> None:
    term = resolve_condition(parse(text), text, Context())
    assert interpret(term, json.loads(record)) is WORTH[result]
    assert compiled(term)(json.loads(record)) is WORTH[result]


@pytest.mark.parametrize("row", rows("| a | b | `a and b` | `a or b` | `not a` |"))
def test_the_table_of_truth(row: list[str]) -> None:
    a, b = (WORTH[word] for word in row[:2])
    record = {name: value for name, value in (("a", a), ("b", b)) if value is not None}
    for text, result in zip(("a and b", "a or b", "not a"), row[2:], strict=True):
        assert interpret(resolve_condition(parse(text), text, Context()), record) is WORTH[result]


@pytest.mark.parametrize(("text", "message"), rows("| expression | because |"))
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        resolve_condition(parse(text), text, Context())
    assert caught.value.message.replace("`", "").startswith(message.replace("`", ""))


def test_every_function_is_in_the_table() -> None:
    assert {tuple(row) for row in rows("| function | gives |")} == {
        (each.usage, each.meaning) for each in FUNCTIONS.values()
    }
    for name in AGGREGATES:
        assert f"{name}(" in DOCS.partition("With `scope: dataset`")[2]


def test_every_key_is_in_the_table() -> None:
    written = {key for row in rows("| key | meaning |") for key in re.findall(r"\w+", row[0])}
    assert written == set(KEYS)


def test_the_bounds_are_told() -> None:
    told = f"{parser.MAX_LENGTH:,} characters, {parser.MAX_NODES} parts, {parser.MAX_DEPTH} levels, numbers of {parser.MAX_DIGITS}"
    assert told in DOCS
