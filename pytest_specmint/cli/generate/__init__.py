"""`specmint-cli generate`."""

from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from pytest_specmint import config
from pytest_specmint.cli.domain import domain_option, locale_option
from pytest_specmint.cli.enriching import enricher_of, is_on, llm_options
from pytest_specmint.cli.generate.asked import execution_of, format_of, job_of, one_of, several_of, shard_asked
from pytest_specmint.cli.generate.dry_run import print_plan
from pytest_specmint.cli.generate.in_parts import is_in_parts, make, order, parts_options
from pytest_specmint.cli.generate.to_directory import write
from pytest_specmint.cli.generate.to_stdout import print_record, stream_all
from pytest_specmint.cli.generate.told import progress_bar, tell_formats
from pytest_specmint.cli.observing import Watched, observing_options, watched
from pytest_specmint.cli.profiling import profiled, refuse_profile
from pytest_specmint.cli.ruling import refuse_unenforced, rules_options, tell_ignored
from pytest_specmint.cli.sections import SectionedCommand
from pytest_specmint.cli.several import datasets_options, related_option
from pytest_specmint.cli.source import schema_options
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.events import RunFinished, RunStarted
from pytest_specmint.rendering.table import BUILT_IN
from pytest_specmint.shards import Shard

if TYPE_CHECKING:
    from pytest_specmint.rendering.format import Format

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
    several, parts = several_of(settings, options), is_in_parts(settings, options)
    if several is not None and options["only"] is None and (settings["datasets"].value or _to_directory(options)):
        _make_all(several, settings, options, watch)
        return
    whole = job_of(settings, invalid=options["invalid"]) if several is None else one_of(several, settings, options)
    shard = None if parts else shard_asked(settings, whole, options["index"])
    job = whole if shard is None else replace(whole, start=shard.start, count=shard.count)
    if options["strict"]:
        refuse_unenforced(job)
    elif not options.get("quiet"):
        tell_ignored(job)
    tell_formats(job, quiet=options["quiet"])
    if options["violations"] and not (options["invalid"] and options["to_stdout"]):
        raise UsageError("--violations needs --invalid and --stdout", hint="with --out they go to violations.jsonl")
    form = format_of(settings, job)
    if options["profile"] is not None:
        _refuse_profile(settings, options)
    if options["index"] is not None:
        print_record(job, form, options["index"], settings, quiet=options["quiet"])
    elif options["dry_run"]:
        print_plan(job, form, settings, order(whole, form, settings, options) if parts else None)
    elif parts:
        given, quiet = order(whole, form, settings, options), options["quiet"]
        make(given, settings, watch, progress_bar(given.job.count, quiet=quiet or watch.logs), quiet=quiet)
    else:
        with profiled(job, options["profile"], quiet=options["quiet"]):
            _make(job, form, settings, options, shard, watch)


def _make_all(several: "dict[str, Job]", settings: config.Settings, options: dict[str, Any], watch: Watched) -> None:
    if is_on(settings):
        raise UsageError(
            "a language model and several datasets exclude each other",
            hint="values that other datasets refer to are the same in both: enrich one of them, with --only",
        )
    from pytest_specmint.cli.several import write as write_all

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
        tell_formats(job, quiet=options["quiet"])
    out = settings["out"].value
    if out is None:
        raise UsageError("no output given", hint="pass --out DIR: each dataset gets a directory of its own there")
    total = sum(job.count for job in several.values())
    quiet, files = options["quiet"], settings["record_files"].value
    execution = execution_of(settings)
    watch.run.begins(RunStarted(command="generate", records=total, mode="deterministic", workers=execution.workers))
    with progress_bar(total, quiet=quiet or watch.logs) as advance:
        write_all(several, out, execution, record_files=files, progress=advance, quiet=quiet, observer=watch.observer)
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

    execution, quiet = execution_of(settings), options["quiet"]
    enricher = enricher_of(job, settings, quiet=quiet, observer=watch.observer)
    watch.run.begins(started(job, execution, enricher))
    if options["to_stdout"]:
        digest, size = stream_all(job, form, execution, options["violations"], enricher, watch.observer, quiet=quiet)
    else:
        digest, size = write(job, form, settings, enricher, shard, watch, quiet=quiet)
    watch.run.ends(finished(job, digest, size, enricher))


def _to_directory(options: dict[str, Any]) -> bool:
    return not (options["to_stdout"] or options["dry_run"] or options["index"] is not None)


def _refuse_profile(settings: config.Settings, options: dict[str, Any]) -> None:
    if options["index"] is not None or options["dry_run"]:
        raise UsageError("--profile needs a run, with --out or --stdout", hint="leave --index and --dry-run away")
    out = None if options["to_stdout"] else settings["out"].value
    refuse_profile(options["profile"], workers=settings["workers"].value, out=out)
