"""unittest: test cases of the standard library take our fixtures through a fixture of their own."""

import pytest
from neighbourhood import UPDATE, Project

CASES = """
import unittest
import pytest


class Ours:
    @pytest.fixture(autouse=True)
    def _specmint(self, specmint_dataset, specmint_golden):
        self.orders, self.golden = specmint_dataset, specmint_golden


@pytest.mark.specmint(schema="schemas/order.json", seed=7, count=4)
class OrdersTest(Ours, unittest.TestCase):
    def setUp(self):
        self.amounts = [each["amount"] for each in self.orders]

    def test_records(self):
        self.assertEqual(self.orders, self.golden)

    @pytest.mark.specmint(schema="schemas/order.json", count=2)
    def test_own_marker(self):
        self.assertEqual(len(self.amounts), 2)
        assert self.amounts == self.golden

    def test_without_golden(self):
        self.assertEqual(len(self.amounts), 4)


class AsyncTest(Ours, unittest.IsolatedAsyncioTestCase):
    @pytest.mark.specmint(schema="schemas/order.json", count=2)
    async def test_coroutine(self):
        assert self.orders == self.golden


class PlainTest(unittest.TestCase):
    @unittest.skip("not today")
    def test_skipped(self):
        raise AssertionError

    @unittest.expectedFailure
    def test_expected(self):
        self.fail()
"""
SUBTESTS = """
import unittest
import pytest

@pytest.mark.specmint(schema="schemas/order.json", count=4)
class SubTest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _specmint(self, specmint_dataset, specmint_golden):
        self.orders, self.golden = specmint_dataset, specmint_golden

    def test_subtests(self):
        assert self.orders == self.golden
        for number, order in enumerate(self.orders):
            with self.subTest(number=number):
                self.assertNotEqual(number, WRONG)
"""


def test_goldens_of_test_cases(empty_project: Project) -> None:
    empty_project.write("tests/test_cases_of_unittest.py", CASES)
    empty_project.run().assert_outcomes(passed=1, failed=3, skipped=1, xfailed=1)
    assert empty_project.goldens() == {}
    empty_project.run(UPDATE).assert_outcomes(passed=4, skipped=1, xfailed=1)
    assert len(empty_project.goldens()) == 3
    before = empty_project.files()
    empty_project.run().assert_outcomes(passed=4, skipped=1, xfailed=1)
    assert empty_project.files() == before


@pytest.mark.parametrize(("wrong", "written"), [(1, 0), (9, 1)])
def test_a_failing_subtest_keeps_the_golden_unwritten(empty_project: Project, wrong: int, written: int) -> None:
    empty_project.write("tests/test_subtests.py", SUBTESTS.replace("WRONG", str(wrong)))
    assert empty_project.run(UPDATE).ret == 1 - written
    assert len(empty_project.goldens()) == written


def test_a_failing_subtest_of_the_fixture(empty_project: Project) -> None:
    """``subtests``, which pytest has from release 9 on."""
    if pytest.version_tuple < (9,):
        pytest.skip("pytest has no subtests before release 9")
    empty_project.write(
        "tests/test_subtests.py",
        """
import pytest

@pytest.mark.specmint(schema="schemas/order.json", count=4)
@pytest.mark.parametrize("wrong", [1, 9])
def test_subtests(specmint_dataset, specmint_golden, subtests, wrong):
    for number, order in enumerate(specmint_dataset):
        with subtests.test(number=number):
            assert number != wrong
    assert specmint_dataset == specmint_golden
""",
    )
    assert empty_project.run(UPDATE).ret == 1
    assert len(empty_project.goldens()) == 1
