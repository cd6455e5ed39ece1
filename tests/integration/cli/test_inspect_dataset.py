"""`specmint-cli inspect` of datasets, as a user calls it."""

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import pytest_specmint as sm
from pytest_specmint.cli import inspect
from pytest_specmint.cli.main import main
from tests.openai_server import openai_server

ROOT = Path(__file__).parents[3]
FORM = json.loads(Path(inspect.__file__).with_name("survey.schema.json").read_text(encoding="utf-8"))
PAYMENT = "schemas/fintech/payment_transaction.json"
CLAIM = "schemas/healthcare/claim_837p_slim.json"


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def payments(workplace: Path) -> Path:
    assert main(["generate", "--schema", PAYMENT, "--count", "300", "--seed", "2024", "--out", "out", "-q"]) == 0
    return workplace / "out"


def _shown(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    capfd.readouterr()
    code = main(["inspect", *arguments])
    out, err = capfd.readouterr()
    assert code == 0, err
    return out


def _document(capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_shown(capfd, *arguments, "--json"))
    jsonschema_rs.validator_for(FORM).validate(found)
    return found


def test_a_directory_is_judged_by_the_schema_it_was_made_from(
    payments: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = _shown(capfd, "out")
    assert f"schema:    {PAYMENT}" in shown
    assert "records:   300\n" in shown
    assert "schema: 300 of 300 records are valid" in shown
    assert "rule approval-of-large-amounts: ok" in shown
    assert "could be real: 0 of" in shown
    assert "seed 2024, as of 2025-01-01" in shown


def test_the_document_holds_what_the_records_hold(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    records = list(sm.generate(PAYMENT, seed=2024, count=300))
    found = _document(capfd, "out")
    fields = {each["path"]: each for each in found["fields"]}
    amounts = [record["amount"] for record in records]
    assert fields["amount"]["numbers"]["least"] == min(amounts)
    assert fields["amount"]["numbers"]["greatest"] == max(amounts)
    assert fields["amount"]["numbers"]["mean"] == pytest.approx(sum(amounts) / 300, rel=1e-5)
    assert fields["amount"]["distinct"] == {"count": len(set(amounts)), "exact": True, "error": 0}
    assert fields["amount"]["numbers"]["distribution"]["nearest"]["kind"] == "lognormal"
    statuses = [record["status"] for record in records if "status" in record]
    assert fields["status"]["present"] == len(statuses)
    assert {each["text"]: each["count"] for each in fields["status"]["common"]["values"]} == {
        status: statuses.count(status) for status in set(statuses)
    }
    addresses = [record["sender"] for record in records if "address" in record["sender"]]
    assert fields["sender.address"]["present"] == len(addresses)
    assert found["manifest"]["dataset_id"].startswith("smnt_")
    assert found["safety"]["could_be_real"] == 0


@pytest.mark.parametrize("how", ["option", "path", "manifest", "gzip", "golden", "folder"])
def test_every_form_of_a_dataset(how: str, payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plain, records = payments / "dataset.jsonl", 300
    given = {
        "option": ["--dataset", str(plain)],
        "path": [str(plain)],
        "manifest": [str(payments / "manifest.json")],
        "gzip": ["other.jsonl.gz"],
        "golden": [str(ROOT / "golden" / "fintech" / "manifest_2024_50.json")],
        "folder": ["many"],
    }[how]
    if how == "gzip":
        Path("other.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    if how == "golden":
        records = 50
    if how == "folder":
        Path("many").mkdir()
        lines = plain.read_bytes().splitlines(keepends=True)
        Path("many/a.jsonl").write_bytes(b"".join(lines[:100]).rstrip(b"\n"))
        Path("many/b.jsonl").write_bytes(b"".join(lines[100:]))
    found = _document(capfd, *given)
    assert (found["records"], found["unreadable"]) == (records, 0)


def test_details_and_single_fields(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capfd, "out", "--detailed")
    assert "    distribution: " in shown
    assert "    format: date-time in 100% of" in shown
    one = _shown(capfd, "out", "--field", "sender.address")
    assert "  sender.address.zip: string" in one
    assert "amount" not in one
    assert main(["inspect", "out", "--field", "sendr.name"]) == 1
    assert "did you mean 'sender.name'?" in capfd.readouterr().err


def test_one_field_s_drift_is_told_alone(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--schema", CLAIM, "--count", "20", "--out", "claims", "-q"]) == 0
    shown = _shown(capfd, "out", "--compare", "claims", "--field", "sender")
    drift = shown.partition("Changed since claims: ")[2].splitlines()
    assert drift[0] == f"{len(drift) - 1} of {len(drift) - 1} fields"
    assert all(line.startswith("  sender") and line.endswith(": is new") for line in drift[1:])


def test_values_are_quoted_where_they_are_texts(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.jsonl").write_text('{"a": true, "b": "x", "c": 5}\n' * 3)
    shown = _shown(capfd, "a.jsonl", "--detailed")
    assert [line.strip() for line in shown.splitlines() if "most common" in line] == [
        "most common: true (3)",
        "most common: 'x' (3)",
        "most common: 5 (3)",
    ]


def test_where_a_model_s_values_come_from(workplace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    properties = {"id": {"type": "string"}, "name": {"type": "string", "maxLength": 20, "x-llm": True}}
    schema = {"type": "object", "required": ["id", "name"], "properties": properties}
    Path("person.json").write_text(json.dumps(schema))
    with openai_server() as server:
        where = ["--llm-mode", "fields", "--llm-source", "live", "--llm-endpoint", server.url]
        assert main(["generate", "--schema", "person.json", "--count", "30", *where, "--out", "out"]) == 0
    shown = _shown(capfd, "out", "--detailed")
    assert ", language model fields by openai quill-1\n" in shown
    lines = [json.loads(line) for line in Path("out/provenance.jsonl").read_text().splitlines()]
    written = sum(each["origin"] == "live" for each in lines)
    assert written
    assert f"Language model:\n  values: live {written} " in shown
    assert shown.count("    written by: live ") == 1
    found = _document(capfd, "out")["provenance"]
    assert found["values"]["live"] == found["fields"]["name"]["live"] == written
    assert _document(capfd, "out/dataset.jsonl")["provenance"] == found
    _shown(capfd, "out", "--html", "page.html")
    assert f"live {written} (" in Path("page.html").read_text()


def test_a_golden_is_judged_by_the_schema_that_stands_beside_it(
    workplace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = ROOT / "golden" / "healthcare" / "seed_42_count_60"
    shown = _shown(capfd, f"{golden}.jsonl")
    assert f"schema:    {ROOT / 'schemas' / 'healthcare'}" in shown
    assert "golden:    of tests/suite/test_domain_goldens.py::" in shown
    assert "schema: 60 of 60 records are valid" in shown
    place = workplace / "golden"
    place.mkdir()
    (place / "a.jsonl").write_bytes(golden.with_suffix(".jsonl").read_bytes())
    origin = json.loads(golden.with_suffix(".golden.json").read_text())
    (place / "a.golden.json").write_text(json.dumps(origin))
    assert f"schema:    {origin['schema']['path']}\n" in _shown(capfd, "golden/a.jsonl")
    (place / "a.golden.json").write_text(json.dumps({**origin, "derived": True}))
    assert "schema:    none given" in _shown(capfd, "golden/a.jsonl")
    origin["schema"]["sha256"] = "0" * 64
    (place / "a.golden.json").write_text(json.dumps(origin))
    assert "schema:    none given" in _shown(capfd, "golden/a.jsonl")


def test_drift_between_two_seeds_and_two_schemas(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    schema = json.loads((ROOT / PAYMENT).read_text())
    schema["properties"]["amount"]["maximum"] = 50
    del schema["properties"]["risk_score"]
    schema.pop("x-rules")
    Path("other.json").write_text(json.dumps(schema))
    assert main(["generate", "--schema", PAYMENT, "--count", "2000", "--seed", "5", "--out", "again", "-q"]) == 0
    assert main(["generate", "--schema", "other.json", "--count", "300", "--out", "other", "-q"]) == 0
    found = _document(capfd, "other", "--compare", "out")["drift"]
    changed = {each["path"]: each for each in found["fields"] if each["differences"]}
    assert changed["risk_score"]["where"] == "removed"
    assert changed["amount"]["distance"] > 0.3
    assert "amount: values: " in _shown(capfd, "other", "--compare", "out")


def test_a_sample_is_of_the_dataset(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = (payments / "dataset.jsonl").read_text().splitlines()
    found = _document(capfd, "out", "--sample", "7")
    assert len(found["sample"]) == 7
    assert all(record in map(json.loads, lines) for record in found["sample"])
    shown = _shown(capfd, "out", "--sample", "2")
    assert "Sample: 2 records" in shown


@pytest.mark.parametrize(
    ("content", "records", "unreadable"),
    [(b"", 0, 0), (b'{"a":1}', 1, 0), (b"\xff\xfe\x00garbage\n[1,\n", 0, 2), (b"\n\n", 0, 0), (b"\x00" * 4096, 0, 1)],
)
def test_datasets_of_none_of_one_and_of_garbage(
    content: bytes, records: int, unreadable: int, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("d.jsonl").write_bytes(content)
    found = _document(capfd, "d.jsonl")
    assert (found["records"], found["unreadable"]) == (records, unreadable)
    shown = _shown(capfd, "d.jsonl", "--detailed")
    assert f"records:   {records}" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.jsonl"], "cannot read dataset missing.jsonl"),
        (["--detailed", "--schema", PAYMENT], "--detailed needs a dataset"),
        (["out", "--dataset", "out"], "out besides --dataset"),
        (["out", "--depth", "1"], "--depth is about schemas"),
        (["empty"], "no dataset in empty"),
        (["cut.jsonl.gz"], "cannot read dataset cut.jsonl.gz"),
        (["out", "--html", "out/dataset.jsonl/page.html"], "cannot write"),
    ],
)
def test_mistakes_are_told(arguments: list[str], words: str, payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    Path("cut.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n' * 5000)[:-20])
    capfd.readouterr()
    assert main(["inspect", *arguments]) in {1, 6}
    err = capfd.readouterr().err
    assert words in err
    assert "hint: " in err


def test_a_page_is_one_file_that_asks_for_nothing(payments: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _shown(capfd, "out", "--html", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src", "").replace("img-src", "")
    assert "://" not in page.partition('<script type="application/json"')[0].replace("http://www.w3.org", "")


def test_memory_does_not_grow_with_the_dataset(workplace: Path, specmint: Any) -> None:
    measured = (
        "import resource, sys\nfrom pytest_specmint.cli.main import main\n"
        "sys.argv[1:] and main(sys.argv[1:])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    import subprocess
    import sys

    peaks = []
    for count in (4_000, 40_000):
        assert (
            main(["generate", "--schema", PAYMENT, "--count", str(count), "--no-record-files", "--out", "big", "-q"])
            == 0
        )
        done = subprocess.run(
            [sys.executable, "-c", measured, "inspect", "big/dataset.jsonl"],
            capture_output=True,
            text=True,
            cwd=workplace,
        )
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < 1.25 * peaks[0]
