"""What the tests of the command line share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from golden_project import Project

from pytest_specmint.cli.main import main
from tests import documents

Golden = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project without goldens, as the working directory."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def golden(capfd: pytest.CaptureFixture[str]) -> Golden:
    """Exit code, standard output and standard error of `specmint-cli golden`; documents are judged by their schema."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["golden", *arguments])
        out, err = capfd.readouterr()
        if "--json" in arguments and out:
            documents.read(f"golden {arguments[0]}", out)
        return code, out, err

    return run
