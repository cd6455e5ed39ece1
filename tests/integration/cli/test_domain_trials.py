"""`specmint-cli test`: the domains really tried out."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pytest_specmint.cli import test as module
from pytest_specmint.cli.main import main
from pytest_specmint.trial.identifiers import check_digits
from pytest_specmint.trial.tally import Trial
from pytest_specmint.trial.words import lines

ROOT = Path(__file__).parents[3]
FORM = json.loads(Path(module.__file__).with_name("test.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("schemas", "golden"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _document(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main(["test", "--json", *arguments]) == code
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    jsonschema_rs.validator_for(FORM).validate(found)
    return found


def test_every_domain_passes(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--golden-datasets"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("Testing domains: healthcare, fintech, ecommerce\n")
    assert out.endswith("Overall: all passed\n")
    assert out.count("ok   goldens:") == out.count("ok   schema and rules:") == 3
    assert "performance" not in out
    assert "boundary" not in out


def test_figures_are_those_of_a_run(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = _document(capfd, "--domains", "fintech")
    (domain,) = found["domains"]
    goldens = list((project / "golden" / "fintech").glob("*.golden.json"))
    assert domain["goldens"] == {"total": len(goldens), "passed": len(goldens), "failures": []}
    assert domain["valid"]["total"] == 1000 * len(domain["schemas"])
    assert domain["identifiers"]["passed"] == domain["identifiers"]["total"] > 1000
    assert [each["records"] for each in domain["performance"]] == [10_000] * len(domain["schemas"])
    assert domain["boundaryValues"]["total"] > 50


def test_where_there_are_no_goldens_none_is_said_to_be_ok(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(project / "golden")
    assert main(["test", "--domains", "fintech", "--golden-datasets"]) == 0
    out, err = capfd.readouterr()
    assert "  note goldens: none below golden/fintech\n" in out
    assert "goldens: 0" not in out
    assert err == "summary: domains 1, passed 1, failed 0\n"


def test_what_failed_is_in_the_summary(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (golden,) = (project / "golden" / "fintech").glob("seed_2024_count_50.jsonl")
    golden.write_bytes(golden.read_bytes().replace(b"USD", b"EUR", 1))
    assert main(["test", "--domains", "fintech", "--golden-datasets"]) == 7
    out, err = capfd.readouterr()
    assert out.endswith("Overall: FAIL in fintech\n")
    head, example = err.splitlines()
    assert head == "summary: domains 1, passed 0, failed 1"
    assert example.startswith("  - golden/fintech/seed_2024_count_50.golden.json: made again")


def test_a_domain_is_shown_as_soon_as_it_is_tried() -> None:
    asked = []

    def trials() -> Iterator[Trial]:
        for name in ("a", "b"):
            asked.append(name)
            yield Trial(name, "1.0", ("s.json",))

    shown = lines(["a", "b"], trials())
    assert next(shown) == "Testing domains: a, b"
    assert next(line for line in shown if line.startswith("a ")) == "a (pack 1.0, 1 schemas)"
    assert asked == ["a"]


def test_a_golden_that_differs_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (golden,) = (project / "golden" / "fintech").glob("seed_2024_count_50.jsonl")
    golden.write_bytes(golden.read_bytes().replace(b"USD", b"EUR", 1))
    found = _document(capfd, "--domains", "fintech", "--golden-datasets", code=7)
    (failure,) = found["domains"][0]["goldens"]["failures"]
    assert failure.startswith("golden/fintech/seed_2024_count_50.golden.json: made again")
    assert not found["passed"]


def test_schemas_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["test", "--domains", "fintech"]) == 1
    err = capfd.readouterr().err
    assert "schemas/fintech/payment_transaction.json" in err
    assert "--root" in err
    assert main(["test", "--domains", "fintec"]) == 1
    assert "fintech" in capfd.readouterr().err


def test_wrong_check_digits_are_found() -> None:
    from pytest_specmint.packs.base_vocabulary import base_vocabulary
    from pytest_specmint.safety.fields import Field

    records = [{"provider": {"npi": "9000060852"}, "list": [{"routing_number": "123456789"}]}]
    tally = check_digits(records, Field(base_vocabulary()))
    assert (tally.total, tally.passed) == (2, 1)
    assert tally.failures == ("record 0 /list/0/routing_number: the check digit of this routing_number is wrong",)
