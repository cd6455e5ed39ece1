"""From a job to verified blocks, in this process or in several, always in order and in flat memory."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.edges import Target, forced
from pytest_specmint.engine.plan import Plan
from pytest_specmint.errors import SamplingError, too_deep
from pytest_specmint.job import Job
from pytest_specmint.schema.document import Schema

BLOCK = 2048
"""Records per block: columns stay in the processor's cache, memory stays flat."""
CHUNK = 8 * BLOCK
"""Records per task of a worker process."""
ATTEMPTS = 16
"""How often a record that the validator rejects is drawn again."""
EDGE_ATTEMPTS = 4
"""With how many different surroundings a boundary point is tried."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What records are made from; it can be sent to other processes."""

    plan: Plan
    schema: Schema
    seed: int
    targets: tuple[Target, ...] = ()
    """Boundary points that the first records are to have."""


def recipe_of(job: Job) -> Recipe:
    """The recipe of a job."""
    return Recipe(job.plan(), job.schema, job.seed, job.targets())


def record_blocks(job: Job) -> Iterator[list[Any]]:
    """The job's records in verified blocks."""
    recipe, verifier = recipe_of(job), Verifier(job.schema)
    for start, count in job.ranges(BLOCK):
        yield verified(recipe, verifier, start, count)


def verified(recipe: Recipe, verifier: Verifier, start: int, count: int) -> list[Any]:
    """One block; a record that the validator rejects is drawn again under the attempt's number.

    Raises `SamplingError` that names the record and its violation when all attempts fail.
    """
    try:
        records = recipe.plan.records(recipe.seed, start, count)
    except RecursionError:
        raise too_deep("#") from None
    for i in verifier.failures(records):
        records[i] = _again(recipe, verifier, start + i, records[i])
    for i, target in enumerate(recipe.targets[start : start + count]):
        records[i] = _on_edge(recipe, verifier, start + i, target, records[i])
    return records


def _again(recipe: Recipe, verifier: Verifier, index: int, first: Any) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        record = recipe.plan.again(recipe.seed, index, attempt)
        if not verifier.failures([record]):
            return record
    violation = next(iter(verifier.violations(first, 1)), None)
    raise SamplingError(
        f"record {index} stays invalid after {ATTEMPTS} attempts: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="simplify the part of the schema at this pointer, or report it: the engine should have known",
    )


def _on_edge(recipe: Recipe, verifier: Verifier, index: int, target: Target, usual: Any) -> Any:
    """The record with the boundary point, or the usual one where the schema ties it to something else."""
    for attempt in range(EDGE_ATTEMPTS):
        record = forced(recipe.plan, recipe.seed, index, target, attempt)
        if not verifier.failures([record]):
            return record
    return usual


def byte_blocks(job: Job, workers: int = 1) -> Iterator[bytes]:
    """The job's canonical lines in blocks; the bytes do not depend on the number of workers."""
    if workers <= 1 or job.count <= CHUNK:
        return map(canonical_lines, record_blocks(job))
    return _parallel(job, workers)


def _parallel(job: Job, workers: int) -> Iterator[bytes]:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (recipe_of(job),)) as pool:
        ranges = job.ranges(CHUNK)
        waiting: deque[Future[bytes]] = deque(pool.submit(_work, *each) for each in islice(ranges, 2 * workers))
        try:
            while waiting:
                done = waiting.popleft().result()
                waiting.extend(pool.submit(_work, *each) for each in islice(ranges, 1))
                yield done
        finally:
            for future in waiting:
                future.cancel()


class _Worker:
    """What a worker process keeps between tasks."""

    recipe: Recipe
    verifier: Verifier


def _start(recipe: Recipe) -> None:
    _Worker.recipe, _Worker.verifier = recipe, Verifier(recipe.schema)


def _work(start: int, count: int) -> bytes:
    return b"".join(
        canonical_lines(verified(_Worker.recipe, _Worker.verifier, first, min(BLOCK, start + count - first)))
        for first in range(start, start + count, BLOCK)
    )
