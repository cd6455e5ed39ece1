"""The two descriptions of a dataset: `manifest.json`, which inputs decide, and `run.json`, about one run."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.tally import Tally
from pytest_specmint.job import Job
from pytest_specmint.observe.private import redacted
from pytest_specmint.pipeline.blocks import checked_records, line_blocks
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.shards import Shard
from pytest_specmint.version import ENGINE_VERSION, __version__

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Told

DATASET_FILE = "dataset.jsonl"
VIOLATIONS_FILE = "violations.jsonl"
PROVENANCE_FILE = "provenance.jsonl"
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


def manifest(
    job: Job,
    digest: str,
    size: int,
    rendered: Sequence[Rendered] = (),
    told: "Told | None" = None,
    known: Mapping[Job, str] = {},
    shard: Shard | None = None,
) -> dict[str, Any]:
    """What decides the dataset and what came of it; no path, time, host or package version.

    The dataset is its canonical lines: its id is the same whatever it is ``rendered`` in besides, and whether it was
    asked for by start and count or as a ``shard`` of more. ``told`` is what there is to tell of a language model: the
    same for a recording and its replays. ``known`` are ids of datasets that it may refer to; the others are made to
    learn theirs.
    """
    dataset = {"bytes": size, "file": DATASET_FILE, "records": job.count, "sha256": digest}
    body: dict[str, Any] = {"dataset": dataset, **described(job, told, known)}
    identity = dataset_id(body)
    if rendered:
        body["rendered"] = [asdict(each) for each in rendered]
    if shard is not None:
        body["shard"] = asdict(shard)
    return {"dataset_id": identity, **body}


def dataset_id(body: Mapping[str, Any]) -> str:
    """The id of a dataset, of what decides it and what came of it."""
    return "smnt_" + sha256(canonical_bytes(dict(body))).hexdigest()[:32]


def described(job: Job, told: "Told | None" = None, known: Mapping[Job, str] = {}) -> dict[str, Any]:
    """What decides a dataset: a manifest without what came of it."""
    part = job.schema.at(job.schema.place)
    body: dict[str, Any] = {
        "degraded": told is not None and told.degraded,
        "gen": {
            "as_of": job.as_of.isoformat(),
            "count": job.count,
            "mode": "deterministic" if told is None else told.manifest["mode"],
            "records": job.mode.value,
            "seed": job.seed,
            "sizes": asdict(job.sizes),
            "start": job.start,
        },
        "llm": {"mode": "off"} if told is None else told.manifest,
        "schema": {
            "draft": job.schema.dialect,
            "pointer": job.schema.place,
            "sha256": job.schema.sha256,
            "title": part.get("title") if isinstance(part, dict) else None,
            "view": job.schema.view,
        },
        "tool": {"engine_version": ENGINE_VERSION, "name": "specmint"},
    }
    if rules := _rules(job):
        body["rules"] = rules
    if related := _related(job, known):
        body["related"] = related
    if job.locale:
        body["gen"]["locale"] = job.locale
    if locales := job.locales():
        body["locales"] = [{"name": each.tag, "version": each.version} for each in locales]
    if packs := job.packs():
        body["packs"] = [{"name": pack.name, "version": pack.version} for pack in packs]
    return body


def _related(job: Job, known: Mapping[Job, str]) -> dict[str, Any]:
    """The datasets that the records refer to: others by their ids, registries of the schema by where they stand."""
    found: dict[str, Any] = {}
    for name, each in job.targets_of_references().items():
        told: dict[str, Any] = {"records": each.count, "seed": each.seed}
        if each.origin is None:
            told["dataset_id"] = known.get(each) or _id_of(each)
        else:
            told["pointer"] = each.schema.place
        found[name] = told
    if job.links:
        found["links"] = {link.path: json.loads(link.ref) for link in job.links}
    if job.series:
        found["series"] = json.loads(job.series)
    return found


@lru_cache(maxsize=64)
def _id_of(job: Job) -> str:
    """The id of a dataset that is made for it."""
    digest, size = sha256(), 0
    for lines in line_blocks(job):
        digest.update(lines)
        size += len(lines)
    return str(manifest(job, digest.hexdigest(), size)["dataset_id"])


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


def run_report(
    job: Job,
    execution: Execution,
    *,
    seconds: float,
    size: int,
    tally: Tally,
    told: "Told | None" = None,
) -> dict[str, Any]:
    """How, where and when one run went."""
    import platform

    checked = job.count if told is not None else checked_records(job, execution)
    return {
        **({} if told is None else {"llm": told.run}),
        "command": [sys.argv[0].rpartition("/")[2], *map(_shown, sys.argv[1:])] if sys.argv else [],
        "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "packages": {name: _installed(name) for name in PACKAGES},
        "platform": platform.platform(),
        "python": platform.python_version(),
        "schema_path": job.schema.source,
        "stats": {
            "bytes": size,
            "duration_ms": round(seconds * 1000),
            "records_per_second": round(job.count / seconds) if seconds > 0 else None,
            "records_checked": checked,
            **{f"records_{name}" if name != "rules" else name: each for name, each in tally.document().items()},
            "workers": execution.workers,
        },
        "tool": {"name": "specmint", "version": __version__},
    }


def _shown(argument: str) -> str:
    """An argument without secrets, and with what JSON can hold for bytes that are no text."""
    return redacted(argument).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
