"""docs/locales.md does what it says: its schemas make what it shows, its code runs, its tables are complete."""

import re
from pathlib import Path

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.packs.locale_names import locale_tags

DOCS = (Path(__file__).parents[3] / "docs" / "locales.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)
COMMAND = re.compile(r"^\$ specmint-cli (.+)\n((?:[^$].*\n|\$:.*\n|\n)*)", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [block for each, block in BLOCKS if each == kind]


def test_commands_print_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in zip(re.findall(r"`(\w+\.json)`:\n", DOCS), blocks("json"), strict=True):
        Path(name).write_text(content, encoding="utf-8")
    commands = [found for block in blocks("console") for found in COMMAND.findall(block)]
    assert len(commands) == 4
    for arguments, expected in commands:
        assert main(arguments.split()) == 0
        output = capfdbinary.readouterr().out.decode()
        shown = expected.removeprefix("…\n")
        assert output.endswith(shown) if shown != expected else output == expected


def test_the_code_runs() -> None:
    (code,) = blocks("python")
    exec(compile(code, "docs/locales.md", "exec"), {})


def test_every_locale_has_a_row() -> None:
    assert sorted(re.findall(r"^\| `(\w\w_\w\w)` \|", DOCS, re.MULTILINE)) == list(locale_tags())
