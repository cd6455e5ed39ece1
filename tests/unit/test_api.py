"""The two functions that plugin and command line call."""

import datetime as dt
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.api import parse_day, validate

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer", "minimum": 1, "maximum": 9}, "name": {"type": "string"}},
    "additionalProperties": False,
}


class TestGenerate:
    def test_from_dict(self) -> None:
        dataset = sm.generate(SCHEMA, seed=1, count=5)
        assert len(dataset) == 5
        assert all(1 <= record["id"] <= 9 for record in dataset)

    @pytest.mark.parametrize("as_text", [True, False])
    def test_from_path(self, tmp_path: Path, as_text: bool) -> None:
        path = tmp_path / "s.json"
        path.write_text(json.dumps(SCHEMA))
        dataset = sm.generate(str(path) if as_text else path, seed=1, count=5)
        assert list(dataset) == list(sm.generate(SCHEMA, seed=1, count=5))

    @pytest.mark.parametrize("ending", [".yaml", ".yml", ".YAML"])
    def test_from_yaml(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"s{ending}"
        path.write_text(
            "type: object\nrequired: [id]\nadditionalProperties: false\nproperties:\n"
            "  id: {type: integer, minimum: 1, maximum: 9}\n  name: {type: string}\n"
        )
        assert list(sm.generate(path, seed=1)) == list(sm.generate(SCHEMA, seed=1))

    def test_from_a_part_of_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "s.json"
        path.write_text(json.dumps({"$defs": {"a-b": SCHEMA["properties"]["id"]}}))
        assert all(1 <= value <= 9 for value in sm.generate(f"{path}#/$defs/a-b", count=20))

    @pytest.mark.parametrize("schema", [True, {}])
    def test_from_what_permits_everything(self, schema: Any) -> None:
        assert len(list(sm.generate(schema, count=20))) == 20

    def test_from_false(self) -> None:
        with pytest.raises(sm.UnsatisfiableSchema):
            sm.generate(False)

    def test_defaults(self) -> None:
        dataset = sm.generate(SCHEMA)
        assert (len(dataset), dataset.seed, dataset.start) == (10, 0, 0)
        assert dataset.job.as_of == date(2025, 1, 1)

    def test_the_callers_schema_is_copied(self) -> None:
        schema = json.loads(json.dumps(SCHEMA))
        dataset = sm.generate(schema)
        before = dataset.sha256
        schema["properties"]["id"]["minimum"] = 9
        assert sm.generate(SCHEMA).sha256 == before == dataset.sha256
        assert dataset[0] == sm.generate(SCHEMA)[0]

    @pytest.mark.parametrize("arguments", [{"count": 0}, {"seed": -1}, {"start": -1}, {"as_of": "x"}])
    def test_wrong_arguments(self, arguments: dict[str, Any]) -> None:
        with pytest.raises(sm.UsageError):
            sm.generate(SCHEMA, **arguments)

    @pytest.mark.parametrize(
        "schema", [{"type": "text"}, {"minimum": "3"}, {"properties": []}, {"required": "a"}, {"enum": 3}]
    )
    def test_what_the_metaschema_refuses(self, schema: dict[str, Any]) -> None:
        with pytest.raises(sm.SchemaError, match="not a valid JSON Schema") as caught:
            sm.generate(schema)
        assert caught.value.pointer == f"#/{next(iter(schema))}"
        assert caught.value.hint

    @pytest.mark.parametrize("schema", [[], 3, None, object()])
    def test_what_is_no_schema(self, schema: Any) -> None:
        with pytest.raises(sm.SchemaError):
            sm.generate(schema)

    def test_as_of_moves_dates_only(self) -> None:
        schema = {"type": "string", "format": "date"}
        early = list(sm.generate(schema, as_of="2020-01-01", count=50))
        assert all("2019-01-01" <= day < "2020-01-01" for day in early)
        assert list(sm.generate(SCHEMA, as_of="2020-01-01")) == list(sm.generate(SCHEMA))


class TestParseDay:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (None, date(2025, 1, 1)),
            ("2024-02-29", date(2024, 2, 29)),
            (date(2001, 2, 3), date(2001, 2, 3)),
        ],
    )
    def test_days(self, given: Any, expected: date) -> None:
        assert parse_day(given) == expected

    def test_today(self) -> None:
        before = dt.date.today()
        assert before <= parse_day("today") <= dt.date.today()

    @pytest.mark.parametrize("given", ["", "yesterday", "2023-02-29", "01.02.2024", 5, "2024-13-01"])
    def test_refused(self, given: Any) -> None:
        with pytest.raises(sm.UsageError, match="is not a date") as caught:
            parse_day(given)
        assert "YYYY-MM-DD" in (caught.value.hint or "")


class TestValidate:
    GOOD, BAD = {"id": 3}, {"id": 30}

    def test_list(self) -> None:
        report = validate(SCHEMA, [self.GOOD, self.BAD, self.GOOD])
        assert not report
        assert (report.records, report.valid, report.invalid, report.unreadable) == (3, 2, 1, 0)
        assert (report.examples[0].number, report.examples[0].pointer) == (2, "/id")

    def test_bytes(self) -> None:
        report = validate(SCHEMA, b'{"id":3}\n{"id":}\n')
        assert (report.valid, report.unreadable) == (1, 1)

    def test_path_and_directory(self, tmp_path: Path) -> None:
        (tmp_path / "dataset.jsonl").write_bytes(b'{"id":3}\n')
        for where in (tmp_path, tmp_path / "dataset.jsonl", str(tmp_path)):
            report = validate(SCHEMA, where)
            assert report
            assert report.records == 1

    def test_own_dataset(self) -> None:
        assert validate(SCHEMA, sm.generate(SCHEMA, count=30)).valid == 30

    def test_generator(self) -> None:
        assert validate(SCHEMA, (self.GOOD for _ in range(3))).valid == 3

    @pytest.mark.parametrize("name", ["missing.jsonl", "missing/dataset.jsonl"])
    def test_missing_file(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(sm.OutputError, match="cannot read dataset"):
            validate(SCHEMA, tmp_path / name)

    def test_directory_without_dataset(self, tmp_path: Path) -> None:
        with pytest.raises(sm.OutputError, match="cannot read dataset"):
            validate(SCHEMA, tmp_path)

    def test_wrong_schema(self) -> None:
        with pytest.raises(sm.SchemaError):
            validate({"type": "text"}, [])

    def test_no_records(self) -> None:
        assert validate(SCHEMA, []).records == 0
        assert validate(SCHEMA, b"").records == 0

    def test_examples_are_limited(self) -> None:
        assert len(validate(SCHEMA, [self.BAD] * 20).examples) == 5
        assert len(validate(SCHEMA, [self.BAD] * 20, examples=2).examples) == 2


def test_public_names() -> None:
    for name in sm.__all__:
        assert getattr(sm, name) is not None
    assert dir(sm) == sorted(sm.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sm.nothing
