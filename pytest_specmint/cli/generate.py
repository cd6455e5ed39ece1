"""`specmint-cli generate`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from pytest_specmint import config
from pytest_specmint.api import parse_day, parse_mode
from pytest_specmint.cli.domain import domain_option, locale_option
from pytest_specmint.cli.enriching import enricher_of, is_on, llm_options, planned
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.in_parts import is_in_parts, make, order, parts_options
from pytest_specmint.cli.observing import Watched, observing_options, watched
from pytest_specmint.cli.profiling import profiled, refuse_profile
from pytest_specmint.cli.ruling import refuse_unenforced, rules_of, rules_options, tell_ignored
from pytest_specmint.cli.sections import SectionedCommand
from pytest_specmint.cli.several import datasets_options, related_option
from pytest_specmint.cli.source import schema_of, schema_options
from pytest_specmint.cli.stdout import HashedOutput
from pytest_specmint.engine.settings import Sizes
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.events import RunFinished, RunStarted
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.packs.locale_names import locale_tag
from pytest_specmint.rendering.table import BUILT_IN
from pytest_specmint.shards import Shard, shard_of

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher
    from pytest_specmint.parts.run import Order
    from pytest_specmint.pipeline.recipe import Execution
    from pytest_specmint.rendering.format import Format

SAMPLE = 20
FORMAT_HELP = (
    f"Besides jsonl, or as the form of parts: {', '.join(BUILT_IN)}, x12 (claims as X12 837P), or an installed one "
    "(default jsonl)."
)


@click.command(name="generate", cls=SectionedCommand, short_help="Make a dataset from a schema.")
@schema_options
@domain_option
@locale_option
@rules_options
@related_option
@datasets_options
@click.option("--count", "-n", type=int, help="Number of records (default 10).")
@click.option("--seed", type=int, help="Seed, 0 to 2^64-1 (default 0).")
@click.option("--start", type=int, help="Index of the first record (default 0).")
@click.option(
    "--shard", metavar="K/N", help="Only the K-th of N parts; joined in order they are the whole, byte by byte."
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="The day that counts as today: YYYY-MM-DD or 'today' (default 2025-01-01).",
)
@click.option(
    "--out",
    "--output",
    "-o",
    "out",
    metavar="DIR|URL",
    help="Directory for dataset.jsonl, manifest.json, run.json and record files; a URL gets parts.",
)
@parts_options
@click.option("--record-files/--no-record-files", default=None, help="A file per record (default: up to 10,000).")
@click.option("--stdout", "to_stdout", is_flag=True, help="Write the records to standard output instead.")
@click.option("--format", metavar="NAME", help=FORMAT_HELP)
@click.option("--mode", metavar="MODE", help="usual, or edge: boundary values first, one after the other.")
@click.option("--invalid", is_flag=True, help="Near misses: records that break exactly one keyword each.")
@click.option("--violations", metavar="FILE", help="With --invalid --stdout: where to say what each breaks.")
@click.option("--array-spread", type=int, help="Items above the minimum where maxItems is missing (default 4).")
@click.option("--text-spread", type=int, help="Characters above the minimum of a pattern without end (default 12).")
@click.option("--presence", type=float, help="Share of objects that have an optional property (default 0.9).")
@click.option("--index", type=int, metavar="I", help="Print record I alone.")
@click.option("--dry-run", is_flag=True, help="Print the plan and the estimated size; write nothing.")
@click.option("--workers", type=int, help="Worker processes (default 1); the bytes stay the same.")
@click.option("--check-all/--check-some", default=None, help="Check every record, even where validity is proven.")
@click.option("--profile", metavar="FILE", help="Write a CPU profile (pstats); show the slowest parts of the plan.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@llm_options
@observing_options
@click.option("--quiet", "-q", is_flag=True, help="No progress, no closing line.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Make a dataset from a schema: the same schema, seed and count give the same bytes everywhere.

    Example: specmint-cli generate --schema order.json --count 50 --seed 7 --out out
    """
    names = {key.name for key in config.KEYS}
    flags = {name: value for name, value in options.items() if name in names}
    settings = config.resolve(flags, config=options["config_file"])
    with watched(settings) as watch:
        _generate(settings, options, watch)


def _generate(settings: config.Settings, options: dict[str, Any], watch: Watched) -> None:
    several, parts = _several(settings, options), is_in_parts(settings, options)
    if several is not None and options["only"] is None and (settings["datasets"].value or _to_directory(options)):
        _make_all(several, settings, options, watch)
        return
    whole = _job(settings, invalid=options["invalid"]) if several is None else _one_of(several, settings, options)
    shard = None if parts else _shard(settings, whole, options["index"])
    job = whole if shard is None else replace(whole, start=shard.start, count=shard.count)
    if options["strict"]:
        refuse_unenforced(job)
    elif not options.get("quiet"):
        tell_ignored(job)
    _report_formats(job, quiet=options["quiet"])
    if options["violations"] and not (options["invalid"] and options["to_stdout"]):
        raise UsageError("--violations needs --invalid and --stdout", hint="with --out they go to violations.jsonl")
    form = _format(settings, job)
    if options["profile"] is not None:
        _refuse_profile(settings, options)
    if options["index"] is not None:
        _print_record(job, form, options["index"], settings, quiet=options["quiet"])
    elif options["dry_run"]:
        _print_plan(job, form, settings, order(whole, form, settings, options) if parts else None)
    elif parts:
        given, quiet = order(whole, form, settings, options), options["quiet"]
        make(given, settings, watch, _progress(given.job.count, quiet=quiet or watch.logs), quiet=quiet)
    else:
        with profiled(job, options["profile"], quiet=options["quiet"]):
            _make(job, form, settings, options, shard, watch)


def _several(settings: config.Settings, options: dict[str, Any]) -> "dict[str, Job] | None":
    """The datasets that are meant, by name, if they are several."""
    if settings["datasets"].value is None and settings["related"].value is None:
        if options["only"] is not None:
            raise UsageError("--only needs --datasets", hint="without it there is only one dataset")
        return None
    from pytest_specmint.cli.several import jobs

    if settings["datasets"].value is not None:
        return jobs(settings, None)
    return jobs(settings, _job(settings, invalid=options["invalid"]))


def _one_of(several: "dict[str, Job]", settings: config.Settings, options: dict[str, Any]) -> Job:
    """The dataset that is meant alone, with what was said about its records."""
    from pytest_specmint.cli.several import main_name
    from pytest_specmint.datasets.jobs import in_names

    if options["only"] is None:
        return several[main_name(settings)]
    job = in_names(several, options["only"])
    count = job.count if options["count"] is None else options["count"]
    mode = Mode.INVALID if options["invalid"] else parse_mode(settings["mode"].value)
    return replace(job, start=settings["start"].value, count=count, mode=mode)


def _to_directory(options: dict[str, Any]) -> bool:
    return not (options["to_stdout"] or options["dry_run"] or options["index"] is not None)


def _make_all(several: "dict[str, Job]", settings: config.Settings, options: dict[str, Any], watch: Watched) -> None:
    if is_on(settings):
        raise UsageError(
            "a language model and several datasets exclude each other",
            hint="values that other datasets refer to are the same in both: enrich one of them, with --only",
        )
    from pytest_specmint.cli.several import write

    if not _to_directory(options) or options["profile"] is not None:
        hint = "add --only NAME" if settings["datasets"].value else "leave --profile away"
        raise UsageError("several datasets need --out", hint=hint)
    if settings["datasets"].value is not None and (options["invalid"] or settings["mode"].value != Mode.USUAL):
        raise UsageError("all datasets at once are made of usual records", hint="add --only NAME")
    if settings["shard"].value is not None:
        hint = "add --only NAME" if settings["datasets"].value else "--stdout makes the one that refers"
        raise UsageError("several datasets are made as a whole, not in shards", hint=hint)
    if settings["format"].value != "jsonl":
        raise UsageError("several datasets are written as JSON Lines", hint="convert one of them afterwards")
    if settings["llm_mode"].value != "off":
        raise UsageError("several datasets are made without a language model", hint="add --only NAME")
    for job in several.values():
        if options["strict"]:
            refuse_unenforced(job)
        _report_formats(job, quiet=options["quiet"])
    out = settings["out"].value
    if out is None:
        raise UsageError("no output given", hint="pass --out DIR: each dataset gets a directory of its own there")
    total = sum(job.count for job in several.values())
    quiet, files = options["quiet"], settings["record_files"].value
    execution = _execution(settings)
    watch.run.begins(RunStarted(command="generate", records=total, mode="deterministic", workers=execution.workers))
    with _progress(total, quiet=quiet or watch.logs) as advance:
        write(several, out, execution, record_files=files, progress=advance, quiet=quiet, observer=watch.observer)
    watch.run.ends(RunFinished(records=total))


def _make(
    job: Job,
    form: "Format",
    settings: config.Settings,
    options: dict[str, Any],
    shard: Shard | None,
    watch: Watched,
) -> None:
    from pytest_specmint.output.telling import finished, started

    execution, quiet = _execution(settings), options["quiet"]
    enricher = enricher_of(job, settings, quiet=quiet, observer=watch.observer)
    watch.run.begins(started(job, execution, enricher))
    if options["to_stdout"]:
        digest, size = _stream_all(job, form, execution, options["violations"], enricher, watch.observer, quiet=quiet)
    else:
        digest, size = _write(job, form, settings, enricher, shard, watch, quiet=quiet)
    watch.run.ends(finished(job, digest, size, enricher))


def _format(settings: config.Settings, job: Job) -> "Format":
    from pytest_specmint.output.formats import JSONL, format_named

    form = format_named(settings["format"].value, job.packs())
    if form is not JSONL and job.mode is Mode.INVALID:
        raise UsageError(
            f"--invalid and --format {form.name} exclude each other",
            hint="near misses lack what the format needs: they are JSON Lines",
        )
    return form


def _refuse_profile(settings: config.Settings, options: dict[str, Any]) -> None:
    if options["index"] is not None or options["dry_run"]:
        raise UsageError("--profile needs a run, with --out or --stdout", hint="leave --index and --dry-run away")
    out = None if options["to_stdout"] else settings["out"].value
    refuse_profile(options["profile"], workers=settings["workers"].value, out=out)


def _shard(settings: config.Settings, whole: Job, index: int | None) -> Shard | None:
    """The part that is asked for; None where all is."""
    text = settings["shard"].value
    if text is None:
        return None
    if index is not None:
        raise UsageError("--index and a shard exclude each other", hint="an index counts from the first record of all")
    return shard_of(text, whole.start, whole.count)


def _job(settings: config.Settings, *, invalid: bool) -> Job:
    schema = schema_of(settings)
    mode = parse_mode(settings["mode"].value)
    if invalid and mode is not Mode.USUAL:
        raise UsageError(f"--invalid and --mode {mode} exclude each other", hint="make two datasets")
    return Job(
        schema,
        settings["seed"].value,
        settings["count"].value,
        settings["start"].value,
        parse_day(settings["as_of"].value),
        Sizes(settings["array_spread"].value, settings["text_spread"].value, settings["presence"].value),
        Mode.INVALID if invalid else mode,
        rules=rules_of(settings["rules"].value),
        domain=domain_names(settings["domain"].value),
        locale=locale_tag(settings["locale"].value),
    )


def _execution(settings: config.Settings) -> "Execution":
    from pytest_specmint.pipeline.recipe import Execution

    workers = settings["workers"].value
    if workers < 1:
        raise UsageError(f"workers must be at least 1, not {workers}", hint="leave --workers away for one")
    return Execution(workers, settings["check_all"].value)


def _report_formats(job: Job, *, quiet: bool) -> None:
    """Say once which formats are taken for annotations."""
    from pytest_specmint.schema.notices import unknown_formats

    if not quiet:
        for notice in unknown_formats(job.schema):
            click.echo(f"note: unknown format {notice.name!r} is ignored ({notice.places[0]})", err=True)


def _print_record(job: Job, form: "Format", index: int, settings: config.Settings, *, quiet: bool) -> None:
    if index < 0:
        raise UsageError(f"index must be at least 0, not {index}", hint="records count from 0")
    from pytest_specmint.pipeline.recipe import USUALLY

    one = replace(job, start=index, count=1)
    _stream(one, form, USUALLY, None, enricher_of(one, settings, quiet=quiet))


def _stream_all(
    job: Job,
    form: "Format",
    execution: "Execution",
    violations: str | None,
    enricher: "Enricher | None",
    observer: Observer,
    *,
    quiet: bool,
) -> tuple[str, int]:
    started = perf_counter()
    digest, size = _stream(job, form, execution, violations, enricher, observer)
    if not quiet:
        _close(job.count, size, digest, perf_counter() - started, "standard output", enricher)
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


def _close(
    records: int, size: int, digest: str, seconds: float, where: object, enricher: "Enricher | None" = None
) -> None:
    """The closing line of a success, and what a language model did."""
    if enricher is not None:
        told = enricher.told()
        click.echo(f"llm: {told.words}{' (degraded)' if told.degraded else ''}", err=True)
    summary(
        {
            "records": f"{records:,}",
            "bytes": f"{size:,}",
            "sha256": digest[:16],
            "seconds": f"{seconds:.2f}",
            "in": where,
        }
    )


def _print_plan(job: Job, form: "Format", settings: config.Settings, parts: "Order | None") -> None:
    """What would be made, and how large it would be, from a sample."""
    from pytest_specmint.output.formats import begin
    from pytest_specmint.pipeline.blocks import byte_blocks

    job = job if parts is None else parts.job
    plan, out = job.plan(), settings["out"].value
    sample = job.part(0, min(job.count, SAMPLE))
    rendering = begin(form, sample)
    size = (sum(len(rendering.block(lines)) for lines in byte_blocks(sample)) + len(rendering.end())) / sample.count
    rows = {
        "schema": job.schema.source,
        "draft": job.schema.dialect,
        "sha256": job.schema.sha256,
        "plan": f"{len(plan.nodes)} nodes",
        "seed": job.seed,
        "records": f"{job.count:,} from index {job.start}",
        "as of": job.as_of.isoformat(),
        "estimated size": f"{size * job.count:,.0f} bytes ({size:,.0f} a record)",
        "format": f"{form.name}: {form.title}",
        **({} if parts is None else {"parts": f"{len(parts.parts):,} of {parts.layout.size:,} records"}),
        **planned(job, sample, settings),
        "output": out or "(none: pass --out or --stdout)",
    }
    for name, value in rows.items():
        click.echo(f"{name + ':':16}{value}")


def _write(
    job: Job,
    form: "Format",
    settings: config.Settings,
    enricher: "Enricher | None",
    shard: Shard | None,
    watch: Watched,
    *,
    quiet: bool,
) -> tuple[str, int]:
    from pytest_specmint.output.run import write_dataset

    out = settings["out"].value
    if out is None:
        raise UsageError("no output given", hint="pass --out DIR, or --stdout for standard output")
    with _progress(job.count, quiet=quiet or watch.logs) as advance:
        written = write_dataset(
            job,
            Path(out),
            record_files=settings["record_files"].value,
            form=form,
            execution=_execution(settings),
            progress=advance,
            enricher=enricher,
            shard=shard,
            observer=watch.observer,
        )
    digest, stats = written.manifest["dataset"]["sha256"], written.run["stats"]
    if not quiet:
        _close(job.count, stats["bytes"], digest, stats["duration_ms"] / 1000, written.directory, enricher)
    return digest, stats["bytes"]


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, label="records", file=sys.stderr) as bar:
        yield bar.update
