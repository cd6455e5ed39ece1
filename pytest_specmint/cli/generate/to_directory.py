"""Records into a directory."""

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_specmint import config
from pytest_specmint.cli.generate.asked import execution_of
from pytest_specmint.cli.generate.told import close, progress_bar
from pytest_specmint.cli.observing import Watched
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.shards import Shard

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher
    from pytest_specmint.rendering.format import Format


def write(
    job: Job,
    form: "Format",
    settings: config.Settings,
    enricher: "Enricher | None",
    shard: Shard | None,
    watch: Watched,
    *,
    quiet: bool,
) -> tuple[str, int]:
    """Write the dataset; gives its digest and its size in bytes."""
    from pytest_specmint.output.run import write_dataset

    out = settings["out"].value
    if out is None:
        raise UsageError("no output given", hint="pass --out DIR, or --stdout for standard output")
    with progress_bar(job.count, quiet=quiet or watch.logs) as advance:
        written = write_dataset(
            job,
            Path(out),
            record_files=settings["record_files"].value,
            form=form,
            execution=execution_of(settings),
            progress=advance,
            enricher=enricher,
            shard=shard,
            observer=watch.observer,
        )
    digest, stats = written.manifest["dataset"]["sha256"], written.run["stats"]
    if not quiet:
        close(job.count, stats["bytes"], digest, stats["duration_ms"] / 1000, written.directory, enricher)
    return digest, stats["bytes"]
