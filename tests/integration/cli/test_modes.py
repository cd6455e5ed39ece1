"""Boundary values, near misses, drafts, views and sizes, as a user asks for them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import pytest_specmint as sm

LINE = {
    "type": "object",
    "properties": {
        "quantity": {"type": "integer", "minimum": 3, "maximum": 9},
        "size": {"enum": ["S", "M", "L"]},
        "note": {"type": "string", "minLength": 2, "maxLength": 12},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        "paid": {"oneOf": [{"type": "boolean"}, {"type": "string", "format": "date"}]},
    },
    "required": ["quantity", "size"],
    "additionalProperties": False,
}


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(LINE))


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


class TestEdge:
    def test_every_boundary_comes(self, specmint: Any, schema: str) -> None:
        done = specmint("generate", "--schema", schema, "--mode", "edge", "--count", "60", "--stdout")
        assert done.returncode == 0
        records = lines(done.stdout)
        for record in records:
            jsonschema.validate(record, LINE)
        assert {3, 4, 8, 9} <= {record["quantity"] for record in records}
        assert {record["size"] for record in records} == {"S", "M", "L"}
        assert {2, 12} <= {len(record["note"]) for record in records if "note" in record}
        assert {0, 1, 3} <= {len(record["tags"]) for record in records if "tags" in record}
        assert {type(record["paid"]) for record in records if "paid" in record} == {bool, str}
        for name in ("note", "tags", "paid"):
            assert {name in record for record in records} == {True, False}
        assert any(record.keys() == {"quantity", "size"} for record in records)

    def test_goes_on_as_usual(self, schema: str) -> None:
        usual, edge = sm.generate(schema, count=400), sm.generate(schema, count=400, mode="edge")
        walked = len(edge.job.targets())
        assert list(edge)[walked:] == list(usual)[walked:]
        assert list(edge)[:walked] != list(usual)[:walked]

    def test_any_record_alone(self, specmint: Any, schema: str) -> None:
        whole = sm.generate(schema, count=30, seed=4, mode="edge")
        done = specmint("generate", "--schema", schema, "--seed", "4", "--mode", "edge", "--index", "7")
        assert done.stdout.encode() == whole.jsonl.splitlines(keepends=True)[7]
        assert "--mode edge" in whole.command(7)
        assert list(sm.generate(schema, count=10, start=20, seed=4, mode="edge")) == list(whole)[20:]

    def test_unknown_mode(self, specmint: Any, schema: str) -> None:
        done = specmint("generate", "--schema", schema, "--mode", "edgy", "--stdout")
        assert done.returncode == 1
        assert "unknown mode 'edgy'" in done.stderr


class TestInvalid:
    def test_each_record_breaks_what_the_label_says(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        done = specmint("generate", "--schema", schema, "--invalid", "--count", "40", "--out", "broken")
        assert done.returncode == 0
        records = lines((tmp_path / "broken" / "dataset.jsonl").read_text())
        labels = lines((tmp_path / "broken" / "violations.jsonl").read_text())
        assert [label["index"] for label in labels] == list(range(40))
        for record, label in zip(records, labels, strict=True):
            (error,) = jsonschema.Draft202012Validator(LINE, format_checker=jsonschema.FormatChecker()).iter_errors(
                record
            )
            assert error.validator == label["keyword"]
            assert label["schema_pointer"] == "#" + "".join(f"/{part}" for part in error.absolute_schema_path)
            assert label["instance_pointer"] == "".join(f"/{part}" for part in error.absolute_path)
        assert {"minimum", "maximum", "required", "enum", "maxItems", "additionalProperties"} <= {
            label["keyword"] for label in labels
        }
        manifest = json.loads((tmp_path / "broken" / "manifest.json").read_text())
        assert manifest["gen"]["records"] == "invalid"

    def test_labels_beside_standard_output(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        given = ("generate", "--schema", schema, "--invalid", "--count", "5", "--stdout")
        done = specmint(*given, "--violations", "labels.jsonl")
        assert done.returncode == 0
        assert len(lines(done.stdout)) == len(lines((tmp_path / "labels.jsonl").read_text())) == 5
        assert [each.record for each in sm.near_misses(schema, count=5)] == lines(done.stdout)

    def test_labels_need_near_misses(self, specmint: Any, schema: str) -> None:
        done = specmint("generate", "--schema", schema, "--stdout", "--violations", "labels.jsonl")
        assert done.returncode == 1
        assert "--violations needs --invalid" in done.stderr

    def test_labels_that_cannot_be_written(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "labels.jsonl").mkdir()
        done = specmint("generate", "--schema", schema, "--invalid", "--stdout", "--violations", "labels.jsonl")
        assert done.returncode == 6
        assert "labels.jsonl" in done.stderr

    def test_edge_and_invalid_exclude_each_other(self, specmint: Any, schema: str) -> None:
        done = specmint("generate", "--schema", schema, "--invalid", "--mode", "edge", "--stdout")
        assert done.returncode == 1
        assert "exclude each other" in done.stderr

    def test_nothing_to_break(self, specmint: Any, schema_file: Any) -> None:
        done = specmint("generate", "--schema", str(schema_file(True)), "--invalid", "--stdout")
        assert done.returncode == 2
        assert "nothing to break" in done.stderr


class TestSchema:
    def test_a_draft_is_told(self, specmint: Any, schema_file: Any) -> None:
        path = str(schema_file({"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 4}))
        assert specmint("generate", "--schema", path, "--stdout").returncode == 2
        done = specmint("generate", "--schema", path, "--draft", "4", "--stdout")
        assert set(lines(done.stdout)) == {4}

    def test_unknown_formats_are_said_once(self, specmint: Any, schema_file: Any) -> None:
        shade = {"type": "string", "format": "shade"}
        path = str(schema_file({"type": "object", "properties": {"a": shade, "b": shade}}))
        done = specmint("generate", "--schema", path, "--count", "3", "--stdout")
        assert done.stderr.count("unknown format 'shade' is ignored (#/properties/a)") == 1
        assert "shade" not in specmint("generate", "--schema", path, "--stdout", "--quiet").stderr

    def test_documents_are_found_by_their_id(self, specmint: Any, tmp_path: Path) -> None:
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / "money.json").write_text('{"$id": "https://shop.example/money", "const": 5}')
        (tmp_path / "order.json").write_text('{"$ref": "https://shop.example/money"}')
        given = ("generate", "--schema", "order.json", "--count", "2", "--stdout")
        alone = specmint(*given)
        assert alone.returncode == 2
        assert "--schema-root" in alone.stderr
        assert lines(specmint(*given, "--schema-root", ".").stdout) == [5, 5]


class TestSizes:
    def test_they_are_what_was_asked_for(self, specmint: Any, schema_file: Any) -> None:
        schema = {
            "type": "object",
            "properties": {
                "list": {"type": "array", "items": {"type": "integer"}},
                "code": {"type": "string", "pattern": "^[a-z]+$"},
            },
            "required": ["list"],
        }
        path = str(schema_file(schema))
        sizes = ("--array-spread", "40", "--text-spread", "60", "--presence", "0.1")
        records = lines(specmint("generate", "--schema", path, "--count", "200", "--stdout", *sizes).stdout)
        assert max(len(record["list"]) for record in records) > 30
        assert max(len(record.get("code", "")) for record in records) > 20
        assert 5 < sum("code" in record for record in records) < 40
        assert sm.generate(path, count=200, sizes=sm.Sizes(40, 60, 0.1)) == records

    @pytest.mark.parametrize(("option", "value"), [("--presence", "1.5"), ("--array-spread", "-1")])
    def test_nonsense_is_refused(self, specmint: Any, schema: str, option: str, value: str) -> None:
        done = specmint("generate", "--schema", schema, "--stdout", option, value)
        assert done.returncode == 1
        assert value in done.stderr
