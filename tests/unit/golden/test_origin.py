"""Where goldens come from, as it is written down."""

import json
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import InvalidData
from pytest_specmint.golden.origin import SHOWN, Content, Origin, Subject, origin_of, properties, read_origin
from pytest_specmint.golden.values import Values


def origin(root: Path, schema: object, **options: object) -> Origin:
    dataset = sm.generate(schema, seed=7, count=3, **options)  # type: ignore[arg-type]
    return origin_of(Subject(nodeid="t.py::x", root=root, name="n"), dataset, Values(dataset).content())


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "schemas" / "s.json"
    path.parent.mkdir()
    path.write_text('{"properties": {"a": {"type": "integer"}}}')
    one = origin(tmp_path, path, as_of="2025-02-03", mode="edge", sizes=sm.Sizes(presence=0.25))
    assert read_origin(one.document(), "x") == one
    document = json.loads(one.document())
    assert document["schema"]["path"] == "schemas/s.json"
    assert document["arguments"]["seed"] == 7
    assert document["arguments"]["sizes"]["array_spread"] == 4
    assert list(document["schema"]["properties"]) == ["/properties/a"]
    assert one.document().endswith(b"}\n")


def test_a_schema_without_a_path_stands_in_the_origin(tmp_path: Path) -> None:
    one = origin(tmp_path, {"type": "integer"})
    assert one.schema is not None
    assert (one.schema.path, one.schema.value) == (None, {"type": "integer"})


def test_a_part_of_a_file_and_a_file_outside_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"$defs": {"a": {"type": "integer"}}}')
    (tmp_path / "root").mkdir()
    one = origin(tmp_path / "root", str(tmp_path / "s.json") + "#/$defs/a")
    assert one.schema is not None
    assert one.schema.path == "../s.json#/$defs/a"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"nodeid": 1}', b"\xff"])
def test_garbage(data: bytes) -> None:
    with pytest.raises(InvalidData, match="golden/x") as caught:
        read_origin(data, "golden/x")
    assert caught.value.hint


def test_what_a_later_version_adds_is_ignored() -> None:
    one = Origin(nodeid="t.py::x", content=Content(records=1, bytes=2, sha256="0"))
    assert read_origin(json.dumps({**json.loads(one.document()), "later": 1}).encode(), "x") == one


def test_properties_are_bounded_and_the_outermost_come_first() -> None:
    inner = {"properties": {f"i{i}": {} for i in range(SHOWN)}}
    found = properties({"": {"properties": {"z": {}, "y": inner}, "$defs": {"d": {}}}})
    assert len(found) == SHOWN
    assert list(found)[:3] == ["/$defs/d", "/properties/y", "/properties/z"]


def test_names_in_pointers_are_escaped() -> None:
    assert list(properties({"": {"properties": {"a/b~c": {}}}})) == ["/properties/a~1b~0c"]


def test_properties_of_other_documents() -> None:
    assert list(properties({"": {"properties": {"a": {}}}, "b.json": {"properties": {"c": {}}}})) == [
        "/properties/a",
        "b.json#/properties/c",
    ]
