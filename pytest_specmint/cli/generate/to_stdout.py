"""Records to standard output: all of a dataset, or one."""

from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint import config
from pytest_specmint.cli.enriching import enricher_of
from pytest_specmint.cli.generate.told import close
from pytest_specmint.cli.stdout import HashedOutput
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher
    from pytest_specmint.pipeline.recipe import Execution
    from pytest_specmint.rendering.format import Format


def print_record(job: Job, form: "Format", index: int, settings: config.Settings, *, quiet: bool) -> None:
    """Print the record of an index alone."""
    if index < 0:
        raise UsageError(f"index must be at least 0, not {index}", hint="records count from 0")
    from pytest_specmint.pipeline.recipe import USUALLY

    one = replace(job, start=index, count=1)
    _stream(one, form, USUALLY, None, enricher_of(one, settings, quiet=quiet))


def stream_all(
    job: Job,
    form: "Format",
    execution: "Execution",
    violations: str | None,
    enricher: "Enricher | None",
    observer: Observer,
    *,
    quiet: bool,
) -> tuple[str, int]:
    """Print all records; gives the digest and size of what was written."""
    started = perf_counter()
    digest, size = _stream(job, form, execution, violations, enricher, observer)
    if not quiet:
        close(job.count, size, digest, perf_counter() - started, "standard output", enricher)
    return digest, size


def _stream(
    job: Job,
    form: "Format",
    execution: "Execution",
    violations: str | None,
    enricher: "Enricher | None",
    observer: Observer = SILENT,
) -> tuple[str, int]:
    from pytest_specmint.output.atomic import replaced_file
    from pytest_specmint.output.blocks import blocks_of
    from pytest_specmint.output.formats import begin

    rendering, out = begin(form, job, foreign=enricher is not None), HashedOutput()
    with replaced_file(Path(violations)) if violations else nullcontext() as beside:
        for block in blocks_of(job, execution, enricher, None, observer):
            out.write(rendering.block(block.lines))
            if beside:
                beside.write(block.labels)
    out.write(rendering.end())
    return out.finished()
