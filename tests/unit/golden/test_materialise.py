"""Recipes, made again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.errors import GoldenMismatch
from pytest_specmint.golden.materialise import checked_blocks, dataset_of
from pytest_specmint.golden.origin import Origin, Subject, origin_of
from pytest_specmint.golden.values import Values


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "s.json"
    path.write_text('{"$defs": {"day": {"type": "string", "format": "date"}}, "items": {"$ref": "#/$defs/day"}}')
    return path


def origin(root: Path, dataset: sm.Dataset, **more: str) -> Origin:
    return origin_of(Subject(nodeid="t.py::x", root=root, **more), dataset, Values(dataset).content())


def test_every_argument_is_heeded(tmp_path: Path, schema: Path) -> None:
    made = sm.generate(
        f"{schema}#/$defs/day",
        seed=3,
        count=7,
        start=5,
        as_of="2026-05-06",
        mode="edge",
        draft="7",
        sizes=sm.Sizes(presence=0.5),
    )
    again = dataset_of(origin(tmp_path, made, draft="7"), tmp_path)
    assert again.jsonl == made.jsonl
    assert again.job == made.job


def test_a_schema_that_was_given_as_a_value(tmp_path: Path) -> None:
    made = sm.generate({"type": "integer"}, count=4)
    assert b"".join(checked_blocks(origin(tmp_path, made), tmp_path)) == made.jsonl


def test_a_schema_root(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "p.json").write_text('{"type": "integer"}')
    (tmp_path / "parts" / "s.json").write_text('{"$ref": "p.json"}')
    made = sm.generate(tmp_path / "parts" / "s.json", schema_root=tmp_path, count=4)
    assert dataset_of(origin(tmp_path, made, schema_root=str(tmp_path)), tmp_path).jsonl == made.jsonl


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda one: replace(one, engine_version=0), "engine version 0"),
        (lambda one: replace(one, derived=True), "computed by a test"),
        (lambda one: replace(one, schema=None), "computed by a test"),
        (lambda one: replace(one, schema=replace(one.schema, sha256="0")), "has changed"),
        (lambda one: replace(one, schema=replace(one.schema, path="gone.json")), "cannot be read"),
        (lambda one: replace(one, content=replace(one.content, sha256="0")), "the recipe says 0"),
    ],
)
def test_what_cannot_be_made_again_says_why(
    tmp_path: Path, schema: Path, spoil: Callable[[Origin], Origin], words: str
) -> None:
    one = spoil(origin(tmp_path, sm.generate(schema, count=4)))
    with pytest.raises(GoldenMismatch, match=words) as caught:
        list(checked_blocks(one, tmp_path))
    assert caught.value.hint


def test_arguments_that_cannot_be_read(tmp_path: Path) -> None:
    one = origin(tmp_path, sm.generate({"type": "integer"}, count=4))
    assert one.arguments is not None
    for bad in ({"as_of": "tomorrow"}, {"mode": "odd"}):
        with pytest.raises(GoldenMismatch, match="arguments cannot be read"):
            dataset_of(replace(one, arguments=replace(one.arguments, **bad)), tmp_path)
