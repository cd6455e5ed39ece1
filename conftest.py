"""Fixtures of the repository's own tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent
os.environ["SPECMINT_PLAN_CACHE"] = "off"  # the tests leave the user's cache alone


NEIGHBOURS = ("asyncio", "hypothesispytest", "insta", "pytest_cov", "randomly", "rerunfailures")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """pytest in a directory of its own, without the plugins that happen to be installed beside ours."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in NEIGHBOURS))
    return pytester


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def schemas() -> Path:
    return ROOT / "schemas"


@pytest.fixture
def schema_file(tmp_path: Path) -> Callable[..., str]:
    """Write a schema and give its path."""

    def write(schema: Any, name: str = "schema.json") -> str:
        path = tmp_path / name
        path.write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def specmint(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run the command line as a user would, in a directory of its own."""

    def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest_specmint", *arguments]
        options.setdefault("cwd", tmp_path)
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)

    return run
