"""Projects beside other plugins."""

import shutil

import pytest
from neighbourhood import COUNT, TESTS, UPDATE, Project

import pytest_specmint.api  # noqa: F401  (a run inside this process forgets what it imported first)


@pytest.fixture
def empty_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a schema and no tests."""
    return Project(pytester, monkeypatch)


@pytest.fixture
def project(empty_project: Project) -> Project:
    """A project with one test module that has `COUNT` goldens, none of them written yet."""
    empty_project.write("tests/test_orders.py", TESTS)
    return empty_project


@pytest.fixture
def written(project: Project) -> Project:
    """`project` with all its goldens, written by one process without neighbours."""
    project.run(UPDATE).assert_outcomes(passed=COUNT)
    assert len(project.goldens()) == COUNT
    return project


@pytest.fixture
def unwritten(written: Project) -> tuple[Project, dict[str, bytes]]:
    """`project` without its goldens, and what they have to become again."""
    goldens = written.goldens()
    shutil.rmtree(written.path / "golden")
    return written, goldens
