"""Goldens know the rules that they were made with."""

import json
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import GoldenMismatch
from pytest_specmint.golden.cause import causes
from pytest_specmint.golden.materialise import checked_blocks, dataset_of
from pytest_specmint.golden.origin import Form, Origin, Subject, origin_of, read_origin
from pytest_specmint.golden.values import Values

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["n"],
    "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 99}},
}
LARGE = {"id": "large", "assert": "n > 50"}


def even(record: Any) -> bool:
    return record["n"] % 2 == 0


def odd(record: Any) -> bool:
    return record["n"] % 2 == 1


def origin(root: Path = Path(), **options: Any) -> Origin:
    dataset = sm.generate(options.pop("schema", SCHEMA), **{"count": 5, **options})
    return origin_of(Subject(nodeid="t.py::x", root=root), dataset, Values(dataset).content(), form=Form.RECIPE)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "sub" / "rules.json"
    path.parent.mkdir()
    path.write_text(json.dumps([LARGE, {"id": "square", "assert": "n < 90"}]))
    return path


def test_an_origin_names_files_rules_and_functions(file: Path) -> None:
    made = origin(file.parent.parent, rules=["sub/rules.json", {"id": "own", "assert": "n != 60"}, sm.PythonRule("even", even)])
    path, value, python = made.rules
    assert (path.path, sorted(path.digests)) == ("sub/rules.json", ["large", "square"])
    assert value.value == {"id": "own", "assert": "n != 60"}
    assert (python.python or "").endswith(":even")
    assert read_origin(made.document(), "x") == made
    assert b'"rules"' not in origin().document()


def test_a_recipe_is_made_again_with_its_rules(file: Path) -> None:
    made = origin(file.parent.parent, rules=["sub/rules.json", {"id": "own", "assert": "n != 60"}])
    again = b"".join(checked_blocks(made, file.parent.parent))
    assert all(50 < json.loads(line)["n"] < 90 for line in again.splitlines())
    file.write_text(json.dumps([LARGE]))
    with pytest.raises(GoldenMismatch, match="the rules sub/rules.json have changed since the golden was made"):
        dataset_of(made, file.parent.parent)
    file.unlink()
    with pytest.raises(GoldenMismatch, match="the golden's rules cannot be read"):
        dataset_of(made, file.parent.parent)
    with pytest.raises(GoldenMismatch, match="made with the Python rule .*even") as caught:
        dataset_of(origin(rules=sm.PythonRule("even", even)), Path())
    assert "pytest t.py::x" in (caught.value.hint or "")


def test_a_changed_rule_is_named_as_the_cause(file: Path) -> None:
    before = origin(rules="sub/rules.json")
    file.write_text(json.dumps([{**LARGE, "assert": "n > 60"}, {"id": "other", "assert": "n < 90"}]))
    assert causes(before, origin(rules="sub/rules.json")) == [
        "rules of sub/rules.json: large changed, other added, square removed"
    ]
    assert causes(before, origin()) == ["rules of sub/rules.json: large removed, square removed"]
    assert causes(origin(), origin(rules=LARGE)) == ["rules given as values: large added"]
    (cause,) = causes(origin(rules=sm.PythonRule("p", even)), origin(rules=sm.PythonRule("p", odd)))[:1]
    assert cause.endswith(":even: p removed")


def test_words_do_not_count(file: Path) -> None:
    before = origin(rules="sub/rules.json")
    file.write_text(json.dumps({"rules": [{**LARGE, "description": "More than half"}, {"id": "square", "assert": "n < 90"}]}))
    assert origin(rules="sub/rules.json") == before


def test_a_changed_function_is_named_as_the_cause(installed_rules: Any) -> None:
    source = "from pytest_specmint import PythonRule\ndef check(record):\n    return record['n'] % 2 == {}\nRULE = PythonRule('p', check)\n"
    schema = {**SCHEMA, "x-rules": [{"id": "mine", "python": "parity"}]}
    installed_rules(source.format(0), parity="RULE")
    before = origin(schema=schema)
    assert causes(before, origin(schema=schema)) != ["rules of acme_rules:check: mine changed"]
    installed_rules(source.format(1), parity="RULE")
    assert causes(before, origin(schema=schema)) == ["rules of acme_rules:check: mine changed"]


def test_the_command_that_reproduces_names_the_files(file: Path) -> None:
    dataset = sm.generate(SCHEMA, rules=["sub/rules.json", {"id": "own", "assert": "n != 60"}])
    assert dataset.command(3).endswith(" --rules sub/rules.json")
