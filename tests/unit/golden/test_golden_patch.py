"""Patches: git itself judges them."""

import os
import subprocess
import time
from itertools import product
from pathlib import Path

import pytest

from pytest_specmint.golden.patch import file_patch, spans


def _apply(folder: Path, files: dict[str, tuple[bytes | None, bytes | None]]) -> None:
    """Apply the patch of all files with git, and look what came of it."""
    for name, (old, _) in files.items():
        if old is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(old)
    patch = b"".join(part for name, (old, new) in files.items() for part in file_patch(name, old, new))
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(["git", "apply", "-"], cwd=folder, input=patch, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr.decode() + patch.decode("utf-8", "replace")
    for name, (_, new) in files.items():
        assert ((folder / name).read_bytes() if (folder / name).exists() else None) == new, name


def _document(letters: str, end: bytes) -> bytes:
    return b"\n".join(letter.encode() for letter in letters) + (end if letters else b"")


TEXTS = ["", "a", "b", "ab", "abcdefghijklmnopqrstuvwxyz", "abcdXfghijklmnopqrstuvwYz", "Xabcdefghijklmnopqrstuvwxyz"]
TEXTS += ["abcdefghijklmnopqrstuvwxyzY", "zyx", "abcdefghijklmXnopqrstuXvwxyz", "aaaaaaaaaaaaaaa", "aaaaaaaaaXaaaaa", "bcdefgh"]


def test_all_pairs(tmp_path: Path) -> None:
    contents = [None, *(_document(letters, end) for letters in TEXTS for end in (b"\n", b""))]
    pairs = [pair for pair in product(contents, contents) if pair[0] != pair[1]]
    _apply(tmp_path, {f"f{i}": pair for i, pair in enumerate(pairs)})


@pytest.mark.parametrize("name", ["a b/c d.jsonl", "é/ü.jsonl", 'quo"te', "back\\slash", "tab\there", "-dash", "日本"])
def test_names(tmp_path: Path, name: str) -> None:
    _apply(tmp_path, {name: (b"1\n2\n", b"1\n3\n"), f"{name}.new": (None, b"1\n"), f"{name}.old": (b"1\n", None)})


def test_carriage_returns_are_bytes_like_others(tmp_path: Path) -> None:
    _apply(tmp_path, {"a": (b"1\r\n2\r3\n", b"1\r\n2\n4\r\n")})


def test_nothing_for_what_is_alike() -> None:
    assert list(file_patch("a", b"1\n", b"1\n")) == []
    assert list(file_patch("a", None, None)) == []


def test_form() -> None:
    old = b"".join(b"%d\n" % i for i in range(1, 30))
    new = old.replace(b"\n5\n", b"\nfive\n").replace(b"\n25\n", b"\n")
    assert b"".join(file_patch("d/f", old, new)).decode() == (
        "diff --git a/d/f b/d/f\n--- a/d/f\n+++ b/d/f\n"
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        "@@ -22,7 +22,6 @@\n 22\n 23\n 24\n-25\n 26\n 27\n 28\n"
    )


@pytest.mark.parametrize("later", [10_000, 10_001])
def test_ten_thousand_lines_of_one_kilobyte(tmp_path: Path, later: int) -> None:
    old = b"".join(b"%d %s\n" % (i, b"x" * 900) for i in range(10_000))
    new = b"".join(b"%d %s\n" % (i, (b"y" if i % 2 else b"x") * 900) for i in range(later))
    start = time.perf_counter()
    size = sum(map(len, file_patch("f", old, new)))
    assert time.perf_counter() - start < 2
    assert size > 5_000_000
    _apply(tmp_path, {"f": (old, new)})


def test_lines_in_step() -> None:
    old = [b"%d" % i for i in range(5000)]
    new = [each + (b"!" if i in {3, 4, 100, 4990} else b"") for i, each in enumerate(old)]
    assert spans(old, new) == [(3, 5, 3, 5), (100, 101, 100, 101), (4990, 4991, 4990, 4991)]
    assert spans(old, [*old[:10], b"new", *old[10:]]) == [(10, 10, 10, 11)]
