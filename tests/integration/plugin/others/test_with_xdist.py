"""pytest-xdist: every way to share tests out reads and writes the same goldens as one process."""

import pytest
from neighbourhood import COUNT, UPDATE, Project


@pytest.mark.parametrize("way", ["load", "loadscope", "loadfile", "worksteal"])
def test_writes_and_reads_as_one_process_does(unwritten: tuple[Project, dict[str, bytes]], way: str) -> None:
    project, goldens = unwritten
    project.beside("xdist")
    project.run("-n2", f"--dist={way}", UPDATE).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens
    before = project.files()
    project.run("-n2", f"--dist={way}").assert_outcomes(passed=COUNT)
    assert project.files() == before


def test_a_difference_is_explained_as_in_one_process(written: Project) -> None:
    written.tamper()
    written.beside("xdist")
    result = written.run("-n2")
    result.assert_outcomes(failed=COUNT)
    result.stdout.fnmatch_lines(["*1 of 20 *party*name*"])


def test_failing_and_dying_tests_cost_only_their_own_goldens(unwritten: tuple[Project, dict[str, bytes]]) -> None:
    project, goldens = unwritten
    project.write(
        "tests/test_failing.py",
        """
import os
import pytest

@pytest.mark.specmint(schema="schemas/order.json", count=2)
def test_fails(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
    assert False

@pytest.mark.specmint(schema="schemas/order.json", count=2)
def test_dies(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
    os._exit(3)
""",
    )
    project.beside("xdist")
    project.run("-n2", UPDATE, apart=True).assert_outcomes(passed=COUNT, failed=2)
    assert project.goldens() == goldens
    assert not [name for name in project.files() if "golden/" in name and ("fails" in name or "dies" in name)]
