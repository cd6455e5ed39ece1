"""The deterministic description, and the one about a run."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.check.tally import Tally
from pytest_specmint.engine.settings import Sizes
from pytest_specmint.job import Job, Mode
from pytest_specmint.output.manifest import manifest, pretty, run_report
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.schema.load import load_schema
from pytest_specmint.version import ENGINE_VERSION, __version__

SCHEMA = {"title": "Number", "type": "integer"}
DIGEST = sha256(b"").hexdigest()


def job(**changes: Any) -> Job:
    given: dict[str, Any] = {
        "schema": load_schema(SCHEMA),
        "seed": 7,
        "count": 3,
        "start": 2,
        "as_of": date(2025, 1, 1),
    }
    return Job(**(given | changes))


def test_holds_what_decides_the_bytes() -> None:
    made = manifest(job(), DIGEST, 12)
    assert made.pop("dataset_id").startswith("smnt_")
    assert made == {
        "tool": {"name": "specmint", "engine_version": ENGINE_VERSION},
        "schema": {
            "title": "Number",
            "sha256": job().schema.sha256,
            "draft": job().schema.draft.title,
            "pointer": "#",
            "view": None,
        },
        "gen": {
            "count": 3,
            "seed": 7,
            "start": 2,
            "as_of": "2025-01-01",
            "mode": "deterministic",
            "records": "usual",
            "sizes": {"array_spread": 4, "text_spread": 12, "presence": 0.9},
        },
        "llm": {"mode": "off"},
        "dataset": {"file": "dataset.jsonl", "records": 3, "bytes": 12, "sha256": DIGEST},
        "degraded": False,
    }


def test_id_is_the_digest_of_the_rest() -> None:
    made = manifest(job(), DIGEST, 12)
    rest = {name: value for name, value in made.items() if name != "dataset_id"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert made["dataset_id"] == "smnt_" + sha256(canonical).hexdigest()[:32]


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"count": 4}, {"start": 3}, {"as_of": date(2025, 1, 2)}, {"schema": load_schema(True)}]
    + [{"mode": Mode.EDGE}, {"sizes": Sizes(presence=0.5)}],
)
def test_every_input_changes_the_id(change: dict[str, Any]) -> None:
    assert manifest(job(**change), DIGEST, 12)["dataset_id"] != manifest(job(), DIGEST, 12)["dataset_id"]


def test_the_place_of_the_schema_file_does_not_matter(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        path = tmp_path / name / f"{name}.json"
        path.parent.mkdir()
        path.write_text(json.dumps(SCHEMA))
        found.append(manifest(job(schema=load_schema(path)), DIGEST, 12))
    assert found[0] == found[1] == manifest(job(), DIGEST, 12)


def test_boolean_schema_has_no_title() -> None:
    assert manifest(job(schema=load_schema(True)), DIGEST, 12)["schema"]["title"] is None


def test_run_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/specmint-cli", "generate"])
    run = run_report(job(), Execution(workers=2), seconds=1.5, size=12, tally=Tally())
    assert run["command"] == ["specmint-cli", "generate"]
    assert run["tool"] == {"name": "specmint", "version": __version__}
    assert run["stats"] == {
        "bytes": 12,
        "duration_ms": 1500,
        "records_checked": 3,
        "records_patched": 0,
        "records_per_second": 2,
        "records_redrawn": 0,
        "workers": 2,
    }
    assert set(run["packages"]) == {"jsonschema-rs", "numpy", "orjson"}
    assert datetime.fromisoformat(run["created_at"]).tzinfo == UTC
    assert run_report(job(), Execution(), seconds=0.0, size=0, tally=Tally())["stats"]["records_per_second"] is None


def test_pretty_is_indented_sorted_and_ends_with_a_newline() -> None:
    assert pretty({"b": 1, "a": {"d": "ü", "c": None}}) == (
        '{\n  "a": {\n    "c": null,\n    "d": "ü"\n  },\n  "b": 1\n}\n'.encode()
    )
