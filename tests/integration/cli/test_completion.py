"""`specmint-cli completion`: the scripts are what the shells take, and complete."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_specmint.cli.main import COMMANDS, main

PROGRAM = Path(sys.executable).with_name("specmint-cli")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_are_for_both_names(shell: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    out = capfd.readouterr().out
    assert "_SPECMINT_CLI_COMPLETE" in out
    assert "_SPECMINT_COMPLETE" in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_take_them(shell: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    main(["completion", shell])
    script = tmp_path / "script"
    script.write_text(capfd.readouterr().out)
    assert subprocess.run([shell, "-n", str(script)]).returncode == 0


@pytest.mark.skipif(not PROGRAM.exists(), reason="the program is not installed beside this Python")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("specmint-cli ", set(COMMANDS)),
        ("specmint-cli gen", {"generate"}),
        ("specmint-cli genrate ", set(COMMANDS)),
        ("specmint-cli generate --chec", {"--check-all", "--check-some"}),
    ],
)
def test_words_are_completed(words: str, expected: set[str]) -> None:
    asked = {"_SPECMINT_CLI_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run([PROGRAM], env={**os.environ, **asked}, capture_output=True, text=True, timeout=60)
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} >= expected, done.stderr


def test_an_unknown_shell_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 1
    assert "bash" in capfd.readouterr().err
