"""`specmint-cli schema lint`, as a user calls it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import pytest_specmint.cli.schema as package
from pytest_specmint.cli.main import main

ROOT = Path(__file__).parents[3]
FORM = json.loads(Path(package.__file__).with_name("lint.schema.json").read_text(encoding="utf-8"))
Lint = Callable[..., tuple[int, list[tuple[str, str, str]]]]


@pytest.fixture
def lint(schema_file: Callable[..., str], capfd: pytest.CaptureFixture[str]) -> Lint:
    """Exit code, and level, code and place of each finding, of a schema."""

    def run(schema: Any, *arguments: str) -> tuple[int, list[tuple[str, str, str]]]:
        code = main(["schema", "lint", schema_file(schema), "--json", *arguments])
        found = json.loads(capfd.readouterr().out)
        jsonschema_rs.validator_for(FORM).validate(found)
        return code, [(each["level"], each["code"], each["place"].rpartition("#")[2]) for each in found["findings"]]

    return run


def test_nothing_to_say(lint: Lint) -> None:
    assert lint({"type": "object", "properties": {"a": {"type": "string"}}}) == (0, [])


@pytest.mark.parametrize(
    ("schema", "finding"),
    [
        ({"type": "integer", "minimum": 10, "maximum": 3}, ("error", "unsatisfiable", "")),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": -0, "minLength": 2}]},
            ("warning", "unreached", "/anyOf/1"),
        ),
        (
            {"type": "integer", "oneOf": [{"minimum": 3}, {"type": "string"}]},
            ("warning", "unreached", "/oneOf/1"),
        ),
        (
            {"type": "object", "properties": {"a": {"enum": [1], "type": "string"}}},
            ("warning", "unreached", "/properties/a"),
        ),
        ({"type": "string", "$defs": {"left": {"type": "null"}}}, ("note", "unreached", "/$defs/left")),
        ({"type": "string", "minimum": 3}, ("warning", "ignored", "")),
        ({"type": "string", "minLenght": 3}, ("warning", "unknown", "")),
        ({"type": "string", "format": "datetime"}, ("warning", "unknown", "")),
        ({"type": "string", "format": "house-style"}, ("note", "unknown", "")),
        ({"type": "number", "x-dits": "normal"}, ("warning", "unknown", "")),
        ({"type": "string", "x-of-ours": 1}, ("note", "unknown", "")),
        ({"type": "string", "pattern": "^(a|b)\\1$"}, ("warning", "determinism", "/pattern")),
        ({"type": "string", "description": "llm: a name"}, ("note", "determinism", "")),
        (
            {"type": "object", "x-cross-field-rules": ["a is before b"]},
            ("warning", "unenforced", "/x-cross-field-rules/0"),
        ),
    ],
)
def test_each_kind_of_finding(schema: Any, finding: tuple[str, str, str], lint: Lint) -> None:
    code, found = lint(schema)
    assert finding in found
    assert code == (2 if finding[0] == "error" else 0)


def test_contradictory_rules_are_errors(lint: Lint) -> None:
    rules = [{"id": "up", "assert": "a > 3"}, {"id": "down", "assert": "a < 2"}]
    schema = {"type": "object", "properties": {"a": {"type": "number"}}, "x-rules": rules}
    code, ((level, kind, _), *_others) = lint(schema)
    assert (code, level, kind) == (2, "error", "unsatisfiable")


def test_warnings_fail_where_that_is_asked_for(lint: Lint) -> None:
    assert lint({"type": "string", "minimum": 3})[0] == 0
    assert lint({"type": "string", "minimum": 3}, "--strict")[0] == 2


def test_words_name_place_and_way_out(schema_file: Callable[..., str], capfd: pytest.CaptureFixture[str]) -> None:
    path = schema_file({"type": "object", "properties": {"n": {"type": "string", "minLenght": 3}}})
    assert main(["schema", "lint", path]) == 0
    out, err = capfd.readouterr()
    assert "warning: unknown: unknown keyword minLenght @ #/properties/n\n  hint: did you mean minLength?\n" in out
    assert err == "summary: errors 0, warnings 1, notes 0\n"


def test_no_shipped_schema_has_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    for path in sorted((ROOT / "schemas").rglob("*.json")):
        assert main(["schema", "lint", str(path)]) == 0, capfd.readouterr()


def test_a_schema_named_twice_is_refused(schema_file: Callable[..., str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "lint", schema_file({}), "--schema", "other.json"]) == 1
    assert "besides --schema" in capfd.readouterr().err


def test_several_schemas(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text('{"type": "object"}')
    bad.write_text('{"type": "integer", "minimum": 10, "maximum": 3}')
    assert main(["schema", "lint", str(good), str(good)]) == 0
    output, errors = capfd.readouterr()
    assert output == "nothing to say\nnothing to say\n"
    assert errors.splitlines()[::2] == [f"{good}:", f"{good}:"]
    assert main(["schema", "lint", str(bad), str(good), "--json"]) == 2
    found = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [len(each["findings"]) for each in found] == [1, 0]
    assert main(["schema", "lint", str(good), "--schema", str(good)]) == 1
