"""Windows: every file we name can be checked out there, and no argument means another place there."""

import re
from pathlib import PureWindowsPath

import pytest
from neighbourhood import UPDATE, Project

DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{i}" for name in ("com", "lpt") for i in range(10))}
HOSTILE = [
    "a/b", "a\\b", "ab", "AB", "a:b", "a?b", "a*b", "<a>", '"a"', "a|b", "a b", "a.", "a ", "a", "A", "con", "CON",
    "NUL.txt", "aux", "com1", "tab\there", "line\nfeed", "..", ".", "é", "e\u0301", "ſ", "straße", "STRASSE", "x" * 300,
    "x" * 301, "-", "~", "%TEMP%", "C:", "C:\\x", "\\\\server\\share",
]  # fmt: skip


def why_not(name: str) -> str | None:
    """Why a relative path cannot be a file's on Windows, None if it can."""
    path = PureWindowsPath(name)
    if path.anchor or ".." in path.parts or path.as_posix() != name:
        return "means another place"
    if len(name) > 180:
        return "leaves no room below MAX_PATH"
    for part in path.parts:
        if re.search(r'[<>:"|?*\\\x00-\x1f]', part) or part[-1] in ". ":
            return f"{part!r} is not a name"
        if part.partition(".")[0].rstrip(" ").lower() in DEVICES:
            return f"{part!r} is a device"
    return None


def test_the_judge_above() -> None:
    assert why_not("a/b-1.jsonl") is None
    assert all(why_not(name) for name in ("a\\b", "con.jsonl", "a./b", "C:x", "../x", "x" * 181))


def test_names_of_goldens_are_names_on_windows(empty_project: Project) -> None:
    empty_project.write(
        "tests/test_names_of_all_kinds.py",
        f"""
import pytest

pytestmark = pytest.mark.specmint(schema="schemas/order.json", count=1)

@pytest.mark.parametrize("case", {HOSTILE!r}, ids=str)
def test_case(specmint_dataset, specmint_golden, case):
    assert specmint_dataset == specmint_golden
""",
    )
    count = len(HOSTILE)
    empty_project.run(UPDATE).assert_outcomes(passed=count)
    assert len(empty_project.goldens()) == count
    names = [name.removeprefix("golden/") for name in empty_project.files() if name.startswith("golden/")]
    assert {name: reason for name in names if (reason := why_not(name))} == {}
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name.isascii() for name in names)
    assert all(b"\r" not in data and data.endswith(b"\n") for data in empty_project.goldens().values())
    empty_project.run().assert_outcomes(passed=count)


@pytest.mark.parametrize("other", ["class TestCase:\n    def test_SAME", "class Testcase:\n    def test_same"])
def test_names_that_are_one_on_windows_are_refused_everywhere(empty_project: Project, other: str) -> None:
    takes = "(self, specmint_golden):\n        assert [1] == specmint_golden\n"
    empty_project.write("tests/test_case.py", f"class TestCase:\n    def test_same{takes}")
    empty_project.run(UPDATE).assert_outcomes(passed=1)
    again = other.removeprefix("class TestCase:\n") if other.startswith("class TestCase") else other
    text = (empty_project.path / "tests" / "test_case.py").read_text()
    empty_project.write("tests/test_case.py", f"{text}{again}{takes}")
    result = empty_project.run(UPDATE)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*would be one file where case does not count*"])


@pytest.mark.parametrize(
    "golden",
    ["../x.jsonl", "/x.jsonl", "a/../../x.jsonl", "..\\x.jsonl", "a\\..\\..\\x.jsonl", "C:x.jsonl", "C:\\x.jsonl",
     "\\x.jsonl", "\\\\server\\share\\x.jsonl", "//server/share/x.jsonl"],
)  # fmt: skip
def test_no_argument_leaves_the_golden_directory_on_either_system(empty_project: Project, golden: str) -> None:
    empty_project.write(
        "tests/test_leaving.py",
        f"""
import pytest

@pytest.mark.specmint(schema="schemas/order.json", golden={golden!r})
def test_leaving(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
""",
    )
    before = empty_project.files()
    result = empty_project.run(UPDATE)
    assert result.ret != 0
    text = result.stdout.str() + result.stderr.str()
    assert "test_leaving" in text
    assert "golden" in text
    assert "passed" not in text
    assert empty_project.files() == before
