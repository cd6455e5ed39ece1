"""Writing several datasets: a directory each, a manifest above them, all of it or nothing."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.job import Job
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.output.atomic import replaced_directory, write_flushed
from pytest_specmint.output.manifest import MANIFEST_FILE, pretty
from pytest_specmint.output.run import Progress, Written, write_into
from pytest_specmint.pipeline.recipe import USUALLY, Execution
from pytest_specmint.version import ENGINE_VERSION


class WrittenAll(Struct, frozen=True):
    """What a run left on disk."""

    directory: Path
    manifest: dict[str, Any]
    datasets: Mapping[str, Written]


def write_datasets(
    jobs: Mapping[str, Job],
    directory: Path,
    *,
    record_files: bool | None = None,
    execution: Execution = USUALLY,
    progress: Progress | None = None,
    observer: Observer = SILENT,
) -> WrittenAll:
    """Make all datasets, in their order, and write each below ``directory`` under its name.

    Earlier output is replaced as a whole, when all of it is there. Raises `OutputError`, `SamplingError`.
    """
    written: dict[str, Written] = {}
    known: dict[Job, str] = {}
    with replaced_directory(directory) as staging:
        for name, job in jobs.items():
            folder = staging / name
            folder.mkdir()
            made = write_into(
                job, folder, record_files, execution=execution, progress=progress, known=known, observer=observer
            )
            known[job] = made.manifest["dataset_id"]
            written[name] = Written(directory / name, made.manifest, made.run)
        described = _manifest(written)
        write_flushed(staging / MANIFEST_FILE, pretty(described))
    return WrittenAll(directory, described, written)


def _manifest(written: Mapping[str, Written]) -> dict[str, Any]:
    datasets = {
        name: {"dataset_id": each.manifest["dataset_id"], **each.manifest["dataset"], "directory": name}
        for name, each in written.items()
    }
    body = {"datasets": datasets, "tool": {"engine_version": ENGINE_VERSION, "name": "specmint"}}
    return {"dataset_id": "smnt_" + sha256(canonical_bytes(body)).hexdigest()[:32], **body}
