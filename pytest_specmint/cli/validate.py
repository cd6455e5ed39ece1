"""`specmint-cli validate`."""

import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import click
from msgspec import to_builtins

from pytest_specmint import config
from pytest_specmint.api import parse_day
from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.lines import read_lines
from pytest_specmint.check.report import EXAMPLES, Report, judge
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.cli.domain import domain_option
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.observing import NAMES as OBSERVING
from pytest_specmint.cli.observing import observing_options, watched
from pytest_specmint.cli.ruling import data, refuse_unenforced, rules_of, rules_options, sentences, tell_ignored, told
from pytest_specmint.cli.source import NAMES, schema_of, schema_options
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode, OutputError, UsageError
from pytest_specmint.job import Job
from pytest_specmint.observe.events import RunFinished, RunStarted
from pytest_specmint.observe.observer import Observer
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.rendering.reading import opened as opened_lines
from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20
VERBOSE_EXAMPLES = 100


@click.command(name="validate", short_help="Judge an existing dataset by a schema.")
@click.argument("paths", nargs=-1, metavar="[DATASET]...")
@schema_options
@rules_options
@domain_option
@click.option(
    "--as-of",
    metavar="DATE",
    help="The day that counts as today in rules (default: as the manifest says, else 2025-01-01).",
)
@click.option(
    "--dataset",
    "-d",
    metavar="FILE|DIR|-",
    help="A file (JSON Lines, or what its name says: .gz, .csv, .parquet…), a directory or URL, or standard input.",
)
@click.option(
    "--datasets", metavar="FILE", help="Judge DIR as all of these datasets, and how they refer to each other."
)
@click.option("--safety", is_flag=True, help="Look for values that could be real; a schema is not needed then.")
@observing_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show up to 100 problems instead of five.")
@click.option("--examples", type=click.IntRange(0), metavar="N", help="Show up to N problems (default 5).")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Judge every record of a dataset by schema and rules; the exit code is 0 only if all are valid and hold them.

    Several datasets are judged one after the other; the exit code is 0 only if all of them are well.

    Example: specmint-cli validate --schema order.json --dataset out
    """
    names = (*NAMES, "rules", "domain", "as_of", "datasets", *OBSERVING)
    settings = config.resolve({name: options[name] for name in names}, config=options["config_file"])
    with watched(settings) as watch:
        watch.run.begins(RunStarted(command="validate", schema=settings["schema"].value or ""))
        judged = list(_judgements(settings, options, watch.observer))
        code = max(code for code, _ in judged)
        records = [count for _, count in judged if count is not None]
        watch.run.ends(RunFinished(records=sum(records) if records else None, exit_code=int(code)))
    context.exit(code)


Judged = tuple[int, int | None]
"""An exit code, and how many records were judged, where that is known."""


def _judgements(settings: config.Settings, options: dict[str, Any], observer: Observer) -> Iterator[Judged]:
    if settings["datasets"].value is not None:
        yield _together(settings, options), None
        return
    if options["safety"] and options["rules"]:
        raise UsageError("--safety does not look at rules", hint="judge by rules in a run of its own")
    yield from _each(settings, options, observer)


def _each(settings: config.Settings, options: dict[str, Any], observer: Observer) -> Iterator[Judged]:
    """What became of each dataset that is named."""
    named = _named(options)
    for dataset in named:
        if len(named) > 1:
            click.echo(f"{dataset}:", err=True)
        given = {**options, "dataset": dataset}
        yield _audited(settings, given) if options["safety"] else _judged(settings, given, observer)


def _named(options: dict[str, Any]) -> list[str]:
    named = [each for each in (options["dataset"], *options["paths"]) if each is not None]
    if not named:
        raise UsageError("no dataset given", hint="name a file of JSON Lines, a dataset's directory, or - to be read")
    return named


def _audited(settings: config.Settings, options: dict[str, Any]) -> Judged:
    from pytest_specmint.cli import safety

    return safety.run(options, _schema(settings) if settings["schema"].value is not None else None)


def _judged(settings: config.Settings, options: dict[str, Any], observer: Observer) -> Judged:
    job = _job(settings, options["dataset"])
    if options["strict"]:
        refuse_unenforced(job)
    elif not options.get("quiet"):
        tell_ignored(job)
    limit = options["examples"]
    if limit is None:
        limit = VERBOSE_EXAMPLES if options["verbose"] else EXAMPLES
    rules = job.compiled_rules()
    with opened(options["dataset"], job.schema) as stream:
        chunks = iter(lambda: stream.read(CHUNK), b"")
        report = judge(Verifier(job.schema), read_lines(chunks), examples=limit, rules=rules, observer=observer)
    if options["as_json"]:
        write_whole(_document(report, job))
    _conclude(report, limit, as_json=options["as_json"], verbose=options["verbose"])
    return (ExitCode.OK if report else ExitCode.VALIDATION), report.records


def _together(settings: config.Settings, options: dict[str, Any]) -> int:
    from pytest_specmint.cli import several, together

    if options["safety"]:
        raise UsageError("--safety looks at one dataset", hint="leave --datasets away: a schema is not needed for it")
    limit = options["examples"]
    if limit is None:
        limit = VERBOSE_EXAMPLES if options["verbose"] else EXAMPLES
    named = _named(options)
    if len(named) > 1:
        raise UsageError("--datasets judges one directory", hint="name the directory that holds all of them")
    jobs = several.jobs(settings, None)
    return together.run(jobs, named[0], examples=limit, as_json=options["as_json"])


def _job(settings: config.Settings, dataset: str) -> Job:
    """The schema with all rules that records of it are to obey, as of the day that the dataset's manifest says."""
    schema = schema_of(settings)
    check_schema(schema)
    domain = domain_names(settings["domain"].value)
    given = settings["as_of"].value
    day = parse_day(_day_of(Path(dataset)) if given is None else given)
    return Job(schema, 0, 1, 0, day, domain=domain, rules=rules_of(settings["rules"].value), loose=True)


def _day_of(dataset: Path) -> str | None:
    """The day that counted as today when a dataset was made, as the manifest with it says; None where none does."""
    from pytest_specmint.output.render import generation_of

    day = generation_of(dataset).get("as_of")
    return day if isinstance(day, str) else None


def _document(report: Report, job: Job) -> bytes:
    content = {
        "records": report.records,
        "valid": report.valid,
        "invalid": report.invalid,
        "unreadable": report.unreadable,
        "problems": [to_builtins(problem) for problem in report.examples],
        "rules": [data(outcome) for outcome in report.rules],
        "sentences": [{"text": each.text, "rules": list(each.rules)} for each in sentences(job)],
    }
    return canonical_bytes(content) + b"\n"


def _schema(settings: config.Settings) -> Schema:
    schema = schema_of(settings)
    check_schema(schema)
    return schema


def _conclude(report: Report, limit: int, *, as_json: bool, verbose: bool) -> None:
    """More examples than the summary shows go to standard output, where they can be searched and counted."""
    examples = [str(problem) for problem in report.examples]
    if limit > EXAMPLES and not as_json:
        for line in examples:
            click.echo(line)
    if not as_json:
        for line in told(report.rules, everything=verbose):
            click.echo(line)
    counts: dict[str, object] = {
        "records": f"{report.records:,}",
        "valid": f"{report.valid:,}",
        "invalid": f"{report.invalid:,}",
        "unreadable": f"{report.unreadable:,}",
    }
    if report.rules:
        counts["rules held"] = f"{sum(map(bool, report.rules))} of {len(report.rules)}"
    summary(counts, examples)


@contextmanager
def opened(dataset: str, schema: Schema | None = None) -> Iterator[IO[bytes]]:
    """The lines of a file of any format, of a dataset in a directory or at a URL, or of standard input."""
    if dataset == "-":
        yield sys.stdin.buffer
        return
    if "://" in dataset or (Path(dataset).is_dir() and not (Path(dataset) / "dataset.jsonl").exists()):
        from pytest_specmint.parts.reading import joined

        with joined(dataset, schema) as parts:
            if parts is not None:
                yield cast("IO[bytes]", parts)
                return
    path = _file(dataset)
    with _readable(path), opened_lines(path, schema) as stream:
        yield stream


@contextmanager
def opened_as(dataset: str, name: str, schema: Schema | None = None) -> Iterator[IO[bytes]]:
    """The lines of a file, or of standard input, in a format that is named; raises `UsageError` for one not read."""
    from io import BytesIO

    from pytest_specmint.output.formats import format_named
    from pytest_specmint.rendering.reading import stream_of

    form = format_named(name)
    path = _file(dataset)
    with _readable(path):
        file = BytesIO(sys.stdin.buffer.read()) if dataset == "-" else path.open("rb")
        with file:
            if form.name != "jsonl" and form.read is None:
                raise UsageError(f"format {form.name} cannot be read", hint="it is written only")
            yield file if form.read is None else stream_of(file, form.read, schema)


def _file(dataset: str) -> Path:
    path = Path(dataset)
    return path / "dataset.jsonl" if path.is_dir() else path


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Failures to read as `OutputError`."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot read dataset {path}: {reason}", hint="check the path") from None
