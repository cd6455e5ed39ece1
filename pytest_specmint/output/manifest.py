"""The two descriptions of a dataset: `manifest.json`, which inputs decide, and `run.json`, about one run."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.tally import Tally
from pytest_specmint.job import Job
from pytest_specmint.pipeline import Execution, checked_records
from pytest_specmint.version import ENGINE_VERSION, __version__

DATASET_FILE = "dataset.jsonl"
VIOLATIONS_FILE = "violations.jsonl"
MANIFEST_FILE = "manifest.json"
RUN_FILE = "run.json"
RENDERED_PREFIX = "dataset."
"""How the names of files in other formats begin."""
PACKAGES = ("jsonschema-rs", "numpy", "orjson")


class Rendered(Struct, frozen=True):
    """The same records in another format than canonical JSON Lines: a file beside them."""

    format: str
    file: str
    bytes: int
    sha256: str


def manifest(job: Job, digest: str, size: int, rendered: Sequence[Rendered] = ()) -> dict[str, Any]:
    """What decides the dataset and what came of it; no path, time, host or package version.

    The dataset is its canonical lines: its id is the same whatever it is ``rendered`` in besides.
    """
    part = job.schema.at(job.schema.place)
    body: dict[str, Any] = {
        "dataset": {"bytes": size, "file": DATASET_FILE, "records": job.count, "sha256": digest},
        "degraded": False,
        "gen": {
            "as_of": job.as_of.isoformat(),
            "count": job.count,
            "mode": "deterministic",
            "records": job.mode.value,
            "seed": job.seed,
            "sizes": asdict(job.sizes),
            "start": job.start,
        },
        "llm": {"mode": "off"},
        "schema": {
            "draft": job.schema.dialect,
            "pointer": job.schema.place,
            "sha256": job.schema.sha256,
            "title": part.get("title") if isinstance(part, dict) else None,
            "view": job.schema.view,
        },
        "tool": {"engine_version": ENGINE_VERSION, "name": "specmint"},
    }
    if told := _rules(job):
        body["rules"] = told
    if packs := job.packs():
        body["packs"] = [{"name": pack.name, "version": pack.version} for pack in packs]
    identity = "smnt_" + sha256(canonical_bytes(body)).hexdigest()[:32]
    if rendered:
        body["rendered"] = [asdict(each) for each in rendered]
    return {"dataset_id": identity, **body}


def _rules(job: Job) -> dict[str, Any]:
    """How rules between fields are kept, and which sentences nobody enforces; empty where there are none."""
    from pytest_specmint.rules.model import written
    from pytest_specmint.rules.sentences import sentences_of

    rules = job.all_rules()
    sentences = sentences_of(job.schema, rules)
    if not rules and not sentences:
        return {}
    kept = job.enforced()
    given = [canonical_bytes(written(rule)) for rule in job.rules]
    python = [
        {"id": rule.id, "check": rule.python.reference, "sha256": rule.python.sha256} for rule in rules if rule.python
    ]
    return {
        "enforced": sorted(rule.id for rule in rules if rule.id not in kept.unmet),
        "by_drawing_again": list(job.drawn_again()),
        "left_to_chance": sorted(kept.unmet),
        "unenforced_sentences": [each.text for each in sentences if not each.rules],
        **({"python": python} if python else {}),
        **({"given_sha256": sha256(b"\n".join(given)).hexdigest()} if given else {}),
    }


def run_report(job: Job, execution: Execution, *, seconds: float, size: int, tally: Tally) -> dict[str, Any]:
    """How, where and when one run went."""
    import platform

    return {
        "command": [sys.argv[0].rpartition("/")[2], *sys.argv[1:]] if sys.argv else [],
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "packages": {name: _installed(name) for name in PACKAGES},
        "platform": platform.platform(),
        "python": platform.python_version(),
        "schema_path": job.schema.source,
        "stats": {
            "bytes": size,
            "duration_ms": round(seconds * 1000),
            "records_per_second": round(job.count / seconds) if seconds > 0 else None,
            "records_checked": checked_records(job, execution),
            **{f"records_{name}" if name != "rules" else name: each for name, each in tally.document().items()},
            "workers": execution.workers,
        },
        "tool": {"name": "specmint", "version": __version__},
    }


def _installed(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def pretty(document: Mapping[str, Any]) -> bytes:
    """Indented JSON for people, with keys in order and a final newline."""
    import orjson

    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
