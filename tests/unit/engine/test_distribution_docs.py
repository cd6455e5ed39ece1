"""docs/distributions.md does what it says: every example is drawn, every kind and parameter is there."""

import json
import re
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.engine.distribution.read import KINDS
from pytest_specmint.schema.hints import FREQUENCIES

DOCS = (Path(__file__).parents[3] / "docs" / "distributions.md").read_text(encoding="utf-8")
COUNT = 20_000
ABSENT = object()


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a header."""
    table = DOCS.partition(f"{heading}\n|---")[2].partition("\n\n")[0]
    return [[cell.strip().strip("`") for cell in line.strip().strip("|").split("|")] for line in table.splitlines()[1:]]


EXAMPLES = rows("| field | of its values | share |")


@pytest.mark.parametrize(("field", "condition", "share"), EXAMPLES)
def test_examples(field: str, condition: str, share: str) -> None:
    content = json.loads(field)
    required = [] if "x-presence" in content else ["x"]
    schema = {"type": "object", "properties": {"x": content}, "required": required}
    drawn = [each.get("x", ABSENT) for each in sm.generate(schema, seed=2024, count=COUNT)]
    found = sum(bool(eval(condition, {"x": x, "ABSENT": ABSENT})) for x in drawn) / COUNT
    assert found == pytest.approx(float(share), abs=0.0125)


def test_every_keyword_and_kind_has_a_row_and_an_example() -> None:
    assert {row[0] for row in rows("| keyword | stands beside | says |")} == FREQUENCIES
    assert {row[0] for row in rows("| kind | parameters | meaning |")} == set(KINDS)
    examples = " ".join(row[0] for row in EXAMPLES)
    for word in (*FREQUENCIES, *KINDS):
        assert f'"{word}"' in examples


def test_every_parameter_is_named_with_its_kind() -> None:
    for kind, parameters, _ in rows("| kind | parameters | meaning |"):
        ends = set() if kind == "categorical" else {"minimum", "maximum"}
        assert set(re.findall(r"\w+", parameters.replace(" or ", " "))) | ends == KINDS[kind].takes
