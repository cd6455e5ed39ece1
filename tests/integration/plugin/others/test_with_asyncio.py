"""pytest-asyncio: coroutines take our fixtures as other tests do."""

import pytest
from neighbourhood import UPDATE, Project

ASYNC = """
import asyncio
import pytest
import pytest_asyncio

pytestmark = pytest.mark.specmint(schema="schemas/order.json", count=4)


@pytest_asyncio.fixture
async def names(specmint_dataset):
    await asyncio.sleep(0)
    return [each["party"]["name"] for each in specmint_dataset]


@pytest.mark.asyncio
async def test_records(specmint_dataset, specmint_golden):
    await asyncio.sleep(0)
    assert specmint_dataset == specmint_golden


@pytest.mark.asyncio
class TestGroup:
    async def test_fixture(self, names, specmint_golden):
        assert await asyncio.gather(*[asyncio.sleep(0, {"name": name}) for name in names]) == specmint_golden


@pytest.mark.asyncio
async def test_late(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
    await asyncio.sleep(0)
    raise RuntimeError("late")
"""


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_goldens_of_coroutines(empty_project: Project, mode: str) -> None:
    empty_project.write(
        "pytest.ini", f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n"
    )
    empty_project.write("tests/test_async.py", ASYNC)
    empty_project.beside("pytest_asyncio")
    empty_project.run(UPDATE).assert_outcomes(passed=2, failed=1)
    assert len(empty_project.goldens()) == 2
    empty_project.run("-k", "not late").assert_outcomes(passed=2)
    empty_project.tamper()
    result = empty_project.run("-k", "not late")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*1 of 4 *name*"])
