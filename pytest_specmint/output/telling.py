"""How a run that makes records tells of its beginning and its end."""

from typing import TYPE_CHECKING

from pytest_specmint.job import Job
from pytest_specmint.observe.events import RunFinished, RunStarted
from pytest_specmint.output.blocks import mode_of
from pytest_specmint.pipeline.recipe import Execution

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher

GENERATE = "generate"


def started(job: Job, execution: Execution, enricher: "Enricher | None") -> RunStarted:
    """What is about to be made."""
    return RunStarted(
        command=GENERATE,
        schema=job.schema.source or "",
        schema_sha256=job.schema.sha256,
        seed=job.seed,
        start=job.start,
        records=job.count,
        mode=mode_of(job, enricher),
        workers=execution.workers,
    )


def finished(job: Job, digest: str, size: int, enricher: "Enricher | None") -> RunFinished:
    """What was made."""
    degraded = None if enricher is None else enricher.told().degraded
    return RunFinished(records=job.count, bytes=size, sha256=digest, degraded=degraded)
