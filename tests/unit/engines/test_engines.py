"""Engines by name, and the one of this machine."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_specmint.engines import table
from pytest_specmint.engines.local import LocalEngine
from pytest_specmint.engines.table import ENGINES, engine_named
from pytest_specmint.errors import UsageError


def test_engines_of_this_package() -> None:
    assert {"local", "dask"} <= ENGINES.keys()
    assert isinstance(engine_named("local"), LocalEngine)


def test_an_unknown_engine() -> None:
    with pytest.raises(UsageError, match="unknown engine 'locale'") as told:
        engine_named("locale")
    assert (told.value.hint or "").startswith("did you mean 'local'? known are: local, dask")


def test_one_whose_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match="--engine dask needs distributed, which is not installed") as told:
        engine_named("dask")
    assert told.value.hint == 'pip install "pytest-specmint[dask]"'


class Mine:
    def run(self, *_: object) -> Iterator[object]:
        yield from ()


def broken() -> object:
    raise RuntimeError("no licence")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(Mine=Mine, broken=broken, nothing=lambda: 3)
    monkeypatch.setitem(sys.modules, "mine_of_a_test", module)  # type: ignore[misc]
    points = [
        EntryPoint(name, f"mine_of_a_test:{value}", table.GROUP)
        for name, value in (("mine", "Mine"), ("broken", "broken"), ("nothing", "nothing"), ("gone", "Gone"))
    ]
    monkeypatch.setattr(table, "entry_points", lambda group: points if group == table.GROUP else [])


def test_an_installed_one(installed: None) -> None:
    assert isinstance(engine_named("mine"), Mine)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broken", "engine 'broken' cannot be loaded: RuntimeError: no licence"),
        ("gone", "engine 'gone' cannot be loaded: AttributeError"),
        ("nothing", "is no engine"),
        ("other", "unknown engine"),
    ],
)
def test_installed_ones_that_cannot_be_used(installed: None, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        engine_named(name)


def test_no_engine_is_loaded_for_another(root: Path) -> None:
    import subprocess

    code = (
        "import sys; from pytest_specmint.engines.table import engine_named; engine_named('local'); "
        "print([each for each in ('dask', 'distributed', 'fsspec', 'tenacity') if each in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout == "[]\n"
