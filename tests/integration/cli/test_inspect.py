"""`specmint-cli inspect`, as a user calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.cli import inspect
from pytest_specmint.cli.main import main
from pytest_specmint.errors import SamplingError
from pytest_specmint.schema.dialect import URI_OF_DRAFT, Draft

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "schemas").rglob("*.json"))
FORM = json.loads((Path(inspect.__file__).with_name("inspect.schema.json")).read_text(encoding="utf-8"))
ORDER = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "quantity": {"type": "integer", "minimum": 1, "maximum": 500},
                    "note": {"type": "string"},
                },
                "required": ["quantity"],
            },
            "minItems": 1,
            "maxItems": 3,
        },
        "state": {"enum": ["open", "paid", "sent", "returned", "lost", "found"]},
        "sum": {"type": ["number", "null"], "format": "money", "minimum": 0},
    },
    "required": ["code", "lines"],
}
TREE = {
    "type": "object",
    "properties": {"next": {"$ref": "#"}, "value": {"type": "boolean"}},
    "required": ["value"],
}
EXPECTED = """\
$: object
├─ code: string
│     pattern ^[A-Z]{3}$
├─ lines: array of 1 to 3 items
│  └─ [*]: object
│     ├─ note: string
│     │     optional: in 90 % of objects
│     │     meaning: note, by its name
│     │     drawn from {notes}
│     │     or from {sentence_subjects} {sentence_actions} {sentence_objects} {sentence_closers}.
│     │     or from {sentence_subjects} {sentence_actions} {sentence_objects} {sentence_closers}. {sentence_follow_ups}
│     └─ quantity: integer from 1 to 500
└─ state: string, one of 6 values
      optional: in 90 % of objects
      "open", "paid", "sent", "returned", "lost" and 1 more

Ignored: nothing
"""


@pytest.fixture
def shown(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run within this process, in UTF-8; gives what was printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0) -> str:
        assert main(["inspect", *arguments]) == code
        output, errors = capfdbinary.readouterr()
        assert bool(errors) == bool(code)
        return output.decode()

    return run


def document(shown: Any, *arguments: str) -> Any:
    printed = shown(*arguments, "--json")
    content = json.loads(printed)
    assert printed == canonical_bytes(content).decode() + "\n"
    jsonschema_rs.Draft202012Validator(FORM).validate(content)
    return content


def paths(content: Any) -> list[str]:
    return [row["path"] for row in content["rows"]]


def test_form_is_a_schema() -> None:
    jsonschema_rs.meta.validate(FORM)


def test_text(specmint: Any, schema_file: Any) -> None:
    schema = {**ORDER, "properties": {k: v for k, v in ORDER["properties"].items() if k != "sum"}}
    path = schema_file(schema)
    done = specmint("inspect", "--schema", path, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    header, _, rest = done.stdout.partition("\n\n")
    rows = dict(line.split(":", 1) for line in header.splitlines())
    assert list(rows) == ["schema", "draft", "sha256", "nodes", "record"]
    assert rows["schema"].strip() == path
    assert rows["draft"].strip() == "2020-12"
    assert rows["sha256"].strip() == sm.generate(path, count=1).schema.sha256
    assert "(20 records of " in rows["record"]
    assert rest == EXPECTED


def test_size_of_a_record(shown: Any, schema_file: Any) -> None:
    path = schema_file(ORDER)
    sizes = [len(line) + 1 for line in sm.generate(path, seed=0, count=20).jsonl.splitlines()]
    record = document(shown, "--schema", path)["record"]
    assert (record["least"], record["greatest"], record["sample"]) == (min(sizes), max(sizes), 20)
    assert abs(record["mean"] - sum(sizes) / 20) <= 0.5


@pytest.mark.parametrize("path", SHIPPED)
def test_shipped(path: str, shown: Any) -> None:
    content = document(shown, "--schema", str(ROOT / path))
    assert content["rows"][0]["path"] == "$"
    printed = shown("--schema", str(ROOT / path))
    assert printed.count("\n") > len(content["rows"])
    assert not [line for line in printed.splitlines() if line != line.rstrip()]
    assert {each["kind"] for each in content["ignored"]} <= {"extension"}


@pytest.mark.parametrize("path", SHIPPED)
def test_every_property_of_the_records_is_told(path: str, shown: Any) -> None:
    """Whatever a record holds stands somewhere in the tree, and what the tree calls certain is always there."""
    rows = document(shown, "--schema", str(ROOT / path))["rows"]
    certain = {row["path"][2:] for row in rows if row["depth"] == 1 and row["facts"].get("presence") == 1}
    known = {row["path"][2:] for row in rows if row["depth"] == 1}
    if rows[0]["kind"] == "object":
        for record in sm.generate(ROOT / path, count=50):
            assert certain <= record.keys() <= known


def test_twice_the_same(specmint: Any, schema_file: Any) -> None:
    path = schema_file(ORDER)
    runs = [
        specmint("inspect", "--schema", path, "--json", env={**os.environ, "PYTHONHASHSEED": seed}) for seed in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_the_environment_does_not_matter(shown: Any, schema_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = schema_file(ORDER)
    before = shown("--schema", path)
    monkeypatch.setenv("SPECMINT_SEED", "77")
    monkeypatch.setenv("SPECMINT_COUNT", "3")
    assert shown("--schema", path) == before


def test_depth(shown: Any, schema_file: Any) -> None:
    path = schema_file(ORDER)
    printed = shown("--schema", path, "--depth", "1")
    assert "quantity" not in printed
    assert "│     1 value below not shown: --depth 1\n" in printed
    assert paths(document(shown, "--schema", path, "--depth", "0")) == ["$"]
    deep = document(shown, "--schema", str(ROOT / "schemas/edge_cases/deep_nested.json"), "--depth", "3")
    assert max(row["depth"] for row in deep["rows"]) == 3
    assert [row["path"] for row in deep["rows"] if "hidden" in row] == ["$.level_2.level_3.level_4"]


def test_recursion(shown: Any, schema_file: Any) -> None:
    path = schema_file(TREE)
    printed = shown("--schema", path)
    assert "recursion: a value passes into its like at most 2 times" in printed
    assert "next: object, back to $.next (recursion)" in printed
    content = document(shown, "--schema", path)
    assert (content["plan"]["recursive"], content["plan"]["maxRecursion"]) == (True, 2)
    assert [(row["path"], row["see"]) for row in content["rows"] if row.get("back")] == [("$.next.next", "$.next")]


def test_unions(shown: Any, schema_file: Any) -> None:
    schema = {"oneOf": [{"type": "boolean"}, {"type": "integer", "minimum": 0, "maximum": 99}]}
    printed = shown("--schema", schema_file(schema))
    assert "├─ (1) 50 %: boolean\n└─ (2) 50 %: integer from 0 to 99\n" in printed


def test_part_of_a_schema(shown: Any, schema_file: Any) -> None:
    path = schema_file({"$defs": {"small": {"type": "integer", "minimum": 1, "maximum": 9}}})
    printed = shown("--schema", f"{path}#/$defs/small")
    assert "place:     #/$defs/small\n" in printed
    assert "\n$: integer from 1 to 9\n" in printed


def test_schema_root_and_settings(shown: Any, schema_file: Any, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    schema_file({"const": 3}, "three.json")
    main_file = schema_file({"$ref": "../three.json"}, "parts/main.json")
    shown("--schema", main_file, code=2)
    assert "always 3" in shown("--schema", main_file, "--schema-root", str(tmp_path))
    (tmp_path / "specmint.toml").write_text(
        f"schema = {json.dumps(main_file)}\nschema_root = {json.dumps(str(tmp_path))}"
    )
    assert "always 3" in shown()


class TestIgnored:
    def test_text(self, shown: Any, schema_file: Any) -> None:
        schema = {
            "properties": {
                "a": {"format": "datetime"},
                "b": {"format": "datetime", "x-note": 1},
                "c": {"minlength": 1},
            },
            "dependencies": {"a": ["b"]},
        }
        printed = shown("--schema", schema_file(schema), "--depth", "0")
        assert printed[printed.index("Ignored:") :] == (
            "Ignored:\n"
            "  unknown format\n"
            "    datetime at 2 places, first #/properties/a\n"
            "      did you mean date-time?\n"
            "  unknown keyword\n"
            "    minlength at #/properties/c\n"
            "      did you mean minLength?\n"
            "  keyword of another draft\n"
            "    dependencies at #\n"
            "      known up to draft-07: use dependentRequired or dependentSchemas\n"
            "  extension\n"
            "    x-note at #/properties/b\n"
        )

    def test_document(self, shown: Any, schema_file: Any) -> None:
        content = document(shown, "--schema", schema_file(ORDER))
        assert content["ignored"] == [
            {"kind": "unknown format", "name": "money", "note": "", "places": ["#/properties/sum"]}
        ]

    @pytest.mark.parametrize(
        ("draft", "keyword", "schema"),
        [
            (Draft.D4, "const", {"type": "integer", "const": 3}),
            (Draft.D6, "if", {"type": "integer", "if": True, "then": {"maximum": 3}}),
            (Draft.D7, "prefixItems", {"type": "array", "prefixItems": [{"const": 3}], "minItems": 1}),
            (
                Draft.D7,
                "maxLength",
                {"$ref": "#/definitions/a", "maxLength": 1, "definitions": {"a": {"type": "string"}}},
            ),
            (Draft.D7, "additionalItems", {"type": "array", "additionalItems": False}),
            (Draft.D2019, "prefixItems", {"type": "array", "prefixItems": [{"const": 3}], "minItems": 1}),
            (Draft.D2020, "additionalItems", {"type": "array", "prefixItems": [{}], "additionalItems": False}),
            (Draft.D2020, "format", {"type": "string", "format": "nope"}),
            (Draft.D2020, "format", {"type": "integer", "format": "date"}),
            (Draft.D2020, "minContains", {"type": "array", "minContains": 3}),
            (Draft.D2020, "then", {"type": "integer", "then": False}),
            (Draft.D2020, "minLength", {"type": "integer", "minLength": 3}),
            (Draft.D2020, "contentEncoding", {"type": "string", "contentEncoding": "base64"}),
            (Draft.D2020, "nullable", {"type": "string", "nullable": True}),
        ],
    )
    def test_what_is_called_ignored_changes_nothing(
        self, draft: Draft, keyword: str, schema: Any, shown: Any, schema_file: Any
    ) -> None:
        schema = {"$schema": URI_OF_DRAFT[draft], **schema}
        told = document(shown, "--schema", schema_file(schema))["ignored"]
        assert keyword in {"format" if "format" in each["kind"] else each["name"].split()[0] for each in told}
        without = {name: value for name, value in schema.items() if name != keyword}
        assert sm.generate(schema, count=50).jsonl == sm.generate(without, count=50).jsonl


class TestSurroundings:
    def test_ascii(self, specmint: Any, schema_file: Any) -> None:
        schema = {"type": "object", "properties": {"größe": {"const": "ü\x1b[31m"}}, "required": ["größe"]}
        done = specmint("inspect", "--schema", schema_file(schema), env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert done.returncode == 0
        assert '`- gr\\xf6\\xdfe: string, always "\\xfc\\u001b[31m"\n' in done.stdout

    def test_escape_sequences_are_not_passed_on(self, shown: Any, schema_file: Any) -> None:
        schema = {"type": "object", "properties": {"\x1b[2J": {"pattern": "^\x07$", "type": "string"}}, "x-\x1b[3J": 1}
        assert {each for each in shown("--schema", schema_file(schema)) if ord(each) < 32} == {"\n"}

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_full_disk(self, schema_file: Any) -> None:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [sys.executable, "-m", "pytest_specmint", "inspect", "--schema", schema_file(ORDER)],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
            )
        assert done.returncode == 6
        assert "cannot write standard output" in done.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe that closes early")
    def test_reader_that_goes_away(self) -> None:
        path = ROOT / "schemas/benchmark/complex.json"
        command = f"{sys.executable} -m pytest_specmint inspect --schema {path} | head -1"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        assert done.stdout.startswith("schema:")

    def test_light(self) -> None:
        code = (
            "import sys, pytest_specmint.cli.inspect\n"
            "heavy = {'numpy', 'orjson', 'jsonschema_rs', 'jsonschema', 'yaml', 'pytest'} & set(sys.modules)\n"
            "sys.exit(str(heavy) if heavy else 0)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


class TestFailures:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("false", "the schema is false"),
            ('{"type": "integer", "minimum": 3, "maximum": 2}', "minimum 3 exceeds maximum 2"),
            ('{"$ref": "#/none"}', "points to nothing"),
            ('{"type": "integr"}', "not a valid JSON Schema"),
            ("", "is empty"),
        ],
    )
    def test_schemas(self, content: str, words: str, schema_file: Any, capfd: pytest.CaptureFixture[str]) -> None:
        assert main(["inspect", "--schema", schema_file(content)]) == 2
        output, errors = capfd.readouterr()
        assert output == ""
        assert words in errors
        assert errors.splitlines()[-1].startswith("summary: exit code 2, kind ")

    @pytest.mark.parametrize("arguments", [[], ["--depth", "-1", "--schema", "a"], ["--depth", "x"], ["--jsn"]])
    def test_usage(self, arguments: list[str], shown: Any) -> None:
        assert shown(*arguments, code=1) == ""

    @pytest.mark.parametrize("form", [[], ["--json"]])
    def test_records_that_cannot_be_made(
        self, form: list[str], shown: Any, schema_file: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The tree is shown all the same: it is what helps then."""

        def failing(job: Any) -> Any:
            raise SamplingError("record 0 stays invalid", pointer="#/a")

        monkeypatch.setattr("pytest_specmint.pipeline.blocks.record_blocks", failing)
        printed = shown("--schema", schema_file(ORDER), *form, code=3)
        if form:
            content = json.loads(printed)
            jsonschema_rs.Draft202012Validator(FORM).validate(content)
            assert content["record"] == {"error": "record 0 stays invalid @ #/a"}
        else:
            assert "record:    none could be made\n" in printed
            assert "lines: array of 1 to 3 items" in printed
