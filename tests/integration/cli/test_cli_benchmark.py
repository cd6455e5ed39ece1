"""`specmint-cli benchmark`, as a user calls it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pytest_specmint.cli import benchmark
from pytest_specmint.cli.main import main
from pytest_specmint.version import __version__

FORM = json.loads(Path(benchmark.__file__).with_name("benchmark.schema.json").read_text(encoding="utf-8"))
SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "n": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["id", "n"],
    "additionalProperties": False,
}
FEW = ("--counts", "20,50", "--runs", "2")


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(SCHEMA))


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run within this process; gives exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["benchmark", *arguments])
        return code, *capfd.readouterr()

    return call


def fails(run: Any, code: int, *arguments: str) -> str:
    got, output, errors = run(*arguments)
    assert (got, output) == (code, "")
    lines = errors.splitlines()
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert lines[-1].startswith(f"summary: exit code {code}, kind ")
    assert len(lines) == 3
    return str(errors)


class TestReport:
    def test_as_a_program_of_its_own(self, specmint: Any, schema: str) -> None:
        done = specmint("benchmark", "--schema", schema, *FEW)
        assert (done.returncode, done.stderr) == (0, "")
        text = done.stdout
        assert f"pytest-specmint {__version__}" in text
        for words in ("system:", "compile:", "20 records of ", "50 records of ", "peak memory:", "orjson.dumps of the"):
            assert words in text
        assert "no provider configured" in text
        assert "cross-field rules: none in this schema" in text
        assert "100 % (50 of 50 records, all checked; 0 drawn again)" in text
        assert all(line == line.rstrip() for line in text.splitlines())

    def test_memory_is_that_of_the_process(self, specmint: Any, schema: str) -> None:
        done = specmint("benchmark", "--schema", schema, *FEW, "--json")
        peak = json.loads(done.stdout)["peakMemory"]
        assert peak["records"] == 50
        if peak["afterRun"] is not None:
            assert 10_000_000 < peak["beforeFirstRecord"] <= peak["afterRun"] < 1_000_000_000

    def test_rules_are_not_passed_over(self, run: Any, schema_file: Any) -> None:
        path = str(schema_file({**SCHEMA, "x-cross-field-rules": ["a", "b", "c"]}))
        assert "cross-field rules: 3 sentences in this schema, 0 enforced by rules" in run("-s", path, *FEW)[1]

    def test_what_cannot_be_measured_is_said(self, run: Any, schema_file: Any) -> None:
        path = str(schema_file({"type": "integer", "minimum": 10**20, "maximum": 10**21}))
        code, text, _ = run("-s", path, *FEW)
        assert code == 0
        assert "orjson.dumps of the same records: refused, integers beyond 64 bits" in text
        assert "unknown" in text

    def test_one_run_has_no_range(self, run: Any, schema: str) -> None:
        text = run("-s", schema, "--counts", "20", "--runs", "1")[1]
        assert ".." not in text
        assert "runs:      1, which says nothing about noise" in text

    def test_default_counts_show_what_proof_saves(self, run: Any, schema: str) -> None:
        text = run("-s", schema, "--runs", "1")[1]
        assert re.search(r"^1,000 records of ", text, re.MULTILINE)
        assert re.search(r"^10,000 records of ", text, re.MULTILINE)
        assert re.search(r"which checks 1,\d{3} of them \(the others are valid by proof\)", text)

    def test_parts_of_documents_and_views(self, run: Any, root: Path) -> None:
        code, text, _ = run(
            "-s", f"{root}/schemas/openapi/shop.yaml#/components/schemas/Order", "--view", "request", *FEW
        )
        assert code == 0
        assert "shop.yaml#/components/schemas/Order" in text
        assert "view request" in text


class TestJson:
    def test_is_one_line_of_the_form_that_is_shipped(self, run: Any, schema: str) -> None:
        code, output, errors = run("-s", schema, *FEW, "--seed", "5", "--json")
        assert (code, errors, output.count("\n")) == (0, "", 1)
        content = json.loads(output)
        jsonschema_rs.Draft202012Validator(FORM, validate_formats=True).validate(content)
        assert content["options"]["seed"] == 5
        assert [each["records"] for each in content["scenarios"]] == [20, 50]
        assert all(len(each["run"]["seconds"]["values"]) == 2 for each in content["scenarios"])

    def test_settings_count_as_for_generate(self, run: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "specmint.toml").write_text(
            f'schema = "{schema}"\nseed = 9\nas_of = "2026-01-02"\npresence = 0.5\n'
        )
        options = json.loads(run(*FEW, "--json")[1])["options"]
        assert (options["seed"], options["asOf"], options["sizes"]["presence"]) == (9, "2026-01-02", 0.5)

    def test_counts_in_any_order(self, run: Any, schema: str) -> None:
        content = json.loads(run("-s", schema, "--counts", "30, 10,30", "--runs", "1", "--json")[1])
        assert [each["records"] for each in content["scenarios"]] == [10, 30]


class TestSaved:
    def test_save_then_compare(self, run: Any, schema: str, tmp_path: Path) -> None:
        code, _, errors = run("-s", schema, *FEW, "--save", "before.json")
        assert (code, errors) == (0, "")
        saved = json.loads((tmp_path / "before.json").read_bytes())
        jsonschema_rs.Draft202012Validator(FORM).validate(saved)
        code, text, errors = run("-s", schema, *FEW, "--compare", "before.json")
        assert (code, errors) == (0, "")
        assert f"compared with the run of {saved['createdAt']}" in text
        assert re.search(r"size, 20 records, bytes per record +\d+ +\d+ +1\.00  same", text)
        assert re.search(r"generation, 50 records, records/s .* (noise|better|worse)\n", text)
        assert "measured once" in text
        assert "not the same" not in text

    def test_as_json(self, run: Any, schema: str) -> None:
        run("-s", schema, *FEW, "--save", "before.json")
        content = json.loads(run("-s", schema, *FEW, "--compare", "before.json", "--json")[1])
        jsonschema_rs.Draft202012Validator(FORM, validate_formats=True).validate(content)
        assert content["comparison"]["differences"] == []

    def test_the_same_file_for_both(self, run: Any, schema: str, tmp_path: Path) -> None:
        run("-s", schema, *FEW, "--save", "last.json")
        code, text, _ = run("-s", schema, *FEW, "--seed", "3", "--compare", "last.json", "--save", "last.json")
        assert code == 0
        assert "not the same: seed: 0 then, 3 now" in text
        saved = json.loads((tmp_path / "last.json").read_bytes())
        assert saved["options"]["seed"] == 3
        assert "comparison" not in saved

    def test_saving_leaves_nothing_else(self, run: Any, schema: str, tmp_path: Path) -> None:
        run("-s", schema, *FEW, "--save", "new/before.json")
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["before.json"]

    def test_another_schema_is_refused_before_measuring(self, run: Any, schema: str, schema_file: Any) -> None:
        run("-s", schema, *FEW, "--save", "before.json")
        other = schema_file({**SCHEMA, "title": "Other"}, "other.json")
        errors = fails(run, 1, "-s", str(other), *FEW, "--compare", "before.json", "--save", "after.json")
        assert "before.json is of another schema: its sha256 is" in errors
        assert not Path("after.json").exists()

    def test_another_part_is_refused(self, run: Any, root: Path) -> None:
        place = f"{root}/schemas/openapi/shop.yaml#/components/schemas/"
        run("-s", place + "Order", *FEW, "--save", "before.json")
        assert "its place is" in fails(run, 1, "-s", place + "Customer", *FEW, "--compare", "before.json")

    def test_no_counts_in_common(self, run: Any, schema: str) -> None:
        run("-s", schema, *FEW, "--save", "before.json")
        errors = fails(run, 1, "-s", schema, "--counts", "7", "--runs", "1", "--compare", "before.json")
        assert "pass --counts 20,50" in errors

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is not JSON"),
            (b"\x00\xff", "is not JSON"),
            (b"[]", "is not a saved benchmark"),
            (b'{"document": 1}', "is not a saved benchmark"),
            (b'{"document": 2}', "is not a saved benchmark"),
            (b"[" * 100_000, "is not JSON"),
        ],
    )
    def test_garbage(self, run: Any, schema: str, tmp_path: Path, content: bytes, words: str) -> None:
        (tmp_path / "garbage.json").write_bytes(content)
        assert words in fails(run, 1, "-s", schema, *FEW, "--compare", "garbage.json")

    def test_a_damaged_file(self, run: Any, schema: str, tmp_path: Path) -> None:
        run("-s", schema, *FEW, "--save", "before.json")
        saved = json.loads((tmp_path / "before.json").read_bytes())
        saved["scenarios"][0]["run"]["recordsPerSecond"]["values"] = ["fast"]
        (tmp_path / "before.json").write_text(json.dumps(saved))
        errors = fails(run, 1, "-s", schema, *FEW, "--compare", "before.json")
        assert "(scenarios/0/run/recordsPerSecond/values/0)" in errors

    def test_no_such_file(self, run: Any, schema: str) -> None:
        assert "cannot read none.json" in fails(run, 6, "-s", schema, *FEW, "--compare", "none.json")

    def test_a_place_that_cannot_be_written(self, run: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert "cannot write" in fails(run, 6, "-s", schema, *FEW, "--save", "file/before.json")


class TestRefused:
    @pytest.mark.parametrize("runs", ["0", "-1"])
    def test_runs(self, run: Any, schema: str, runs: str) -> None:
        assert f"runs must be at least 1, not {runs}" in fails(run, 1, "-s", schema, "--runs", runs)

    def test_runs_that_are_no_number(self, run: Any, schema: str) -> None:
        assert "'many' is not a valid integer" in fails(run, 1, "-s", schema, "--runs", "many")

    @pytest.mark.parametrize("counts", ["0", "-5", "", "10,,20", "ten", "1.5", "²", "9" * 30, "9" * 5000])
    def test_counts(self, run: Any, schema: str, counts: str) -> None:
        assert "counts must be whole numbers from 1 on" in fails(run, 1, "-s", schema, "--counts", counts)

    def test_no_schema(self, run: Any) -> None:
        assert "no schema given" in fails(run, 1)

    def test_a_schema_that_nothing_satisfies(self, run: Any, schema_file: Any) -> None:
        path = str(schema_file({"type": "integer", "minimum": 5, "maximum": 3}))
        assert run("-s", path, *FEW)[0] == 2

    def test_something_that_is_no_schema(self, run: Any, schema_file: Any) -> None:
        code, output, errors = run("-s", str(schema_file({"type": "integr"})), *FEW)
        assert (code, output) == (2, "")
        assert "not a valid JSON Schema" in errors
