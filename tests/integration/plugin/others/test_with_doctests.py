"""doctests and other items that are no functions."""

from neighbourhood import COUNT, UPDATE, Project

CODE = '''
def total(orders):
    """The sum of all orders.

    >>> total([{"amount": 1}, {"amount": 2}])
    3
    """
    return sum(each["amount"] for each in orders)
'''
OURS = '''
def first(orders):
    """The first of generated orders.

    >>> orders = getfixture("specmint_dataset")
    >>> len(orders), first(orders)["party"]["name"] in {"Ann", "Bob"}
    (4, True)
    >>> assert orders == getfixture("specmint_golden")
    >>> late
    """
    return orders[0]

late = None
'''
MARKED = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            item.add_marker(pytest.mark.specmint(schema="schemas/order.json", seed=7, count=4))
"""


def test_doctests_with_our_fixtures(empty_project: Project) -> None:
    empty_project.write("conftest.py", MARKED)
    empty_project.write("shop.py", OURS)
    empty_project.write("test_orders.txt", '>>> len(getfixture("specmint_dataset"))\n4\n')
    doctests = ("--doctest-modules", "--doctest-glob=*.txt")
    empty_project.run(*doctests).assert_outcomes(passed=1, failed=1)
    assert empty_project.goldens() == {}
    empty_project.run(*doctests, UPDATE).assert_outcomes(passed=2)
    assert len(empty_project.goldens()) == 1
    empty_project.run(*doctests).assert_outcomes(passed=2)
    empty_project.tamper()
    empty_project.run(*doctests).assert_outcomes(passed=1, failed=1)


def test_a_doctest_that_fails_later_writes_nothing(empty_project: Project) -> None:
    empty_project.write("conftest.py", MARKED)
    empty_project.write("shop.py", OURS.replace("late = None", "late = 1"))
    empty_project.run("--doctest-modules", UPDATE).assert_outcomes(failed=1)
    assert empty_project.goldens() == {}


def test_a_doctest_without_a_marker_says_what_it_needs(empty_project: Project) -> None:
    empty_project.write("shop.py", OURS)
    result = empty_project.run("--doctest-modules")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*pytest.mark.specmint*"])


def test_items_without_a_marker_pass_through_every_hook(written: Project) -> None:
    """Doctests, and a collector of a project's own, whose items are neither functions nor doctests."""
    written.write("shop.py", CODE)
    written.write("one.case", "fine")
    written.write(
        "conftest.py",
        """
import pytest

def pytest_collect_file(parent, file_path):
    if file_path.suffix == ".case":
        return CaseFile.from_parent(parent, path=file_path)

class CaseFile(pytest.File):
    def collect(self):
        yield Case.from_parent(self, name="case")

class Case(pytest.Item):
    def runtest(self):
        assert self.path.read_text() == "fine"
""",
    )
    before = written.files()
    written.run("--doctest-modules").assert_outcomes(passed=COUNT + 2)
    written.run("--doctest-modules", UPDATE).assert_outcomes(passed=COUNT + 2)
    assert written.files() == before
