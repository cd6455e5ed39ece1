"""pytest-insta: the fixture ``snapshot`` is theirs then; neither flag touches the other's files."""

import pytest
from neighbourhood import UPDATE, Project

BOTH = """
import pytest


@pytest.mark.specmint(schema="schemas/order.json", seed=7, count=4)
def test_both(specmint_dataset, specmint_golden, snapshot):
    assert specmint_dataset == specmint_golden
    assert snapshot("amounts.json") == [each["amount"] for each in specmint_dataset]
"""


def theirs(project: Project) -> list[str]:
    return [name for name in project.files() if "/snapshots/" in name]


@pytest.fixture
def both(empty_project: Project) -> Project:
    """A project with a snapshot of theirs and a golden of ours, both written."""
    empty_project.write("tests/test_both.py", BOTH)
    empty_project.beside("pytest_insta")
    empty_project.run("--insta=update", UPDATE).assert_outcomes(passed=1)
    assert len(theirs(empty_project)) == 1
    assert len(empty_project.goldens()) == 1
    return empty_project


def test_reading_both_writes_nothing(both: Project) -> None:
    before = both.files()
    both.run("--insta=update-none").assert_outcomes(passed=1)
    assert both.files() == before


def test_their_update_leaves_our_goldens(both: Project) -> None:
    both.tamper()
    before = both.goldens()
    both.run("--insta=update").assert_outcomes(failed=1)
    assert both.goldens() == before


def test_what_they_delete_as_unused_is_theirs(both: Project) -> None:
    goldens = both.goldens()
    both.write("tests/test_both.py", BOTH.replace("assert snapshot", "0 and snapshot"))
    both.run("--insta=update").assert_outcomes(passed=1)
    assert theirs(both) == []
    assert both.goldens() == goldens


def test_our_update_leaves_their_snapshots(both: Project) -> None:
    (name,) = theirs(both)
    both.write(name, "[1]")
    before = both.files()
    both.run("--insta=update-none", UPDATE).assert_outcomes(failed=1)
    assert both.files() == before
