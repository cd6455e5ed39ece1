"""What a machine says of itself, also where it says little."""

import sys
from pathlib import Path

import pytest

from pytest_specmint.report import machine
from pytest_specmint.version import __version__


def test_system() -> None:
    seen = machine.system()
    assert seen["packages"]["pytest-specmint"] == __version__
    assert seen["packages"]["numpy"]
    assert seen["cpu"]
    assert seen["python"].endswith(".".join(map(str, sys.version_info[:3])))


def test_peak_memory_grows_and_never_shrinks() -> None:
    before = machine.peak_memory()
    block = bytearray(64_000_000)
    block[::4096] = b"x" * len(block[::4096])
    after = machine.peak_memory()
    del block
    if before is None or after is None:
        pytest.skip("this system does not tell")
    assert 1_000_000 < before <= after
    assert (machine.peak_memory() or 0) >= after - 1_000_000


def test_without_the_files_of_linux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "_STATUS", tmp_path / "none")
    monkeypatch.setattr(machine, "_CPU_INFO", tmp_path / "none")
    assert machine.system()["cpu"]
    peak = machine.peak_memory()
    assert peak is None or peak > 1_000_000


@pytest.mark.parametrize(
    ("limit", "usable"), [("536870912\n", 536_870_912), ("max\n", None), ("9223372036854771712\n", None)]
)
def test_a_container_s_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str, usable: int | None) -> None:
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr(machine, "_MEMORY_LIMITS", (tmp_path / "memory.max", tmp_path / "none"))
    monkeypatch.setattr(machine, "_memory", lambda: 16_000_000_000)
    seen = machine.system()
    assert (seen["memory"], seen["usableMemory"]) == (16_000_000_000, usable or 16_000_000_000)


def test_without_the_resource_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "_STATUS", tmp_path / "none")
    monkeypatch.setitem(sys.modules, "resource", None)
    assert machine.peak_memory() is None


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PACKAGES", ("no-such-package-at-all",))
    assert machine.system()["packages"]["no-such-package-at-all"] is None
