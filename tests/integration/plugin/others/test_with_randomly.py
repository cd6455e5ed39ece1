"""pytest-randomly: shuffled tests and reseeded generators change no record, and we leave those generators alone."""

import pytest
from neighbourhood import COUNT, UPDATE, Project


def test_no_order_changes_what_is_written_or_read(unwritten: tuple[Project, dict[str, bytes]]) -> None:
    project, goldens = unwritten
    project.beside("pytest_randomly")
    runs = [project.run("-v", "--randomly-seed=1", UPDATE)]
    runs += [project.run("-v", f"--randomly-seed={shuffle}") for shuffle in (2, 3, 4)]
    for run in runs:
        run.assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens
    assert len({order(run) for run in runs}) > 1  # else nothing was shuffled


def order(result: pytest.RunResult) -> tuple[str, ...]:
    return tuple(line.split()[0] for line in result.outlines if " PASSED " in line)


def test_global_generators_are_neither_read_nor_moved(empty_project: Project) -> None:
    empty_project.write(
        "tests/test_state.py",
        """
import random
import numpy
import pytest

FIRST = []

@pytest.mark.specmint(schema="schemas/order.json", seed=3, count=30)
@pytest.mark.parametrize("case", range(3))
def test_state(specmint_dataset, specmint_golden, case):
    random.seed(case)
    numpy.random.seed(case)
    before = random.getstate(), str(numpy.random.get_state())
    records = list(specmint_dataset)
    assert specmint_dataset == specmint_golden
    assert (random.getstate(), str(numpy.random.get_state())) == before
    FIRST.append(records)
    assert records == FIRST[0]
""",
    )
    empty_project.beside("pytest_randomly")
    empty_project.run(UPDATE).assert_outcomes(passed=3)
