"""Plans kept on disk: found again, never trusted blindly, never in the way."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint import plan_cache
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Plan
from pytest_specmint.errors import UnsatisfiableSchema
from pytest_specmint.plan_cache import recalled

PLAN = Plan((Choice(("kept",)),), 0)
OTHER = Plan((Choice(("new",)),), 0)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(plan_cache.SWITCH, str(tmp_path / "cache" / "plans"))
    monkeypatch.setattr(plan_cache, "WORTH", 0.0)
    return tmp_path / "cache" / "plans"


def never() -> Plan:
    raise AssertionError("compiled though the plan is kept")


def kept(directory: Path) -> Path:
    (path,) = directory.iterdir()
    return path


def test_a_plan_is_found_again_by_its_identity(directory: Path) -> None:
    assert recalled(("a", 1), lambda: PLAN) == PLAN
    assert recalled(("a", 1), never) == PLAN
    assert recalled(("a", 2), lambda: OTHER) == OTHER


def test_cheap_plans_are_not_kept(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_cache, "WORTH", 60.0)
    recalled("a", lambda: PLAN)
    assert not directory.exists()


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
def test_the_switch(directory: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(plan_cache.SWITCH, word)
    recalled("a", lambda: PLAN)
    assert not directory.exists()


def test_without_a_choice_plans_are_kept_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    monkeypatch.delenv(plan_cache.SWITCH)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    recalled("a", lambda: PLAN)
    assert [path.parent.name for path in tmp_path.rglob("*") if path.is_file()] == ["plans"]


def test_nobody_else_may_read_or_write(directory: Path) -> None:
    recalled("a", lambda: PLAN)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert kept(directory).stat().st_mode & 0o077 == 0


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def changed(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-3] + b"\0\0\0")


def garbage(path: Path) -> None:
    path.write_bytes(b"not a plan")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def open_to_all(path: Path) -> None:
    path.chmod(0o666)


def in_a_directory_open_to_all(path: Path) -> None:
    path.parent.chmod(0o777)


def outdated(path: Path) -> None:
    from hashlib import sha256

    content = pickle.dumps(PLAN).replace(b"engine.plan", b"engine.gone")
    path.write_bytes(sha256(content).digest() + content)


@pytest.mark.parametrize(
    "spoil", [shortened, changed, garbage, emptied, open_to_all, in_a_directory_open_to_all, outdated]
)
def test_what_cannot_be_trusted_is_compiled_again(directory: Path, spoil: Callable[[Path], None]) -> None:
    recalled("a", lambda: PLAN)
    spoil(kept(directory))
    assert recalled("a", lambda: OTHER) == OTHER


def test_a_spoiled_plan_is_replaced(directory: Path) -> None:
    recalled("a", lambda: PLAN)
    garbage(kept(directory))
    recalled("a", lambda: PLAN)
    assert recalled("a", never) == PLAN


def test_a_cache_that_cannot_be_written_is_no_failure(directory: Path) -> None:
    directory.parent.mkdir()
    directory.write_text("a file in its place")
    assert recalled("a", lambda: PLAN) == PLAN


def test_a_full_disk_is_no_failure(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(plan_cache, "NamedTemporaryFile", full)
    assert recalled("a", lambda: PLAN) == PLAN


def test_the_oldest_go_first(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recalled("a", lambda: PLAN)
    first = kept(directory)
    os.utime(first, (1, 1))
    monkeypatch.setattr(plan_cache, "ROOM", first.stat().st_size + 10)
    recalled("b", lambda: PLAN)
    assert not first.exists()
    assert recalled("b", never) == PLAN


def test_an_edited_package_keeps_no_plans(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recalled("a", lambda: PLAN)
    monkeypatch.setattr(plan_cache, "_fingerprint", lambda: "another state")
    assert recalled("a", lambda: OTHER) == OTHER


def test_datasets_come_from_kept_plans_with_the_same_bytes(directory: Path) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "unit": {"enum": ["kg", "m"]}}}
    plain = sm.generate(schema, seed=4, count=30, as_of="2025-03-01").jsonl
    assert len(list(directory.iterdir())) == 1
    from pytest_specmint import job

    job._plan.cache_clear()
    assert sm.generate(schema, seed=4, count=30, as_of="2025-03-01").jsonl == plain
    assert sm.generate(schema, seed=4, count=30, as_of="2025-03-02").jsonl
    assert len(list(directory.iterdir())) == 2


def test_refusals_are_not_kept(directory: Path) -> None:
    with pytest.raises(UnsatisfiableSchema):
        sm.generate({"type": "integer", "minimum": 2, "maximum": 1})
    assert not directory.exists()
