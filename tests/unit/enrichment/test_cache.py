"""Answers of live runs, kept so that nothing is paid twice."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint import OutputError
from pytest_specmint.enrichment.cache import FILE, Cache
from pytest_specmint.enrichment.entry import Given
from pytest_specmint.enrichment.model import Call
from tests.scripted_model import Model, Run, lifelike

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "age"],
    "properties": {
        "name": {"type": "string", "maxLength": 20, "x-llm": True},
        "age": {"type": "integer", "minimum": 0, "maximum": 99, "x-llm": True},
    },
}


def test_a_second_run_asks_for_nothing(tmp_path: Path) -> None:
    first = Run(PERSON, cache_dir=tmp_path)
    again = Run(PERSON, cache_dir=tmp_path)
    assert again.model.calls == []
    assert again.lines == first.lines
    assert again.origins == {"cache"}


def test_rejected_values_are_not_paid_twice_either(tmp_path: Path) -> None:
    def script(call: Call, number: int) -> str:
        values = json.loads(lifelike(call))
        return json.dumps({name: -1 if isinstance(value, int) else value for name, value in values.items()})

    first = Run(PERSON, Model(script), cache_dir=tmp_path)
    assert len(first.model.calls) == 2
    again = Run(PERSON, Model(script), cache_dir=tmp_path)
    assert again.model.calls == []
    assert again.lines == first.lines


def test_another_model_or_seed_is_another_question(tmp_path: Path) -> None:
    Run(PERSON, cache_dir=tmp_path)
    assert Run(PERSON, cache_dir=tmp_path, seed=2).model.calls
    assert Run(PERSON, cache_dir=tmp_path, model="other").model.calls
    assert Run(PERSON, cache_dir=tmp_path, temperature=0.9).model.calls


def test_a_run_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    def script(call: Call, number: int) -> str:
        if number > 3:
            raise KeyboardInterrupt
        return lifelike(call)

    with pytest.raises(KeyboardInterrupt):
        Run(PERSON, Model(script), count=64, batch=8, workers=1, cache_dir=tmp_path)
    rest = Run(PERSON, count=64, batch=8, cache_dir=tmp_path)
    assert rest.lines == Run(PERSON, count=64, batch=8).lines


KILLED = """
import sys
from pathlib import Path
from tests.scripted_model import Model, Run, lifelike
from tests.unit.enrichment.test_cache import PERSON
import os
def script(call, number):
    if number == 12:
        os._exit(9)
    return lifelike(call)
Run(PERSON, Model(script), count=200, batch=8, workers=1, cache_dir=Path(sys.argv[1]))
"""


def test_a_killed_process_leaves_every_answer(tmp_path: Path, root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, timeout=120)
    assert done.returncode == 9
    rest = Run(PERSON, count=200, batch=8, cache_dir=tmp_path)
    assert rest.model.asked == 400 - 11 * 8 * 2
    assert rest.lines == Run(PERSON, count=200, batch=8).lines


@pytest.mark.parametrize("damage", [b"not a database at all" * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_cache_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    run = Run(PERSON, cache_dir=tmp_path)
    assert len(run.said) == 1
    assert "is damaged" in run.said[0]
    assert (tmp_path / "answers.damaged").read_bytes() == damage
    assert Run(PERSON, cache_dir=tmp_path).model.calls == []


def test_a_cache_of_another_version_is_set_aside(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version=9")
    connection.close()
    assert "of version 9" in Run(PERSON, cache_dir=tmp_path).said[0]


def test_a_directory_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be used"):
        Run(PERSON, cache_dir=tmp_path / "file")


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Each sees what the other has committed."""
    one, other = Cache(tmp_path), Cache(tmp_path)
    one.put([("k", 0, {"a": [1, 2]}, Given("p", "m", "d", "c"))])
    assert other.get("k", 0) == ({"a": [1, 2]}, Given("p", "m", "d", "c"))
    other.put([("k", 1, "ü\u0000", Given())])
    assert one.get("k", 1) == ("ü\u0000", Given())
    assert one.get("k", 2) is None
    assert len(one) == 2
    one.close()
    other.close()
