"""`specmint-cli generate --shard`: parts of a run that are, joined in order, the run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main

CLAIM = "healthcare/claim_837p_slim.json"


@pytest.fixture
def generate(tmp_path: Path, schemas: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, schema: str = CLAIM) -> int:
        return main(["generate", "--schema", str(schemas / schema), "--quiet", *arguments])

    return run


def data(directory: Path, name: str = "dataset.jsonl") -> bytes:
    return (directory / name).read_bytes()


@pytest.mark.parametrize(
    "more",
    [(), ("--start", "900"), ("--mode", "edge"), ("--workers", "2", "--domain", "healthcare"), ("--invalid",)],
    ids=["usual", "a start", "edge", "workers and a pack", "near misses"],
)
def test_shards_joined_are_the_whole(generate: Callable[..., int], tmp_path: Path, more: tuple[str, ...]) -> None:
    given = ("--count", "23", "--seed", "7", *more)
    assert generate(*given, "--out", "whole") == 0
    for k in range(1, 5):
        assert generate(*given, "--shard", f"{k}/4", "--out", f"part-{k}") == 0
    names = ["dataset.jsonl", *["violations.jsonl"][: "--invalid" in more]]
    for name in names:
        assert b"".join(data(tmp_path / f"part-{k}", name) for k in range(1, 5)) == data(tmp_path / "whole", name)


def test_the_manifest_says_which_shard(generate: Callable[..., int], tmp_path: Path) -> None:
    assert generate("--count", "10", "--start", "5", "--shard", "2/3", "--out", "part") == 0
    assert generate("--count", "3", "--start", "8", "--out", "same") == 0
    part, same = (json.loads(data(tmp_path / name, "manifest.json")) for name in ("part", "same"))
    assert part["shard"] == {"number": 2, "of": 3, "whole_start": 5, "whole_count": 10}
    assert (part["gen"]["start"], part["gen"]["count"]) == (8, 3)
    assert "shard" not in same
    del part["shard"]
    assert part == same  # the same records, asked for in another way: the same id


def test_from_environment_file_and_to_standard_output(
    generate: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    assert generate("--count", "9", "--stdout") == 0
    whole = capfdbinary.readouterr().out
    monkeypatch.setenv("SPECMINT_SHARD", "1/2")
    assert generate("--count", "9", "--stdout") == 0
    first = capfdbinary.readouterr().out
    monkeypatch.delenv("SPECMINT_SHARD")
    (tmp_path / "specmint.toml").write_text('shard = "2/2"\ncount = 9\n')
    assert generate("--stdout") == 0
    assert (first + capfdbinary.readouterr().out, first.count(b"\n")) == (whole, 4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shard", "3/2"), "is not k/n"),
        (("--shard", "1/11", "--count", "10"), "11 shards of 10 records"),
        (("--shard", "1/2", "--index", "3"), "exclude each other"),
        (("--shard", "1/1", "--count", "0"), "count must be a whole number"),
    ],
)
def test_mistakes(generate: Callable[..., int], capfd: Any, arguments: tuple[str, ...], said: str) -> None:
    assert generate(*arguments, "--stdout") == 1
    output, errors = capfd.readouterr()
    assert output == ""
    assert said in errors
    assert "hint: " in errors


def test_one_of_several_datasets_in_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> None:
    monkeypatch.chdir(tmp_path)
    identified = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "pattern": "^C[0-9]{4}$"}},
    }
    orders = {"type": "object", "required": ["by"], "properties": {"by": {"type": "string", "x-ref": "customers#/id"}}}
    for name, schema in (("customers", identified), ("orders", orders)):
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))
    several = {"datasets": {n: {"schema": f"{n}.json", "count": 11} for n in ("customers", "orders")}}
    (tmp_path / "all.yaml").write_text(json.dumps(several))
    given = ["generate", "--datasets", "all.yaml", "--quiet"]
    assert main([*given, "--shard", "1/2", "--out", "out"]) == 1
    assert b"add --only NAME" in capfdbinary.readouterr().err
    assert main([*given, "--only", "orders", "--stdout"]) == 0
    whole = capfdbinary.readouterr().out
    for k in (1, 2, 3):
        assert main([*given, "--only", "orders", "--shard", f"{k}/3", "--stdout"]) == 0
    assert capfdbinary.readouterr().out == whole
    assert whole.count(b"\n") == 11
