"""Screens on a terminal: colours, unless somebody wants none; in pipes there are none; nothing is cut to its width."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")

SCREENS = {
    "doctor": ["doctor"],
    "inspect": ["inspect", "data.jsonl", "--detailed"],
    "lint": ["schema", "lint", "schema.json"],
    "config": ["config", "show"],
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path) -> Path:
    (tmp_path / "data.jsonl").write_text('{"a": "a text that is longer than the terminal is wide"}\n' * 3)
    (tmp_path / "schema.json").write_text('{"type": "object", "properties": {"a": {"type": "string", "minimun": 3}}}')
    return tmp_path


def command(name: str) -> list[str]:
    return [sys.executable, "-m", "pytest_specmint", *SCREENS[name]]


def environment(**changed: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SPECMINT_") and name != "NO_COLOR"}
    return {**own, "TERM": "xterm", "COLUMNS": "20", **changed}


def on_terminal(name: str, place: Path, **changed: str) -> str:
    """What a terminal of 20 columns is sent."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        command(name), cwd=place, stdout=terminal, stderr=subprocess.DEVNULL, env=environment(**changed)
    ) as process:
        os.close(terminal)
        text = b""
        while True:
            try:
                chunk = os.read(controller, 65536)
            except OSError:
                break
            if not chunk:
                break
            text += chunk
        process.wait(timeout=60)
    os.close(controller)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", SCREENS)
def test_colours_are_for_terminals_that_want_them(name: str, place: Path) -> None:
    assert "\x1b[" in on_terminal(name, place)
    plain = on_terminal(name, place, NO_COLOR="1")
    assert "\x1b[3" not in plain  # no colour; what is bold or dim may stay
    piped = subprocess.run(command(name), cwd=place, env=environment(), capture_output=True, text=True, timeout=60)
    assert "\x1b" not in piped.stdout
    if name != "doctor":  # it tells how much room there is, which changes
        assert re.sub(r"\x1b\[[0-9;]*m", "", plain) == piped.stdout
