"""Datasets: sequences of records that know their origin."""

import json
import pickle
import shlex
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cli.main import main
from pytest_specmint.engine.plan import LANES

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "tags"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{3}$"}},
    },
}


@pytest.fixture
def dataset() -> sm.Dataset:
    return sm.generate(SCHEMA, seed=7, count=25)


class TestSequence:
    def test_is_a_sequence(self, dataset: sm.Dataset) -> None:
        assert isinstance(dataset, Sequence)
        assert len(dataset) == 25

    def test_iterates_again_and_again(self, dataset: sm.Dataset) -> None:
        first = list(dataset)
        assert list(dataset) == first
        assert [a for a, _ in zip(dataset, dataset, strict=True)] == first

    def test_index(self, dataset: sm.Dataset) -> None:
        records = list(dataset)
        assert [dataset[i] for i in range(25)] == records
        assert [dataset[i - 25] for i in range(25)] == records

    @pytest.mark.parametrize("index", [25, -26, 10**9])
    def test_index_beyond(self, dataset: sm.Dataset, index: int) -> None:
        with pytest.raises(IndexError):
            dataset[index]

    @pytest.mark.parametrize(
        "cut",
        [
            slice(None),
            slice(3, 9),
            slice(-5, None),
            slice(None, -20),
            slice(0, 1000),
            slice(9, 3),
            slice(None, None, 2),
            slice(None, None, -1),
            slice(20, 2, -3),
        ],
        ids=str,
    )
    def test_slices(self, dataset: sm.Dataset, cut: slice) -> None:
        assert list(dataset[cut]) == list(dataset)[cut]

    def test_a_slice_is_a_dataset_of_its_own(self, dataset: sm.Dataset) -> None:
        part = dataset[5:8]
        assert isinstance(part, sm.Dataset)
        assert (part.start, len(part), part.seed) == (5, 3, 7)
        assert part == sm.generate(SCHEMA, seed=7, start=5, count=3)

    def test_across_blocks(self) -> None:
        large = sm.generate(SCHEMA, seed=7, count=LANES + 10)
        records = list(large)
        assert len(records) == LANES + 10
        assert [large[i] for i in (LANES, LANES - 1, 0, -1)] == [records[i] for i in (LANES, LANES - 1, 0, -1)]
        assert list(sm.generate(SCHEMA, seed=7, count=20, start=LANES - 10)) == records[LANES - 10 :]

    def test_membership_and_search(self, dataset: sm.Dataset) -> None:
        record = dataset[3]
        assert record in dataset
        assert dataset.index(record) == 3
        assert list(reversed(dataset)) == list(dataset)[::-1]


class TestEquality:
    def test_with_list(self, dataset: sm.Dataset) -> None:
        records = list(dataset)
        assert dataset == records
        assert records == dataset
        assert dataset != records[:-1]
        assert dataset != [*records[:-1], {}]

    def test_with_dataset(self, dataset: sm.Dataset) -> None:
        assert dataset == sm.generate(SCHEMA, seed=7, count=25)
        assert dataset != sm.generate(SCHEMA, seed=8, count=25)
        assert dataset != sm.generate(SCHEMA, seed=7, count=24)

    def test_with_something_else(self, dataset: sm.Dataset) -> None:
        assert dataset != 3
        assert dataset != "x"

    def test_has_no_hash(self, dataset: sm.Dataset) -> None:
        with pytest.raises(TypeError):
            hash(dataset)


class TestBytes:
    def test_digest_is_that_of_the_lines(self, dataset: sm.Dataset) -> None:
        fresh = sm.generate(SCHEMA, seed=7, count=25).sha256  # computed without the lines
        assert dataset.sha256 == sha256(dataset.jsonl).hexdigest() == fresh
        assert sha256(dataset.jsonl).hexdigest() == dataset.sha256

    def test_lines_are_the_records(self, dataset: sm.Dataset) -> None:
        assert dataset.jsonl.endswith(b"\n")
        assert [json.loads(line) for line in dataset.jsonl.splitlines()] == list(dataset)

    def test_manifest(self, dataset: sm.Dataset) -> None:
        text = json.dumps(dataset.manifest)
        assert dataset.sha256 in text
        assert dataset.schema.sha256 in text

    def test_write(self, dataset: sm.Dataset, tmp_path: Path) -> None:
        where = dataset.write(tmp_path / "out")
        assert where == tmp_path / "out"
        assert (where / "dataset.jsonl").read_bytes() == dataset.jsonl
        assert json.loads((where / "manifest.json").read_text()) == json.loads(json.dumps(dataset.manifest))
        assert (where / "run.json").exists()
        assert len(list(where.glob("record_*.json"))) == 25

    def test_write_without_record_files(self, dataset: sm.Dataset, tmp_path: Path) -> None:
        where = dataset.write(tmp_path / "out", record_files=False)
        assert sorted(path.name for path in where.iterdir()) == ["dataset.jsonl", "manifest.json", "run.json"]

    def test_write_twice_gives_the_same_bytes(self, dataset: sm.Dataset, tmp_path: Path) -> None:
        one, other = dataset.write(tmp_path / "a"), dataset.write(tmp_path / "b")
        for name in ("dataset.jsonl", "manifest.json"):
            assert (one / name).read_bytes() == (other / name).read_bytes()

    def test_write_where_it_cannot(self, dataset: sm.Dataset, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(sm.OutputError):
            dataset.write(tmp_path / "file" / "out")


class TestCommand:
    @pytest.mark.parametrize("index", [0, 1, 24])
    def test_reproduces_the_record(self, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], index: int) -> None:
        path = tmp_path / "a-schema.json"
        path.write_text(json.dumps(SCHEMA))
        dataset = sm.generate(path, seed=7, count=25, start=100, as_of="2020-05-05")
        words = shlex.split(dataset.command(index))
        assert words[0] == "specmint-cli"
        assert main(words[1:]) == 0
        assert capfdbinary.readouterr().out == dataset.jsonl.splitlines(keepends=True)[index]

    def test_of_a_part_of_a_schema(self, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        path = tmp_path / "s.json"
        path.write_text(json.dumps({"$defs": {"a": SCHEMA}}))
        dataset = sm.generate(f"{path}#/$defs/a", seed=7)
        assert main(shlex.split(dataset.command(4))[1:]) == 0
        assert capfdbinary.readouterr().out == dataset.jsonl.splitlines(keepends=True)[4]

    def test_of_a_mapping_names_a_placeholder(self, dataset: sm.Dataset) -> None:
        assert "--schema SCHEMA.json --seed 7 --index 3 --as-of 2025-01-01" in dataset.command(3)


def test_shows_its_origin(dataset: sm.Dataset) -> None:
    assert repr(dataset) == f"<Dataset {dataset.schema.sha256[:12]} seed=7 count=25 start=0>"


def test_records_of_different_indices_differ(dataset: sm.Dataset) -> None:
    assert len({json.dumps(record) for record in dataset}) == 25


def test_plans_survive_pickling(dataset: sm.Dataset) -> None:
    plan = pickle.loads(pickle.dumps(dataset.job.plan()))
    assert plan.records(7, 0, 25) == list(dataset)
