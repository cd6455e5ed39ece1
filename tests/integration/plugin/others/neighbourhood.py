"""A small project beside other plugins: each test says which of them are there, whatever else is installed."""

import json
import os
import warnings
from pathlib import Path

import pytest

ENTRY_POINTS = {
    "pytest_asyncio": ["asyncio"],
    "pytest_cov": ["pytest_cov"],
    "pytest_insta": ["insta"],
    "pytest_randomly": ["randomly"],
    "pytest_rerunfailures": ["rerunfailures"],
    "xdist": ["xdist", "xdist.looponfail"],
}
"""The neighbours by module, and the names under which pytest knows their plugins."""

SCHEMA = {
    "type": "object",
    "required": ["id", "amount", "party"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 100, "maximum": 999},
        "party": {"type": "object", "required": ["name"], "properties": {"name": {"enum": ["Ann", "Bob"]}}},
    },
}
TESTS = """
import pytest


@pytest.mark.specmint(schema="schemas/order.json", seed=7, count=20)
def test_given_seed(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden


@pytest.mark.specmint(schema="schemas/order.json", count=3)
@pytest.mark.parametrize("case", range(3))
def test_own_seed(specmint_dataset, specmint_golden, case):
    assert specmint_dataset == specmint_golden


@pytest.mark.specmint(schema="schemas/order.json", count=4)
class TestGroup:
    def test_transformed(self, specmint_dataset, specmint_golden):
        assert [{"who": each["party"]["name"]} for each in specmint_dataset] == specmint_golden
"""
COUNT = 5
"""Tests in `TESTS`, each with a golden."""

UPDATE = "--specmint-update-golden"
"""Always the last argument: what follows could be taken for its value."""


class Project:
    """A project in a directory of its own, and runs of pytest in it."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pytester = pytester
        self._monkeypatch = monkeypatch
        self.path = pytester.mkdir("project")
        self.write("pytest.ini", "[pytest]\n")
        self.write("schemas/order.json", json.dumps(SCHEMA))
        for name in os.environ:  # what runners of this very suite leave there
            if name == "CI" or name.startswith(("COV_", "COVERAGE", "PYTEST_XDIST", "TOX", "BUILD_NUMBER")):
                monkeypatch.delenv(name)
        self.beside()

    def beside(self, *modules: str) -> None:
        """From now on these neighbours are there, and no others."""
        for module in modules:
            pytest.importorskip(module, reason=f"{module} is not installed: pip install -e '.[neighbours]'")
        absent = [name for module, names in ENTRY_POINTS.items() if module not in modules for name in names]
        switches = [f"-p no:{name}" for name in [*absent, "hypothesispytest"]]
        self._monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(switches))

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: object, start: str = ".", apart: bool = False) -> pytest.RunResult:
        """Run pytest from a directory of the project; apart: in a process of its own."""
        words = [str(word) for word in arguments]
        with self._monkeypatch.context() as context:
            context.chdir(self.path / start)
            if apart:
                return self._pytester.runpytest_subprocess(*words, timeout=120)
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "default"
                )  # this suite's own settings would make errors of the neighbours' warnings
                return self._pytester.runpytest_inprocess(*words)

    def goldens(self, directory: str = "golden") -> dict[str, bytes]:
        """Every golden's records, by path below the golden directory."""
        top = self.path / directory
        return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.glob("**/*.jsonl"))}

    def files(self) -> dict[str, bytes]:
        """Every file of the project but what Python and pytest keep for themselves."""
        kept = [path for path in sorted(self.path.rglob("*")) if path.is_file()]
        own = {"__pycache__", ".pytest_cache"}
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes() for path in kept if own.isdisjoint(path.parts)
        }

    def tamper(self) -> None:
        """Change one record of every golden, as a mistaken edit would."""
        for name, data in self.goldens().items():
            old, new = (b'"Ann"', b'"Bob"') if b'"Ann"' in data else (b'"Bob"', b'"Ann"')
            (self.path / "golden" / name).write_bytes(data.replace(old, new, 1))
