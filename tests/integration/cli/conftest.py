"""What the tests of the command line share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from golden_project import Project

from pytest_specmint.cli.main import main

Golden = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project without goldens, as the working directory."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def golden(capfd: pytest.CaptureFixture[str]) -> Golden:
    """Exit code, standard output and standard error of `specmint-cli golden`."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["golden", *arguments])
        return code, *capfd.readouterr()

    return run
