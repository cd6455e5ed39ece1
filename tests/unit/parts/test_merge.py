"""Datasets that are consecutive ranges of one become one, or an error says why not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pytest_specmint.engines.local import LocalEngine
from pytest_specmint.errors import InvalidData, OutputError, UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.output.formats import JSONL
from pytest_specmint.output.run import write_dataset
from pytest_specmint.parts.engine import EngineOptions
from pytest_specmint.parts.layout import LEAF, sharded
from pytest_specmint.parts.merge import merge
from pytest_specmint.parts.run import make_parts, order_of
from pytest_specmint.shards import shard_of

OF = 7


@pytest.fixture
def lines(job: Job, tmp_path: Path) -> Callable[..., list[str]]:
    """Shards of a file of lines."""

    def make(whole: Job = job, of: int = OF) -> list[str]:
        names = []
        for k in range(1, of + 1):
            shard = shard_of(f"{k}/{of}", whole.start, whole.count)
            part = replace(whole, start=shard.start, count=shard.count)
            names.append(str(write_dataset(part, tmp_path / f"s{k}", shard=shard, record_files=False).directory))
        return names

    return make


def content(directory: str | Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(directory).iterdir()) if path.name != "run.json"}


@pytest.mark.parametrize("mode", [Mode.USUAL, Mode.EDGE, Mode.INVALID])
def test_shards_in_any_order_are_the_whole(
    job: Job, lines: Callable[..., list[str]], tmp_path: Path, mode: Mode
) -> None:
    whole = replace(job, mode=mode, count=50)
    names = lines(whole)
    merged = merge([*names[3:], *names[:3]], str(tmp_path / "merged"))
    write_dataset(whole, tmp_path / "whole", record_files=False)
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    assert merge([str(tmp_path / "merged")], None).tree == merged.tree == merge([str(tmp_path / "whole")], None).tree


def test_shards_of_parts(job: Job, tmp_path: Path) -> None:
    whole = order_of(replace(job, count=4 * LEAF + 9), str(tmp_path / "whole"), JSONL)
    make_parts(whole, LocalEngine(), EngineOptions())
    names = []
    for k in (1, 2, 3):
        cut = sharded(whole.layout, f"{k}/3")
        names.append(str(tmp_path / f"s{k}"))
        part = replace(
            whole,
            job=replace(whole.job, start=cut.start, count=cut.count),
            parts=cut.parts,
            shard=cut.shard,
            target=names[-1],
        )
        make_parts(part, LocalEngine(), EngineOptions())
    merged = merge(reversed_(names), str(tmp_path / "merged"))
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    assert merged.files == 5
    one = write_dataset(whole.job, tmp_path / "one", record_files=False)
    assert merge([str(one.directory)], None).tree == merged.tree == merged.manifest["dataset"]["tree_sha256"]


def reversed_(names: list[str]) -> list[str]:
    return names[::-1]


def test_one_that_is_missing(lines: Callable[..., list[str]], tmp_path: Path) -> None:
    names = lines()
    for left, said in (
        (names[:2] + names[3:], r"records \d+ to \d+ are missing: between .*s2 and .*s4"),
        (names[1:], "shard 1/7 is missing"),
        (names[:-1], "shard 7/7 is missing"),
    ):
        with pytest.raises(InvalidData, match=said):
            merge(left, str(tmp_path / "merged"))
    assert not (tmp_path / "merged" / "manifest.json").exists()


def test_ranges_that_overlap(job: Job, tmp_path: Path) -> None:
    one = write_dataset(replace(job, start=0, count=10), tmp_path / "one", record_files=False)
    two = write_dataset(replace(job, start=9, count=10), tmp_path / "two", record_files=False)
    with pytest.raises(InvalidData, match="both hold record 9"):
        merge([str(one.directory), str(two.directory)], None)
    with pytest.raises(UsageError, match="given twice"):
        merge([str(one.directory)] * 2, None)


def test_datasets_that_differ(job: Job, lines: Callable[..., list[str]], tmp_path: Path) -> None:
    names = lines()
    other = shard_of("2/7", job.start, job.count)
    for changed, said in (
        (replace(job, seed=8), r"differ in gen.seed$"),
        (replace(job, as_of=replace_day(job)), r"differ in gen.as_of$"),
    ):
        part = replace(changed, start=other.start, count=other.count)
        write_dataset(part, tmp_path / "s2", shard=other, record_files=False)
        with pytest.raises(InvalidData, match=said):
            merge(names, None)


def replace_day(job: Job) -> Any:
    return job.as_of.replace(year=2024)


def test_parts_and_lines_are_not_joined(job: Job, tmp_path: Path) -> None:
    make_parts(order_of(replace(job, count=10), str(tmp_path / "a"), JSONL), LocalEngine(), EngineOptions())
    write_dataset(replace(job, start=15, count=10), tmp_path / "b", record_files=False)
    with pytest.raises(InvalidData, match="not cut and written alike"):
        merge([str(tmp_path / "a"), str(tmp_path / "b")], None)


def test_parts_that_are_not_aligned(job: Job, tmp_path: Path) -> None:
    for name, start in (("a", 5), ("b", 15)):
        make_parts(
            order_of(replace(job, start=start, count=10), str(tmp_path / name), JSONL), LocalEngine(), EngineOptions()
        )
    with pytest.raises(InvalidData, match="no multiple of 65,536 after 5"):
        merge([str(tmp_path / "a"), str(tmp_path / "b")], None)


@pytest.mark.parametrize("damage", ["changed", "cut off", "gone", "no last newline", "manifest", "no manifest"])
def test_a_damaged_dataset(lines: Callable[..., list[str]], tmp_path: Path, damage: str) -> None:
    names = lines()
    data, manifest = tmp_path / "s3" / "dataset.jsonl", tmp_path / "s3" / "manifest.json"
    whole = data.read_bytes()
    if damage == "changed":
        data.write_bytes(whole.replace(b"1", b"2", 1))
    elif damage == "cut off":
        data.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
    elif damage == "gone":
        data.unlink()
    elif damage == "no last newline":
        data.write_bytes(whole[:-1])
    elif damage == "manifest":
        manifest.write_text('{"dataset": 3}')
    else:
        manifest.unlink()
    kind = OutputError if damage == "no manifest" else InvalidData
    with pytest.raises(kind, match="s3"):
        merge(names, str(tmp_path / "merged"))
    assert not (tmp_path / "merged" / "dataset.jsonl").exists()
    assert not (tmp_path / "merged" / "manifest.json").exists()


def test_a_damaged_part(job: Job, tmp_path: Path) -> None:
    make_parts(order_of(replace(job, count=10), str(tmp_path / "a"), JSONL), LocalEngine(), EngineOptions())
    part = tmp_path / "a" / "part-00000.jsonl"
    part.write_bytes(part.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(InvalidData, match=r"part-00000.jsonl is not what its manifest says"):
        merge([str(tmp_path / "a")], str(tmp_path / "merged"))
    assert list((tmp_path / "merged").iterdir()) == []


def test_a_place_that_is_taken(lines: Callable[..., list[str]], tmp_path: Path) -> None:
    names = lines()
    (tmp_path / "merged").mkdir()
    (tmp_path / "merged" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds thesis.txt"):
        merge(names, str(tmp_path / "merged"))
    assert [path.name for path in (tmp_path / "merged").iterdir()] == ["thesis.txt"]


def test_datasets_of_a_language_model(lines: Callable[..., list[str]], tmp_path: Path) -> None:
    names = lines()
    path = tmp_path / "s2" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "llm": {"mode": "fields"}}))
    with pytest.raises(UsageError, match="written with a language model"):
        merge(names, None)
