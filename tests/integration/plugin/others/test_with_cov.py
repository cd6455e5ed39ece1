"""pytest-cov: measuring a project's code changes no golden, and our plugin no figure."""

import pytest
from neighbourhood import UPDATE, Project


@pytest.mark.parametrize("shared", [[], ["-n2"]], ids=["one_process", "xdist"])
def test_goldens_and_figures(empty_project: Project, shared: list[str]) -> None:
    empty_project.write("pytest.ini", "[pytest]\npythonpath = .\n")
    empty_project.write(
        "shop.py",
        """
def total(orders):
    if not orders:
        return 0
    return sum(each["amount"] for each in orders)
""",
    )
    empty_project.write(
        "tests/test_shop.py",
        """
import pytest
from shop import total

@pytest.mark.specmint(schema="schemas/order.json", count=4)
def test_total(specmint_dataset, specmint_golden):
    assert [total(specmint_dataset)] == specmint_golden
""",
    )
    empty_project.run(UPDATE).assert_outcomes(passed=1)
    before = empty_project.goldens()
    empty_project.beside("pytest_cov", *["xdist"] * len(shared))
    result = empty_project.run(*shared, "--cov=shop", "--cov-report=term", apart=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["shop.py * 75%*"])  # three of four lines: no more, no fewer, for being generated
    assert empty_project.goldens() == before
