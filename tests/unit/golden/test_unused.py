"""Goldens that no test uses."""

import pytest

from pytest_specmint.golden.unused import Kept, Seen, unused, whole_modules

GOLDEN = Kept("golden/a/test_x.jsonl", "tests/test_a.py::test_x")


def seen(**what: set[str]) -> Seen:
    nothing = {name: set() for name in Seen._fields}
    return Seen(**{**nothing, **what})  # type: ignore[arg-type]


def reasons(run: Seen) -> list[str]:
    return [each.reason for each in unused([GOLDEN], run)]


@pytest.mark.parametrize(
    "run",
    [
        seen(),
        seen(touched={GOLDEN.path}, missing={"tests/test_a.py"}),
        seen(collected={GOLDEN.nodeid}, modules={"tests/test_a.py"}),
        seen(modules={"tests/test_b.py"}),
    ],
    ids=["another run", "touched", "collected and skipped", "another file"],
)
def test_what_is_not_certain_is_not_said(run: Seen) -> None:
    assert reasons(run) == []


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (seen(missing={"tests/test_a.py"}), "tests/test_a.py does not exist"),
        (seen(modules={"tests/test_a.py"}), "tests/test_a.py has no such test"),
        (seen(collected={GOLDEN.nodeid}, passed={GOLDEN.nodeid}), "its test passed without it"),
    ],
)
def test_what_is_certain(run: Seen, reason: str) -> None:
    assert reasons(run) == [reason]


def test_modules_of_which_single_tests_were_named_were_not_seen_whole() -> None:
    modules = {"tests/test_a.py", "tests/test_b.py", "tests/test_c.py"}
    arguments = ["tests/test_a.py::test_x", "/project/tests/test_b.py::TestC", "tests/test_c.py"]
    assert whole_modules(modules, arguments) == {"tests/test_c.py"}
    assert whole_modules(modules, ["test_a.py::test_x"]) == {"tests/test_b.py", "tests/test_c.py"}
    assert whole_modules(modules, ["tests\\test_a.py::test_x"]) == {"tests/test_b.py", "tests/test_c.py"}
