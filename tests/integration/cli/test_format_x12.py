"""`generate --format x12` and `convert`, as users run them."""

import errno
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.output import writers

SMALL = ["--count", "30", "--seed", "12", "--quiet"]


@pytest.fixture
def schema(schemas: Path) -> list[str]:
    return ["--schema", str(schemas / "healthcare" / "claim_837p_slim.json"), "--domain", "healthcare"]


def run(capfdbinary: Any, *arguments: object) -> tuple[int, bytes, str]:
    code = main([str(each) for each in arguments])
    found = capfdbinary.readouterr()
    return code, found.out, found.err.decode()


def claims(interchange: bytes) -> list[bytes]:
    """The segments of each claim, without the numbers of levels, which follow their place in the file."""
    text = re.sub(rb"\nHL\*[^~]*~", b"\nHL~", interchange)
    text = text[: text.index(b"\nSE*")]
    return re.split(rb"(?=\nHL~\nPRV\*BI)", text)[1:]


def test_standard_output_and_directory_hold_the_same(capfdbinary: Any, tmp_path: Path, schema: list[str]) -> None:
    code, out, errors = run(capfdbinary, "generate", *schema, *SMALL, "--format", "x12", "--stdout")
    assert (code, errors) == (0, "")
    assert run(capfdbinary, "generate", *schema, *SMALL, "--format", "x12", "--out", tmp_path / "out") == (0, b"", "")
    assert (tmp_path / "out" / "dataset.x12").read_bytes() == out
    _, lines, _ = run(capfdbinary, "generate", *schema, *SMALL, "--stdout")
    assert (tmp_path / "out" / "dataset.jsonl").read_bytes() == lines
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"dataset.jsonl", "dataset.x12", "manifest.json", "run.json"} | {
        f"record_{i:04d}.json" for i in range(1, 31)
    }


def test_the_closing_line_is_about_what_was_written(capfdbinary: Any, schema: list[str]) -> None:
    from hashlib import sha256

    code, out, errors = run(capfdbinary, "generate", *schema, "--count", 3, "--format", "x12", "--stdout")
    assert code == 0
    assert f"bytes {len(out):,}, sha256 {sha256(out).hexdigest()[:16]}" in errors


def test_workers_and_block_sizes_do_not_matter(capfdbinary: Any, tmp_path: Path, schema: list[str]) -> None:
    arguments = [
        "generate",
        *schema,
        "--count",
        "9000",
        "--seed",
        "3",
        "--format",
        "x12",
        "--quiet",
        "--no-record-files",
    ]
    assert main([*arguments, "--out", str(tmp_path / "one")]) == 0
    assert main([*arguments, "--out", str(tmp_path / "two"), "--workers", "2"]) == 0
    for name in ("dataset.x12", "dataset.jsonl", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    text = (tmp_path / "one" / "dataset.x12").read_text()
    assert [each.count("\nCLM*") for each in text.split("\nST*")] == [0, 5000, 4000]


def test_processes_give_the_same_bytes(specmint: Any, schema: list[str], tmp_path: Path) -> None:
    import os

    made = []
    for seed in ("0", "1"):
        surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "1" else "UTC"}
        done = specmint("generate", *schema, *SMALL, "--format", "x12", "--stdout", env=surroundings)
        assert done.returncode == 0, done.stderr
        made.append(done.stdout)
    assert made[0] == made[1]


def test_one_record_and_ranges_have_the_claims_of_the_whole(capfdbinary: Any, schema: list[str]) -> None:
    _, whole, _ = run(capfdbinary, "generate", *schema, *SMALL, "--format", "x12", "--stdout")
    code, one, _ = run(capfdbinary, "generate", *schema, "--seed", 12, "--format", "x12", "--index", 7)
    assert code == 0
    assert claims(one) == [claims(whole)[7]]
    arguments = ["--seed", 12, "--start", 20, "--count", 10, "--format", "x12", "--stdout", "--quiet"]
    code, part, _ = run(capfdbinary, "generate", *schema, *arguments)
    assert code == 0
    assert claims(part) == claims(whole)[20:]
    assert len({re.findall(rb"\*00501\*([0-9]{9})\*", each)[0] for each in (whole, one, part)}) == 3


def test_settings_name_it_too(
    capfdbinary: Any, tmp_path: Path, schema: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specmint.toml").write_text('format = "x12"\n')
    assert run(capfdbinary, "generate", *schema, *SMALL, "--stdout")[1].startswith(b"ISA*00*")
    assert run(capfdbinary, "generate", *schema, *SMALL, "--stdout", "--format", "jsonl")[1].startswith(b"{")
    monkeypatch.setenv("SPECMINT_FORMAT", "jsonl")
    assert run(capfdbinary, "generate", *schema, *SMALL, "--stdout")[1].startswith(b"{")


def test_dry_run_tells_it(capfdbinary: Any, schema: list[str]) -> None:
    code, out, _ = run(capfdbinary, "generate", *schema, "--format", "x12", "--dry-run")
    assert code == 0
    assert b"format:         x12: X12 837P, version 005010X222A1" in out


def test_boundary_values_are_claims_too(capfdbinary: Any, schema: list[str]) -> None:
    code, out, _ = run(capfdbinary, "generate", *schema, *SMALL, "--mode", "edge", "--format", "x12", "--stdout")
    assert code == 0
    assert out.count(b"\nCLM*") == 30


# ---------------------------------------------------------------- what goes wrong


def test_a_schema_that_lacks_what_a_claim_needs(capfdbinary: Any, tmp_path: Path, schemas: Path) -> None:
    path = schemas / "healthcare" / "patient_encounter.json"
    for where in (["--out", tmp_path / "out"], ["--stdout"], ["--dry-run"], ["--index", 3]):
        code, out, errors = run(capfdbinary, "generate", "--schema", path, "--format", "x12", *where)
        assert (code, out) == (2, b"")
        assert errors.startswith("error: X12 837P needs more than these records have: the schema has no /claim_id, ")
        assert "/diagnosis_codes (there is diagnoses)" in errors
        assert "records may lack /patient/address @ #\n" in errors
        assert errors.splitlines()[-1] == "summary: exit code 2, kind SchemaError"
    assert list(tmp_path.iterdir()) == []


def without(schema: dict[str, Any], *path: str) -> dict[str, Any]:
    made = json.loads(json.dumps(schema))
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder["required"] = [each for each in holder["required"] if each != path[-1]]
    return made


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        (["payer"], "/payer"),
        (["$defs", "provider", "npi"], "/billing_provider/npi"),
        (["$defs", "service_line", "dx_pointers"], "/service_lines/*/dx_pointers"),
        (["properties", "patient", "dob"], "/patient/dob"),
    ],
)
def test_an_optional_field_is_not_enough(
    capfdbinary: Any, schema_file: Any, schemas: Path, path: list[str], pointer: str
) -> None:
    document = json.loads((schemas / "healthcare" / "claim_837p_slim.json").read_bytes())
    file = schema_file(without(document, *path))
    code, out, errors = run(capfdbinary, "generate", "--schema", file, "--format", "x12", "--stdout")
    assert (code, out) == (2, b"")
    assert f"records may lack {pointer} @ #" in errors


def test_a_record_that_does_not_balance_is_named(
    capfdbinary: Any, schema_file: Any, schemas: Path, tmp_path: Path
) -> None:
    document = json.loads((schemas / "healthcare" / "claim_837p_slim.json").read_bytes())
    other = {"id": "total-of-lines", "assert": "total_charge > 0"}  # in the place of the schema's and the pack's
    document["x-rules"] = [other if each["id"] == other["id"] else each for each in document["x-rules"]]
    arguments = [
        "generate",
        "--schema",
        schema_file(document),
        "--format",
        "x12",
        "--count",
        20,
        "--out",
        tmp_path / "o",
    ]
    code, out, errors = run(capfdbinary, *arguments)
    assert (code, out) == (3, b"")
    assert re.match(r"error: record \d+ cannot be an X12 claim: .* is not the sum of the lines' charges", errors)
    assert "@ /total_charge\n" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--format", "x13"], 1, "unknown format 'x13'"),
        (["--format", "x12", "--invalid"], 1, "--invalid and --format x12 exclude each other"),
        (["--format", ""], 1, "unknown format ''"),
    ],
)
def test_refused(capfdbinary: Any, schema: list[str], arguments: list[str], code: int, words: str) -> None:
    found, out, errors = run(capfdbinary, "generate", *schema, "--stdout", *arguments)
    assert (found, out) == (code, b"")
    assert words in errors


def test_a_full_disk_leaves_earlier_output_as_it_was(
    capfdbinary: Any, tmp_path: Path, schema: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["generate", *schema, *SMALL, "--format", "x12", "--out", tmp_path / "out"]
    assert run(capfdbinary, *arguments)[0] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full(self: Any, made: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writers.InFormat, "_put", full)
    code, _, errors = run(capfdbinary, *arguments, "--seed", 99)
    assert code == 6
    assert "No space left on device" in errors
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output(schema: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest_specmint",
                "generate",
                *schema,
                "--count",
                "300",
                "--format",
                "x12",
                "--stdout",
            ],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert done.returncode == 6
    assert done.stderr.startswith("error: cannot write standard output: No space left on device")


# ---------------------------------------------------------------- convert


@pytest.fixture
def made(capfdbinary: Any, tmp_path: Path, schema: list[str]) -> Path:
    given = ["--as-of", "2025-03-31", "--start", 40, "--format", "x12", "--out", tmp_path / "made"]
    assert run(capfdbinary, "generate", *schema, *SMALL, *given)[0] == 0
    return tmp_path / "made"


def test_what_is_there_already(capfdbinary: Any, tmp_path: Path, made: Path) -> None:
    whole = (made / "dataset.x12").read_bytes()
    convert = ["convert", "--format", "x12", "--quiet"]
    assert run(capfdbinary, *convert, "-d", made, "--stdout") == (0, whole, "")
    assert run(capfdbinary, *convert, "-d", made / "dataset.jsonl", "--out", tmp_path / "a" / "b.x12") == (0, b"", "")
    assert (tmp_path / "a" / "b.x12").read_bytes() == whole
    packed = tmp_path / "claims.jsonl.gz"
    packed.write_bytes(gzip.compress((made / "dataset.jsonl").read_bytes()))
    told = ["--as-of", "2025-03-31", "--seed", 12, "--start", 40]
    assert run(capfdbinary, *convert, "-d", packed, "--stdout", *told)[1] == whole
    assert run(capfdbinary, *convert, "-d", packed, "--stdout")[1] != whole


def test_standard_input(made: Path) -> None:
    arguments = ["convert", "-d", "-", "--format", "x12", "--stdout", "--as-of", "2025-03-31", "--seed", "12"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest_specmint", *arguments, "--start", "40"],
        input=(made / "dataset.jsonl").read_bytes(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0
    assert done.stdout == (made / "dataset.x12").read_bytes()
    assert done.stderr.startswith(b"summary: format x12, bytes ")


def test_canonical_lines_of_any_json(capfdbinary: Any, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"b": 1.50, "a": [2]}\n')
    assert run(capfdbinary, "convert", "-d", tmp_path / "a.jsonl", "--format", "jsonl", "--stdout", "-q") == (
        0,
        b'{"a":[2],"b":1.5}\n',
        "",
    )


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 3, "at least one claim"),
        (b"{\n", 3, "line 1: not JSON"),
        (b"7\n", 3, "record 0 cannot be an X12 claim"),
        (b'{"claim_id": "C1"}\n', 3, "it is missing @ /total_charge"),
        (None, 6, "cannot read dataset"),
    ],
)
def test_what_cannot_be_converted(
    capfdbinary: Any, tmp_path: Path, content: bytes | None, code: int, words: str
) -> None:
    if content is not None:
        (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "old.x12").write_text("before")
    arguments = ["convert", "-d", tmp_path / "a.jsonl", "--format", "x12", "--out", tmp_path / "old.x12"]
    found, out, errors = run(capfdbinary, *arguments)
    assert (found, out) == (code, b"")
    assert words in errors
    assert (tmp_path / "old.x12").read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} <= {"a.jsonl", "old.x12"}


@pytest.mark.parametrize("outputs", [[], ["--out", "a", "--stdout"]])
def test_one_output_is_needed(capfdbinary: Any, made: Path, outputs: list[str]) -> None:
    code, _, errors = run(capfdbinary, "convert", "-d", made, "--format", "x12", *outputs)
    assert code == 1
    assert "one output is needed" in errors


def test_packs_show_names_the_format(capfdbinary: Any) -> None:
    code, out, _ = run(capfdbinary, "packs", "show", "healthcare")
    assert code == 0
    assert b"--format x12: pytest_specmint.packs.healthcare.x12:FORMAT" in out
