"""Directories that appear whole or not at all."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.errors import OutputError
from pytest_specmint.output import atomic
from pytest_specmint.output.atomic import io_errors, replaced_directory, write_file

MANIFEST = '{"dataset_id": "smnt_0123"}'


def fill(directory: Path, text: str = "old") -> None:
    directory.mkdir(exist_ok=True)
    (directory / "manifest.json").write_text(MANIFEST)
    (directory / "dataset.jsonl").write_text(text)
    (directory / "run.json").write_text("{}")
    (directory / "record_0001.json").write_text(text)


def content(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def write(target: Path, text: str = "new") -> None:
    with replaced_directory(target) as staging:
        (staging / "dataset.jsonl").write_text(text)
        (staging / "manifest.json").write_text(MANIFEST)


def fail(target: Path) -> None:
    with replaced_directory(target) as staging:
        (staging / "dataset.jsonl").write_text("half")
        raise ZeroDivisionError


def alone(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_new_directory_with_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "out")
    assert alone(tmp_path / "a" / "b") == ["out"]


def test_nothing_under_the_final_name_before_the_end(tmp_path: Path) -> None:
    with replaced_directory(tmp_path / "out") as staging:
        assert staging.parent == tmp_path
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out").is_dir()


def test_earlier_output_is_replaced_as_a_whole(tmp_path: Path) -> None:
    fill(tmp_path / "out")
    write(tmp_path / "out")
    assert content(tmp_path / "out") == {"dataset.jsonl": "new", "manifest.json": MANIFEST}
    assert alone(tmp_path) == ["out"]


def test_a_failure_leaves_earlier_output_as_it_was(tmp_path: Path) -> None:
    fill(tmp_path / "out")
    before = content(tmp_path / "out")
    with pytest.raises(ZeroDivisionError):
        fail(tmp_path / "out")
    assert content(tmp_path / "out") == before
    assert alone(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", "mine"),
        ("record_.json", "{}"),
        ("record_one.json", "{}"),
        ("manifest.json", '{"name": "a web application"}'),
        ("manifest.json", "not JSON"),
        ("manifest.json", "[1]"),
        ("dataset.jsonl", "data of someone else, without a manifest"),
    ],
)
def test_foreign_files_are_never_replaced(tmp_path: Path, name: str, text: str) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / name).write_text(text)
    with pytest.raises(OutputError, match=name) as caught:
        write(target)
    assert "empty directory" in (caught.value.hint or "")
    assert content(target) == {name: text}
    assert alone(tmp_path) == ["out"]


def test_a_directory_with_the_name_of_a_record_is_foreign(tmp_path: Path) -> None:
    fill(tmp_path / "out")
    (tmp_path / "out" / "record_0002.json").mkdir()
    with pytest.raises(OutputError, match=r"record_0002\.json"):
        write(tmp_path / "out")


def test_empty_directory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out" / "dataset.jsonl").exists()


def test_working_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="working directory"):
        write(Path())


def test_symbolic_link_is_followed_and_stays(tmp_path: Path) -> None:
    fill(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for text in ("one", "two"):
        write(tmp_path / "link", text)
        assert (tmp_path / "real" / "dataset.jsonl").read_text() == text
    assert (tmp_path / "link").is_symlink()
    assert alone(tmp_path) == ["link", "real"]


def test_name_with_pattern_characters(tmp_path: Path) -> None:
    stale = tmp_path / f".out[1]*.specmint-{dead_pid()}-0"
    stale.mkdir()
    write(tmp_path / "out[1]*")
    assert alone(tmp_path) == ["out[1]*"]


class TestRepair:
    def test_crash_between_the_renames_is_undone(self, tmp_path: Path) -> None:
        fill(tmp_path / ".out.specmint-old", "before the crash")
        with pytest.raises(ZeroDivisionError):
            fail(tmp_path / "out")
        assert (tmp_path / "out" / "dataset.jsonl").read_text() == "before the crash"
        assert alone(tmp_path) == ["out"]

    def test_crash_before_the_old_one_was_deleted(self, tmp_path: Path) -> None:
        fill(tmp_path / ".out.specmint-old", "older")
        fill(tmp_path / "out", "newer")
        write(tmp_path / "out", "newest")
        assert (tmp_path / "out" / "dataset.jsonl").read_text() == "newest"
        assert alone(tmp_path) == ["out"]

    def test_staging_of_dead_processes_goes_that_of_living_ones_stays(self, tmp_path: Path) -> None:
        dead, living = f".out.specmint-{dead_pid()}-0", f".out.specmint-{os.getppid()}-0"
        other = f".other.specmint-{dead_pid()}-0"
        for name in (dead, living, other):
            (tmp_path / name).mkdir()
        write(tmp_path / "out")
        assert alone(tmp_path) == sorted([living, other, "out"])

    def test_failed_second_rename_brings_the_old_one_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(tmp_path / "out")
        rename = Path.rename

        def failing(self: Path, target: Any) -> Path:
            if ".specmint-" in self.name and not self.name.endswith("-old"):
                raise OSError(errno.EIO, "Input/output error")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", failing)
        with pytest.raises(OutputError, match="Input/output error"):
            write(tmp_path / "out")
        assert (tmp_path / "out" / "dataset.jsonl").read_text() == "old"
        assert alone(tmp_path) == ["out"]


def test_two_at_once_in_one_process(tmp_path: Path) -> None:
    with replaced_directory(tmp_path / "out") as first, replaced_directory(tmp_path / "other") as second:
        assert first != second
    with replaced_directory(tmp_path / "same") as first:
        (first / "dataset.jsonl").write_text("")
        (first / "manifest.json").write_text(MANIFEST)
        with pytest.raises(OutputError, match=f"being written by another run: process {os.getpid()}, since "):
            write(tmp_path / "same")
        assert first.exists()
    write(tmp_path / "same")
    assert alone(tmp_path) == ["other", "out", "same"]


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EACCES, "writable"),
        (errno.EROFS, "read-only"),
        (errno.EBUSY, "mount point"),
        (errno.EIO, "check the path"),
    ],
)
def test_system_errors_become_words(tmp_path: Path, code: int, hint: str) -> None:
    with pytest.raises(OutputError, match=os.strerror(code)) as caught, io_errors(tmp_path):
        raise OSError(code, os.strerror(code))
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("below", ["file", "file/x", "file/x/y"])
def test_target_at_or_below_a_file(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        write(tmp_path / below)
    assert (tmp_path / "file").read_text() == "mine"
    assert alone(tmp_path) == ["file"]


class TestFile:
    def test_written_with_parents_and_replaced(self, tmp_path: Path) -> None:
        path = tmp_path / "a" / "golden.jsonl"
        for data in (b"one", b"two"):
            write_file(path, data)
            assert path.read_bytes() == data
        assert alone(tmp_path / "a") == ["golden.jsonl"]

    def test_failure_leaves_the_file_as_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "golden.jsonl"
        path.write_bytes(b"old")

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(atomic.os, "fsync", full)
        with pytest.raises(OutputError, match="No space left"):
            write_file(path, b"new")
        assert path.read_bytes() == b"old"
        assert alone(tmp_path) == ["golden.jsonl"]
