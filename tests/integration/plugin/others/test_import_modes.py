"""The import modes of pytest, and modules of the same name."""

import pytest
from neighbourhood import COUNT, UPDATE, Project

SAME = """
import pytest

@pytest.mark.specmint(schema="schemas/order.json", count=2)
def test_same(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
"""


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_goldens_do_not_depend_on_the_mode(unwritten: tuple[Project, dict[str, bytes]], mode: str) -> None:
    project, goldens = unwritten
    project.run(f"--import-mode={mode}", UPDATE).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens
    project.run(f"--import-mode={mode}").assert_outcomes(passed=COUNT)


def test_importlib_and_shared_out(written: Project) -> None:
    written.beside("xdist")
    written.run("--import-mode=importlib", "-p", "no:cacheprovider", "-n2").assert_outcomes(passed=COUNT)


@pytest.mark.parametrize(("mode", "package"), [("importlib", False), ("importlib", True), ("prepend", True)])
def test_modules_of_the_same_name_have_goldens_of_their_own(empty_project: Project, mode: str, package: bool) -> None:
    # `tests` is a package that this very run may have imported
    for folder in ("checks", "checks/a", "checks/b"):
        empty_project.write(f"{folder}/test_same.py", SAME)
        if package:
            empty_project.write(f"{folder}/__init__.py", "")
    empty_project.run(f"--import-mode={mode}", UPDATE).assert_outcomes(passed=3)
    goldens = empty_project.goldens()
    assert len(goldens) == 3
    assert len(set(goldens.values())) == 3  # without a seed, each test has one of its own
    empty_project.run(f"--import-mode={mode}").assert_outcomes(passed=3)
