"""The table of faults in the reference is walked: each is made to happen, and ends as its row says."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip(
    "resource", reason="limits and signals of POSIX stand for full disks, dead processes, closed streams"
)
import scenarios_parts  # noqa: F401 - its rows of the table
from box import Box
from scenarios import SCENARIOS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "faults.md"


class Row(NamedTuple):
    """A fault, and how it ends."""

    name: str
    code: int
    summary: str
    says: tuple[str, ...]


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 6 and re.fullmatch(r"`[a-z0-9-]+`", cells[0]):
            name, _, code, summary, says, _ = cells
            found.append(
                Row(name.strip("`"), int(code.strip("`")), summary.strip("`"), tuple(re.findall(r"`([^`]+)`", says)))
            )
    return found


ROWS = rows()


def test_every_row_has_a_scenario_and_every_scenario_a_row() -> None:
    assert [row.name for row in ROWS] == list(dict.fromkeys(row.name for row in ROWS))
    assert {row.name for row in ROWS} == set(SCENARIOS)


def stands_in(words: str, text: str) -> bool:
    """Whether the words are there; ``…`` stands for any others of the same line."""
    return re.search(".*".join(re.escape(part) for part in words.split("…")), text) is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_ends_as_the_reference_says(row: Row, tmp_path: Path) -> None:
    ran = SCENARIOS[row.name](Box(tmp_path))
    said = ran.err + ran.out
    assert ran.code == row.code, said
    assert "Traceback" not in said
    assert "internal error" not in said
    assert "Exception ignored" not in said
    for words in row.says:
        assert stands_in(words, said), f"{words!r} is not in:\n{said}"
    summaries = [line for line in ran.err.splitlines() if line.startswith("summary: ")]
    if row.summary:
        assert stands_in(f"summary: {row.summary}", summaries[-1]), said
    else:
        assert summaries == []
    if row.code not in {0, 130, 143}:
        assert re.search(r"^(error|hint): ", ran.err, re.MULTILINE) or row.code == 3
