"""One schema, seed and count have one digest: whoever makes the dataset, however it is cut, whatever happens meanwhile."""

import re
import shutil
import sys

import pytest
from cluster import COUNT, Box, kill, until

PACKAGES = {"dask": "distributed", "spark": "pyspark", "ray": "ray"}


@pytest.fixture(scope="module")
def tree(whole: dict[str, bytes]) -> str:
    found = re.search(rb'"tree_sha256": "([0-9a-f]{64})"', whole["manifest.json"])
    assert found is not None
    return found[1].decode()


def test_one_file(box: Box, tree: str) -> None:
    given = ("generate", "-s", "small.json", "-n", str(COUNT), "--seed", "7", "--no-record-files", "--workers", "2")
    assert box.run(*given, "-o", "one").code == 0
    assert f"tree sha256 {tree[:16]}" in box.run("merge", "one").err


def test_seven_shards_merged(box: Box, tree: str) -> None:
    for k in range(1, 8):
        given = ("generate", "-s", "small.json", "-n", str(COUNT), "--seed", "7", "--no-record-files")
        assert box.run(*given, "--shard", f"{k}/7", "-o", f"shard-{k}").code == 0
    merged = box.run("merge", *(f"shard-{k}" for k in range(1, 8)), "-o", "merged")
    assert merged.code == 0, merged.err
    assert f"tree sha256 {tree[:16]}" in merged.err


def test_killed_three_times_and_resumed(box: Box, whole: dict[str, bytes], tree: str) -> None:
    for kept in range(3):
        run = box.begin("-o", "out", "--workers", "2", "--resume")
        until(lambda kept=kept: len(list(box.directory.glob("out/_specmint/part-*.json"))) > kept)
        kill(run)
    assert box.generate("-o", "out", "--resume").code == 0
    assert box.manifest("out")["dataset"]["tree_sha256"] == tree
    assert box.files("out") == whole


@pytest.mark.parametrize("engine", PACKAGES)
def test_engines(box: Box, whole: dict[str, bytes], tree: str, engine: str) -> None:
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("the engine spark needs Java")
    pytest.importorskip(PACKAGES[engine], reason=f'needs: pip install "pytest-specmint[{engine}]"')
    box.more["PYSPARK_PYTHON"] = sys.executable
    ran = box.generate("--engine", engine, "--workers", "2", "-o", "out", seconds=240)
    assert ran.code == 0, ran.err
    assert box.manifest("out")["dataset"]["tree_sha256"] == tree
    assert box.files("out") == whole


@pytest.mark.parametrize("form", ["csv", "jsonl.zst", "parquet"])
def test_formats(box: Box, tree: str, form: str) -> None:
    pytest.importorskip("zstandard" if form == "jsonl.zst" else "pyarrow")
    ran = box.generate("--format", form, "-o", "out")
    assert ran.code == 0, ran.err
    assert box.manifest("out")["dataset"]["tree_sha256"] == tree
