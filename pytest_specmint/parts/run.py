"""One run: parts by an engine, then the manifest. What a run has made it leaves behind for another to continue."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

from msgspec import Struct

from pytest_specmint.check.tally import Tally
from pytest_specmint.errors import OutputError, SpecmintError, UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.output.formats import begin, task_of
from pytest_specmint.output.manifest import MANIFEST_FILE, RUN_FILE, described, pretty, run_report
from pytest_specmint.parts import journal
from pytest_specmint.parts.description import parts_manifest
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.engine import Engine, EngineOptions, Told
from pytest_specmint.parts.layout import Layout, PartRange, layout_of, part_file
from pytest_specmint.parts.lock import Check, held
from pytest_specmint.parts.make import Content, PartTask, work_of
from pytest_specmint.parts.place import clear, known_parts, looked_at, refuse_taken
from pytest_specmint.parts.same_engine import engine_digest
from pytest_specmint.parts.sink import Sink, is_url, sink_at
from pytest_specmint.pipeline.blocks import recipe_of
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.rendering.format import Format
from pytest_specmint.shards import Shard

Progress = Callable[[PartDone], None]


class Order(Struct, frozen=True):
    """What is to be made, and where."""

    job: Job
    """The records of this run: all of a dataset, or those of a shard."""
    target: str
    """A directory, or a URL."""
    form: Format
    layout: Layout
    """Of the whole dataset."""
    parts: tuple[PartRange, ...]
    """Those of this run."""
    shard: Shard | None = None
    resume: bool = False
    overwrite: bool = False
    check_all: bool = False
    """Whether every record is checked, proven valid or not."""


class Made(Struct, frozen=True):
    """What a run left at its target."""

    target: str
    manifest: dict[str, Any]
    run: dict[str, Any]


def order_of(job: Job, target: str, form: Format, *, size: int | None = None, **rest: Any) -> Order:
    """The order for a whole job; ``rest`` as of `Order`. Raises `UsageError` for sizes that do not fit."""
    layout = layout_of(job.start, job.count, size)
    return Order(job, target, form, layout, tuple(layout.parts()), **rest)


def make_parts(
    order: Order,
    engine: Engine,
    options: EngineOptions,
    *,
    name: str = "local",
    told: Told = lambda _: None,
    progress: Progress | None = None,
) -> Made:
    """Have the parts made, write the manifest last, and give what it says.

    ``told`` takes lines for people, ``progress`` each part that is there; ``name`` is the engine's.
    Raises `OutputError` where the target is taken, holds something else or cannot be written, `UsageError`,
    and what engines and records raise. What is made by then stays, for ``resume``.
    """
    started = perf_counter()
    if order.job.mode is Mode.INVALID:
        raise UsageError("near misses are not made in parts", hint="leave --engine, --part-records and URLs away")
    begin(order.form, order.job)  # raises where its records cannot be written so
    content = Content(recipe_of(order.job, check_all=order.check_all), order.form, task_of(order.job))
    plan = _plan(order)
    token = token_hex(8)
    work = work_of(token, _anywhere(order.target), content, plan=journal.plan_digest(plan))
    sink = sink_at(work.target)
    with held(sink, token) as check, _current(sink, token, order, plan) as known:
        tasks = [PartTask(work, part, order.resume, known.get(part.number)) for part in order.parts]
        done = _carried_out(engine, tasks, options, told, progress, check)
        _verify(sink, done)
        manifest = parts_manifest(plan["described"], order.form.name, done, order.shard)
        run = _report(order, options, name, done, perf_counter() - started)
        sink.write(RUN_FILE, pretty(run))
        check()
        sink.write(MANIFEST_FILE, pretty(manifest))
    return Made(order.target, manifest, run)


def _plan(order: Order) -> dict[str, Any]:
    """What makes two runs the same: their parts are interchangeable."""
    return {
        "described": described(order.job),
        "engine": engine_digest(),
        "format": order.form.name,
        "part_records": order.layout.size,
        "whole": [order.layout.start, order.layout.count],
    }


def _anywhere(target: str) -> str:
    """The target as workers with other working directories know it."""
    return target if is_url(target) else str(Path(target).resolve())


@contextmanager
def _current(sink: Sink, token: str, order: Order, plan: Mapping[str, Any]) -> Iterator[dict[int, PartDone]]:
    """Make the target this run's, and give the parts that are known to be there."""
    known = _prepared(sink, order, plan)
    journal.begin_run(sink, token)
    try:
        yield known
    except BaseException:
        with suppress(SpecmintError):  # what went wrong first is what is told
            journal.end_run(sink)
            sink.tidy()
        raise
    journal.end_run(sink)
    journal.clear(sink, sink.sizes())
    sink.tidy()


def _prepared(sink: Sink, order: Order, plan: Mapping[str, Any]) -> dict[int, PartDone]:
    place = looked_at(sink)
    known: dict[int, PartDone] = {}
    if order.resume:
        known = known_parts(sink, place, plan)
    elif not order.overwrite:
        refuse_taken(sink, place)
    journal.write_plan(sink, plan)  # first, so that a place is never of nobody
    kept = {part_file(part.number, order.form.ending) for part in order.parts} if order.resume else set()
    clear(sink, place, kept)
    return known


def _carried_out(
    engine: Engine,
    tasks: list[PartTask],
    options: EngineOptions,
    told: Told,
    progress: Progress | None,
    check: Check,
) -> list[PartDone]:
    done: dict[int, PartDone] = {}
    made = engine.run(tasks, options, told)
    try:
        for part in made:
            check()
            done[part.number] = part
            if progress is not None:
                progress(part)
    finally:
        getattr(made, "close", bool)()  # an iterator that cannot be closed has nothing to cancel
    lost = sorted({task.range.number for task in tasks} - {*done})
    if lost:
        raise OutputError(f"part {lost[0]} was not made, of {len(lost)} in all", hint="continue with --resume")
    return [done[task.range.number] for task in tasks]


def _verify(sink: Sink, done: list[PartDone]) -> None:
    """Every part is to be where this process sees it, and as large as it was written."""
    sizes = sink.sizes()
    for part in done:
        if sizes.get(part.file) != part.bytes:
            there = "is not there" if part.file not in sizes else f"has {sizes[part.file]:,} bytes, not {part.bytes:,}"
            raise OutputError(
                f"{sink.target}: {part.file} {there}, though a worker has written it",
                hint="workers of other machines need a target that all of them share: a URL, or a common file system",
            )


def _report(order: Order, options: EngineOptions, engine: str, done: list[PartDone], seconds: float) -> dict[str, Any]:
    tally = Tally()
    for part in done:
        tally.add(part.tally)
    size = sum(part.bytes for part in done)
    execution = Execution(options.workers, order.check_all)
    run = run_report(order.job, execution, seconds=seconds, size=size, tally=tally)
    run["engine"] = engine
    run["stats"]["parts"] = len(done)
    run["stats"]["parts_kept"] = sum(part.kept for part in done)
    return run
