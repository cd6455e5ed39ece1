"""Where pytest starts and what it takes for its root: the tests, their data and their goldens stay the same."""

import shlex
import subprocess
import sys

import pytest
from neighbourhood import COUNT, UPDATE, Project

STARTS = {
    "root": (".", []),
    "file": (".", ["tests/test_orders.py"]),
    "absolute": (".", ["{top}/tests/test_orders.py"]),
    "from-tests": ("tests", []),
    "from-beside-tests": ("schemas", ["../tests"]),
    "from-outside": ("..", ["project/tests"]),
    "c": ("..", ["-c", "project/pytest.ini", "project/tests"]),
    "c-from-tests": ("tests", ["-c", "../pytest.ini"]),
    "c-elsewhere": (".", ["-c", "settings/other.ini", "--rootdir=.", "tests"]),
    "rootdir": ("..", ["--rootdir={top}", "project/tests"]),
    "confcutdir": (".", ["--confcutdir=tests", "tests"]),
}
"""Ways to run the same tests: the directory below the project, and the arguments."""


@pytest.mark.parametrize("way", STARTS)
def test_every_start_reads_and_writes_the_same_goldens(written: Project, way: str) -> None:
    written.write("settings/other.ini", "[pytest]\n")
    start, words = STARTS[way]
    arguments = [word.format(top=written.path) for word in words]
    before = written.files()
    written.run(*arguments, start=start).assert_outcomes(passed=COUNT)
    written.run(*arguments, UPDATE, start=start).assert_outcomes(passed=COUNT)
    assert written.files() == before


def test_shared_out_from_outside(written: Project) -> None:
    written.beside("xdist")
    written.run("project/tests", "-n2", start="..").assert_outcomes(passed=COUNT)


def test_a_root_without_any_settings(unwritten: tuple[Project, dict[str, bytes]]) -> None:
    project, goldens = unwritten
    (project.path / "pytest.ini").unlink()
    project.run("--rootdir=.", "tests", UPDATE).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens


@pytest.mark.parametrize(("start", "arguments"), [("../link", []), ("..", ["link/tests"])])
def test_through_a_symbolic_link(written: Project, start: str, arguments: list[str]) -> None:
    try:
        (written.path.parent / "link").symlink_to(written.path, target_is_directory=True)
    except OSError:
        pytest.skip("this user may not make symbolic links")
    before = written.files()
    written.run(*arguments, start=start).assert_outcomes(passed=COUNT)
    assert written.files() == before


def advice(result: pytest.RunResult, program: str) -> list[str]:
    """The words of the command of a program that a failure gives."""
    line = next(line for line in result.outlines if line.startswith("E ") and f"{program} " in line)
    return shlex.split(line[line.index(f"{program} ") :])[1:]


@pytest.mark.parametrize("way", ["root", "from-tests", "from-beside-tests", "from-outside"])
def test_the_commands_in_a_failure_work_where_it_was_printed(written: Project, way: str) -> None:
    start, arguments = STARTS[way]
    good = written.goldens()
    written.tamper()
    result = written.run(*arguments, "-k", "given_seed", start=start)
    result.assert_outcomes(failed=1)
    written.run(*advice(result, "pytest"), start=start).assert_outcomes(passed=1)
    assert sum(data == good[name] for name, data in written.goldens().items()) == 1
    reproduce = [sys.executable, "-m", "pytest_specmint", *advice(result, "specmint-cli")]
    made = subprocess.run(reproduce, cwd=written.path / start, capture_output=True, timeout=120, check=True)
    assert made.stdout.strip() in {line for data in good.values() for line in data.splitlines()}


def test_a_test_that_changes_the_directory_first(empty_project: Project) -> None:
    empty_project.write(
        "tests/test_elsewhere.py",
        """
import pytest

@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

@pytest.mark.specmint(schema="schemas/order.json", schema_root="schemas", count=3)
def test_elsewhere(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
""",
    )
    empty_project.run(UPDATE).assert_outcomes(passed=1)
    assert len(empty_project.goldens()) == 1
    empty_project.run(start="tests").assert_outcomes(passed=1)


def test_conftests_in_subdirectories(empty_project: Project) -> None:
    """A fixture built on ours in each directory, and one that takes the place of ours."""
    plain = "import pytest\n@pytest.fixture\ndef amounts(specmint_dataset):\n    return [each['amount'] {}]\n"
    empty_project.write("tests/conftest.py", plain.format("for each in specmint_dataset"))
    empty_project.write("tests/shop/conftest.py", plain.format("+ 1 for each in specmint_dataset"))
    empty_project.write(
        "tests/web/conftest.py",
        "import pytest\n@pytest.fixture\ndef specmint_dataset(specmint_dataset):\n    return specmint_dataset[1:]\n",
    )
    for folder, name in (("tests", "top"), ("tests/shop", "of_a_shop"), ("tests/web", "web")):
        empty_project.write(
            f"{folder}/test_{name}.py",
            """
import pytest

@pytest.mark.specmint(schema="schemas/order.json", count=3)
def test_nested(amounts, specmint_golden):
    assert amounts == specmint_golden
""",
        )
    empty_project.run(UPDATE).assert_outcomes(passed=3)
    goldens = empty_project.goldens()
    assert sorted(data.count(b"\n") for data in goldens.values()) == [2, 3, 3]
    empty_project.run(start="tests/web").assert_outcomes(passed=1)
    empty_project.run("tests/shop", "tests/web").assert_outcomes(passed=2)


def test_a_schema_beside_its_test(empty_project: Project) -> None:
    schema = (empty_project.path / "schemas" / "order.json").read_text(encoding="utf-8")
    empty_project.write("tests/api/near.json", schema)
    empty_project.write(
        "tests/api/test_near.py",
        """
import pytest

@pytest.mark.specmint(schema="near.json", count=3)
def test_near(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
""",
    )
    empty_project.run(UPDATE).assert_outcomes(passed=1)
    empty_project.run(start="tests/api").assert_outcomes(passed=1)
