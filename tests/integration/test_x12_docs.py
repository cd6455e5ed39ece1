"""docs/x12.md does what it says: its commands and code run, and show what it shows."""

import json
import re
import shlex
from pathlib import Path

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.packs.healthcare.x12.needs import NEEDS

DOCS = (Path(__file__).parents[2] / "docs" / "x12.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [block for each, block in BLOCKS if each == kind]


@pytest.fixture
def workplace(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schemas").symlink_to(root / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("bash")
    lines = block.splitlines()
    assert len(lines) == 4
    for line in lines:
        assert main(shlex.split(line)[1:]) == 0, (line, capfd.readouterr().err)
    assert (workplace / "claims.x12").read_bytes() == (workplace / "claims" / "dataset.x12").read_bytes()


def test_the_code_and_what_it_prints(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = blocks("python")
    exec(compile(first, "docs/x12.md", "exec"), {})
    assert capsys.readouterr().out == blocks("text")[0]
    assert (workplace / "claims" / "dataset.x12").exists()
    exec(compile(second, "docs/x12.md", "exec"), {"__name__": "slips"})


def test_the_failure(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, shown, _ = blocks("console")[0].splitlines()
    assert main(shlex.split(command, comments=True)[2:]) == 2
    assert capsys.readouterr().err.startswith(shown.rstrip("…"))


def test_the_needed_fields_are_all_there() -> None:
    assert json.loads(blocks("json")[0]) == [need.pointer for need in NEEDS]


def test_the_entry_point_group_is_the_one() -> None:
    from pytest_specmint.output.formats import GROUP

    assert f'entry-points."{GROUP}"' in blocks("toml")[0]
