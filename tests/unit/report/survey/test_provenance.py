"""Where values come from: counted from the sidecar, or from what a run says."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.report.survey import words
from pytest_specmint.report.survey.provenance import Provenance, provenance_of

ROWS: list[dict[str, Any]] = [
    {"record": 0, "pointer": "/name", "origin": "live", "model": "m"},
    {"record": 0, "pointer": "/lines/0/note", "origin": "fallback", "reason": "timeout"},
    {"record": 0, "pointer": "/lines/11/note", "origin": "cassette"},
    {"record": 1, "pointer": "/odd~1name", "origin": "fallback", "reason": "malformed"},
    {"record": 1, "pointer": "/name", "origin": "live"},
    {"record": 2, "pointer": "/name", "origin": "fallback", "reason": "timeout"},
]
RUN = {"llm": {"values": {"asked": 4, "live": 3, "fallback": 1, "deterministic": 0}, "fallbacks": {"timeout": 1}}}


def sidecar(folder: Path, *lines: str) -> None:
    (folder / "provenance.jsonl").write_text("".join(f"{line}\n" for line in lines))


def test_the_sidecar_tells_of_every_field(tmp_path: Path) -> None:
    sidecar(tmp_path, *map(json.dumps, ROWS))
    found = provenance_of(tmp_path, RUN)
    assert found == Provenance(
        {"live": 2, "fallback": 3, "cassette": 1},
        {"timeout": 2, "malformed": 1},
        {
            "name": {"live": 2, "fallback": 1},
            "lines[].note": {"fallback": 1, "cassette": 1},
            'record["odd/name"]': {"fallback": 1},
        },
    )
    assert found is not None
    assert found.asked == 6
    assert list(words.generation(found)) == [
        "Language model:",
        "  values: fallback 3 (50%), live 2 (33.33%), cassette 1 (16.67%), of 6",
        "  fallbacks: timeout 2, malformed 1",
    ]


@pytest.mark.parametrize("lines", [None, [], ["{"], ['{"pointer": 5}']], ids=["none", "empty", "cut", "other"])
def test_without_one_the_run_tells(tmp_path: Path, lines: list[str] | None) -> None:
    if lines is not None:
        sidecar(tmp_path, *lines)
    assert provenance_of(tmp_path, RUN) == Provenance({"live": 3, "fallback": 1}, {"timeout": 1})
    assert provenance_of(tmp_path, {}) is None
