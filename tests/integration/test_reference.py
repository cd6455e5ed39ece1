"""The reference names everything that a test suite can say, and says of it what the code says."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def document(root: Path) -> str:
    return (root / "docs" / "reference.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def make(root: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location("make_reference", root / "docs" / "make_reference.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_code(document: str, make: ModuleType) -> None:
    assert make.rewritten(document) == document, "write them anew: python docs/make_reference.py"


def shown(pytester: pytest.Pytester, option: str, pattern: str) -> set[str]:
    """What pytest itself tells of us."""
    return set(re.findall(pattern, pytester.runpytest(option).stdout.str()))


@pytest.mark.parametrize(
    ("option", "pattern", "least"),
    [
        ("--help", r"--specmint-[a-z-]+", 8),
        ("--help", r"\bspecmint_[a-z_]+(?= \()", 6),
        ("--fixtures", r"\bspecmint_[a-z]+(?= |$)", 8),
        ("--markers", r"(?<=@pytest\.mark\.)specmint\w*", 2),
    ],
    ids=["options", "ini keys", "fixtures", "markers"],
)
def test_what_pytest_tells_of_us_is_in_the_reference(
    pytester: pytest.Pytester, document: str, option: str, pattern: str, least: int
) -> None:
    names = shown(pytester, option, pattern)
    assert len(names) >= least
    assert {name for name in names if name not in document} == set()


def test_every_argument_of_the_markers_is_in_the_line_that_pytest_shows(
    pytester: pytest.Pytester, make: ModuleType
) -> None:
    lines = pytester.runpytest("--markers").stdout.str()
    for name in ("specmint", "specmint_each"):
        (line,) = re.findall(rf"@pytest\.mark\.{name}\((.*?)\):", lines)
        assert set(re.findall(r"(\w+)(?:=|,|$)", line)) >= set(make.arguments(make.KINDS[name]))


def test_every_hook_is_one_that_conftest_files_may_have(pytester: pytest.Pytester, document: str) -> None:
    hooks = set(re.findall(r"`(pytest_specmint_\w+)`", document))
    assert len(hooks) >= 4
    pytester.makeconftest("\n".join(f"def {hook}(): pass" for hook in sorted(hooks)))
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED
