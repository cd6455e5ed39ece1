"""From files and mappings to schemas; nothing is executed, nothing is fetched, nothing leaves the root."""

import json
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.load import MAX_DEPTH, load_schema
from pytest_specmint.schema.loading import files


def _write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


class TestReading:
    def test_json(self, tmp_path: Path) -> None:
        schema = load_schema(_write(tmp_path / "a.json", {"type": "string"}))
        assert schema.document == {"type": "string"}
        assert (schema.name, schema.place, schema.draft) == ("a.json", "#", Draft.D2020)
        assert schema.source == str(tmp_path / "a.json")

    def test_byte_order_mark_is_forgiven(self, tmp_path: Path) -> None:
        path = _write(tmp_path / "a.json", b'\xef\xbb\xbf{"type": "string"}')
        assert load_schema(path).document == {"type": "string"}

    def test_yaml_keeps_days_as_text(self, tmp_path: Path) -> None:
        path = _write(tmp_path / "a.yaml", "const: 2024-01-01\nenum: [2024-01-01T10:00:00Z, 12, true, null]\n")
        document = load_schema(path).document
        assert document == {"const": "2024-01-01", "enum": ["2024-01-01T10:00:00Z", 12, True, None]}

    def test_yaml_and_json_have_one_digest(self, tmp_path: Path) -> None:
        one = load_schema(_write(tmp_path / "a.yaml", "type: object\nproperties: {b: {}, a: {}}\n"))
        other = load_schema(_write(tmp_path / "b.json", '{"properties":{"a":{},"b":{}},\n "type":"object"}'))
        assert one.sha256 == other.sha256 == load_schema({"type": "object", "properties": {"a": {}, "b": {}}}).sha256

    @pytest.mark.parametrize("value", [True, False, {}])
    def test_booleans_and_mappings(self, value: Any) -> None:
        schema = load_schema(value)
        assert schema.document == value
        assert schema.source is None

    def test_a_schema_is_itself(self) -> None:
        schema = load_schema({})
        assert load_schema(schema) is schema

    def test_part_of_a_file(self, tmp_path: Path) -> None:
        path = _write(tmp_path / "a.json", {"$defs": {"x": {"type": "null"}}})
        schema = load_schema(f"{path}#/$defs/x")
        assert schema.place == "#/$defs/x"
        assert schema.at(schema.place) == {"type": "null"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"", "is empty"),
        ("a.json", b" \n\t", "is empty"),
        ("a.yaml", b"", "is empty"),
        ("a.json", b"\xff\xfe\x00\x01", "is not UTF-8 text"),
        ("a.json", b"\x89PNG\r\n\x1a\n", "is not UTF-8 text"),
        ("a.json", b'{"type": "obj', "is not JSON: Unterminated string starting at at line 1, column 10"),
        ("a.json", b'{"a": 1,}', "is not JSON"),
        ("a.json", b'{"a": NaN}', "NaN is not a JSON number"),
        ("a.json", b'{"a": Infinity}', "Infinity is not a JSON number"),
        ("a.json", b"type: object", "is not JSON"),
        ("a.yaml", b"a: [1, 2", "is not plain YAML"),
        ("a.yaml", b"a: .nan", "holds something that JSON cannot"),
        ("a.yaml", b"a: !!python/object/apply:os.system ['true']", "is not plain YAML"),
        ("a.yaml", b"!!python/name:os.system ''", "is not plain YAML"),
        ("a.yaml", b"a: !!binary aGVsbG8=", "holds something that JSON cannot"),
        ("a.json", b"[1]", "a schema is an object or a boolean, not list"),
        ("a.json", b'"x"', "a schema is an object or a boolean, not str"),
        ("a.json", b"null", "a schema is an object or a boolean, not NoneType"),
    ],
)
def test_unreadable(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        load_schema(_write(tmp_path / name, content))


def test_truncated_names_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"at line 3, column \d+") as caught:
        load_schema(_write(tmp_path / "a.json", '{\n "a": 1,\n "b": {'))
    assert "cut off" in (caught.value.hint or "")


def test_python_tags_execute_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "executed"
    with pytest.raises(SchemaError):
        load_schema(_write(tmp_path / "a.yaml", f"a: !!python/object/apply:os.mkdir ['{marker}']\n"))
    assert not marker.exists()


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="does not exist"):
        load_schema(tmp_path / "a.json")


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="cannot be read"):
        load_schema(tmp_path)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    with pytest.raises(SchemaError, match="is larger than"):
        load_schema(_write(tmp_path / "a.json", {"type": "string"}))


def _nested(depth: int) -> Any:
    schema: Any = {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


class TestDepth:
    @pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 100])
    def test_too_deep_mapping(self, depth: int) -> None:
        with pytest.raises(SchemaError, match="nested deeper than 512 levels"):
            load_schema(_nested(depth))

    @pytest.mark.parametrize("opening", ['{"not":', '{"allOf":['])
    @pytest.mark.parametrize("depth", [2000, 200_000])
    def test_too_deep_file(self, tmp_path: Path, opening: str, depth: int) -> None:
        ending = "}" if opening.endswith(":") else "]}"
        path = _write(tmp_path / "a.json", opening * depth + "{}" + ending * depth)
        with pytest.raises(SchemaError, match="nested deeper"):
            load_schema(path)

    def test_deep_enough(self) -> None:
        assert load_schema(_nested(MAX_DEPTH - 12)).document


class TestPlaces:
    @pytest.mark.parametrize("place", ["/$defs/y", "/$defs/x/type/0", "/$defs/x/enum/9", "/$defs/x/enum/a"])
    def test_part_that_is_not_there(self, tmp_path: Path, place: str) -> None:
        path = _write(tmp_path / "a.json", {"$defs": {"x": {"type": "null", "enum": [1]}}})
        with pytest.raises(SchemaError):
            load_schema(f"{path}#{place}")

    def test_part_that_is_no_schema(self, tmp_path: Path) -> None:
        path = _write(tmp_path / "a.json", {"enum": [1]})
        with pytest.raises(SchemaError, match="an object or a boolean"):
            load_schema(f"{path}#/enum")


class TestDialects:
    @pytest.mark.parametrize(
        ("uri", "draft"),
        [
            ("http://json-schema.org/draft-04/schema#", Draft.D4),
            ("http://json-schema.org/draft-04/schema", Draft.D4),
            ("http://json-schema.org/draft-06/schema#", Draft.D6),
            ("http://json-schema.org/draft-07/schema#", Draft.D7),
            ("https://json-schema.org/draft/2019-09/schema", Draft.D2019),
            ("https://json-schema.org/draft/2020-12/schema", Draft.D2020),
        ],
    )
    def test_known(self, uri: str, draft: Draft) -> None:
        assert load_schema({"$schema": uri}).draft is draft

    @pytest.mark.parametrize(
        "uri",
        [
            "http://json-schema.org/draft-03/schema#",
            "https://example.com/meta",
            "https://json-schema.org/draft/2020-13/schema",
            7,
            None,
            ["x"],
        ],
    )
    def test_unknown(self, uri: Any) -> None:
        if uri is None:
            assert load_schema({"$schema": None}).draft is Draft.D2020
            return
        with pytest.raises(SchemaError, match="unknown \\$schema") as caught:
            load_schema({"$schema": uri})
        assert caught.value.pointer == "#/$schema"
        assert "draft-07" in (caught.value.hint or "")

    def test_given_from_outside(self) -> None:
        assert load_schema({}, draft=Draft.D7).draft is Draft.D7


class TestReferences:
    def test_sibling_files(self, tmp_path: Path) -> None:
        _write(tmp_path / "parts" / "id.json", {"type": "integer", "minimum": 5, "maximum": 7})
        _write(
            tmp_path / "parts" / "user.yaml",
            "type: object\nrequired: [id]\nproperties: {id: {$ref: id.json}}\n",
        )
        main = _write(
            tmp_path / "main.json",
            {
                "type": "object",
                "required": ["user", "id"],
                "properties": {"user": {"$ref": "parts/user.yaml"}, "id": {"$ref": "./parts/id.json"}},
            },
        )
        dataset = sm.generate(main, count=20)
        assert set(dataset.schema.documents) == {"", "parts/user.yaml", "parts/id.json"}
        assert all(record["id"] in {5, 6, 7} and record["user"]["id"] in {5, 6, 7} for record in dataset)

    def test_records_are_verified_against_the_siblings(self, tmp_path: Path) -> None:
        _write(tmp_path / "id.json", {"type": "integer"})
        main = _write(tmp_path / "main.json", {"properties": {"id": {"$ref": "id.json"}}})
        report = sm.validate(main, [{"id": 1}, {"id": "x"}])
        assert (report.valid, report.invalid) == (1, 1)
        assert report.examples[0].pointer == "/id"

    def test_parts_of_sibling_files(self, tmp_path: Path) -> None:
        _write(tmp_path / "defs.json", {"$defs": {"a": {"const": 1}, "b": {"$ref": "#/$defs/a"}}})
        main = _write(tmp_path / "main.json", {"$ref": "defs.json#/$defs/b"})
        assert list(sm.generate(main, count=2)) == [1, 1]

    def test_files_that_refer_to_each_other(self, tmp_path: Path) -> None:
        _write(tmp_path / "b.json", {"properties": {"a": {"$ref": "a.json"}}, "type": "object"})
        main = _write(tmp_path / "a.json", {"properties": {"b": {"$ref": "b.json"}}, "type": "object"})
        schema = load_schema(main)
        assert set(schema.documents) == {"", "b.json"}
        assert len(list(sm.generate(schema, count=20))) == 20

    def test_a_file_is_read_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        _write(tmp_path / "x.json", {"type": "null"})
        main = _write(tmp_path / "a.json", {"allOf": [{"$ref": "x.json"}, {"$ref": "./x.json"}, {"$ref": "x.json#"}]})
        seen = []
        parse = files.parse_document
        monkeypatch.setattr(
            files, "parse_document", lambda raw, name, **more: seen.append(Path(name).name) or parse(raw, name, **more)
        )
        load_schema(main)
        assert seen == ["a.json", "x.json"]

    def test_digest_covers_the_siblings(self, tmp_path: Path) -> None:
        main = _write(tmp_path / "a.json", {"$ref": "x.json"})
        _write(tmp_path / "x.json", {"type": "null"})
        before = load_schema(main).sha256
        _write(tmp_path / "x.json", {"type": "string"})
        assert load_schema(main).sha256 != before

    def test_root_may_be_wider(self, tmp_path: Path) -> None:
        _write(tmp_path / "x.json", {"const": 3})
        main = _write(tmp_path / "sub" / "a.json", {"$ref": "../x.json"})
        assert list(sm.generate(main, count=1, schema_root=tmp_path)) == [3]

    @pytest.mark.parametrize("target", ["../x.json", "sub/../../x.json", "../root/../x.json", "%2e%2e/x.json"])
    def test_escape_upwards(self, tmp_path: Path, target: str) -> None:
        _write(tmp_path / "x.json", {"const": 3})
        main = _write(tmp_path / "root" / "a.json", {"properties": {"p": {"$ref": target}}})
        with pytest.raises(SchemaError, match="leads outside the schema root") as caught:
            load_schema(main)
        assert caught.value.pointer == "#/properties/p"

    def test_escape_by_absolute_path(self, tmp_path: Path) -> None:
        outside = _write(tmp_path / "x.json", {"const": 3})
        main = _write(tmp_path / "root" / "a.json", {"$ref": str(outside)})
        with pytest.raises(SchemaError):
            load_schema(main)

    def test_escape_by_link(self, tmp_path: Path) -> None:
        outside = _write(tmp_path / "x.json", {"const": 3})
        main = _write(tmp_path / "root" / "a.json", {"$ref": "b.json"})
        (tmp_path / "root" / "b.json").symlink_to(outside)
        with pytest.raises(SchemaError, match="leads outside the schema root"):
            load_schema(main)

    def test_escape_by_linked_directory(self, tmp_path: Path) -> None:
        outside = _write(tmp_path / "other" / "x.json", {"const": 3})
        main = _write(tmp_path / "root" / "a.json", {"$ref": "dir/x.json"})
        (tmp_path / "root" / "dir").symlink_to(outside.parent)
        with pytest.raises(SchemaError, match="leads outside the schema root"):
            load_schema(main)

    def test_link_inside_the_root(self, tmp_path: Path) -> None:
        target = _write(tmp_path / "x.json", {"const": 3})
        main = _write(tmp_path / "a.json", {"$ref": "b.json"})
        (tmp_path / "b.json").symlink_to(target)
        assert list(sm.generate(main, count=1)) == [3]

    def test_schema_outside_its_root(self, tmp_path: Path) -> None:
        main = _write(tmp_path / "a.json", {})
        (tmp_path / "root").mkdir()
        with pytest.raises(SchemaError, match="lies outside the schema root"):
            load_schema(main, schema_root=tmp_path / "root")

    @pytest.mark.parametrize(
        "target",
        [
            "http://127.0.0.1:9/x.json",
            "https://example.com/x.json",
            "ftp://example.com/x",
            "file:///etc/hostname",
        ],
    )
    def test_nothing_is_fetched(self, tmp_path: Path, target: str) -> None:
        main = _write(tmp_path / "a.json", {"properties": {"p": {"$ref": target}}})
        with pytest.raises(SchemaError, match="is remote and never fetched") as caught:
            sm.generate(main)
        assert caught.value.pointer == "#/properties/p"

    def test_missing_file(self, tmp_path: Path) -> None:
        main = _write(tmp_path / "a.json", {"items": {"$ref": "nowhere.json"}})
        with pytest.raises(SchemaError, match=r"nowhere\.json does not exist") as caught:
            load_schema(main)
        assert caught.value.pointer == "#/items"

    def test_missing_target(self) -> None:
        with pytest.raises(SchemaError, match="points to nothing") as caught:
            sm.generate({"properties": {"p": {"$ref": "#/$defs/x"}}})
        assert caught.value.pointer == "#/properties/p"

    @pytest.mark.parametrize("keyword", ["enum", "const", "examples", "default"])
    def test_values_are_not_references(self, tmp_path: Path, keyword: str) -> None:
        value = {"$ref": "nowhere.json"}
        content = {keyword: [value] if keyword in {"enum", "examples"} else value}
        assert load_schema(_write(tmp_path / "a.json", content)).document == content

    def test_an_embedded_identifier_needs_no_file(self, tmp_path: Path) -> None:
        content = {
            "$id": "https://example.com/a.json",
            "$defs": {"x": {"$id": "x.json", "const": 4}},
            "$ref": "x.json",
        }
        assert list(sm.generate(_write(tmp_path / "a.json", content), count=1)) == [4]


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": object()}, {"a": {1, 2}}, {"a": b"x"}])
def test_mappings_must_be_json(value: Any) -> None:
    with pytest.raises(SchemaError, match="is not JSON"):
        load_schema(value)
