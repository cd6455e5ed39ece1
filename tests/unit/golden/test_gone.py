"""Goldens whose test is gone: only where that is certain."""

from pathlib import Path

import pytest

from pytest_specmint.golden.gone import Judge, reader


def gone(nodeid: str, text: str) -> str | None:
    return Judge(lambda _: text).gone(nodeid)


PLAIN = """
import pytest, sys
from things import test_imported, other as test_alias, helper
pytest.importorskip("x")
sys.path.insert(0, ".")
test_assigned = helper()
test_annotated: int = 3

@pytest.mark.parametrize("n", [1])
def test_plain(n):
    def test_inner(): ...
    class TestLocal:
        def test_deep(self): ...

async def test_async(): ...

if sys.platform == "linux":
    def test_conditional(): ...
try:
    from that import test_tried
except ImportError:
    def test_fallback(): ...
with helper():
    for test_loop in (): ...

class TestK:
    test_bound = helper()
    def test_m(self): ...
    class TestIn(object):
        def test_in(self): ...

class TestChild(TestK):
    def test_own(self): ...

@helper
class TestDecorated: ...

class TestMeta(metaclass=helper): ...

TestMade = helper()

if __name__ == "__main__":
    pytest.main()
"""


@pytest.mark.parametrize(
    "path",
    [
        "test_plain",
        "test_plain[1]",
        "test_plain[a::b]",
        "test_async",
        "test_imported",
        "test_alias",
        "test_assigned",
        "test_annotated",
        "test_conditional",
        "test_tried",
        "test_fallback",
        "test_loop",
        "TestK::test_m",
        "TestK::test_m[1]",
        "TestK::test_bound",
        "TestK::TestIn::test_in",
        "TestChild::test_own",
        "TestChild::test_m",
        "TestChild::test_anything",
        "TestDecorated::test_anything",
        "TestMeta::test_anything",
        "TestMade::runTest",
        "not an identifier",
        "",
    ],
)
def test_there_or_perhaps_there(path: str) -> None:
    assert gone(f"t/test_a.py::{path}", PLAIN) is None


@pytest.mark.parametrize(
    "path", ["test_gone", "test_inner", "test_m", "TestK::test_gone", "TestK::TestIn::test_m", "TestGone::test_m", "TestLocal::test_deep"]
)
def test_certainly_gone(path: str) -> None:
    assert gone(f"t/test_a.py::{path}[x]", PLAIN) == f"t/test_a.py has no {path.replace('::', '.')}"


@pytest.mark.parametrize(
    "text",
    [
        "from things import *",
        "scenarios('a.feature')",
        "import pytest_bdd\npytest_bdd.scenarios('a.feature')",
        "if 1:\n    define_tests()",
        "globals()['test_x'] = lambda: None",
        "import sys\nsetattr(sys.modules[__name__], 'test_x', print)",
        "exec('def test_x(): ...')",
        "def f():\n    vars().update(x)",
        "def __getattr__(name): ...\n__getattr__('x')",
        "def test_x(:",
        "def f():\n  x\n y",
        "\0",
    ],
)
def test_what_cannot_be_told(text: str) -> None:
    assert gone("a.py::test_y", text) is None


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbfdef test_x(): ...\n")
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\n")
    (tmp_path / "README.md").write_text("text")
    (tmp_path / "folder.py").mkdir()
    judge = Judge(reader(tmp_path))
    assert judge.gone("a.py::test_x") is None
    assert judge.gone("a.py::test_y") == "a.py has no test_y"
    assert judge.gone("b.py::test_x") == "b.py does not exist"
    assert judge.gone("latin.py::test_x") is None
    assert judge.gone("README.md::README.md") is None
    assert judge.gone("folder.py::test_x") is None
    assert judge.gone("GONE.md::GONE.md") == "GONE.md does not exist"
    assert judge.gone("") is None


def test_every_file_is_read_once() -> None:
    read: list[str] = []

    def reading(module: str) -> str | None:
        read.append(module)
        return PLAIN if module == "a.py" else None

    judge = Judge(reading)
    for _ in range(3):
        assert judge.gone("a.py::test_gone")
        assert judge.gone("b.py::test_gone")
    assert read == ["a.py", "b.py"]
