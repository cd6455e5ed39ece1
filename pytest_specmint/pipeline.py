"""From a job to verified blocks, in this process or in several, always in order and in flat memory."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.cells import parsed
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.edges import Target, forced
from pytest_specmint.engine.plan import LANES, Plan
from pytest_specmint.errors import SamplingError, too_deep
from pytest_specmint.job import Job
from pytest_specmint.schema.document import Schema

BLOCK = LANES
"""Records per block."""
Range = tuple[int, int]
"""Index of the first record, and how many."""
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
    recipe = recipe_of(job)
    return (parsed(lines, exact=recipe.plan.exact) for lines in _blocks(recipe, job.ranges(BLOCK)))


def _blocks(recipe: Recipe, ranges: Iterable[Range]) -> Iterator[bytes]:
    verifier = Verifier(recipe.schema)
    return (verified(recipe, verifier, start, count) for start, count in ranges)


def verified(recipe: Recipe, verifier: Verifier, start: int, count: int) -> bytes:
    """The lines of one block; a record that the validator rejects is drawn again under the attempt's number.

    Raises `SamplingError` that names the record and its violation when all attempts fail.
    """
    try:
        lines = recipe.plan.lines(recipe.seed, start, count)
    except RecursionError:
        raise too_deep("#") from None
    records = parsed(lines, exact=recipe.plan.exact)
    changed = {i: _again(recipe, verifier, start + i, records[i]) for i in verifier.failures(records)}
    for i, target in enumerate(recipe.targets[start : start + count]):
        line = _on_edge(recipe, verifier, start + i, target)
        changed |= {i: line} if line else {}
    if not changed:
        return lines
    return b"".join(changed.get(i, line) for i, line in enumerate(lines.splitlines(keepends=True)))


def _again(recipe: Recipe, verifier: Verifier, index: int, first: Any) -> bytes:
    for attempt in range(1, ATTEMPTS + 1):
        line = recipe.plan.again(recipe.seed, index, attempt)
        if not verifier.failures(parsed(line, exact=recipe.plan.exact)):
            return line
    violation = next(iter(verifier.violations(first, 1)), None)
    raise SamplingError(
        f"record {index} stays invalid after {ATTEMPTS} attempts: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="simplify the part of the schema at this pointer, or report it: the engine should have known",
    )


def _on_edge(recipe: Recipe, verifier: Verifier, index: int, target: Target) -> bytes | None:
    """The line of the record with the boundary point; None where the schema ties it to something else."""
    for attempt in range(EDGE_ATTEMPTS):
        record = forced(recipe.plan, recipe.seed, index, target, attempt)
        if not verifier.failures([record]):
            return canonical_lines([record])
    return None


def byte_blocks(job: Job, workers: int = 1) -> Iterator[bytes]:
    """The job's canonical lines in blocks; the bytes do not depend on the number of workers."""
    if workers <= 1 or job.count <= CHUNK:
        return _blocks(recipe_of(job), job.ranges(BLOCK))
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
        verified(_Worker.recipe, _Worker.verifier, first, min(BLOCK, start + count - first))
        for first in range(start, start + count, BLOCK)
    )
