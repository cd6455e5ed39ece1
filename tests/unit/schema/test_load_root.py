"""The schema root: documents are found in it by their identifiers, and nothing is found anywhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.loading import root as roots

D4 = "http://json-schema.org/draft-04/schema#"


def write(directory: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))


MONEY = {"$id": "https://example.com/schemas/money", "const": 12}


class TestIdentifiers:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("money.json", MONEY),
            ("deep/er/money.json", MONEY),
            ("money.yaml", "$id: https://example.com/schemas/money\nconst: 12\n"),
            ("money.yml", "$id: https://example.com/schemas/money#\nconst: 12\n"),
            ("money.json", {"$schema": D4, "id": "https://example.com/schemas/money", "enum": [12]}),
        ],
    )
    @pytest.mark.parametrize("reference", ["https://example.com/schemas/money", "https://example.com/schemas/money#"])
    def test_absolute(self, tmp_path: Path, name: str, content: Any, reference: str) -> None:
        write(tmp_path, {name: content, "main.json": {"allOf": [{"$ref": reference}]}})
        schema = load_schema(tmp_path / "main.json", schema_root=tmp_path)
        assert list(sm.generate(schema, count=2)) == [12, 12]
        assert sm.validate(schema, [12, 13]).invalid == 1

    def test_parts_and_anchors(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "defs.json": {
                    "$id": "urn:example:defs",
                    "$defs": {"a": {"const": 1}, "b": {"$anchor": "b", "const": 2}},
                },
                "main.json": {
                    "type": "array",
                    "minItems": 2,
                    "prefixItems": [{"$ref": "urn:example:defs#/$defs/a"}, {"$ref": "urn:example:defs#b"}],
                    "items": False,
                },
            },
        )
        assert list(sm.generate(tmp_path / "main.json", count=1, schema_root=tmp_path)) == [[1, 2]]

    def test_relative_to_an_identifier(self, tmp_path: Path) -> None:
        """A relative reference is resolved by the identifiers around it, whatever the files are called."""
        write(
            tmp_path,
            {
                "main.json": {"$id": "https://example.com/schemas/order", "$ref": "money"},
                "x/one.json": {**MONEY, "$ref": "../schemas/euro"},
                "y/two.json": {"$id": "https://example.com/schemas/euro", "type": "integer"},
            },
        )
        schema = load_schema(tmp_path / "main.json", schema_root=tmp_path)
        assert set(schema.documents) == {"", "https://example.com/schemas/money", "https://example.com/schemas/euro"}
        assert list(sm.generate(schema, count=1)) == [12]

    @pytest.mark.parametrize("own", [{}, {"$id": "https://example.com/schemas/parts/money.json"}])
    def test_files_beside_a_document_with_an_identifier(self, tmp_path: Path, own: dict[str, Any]) -> None:
        """Without a schema root too: the file that lies where the reference says is meant."""
        write(
            tmp_path,
            {
                "main.json": {"$id": "https://example.com/schemas/order.json", "$ref": "parts/money.json"},
                "parts/money.json": {**own, "const": 12},
            },
        )
        assert list(sm.generate(tmp_path / "main.json", count=1)) == [12]

    @pytest.mark.parametrize("reference", ["../../../money.json", "none.json", "/schemas/none"])
    def test_nothing_beside_it(self, tmp_path: Path, reference: str) -> None:
        write(tmp_path, {"main.json": {"$id": "https://example.com/schemas/order", "items": {"$ref": reference}}})
        with pytest.raises(SchemaError, match="points to nothing") as caught:
            sm.generate(tmp_path / "main.json")
        assert caught.value.pointer == "#/items"

    def test_a_mapping_may_refer_to_documents_of_a_root(self, tmp_path: Path) -> None:
        write(tmp_path, {"a/money.json": MONEY, "b.json": {"const": 3}})
        by_name = load_schema({"$ref": MONEY["$id"]}, schema_root=tmp_path)
        by_path = load_schema({"$ref": "b.json"}, schema_root=tmp_path)
        assert [*sm.generate(by_name, count=1), *sm.generate(by_path, count=1)] == [12, 3]

    def test_each_keeps_its_draft(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "main.json": {"type": "integer", "$ref": "https://example.com/old"},
                "old.json": {
                    "$schema": D4,
                    "id": "https://example.com/old",
                    "minimum": 1,
                    "exclusiveMinimum": True,
                    "maximum": 2,
                },
            },
        )
        assert list(sm.generate(tmp_path / "main.json", count=3, schema_root=tmp_path)) == [2, 2, 2]

    def test_openapi_documents_may_refer_to_identifiers(self, tmp_path: Path) -> None:
        api = {
            "openapi": "3.0.0",
            "components": {"schemas": {"A": {"allOf": [{"$ref": MONEY["$id"]}], "nullable": True}}},
        }
        write(
            tmp_path,
            {"api.json": api, "m/money.json": {"$schema": "https://json-schema.org/draft/2020-12/schema", **MONEY}},
        )
        source = f"{tmp_path}/api.json#/components/schemas/A"
        assert list(sm.generate(source, count=1, schema_root=tmp_path)) == [12]

    def test_mistakes_name_the_document(self, tmp_path: Path) -> None:
        write(tmp_path, {"main.json": {"$ref": MONEY["$id"]}, "m.json": {**MONEY, "type": "text"}})
        with pytest.raises(SchemaError, match="not a valid JSON Schema") as caught:
            sm.generate(tmp_path / "main.json", schema_root=tmp_path)
        assert caught.value.pointer == "https://example.com/schemas/money#/type"


class TestNotFound:
    MAIN = {"properties": {"p": {"$ref": "https://example.com/schemas/money"}}}

    def _refused(self, root: Path) -> SchemaError:
        with pytest.raises(SchemaError) as caught:
            sm.generate(root / "main.json", schema_root=root)
        return caught.value

    def test_nothing_declares_it(self, tmp_path: Path) -> None:
        write(tmp_path, {"main.json": self.MAIN, "x.json": {"$id": "https://example.com/other"}})
        error = self._refused(tmp_path)
        assert "is remote and never fetched" in error.message
        assert error.pointer == "#/properties/p"
        assert "with this $id" in (error.hint or "")
        assert "--schema-root" in (error.hint or "")

    def test_only_the_given_root_is_searched(self, tmp_path: Path) -> None:
        write(tmp_path, {"main.json": self.MAIN, "money.json": MONEY})
        with pytest.raises(SchemaError, match="never fetched"):
            sm.generate(tmp_path / "main.json")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("money.txt", json.dumps(MONEY)),
            ("money.json", json.dumps(MONEY)[:-1]),
            ("money.json", '["$id:"]'),
            ("money.yaml", "$id: [\n"),
            (".git/money.json", json.dumps(MONEY)),
            ("node_modules/x/money.json", json.dumps(MONEY)),
            ("money.json", json.dumps({"$id": "money"})),
            ("money.json", json.dumps({"properties": {"x": MONEY}})),
        ],
    )
    def test_passed_over(self, tmp_path: Path, name: str, content: str) -> None:
        write(tmp_path, {"main.json": self.MAIN, name: content})
        assert "never fetched" in self._refused(tmp_path).message

    def test_links_out_of_the_root(self, tmp_path: Path) -> None:
        write(tmp_path, {"root/main.json": self.MAIN, "money.json": MONEY})
        (tmp_path / "root" / "link.json").symlink_to(tmp_path / "money.json")
        (tmp_path / "root" / "up").symlink_to(tmp_path)
        assert "never fetched" in self._refused(tmp_path / "root").message

    def test_two_that_differ(self, tmp_path: Path) -> None:
        write(tmp_path, {"main.json": self.MAIN, "a.json": MONEY, "b.json": {**MONEY, "const": 13}})
        error = self._refused(tmp_path)
        assert error.message == "a.json and b.json both declare the identifier https://example.com/schemas/money"
        assert error.pointer == "#/properties/p"

    def test_two_that_are_equal(self, tmp_path: Path) -> None:
        write(tmp_path, {"main.json": self.MAIN, "a.json": MONEY, "b.json": MONEY})
        assert len(sm.generate(tmp_path / "main.json", schema_root=tmp_path)) == 10

    def test_too_many_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, {"main.json": self.MAIN, **{f"{i}.json": {} for i in range(5)}, "z/money.json": MONEY})
        assert len(sm.generate(tmp_path / "main.json", schema_root=tmp_path)) == 10
        monkeypatch.setattr(roots, "MAX_FILES", 5)
        error = self._refused(tmp_path)
        assert "none of the first 5 files" in error.message
        assert "smaller --schema-root" in (error.hint or "")

    def test_too_much_to_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, {"main.json": self.MAIN, "a.json": {"description": "x" * 1000}, "money.json": MONEY})
        monkeypatch.setattr(roots, "MAX_BYTES", 500)
        assert "is declared by none" in self._refused(tmp_path).message

    def test_nothing_is_read_that_is_not_needed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, {"main.json": {"$ref": "#/$defs/a", "$defs": {"a": {"const": 1}}}, "money.json": MONEY})
        monkeypatch.setattr(roots, "_identifiers", lambda path: pytest.fail(f"{path} was read"))
        load_schema(tmp_path / "main.json", schema_root=tmp_path)

    @pytest.mark.parametrize("name", ["none", "main.json"])
    def test_a_root_that_is_no_directory(self, tmp_path: Path, name: str) -> None:
        write(tmp_path, {"main.json": {}})
        with pytest.raises(UsageError, match="is not a directory"):
            load_schema(tmp_path / "main.json", schema_root=tmp_path / name)

    def test_files_of_a_mapping_without_root(self) -> None:
        with pytest.raises(SchemaError, match="points to nothing") as caught:
            sm.generate({"$ref": "part.json"})
        assert "--schema-root" in (caught.value.hint or "")


def test_a_property_may_have_the_name_of_a_keyword(tmp_path: Path) -> None:
    """What stands below `properties` is a schema, even where it is called like a keyword that holds values."""
    main = {"type": "object", "required": ["default"], "properties": {"default": {"$ref": "x.json"}}}
    write(tmp_path, {"main.json": main, "x.json": {"const": 4}})
    assert all(record["default"] == 4 for record in sm.generate(tmp_path / "main.json", count=3))
