"""pytest-rerunfailures: a golden comes from the attempt that passed, and the data of every attempt is the same."""

import pytest
from neighbourhood import COUNT, UPDATE, Project

FLAKY = """
import pathlib
import pytest

SEEN = pathlib.Path(__file__).with_name("seen.txt")


@pytest.mark.specmint(schema="schemas/order.json", count=4)
def test_flaky(specmint_dataset, specmint_golden):
    attempts = SEEN.read_text().splitlines() if SEEN.exists() else []
    SEEN.write_text("\\n".join([*attempts, specmint_dataset.sha256]))
    assert specmint_dataset == specmint_golden
    assert len(attempts) >= FAILURES
"""


@pytest.fixture(autouse=True)
def _rerunning(empty_project: Project) -> None:
    empty_project.beside("pytest_rerunfailures")


def test_the_attempt_that_passes_writes(empty_project: Project) -> None:
    empty_project.write("tests/test_flaky.py", FLAKY.replace("FAILURES", "2"))
    assert empty_project.run("--reruns=2", UPDATE).parseoutcomes() == {"passed": 1, "rerun": 2}
    assert len(empty_project.goldens()) == 1
    seen = (empty_project.path / "tests" / "seen.txt").read_text().splitlines()
    assert len(seen) == 3
    assert len(set(seen)) == 1
    empty_project.run("--reruns=2").assert_outcomes(passed=1)


def test_no_attempt_passes_and_nothing_is_written(empty_project: Project) -> None:
    empty_project.write("tests/test_flaky.py", FLAKY.replace("FAILURES", "9"))
    assert empty_project.run("--reruns=2", UPDATE).parseoutcomes() == {"failed": 1, "rerun": 2}
    assert empty_project.goldens() == {}


def test_an_attempt_that_ends_before_the_test_writes_nothing(empty_project: Project) -> None:
    """The first attempt fails in the test after its comparison, the second in a fixture after one."""
    empty_project.write(
        "tests/test_fixture.py",
        """
import pytest

ATTEMPTS = []

@pytest.fixture
def compared(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
    ATTEMPTS.append(1)
    assert len(ATTEMPTS) == 1

@pytest.mark.specmint(schema="schemas/order.json", count=4)
def test_fixture(compared):
    assert False
""",
    )
    assert empty_project.run("--reruns=1", UPDATE).ret == pytest.ExitCode.TESTS_FAILED
    assert empty_project.goldens() == {}


def test_a_difference_stays_one_however_often_it_is_tried(written: Project) -> None:
    written.tamper()
    before = written.files()
    assert written.run("--reruns=1").parseoutcomes() == {"failed": COUNT, "rerun": COUNT}
    assert written.files() == before
