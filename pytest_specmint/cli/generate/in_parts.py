"""Datasets in parts on the command line: the options of ``generate``, and a run."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from pytest_specmint.cli.failure import summary
from pytest_specmint.config import Settings
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job

if TYPE_CHECKING:
    from pytest_specmint.cli.observing import Watched
    from pytest_specmint.observe.observer import Observer
    from pytest_specmint.parts.done import PartDone
    from pytest_specmint.parts.run import Order
    from pytest_specmint.rendering.format import Format

LOCAL = "local"
Bar = AbstractContextManager[Callable[[int], None] | None]
_OPTIONS = (
    click.option(
        "--engine", metavar="NAME", help="Make parts: local (default), dask, spark, ray, or an installed engine."
    ),
    click.option("--scheduler", metavar="URL", help="With --engine: a cluster's address (default: one for the run)."),
    click.option("--part-records", type=int, metavar="N", help="Make parts of N records: a multiple of 65,536."),
    click.option("--resume", is_flag=True, help="Keep the parts of an earlier run that are whole; make the rest."),
    click.option("--overwrite", is_flag=True, help="Replace what an earlier run in parts has left."),
)


def parts_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_in_parts(settings: Settings, options: dict[str, Any]) -> bool:
    """Whether parts are asked for; raises `UsageError` for what has no sense without them, or with them."""
    if settings["scheduler"].value is not None and settings["engine"].value == LOCAL:
        raise UsageError("--scheduler needs an engine that has one", hint="add --engine dask")
    if settings["part_records"].value is not None:
        from pytest_specmint.parts.layout import layout_of

        layout_of(0, 1, settings["part_records"].value)  # a size that cannot be is told, even where it does not count
    what = _asked(settings, options)
    if what is None:
        return False
    refused = {
        "--stdout": options["to_stdout"],
        "--index": options["index"] is not None,
        "--profile": options["profile"] is not None,
        "--record-files": settings["record_files"].value,
        "--invalid": options["invalid"],
        "--related": settings["related"].value is not None,
        "--datasets without --only": settings["datasets"].value is not None and options["only"] is None,
        "a language model": settings["llm_mode"].value != "off",
    }
    for name, given in refused.items():
        if given:
            raise UsageError(f"{what} makes parts, which exclude {name}", hint=_WAYS.get(name, f"leave {name} away"))
    if options["resume"] and options["overwrite"]:
        raise UsageError("--resume and --overwrite exclude each other", hint="the one keeps what the other removes")
    return True


def _asked(settings: Settings, options: dict[str, Any]) -> str | None:
    """What asks for parts. A setting of file or environment does so only for what is written to a place."""
    to_place = not options["to_stdout"] and options["index"] is None
    out = settings["out"].value
    asked = {
        "--engine": _counts(settings, "engine", LOCAL, to_place=to_place),
        "--part-records": _counts(settings, "part_records", None, to_place=to_place),
        "--resume": options["resume"],
        "--overwrite": options["overwrite"],
        "a URL": out is not None and to_place and _is_url(out),
    }
    return next((name for name, given in asked.items() if given), None)


def _counts(settings: Settings, name: str, usual: object, *, to_place: bool) -> bool:
    given = settings[name]
    return given.value != usual and (to_place or given.origin.startswith("flag"))


def _is_url(out: str) -> bool:
    """Most runs are told to be none by a look at the text: nothing is loaded for them."""
    if "::" not in out and "://" not in out:
        return False
    from pytest_specmint.parts.sink import is_url

    return is_url(out)


_WAYS = {
    "a language model": "one process asks it: leave engine, parts and URL away; cassette and cache keep its answers",
    "--stdout": "give the target as --out",
    "--related": "name them in a datasets file: --datasets FILE --only NAME makes one at a time",
    "--datasets without --only": "add --only NAME",
}


def order(whole: Job, form: "Format", settings: Settings, options: dict[str, Any]) -> "Order":
    """What is to be made of a dataset: all of it, or the shard that the settings name."""
    from pytest_specmint.parts.layout import sharded
    from pytest_specmint.parts.run import order_of

    out = settings["out"].value
    if out is None:
        raise UsageError("no output given", hint="pass --out DIR, or a URL such as s3://bucket/path")
    made = order_of(
        whole,
        out,
        form,
        size=settings["part_records"].value,
        resume=options["resume"],
        overwrite=options["overwrite"],
        check_all=settings["check_all"].value,
    )
    if settings["shard"].value is None:
        return made
    cut = sharded(made.layout, settings["shard"].value)
    return replace(made, job=replace(whole, start=cut.start, count=cut.count), parts=cut.parts, shard=cut.shard)


def make(given: "Order", settings: Settings, watch: "Watched", bar: Bar, *, quiet: bool) -> None:
    """Make the parts, and say what was made."""
    from pytest_specmint.engines.table import engine_named
    from pytest_specmint.observe.events import RunFinished
    from pytest_specmint.output.telling import started
    from pytest_specmint.parts.engine import EngineOptions
    from pytest_specmint.parts.run import make_parts
    from pytest_specmint.pipeline.recipe import Execution

    name, workers = settings["engine"].value, settings["workers"].value
    if workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}", hint="leave --workers away for one")
    engine = engine_named(name)
    watch.run.begins(started(given.job, Execution(workers), None))

    def told(line: str) -> None:
        if not quiet:
            click.echo(f"note: {line}", err=True)

    with bar as advance:
        options = EngineOptions(workers, settings["scheduler"].value)
        heard = _heard(advance, watch.observer, given.job)
        try:
            made = make_parts(given, engine, options, name=name, told=told, progress=heard)
        except KeyboardInterrupt:
            told("parts that are whole are kept: --resume goes on from there")
            raise
    stats, digest = made.run["stats"], made.manifest["dataset"]["tree_sha256"]
    watch.run.ends(RunFinished(records=given.job.count, bytes=stats["bytes"], sha256=digest))
    if quiet:
        return
    summary(
        {
            "records": f"{given.job.count:,}",
            "bytes": f"{stats['bytes']:,}",
            "parts": f"{stats['parts']:,}" + (f" ({stats['parts_kept']:,} kept)" if stats["parts_kept"] else ""),
            "tree sha256": digest[:16],
            "seconds": f"{stats['duration_ms'] / 1000:.2f}",
            "in": made.target,
        }
    )


def _heard(
    advance: Callable[[int], None] | None, observer: "Observer", job: Job
) -> "Callable[[PartDone], None] | None":
    """What moves the bar, and tells the observer of each part as of a block."""
    from pytest_specmint.observe.events import BlockGenerated, Level, milliseconds
    from pytest_specmint.output.blocks import mode_of

    if advance is None and observer.level > Level.INFO:
        return None
    mode, clock = mode_of(job, None), [perf_counter()]

    def hear(part: "PartDone") -> None:
        if advance is not None:
            advance(part.count)
        before, clock[0] = clock[0], perf_counter()
        observer.note(
            BlockGenerated(
                record_idx=part.start,
                records=part.count,
                bytes=part.line_bytes,
                duration_ms=milliseconds(clock[0] - before),
                mode=mode,
                provider="none",
            )
        )

    return hear
