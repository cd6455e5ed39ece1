"""`specmint-cli validate`."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import click

from pytest_specmint import config
from pytest_specmint.check.lines import read_lines
from pytest_specmint.check.report import EXAMPLES, Report, judge
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.source import NAMES, schema_of, schema_options
from pytest_specmint.errors import ExitCode, OutputError, UsageError

CHUNK = 1 << 20
VERBOSE_EXAMPLES = 100


@click.command(name="validate", short_help="Judge an existing dataset by a schema.")
@schema_options
@click.option(
    "--dataset",
    "-d",
    required=True,
    metavar="FILE|DIR|-",
    help="JSON Lines (also .gz), a dataset's directory, or standard input.",
)
@click.option("--safety", is_flag=True, help="Look for values that could be real; a schema is not needed then.")
@click.option("--json", "as_json", is_flag=True, help="With --safety: print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show up to 100 problems instead of five.")
@click.option("--examples", type=click.IntRange(0), metavar="N", help="Show up to N problems (default 5).")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Judge every record of a dataset; the exit code is 0 only if all are valid.

    Example: specmint-cli validate --schema order.json --dataset out
    """
    if options["as_json"] and not options["safety"]:
        raise UsageError("--json is for --safety", hint="leave it out, or add --safety")
    settings = config.resolve({name: options[name] for name in NAMES}, config=options["config_file"])
    if options["safety"]:
        from pytest_specmint.cli import safety

        verifier = _verifier(settings) if settings["schema"].value is not None else None
        context.exit(safety.run(options, verifier))
    verifier = _verifier(settings)
    limit = options["examples"]
    if limit is None:
        limit = VERBOSE_EXAMPLES if options["verbose"] else EXAMPLES
    with opened(options["dataset"]) as stream:
        report = judge(verifier, read_lines(iter(lambda: stream.read(CHUNK), b"")), examples=limit)
    _conclude(report, limit)
    if not report:
        context.exit(ExitCode.VALIDATION)


def _verifier(settings: config.Settings) -> Verifier:
    schema = schema_of(settings)
    check_schema(schema)
    return Verifier(schema)


def _conclude(report: Report, limit: int) -> None:
    """More examples than the summary shows go to standard output, where they can be searched and counted."""
    examples = [str(problem) for problem in report.examples]
    if limit > EXAMPLES:
        for line in examples:
            click.echo(line)
    summary(
        {
            "records": f"{report.records:,}",
            "valid": f"{report.valid:,}",
            "invalid": f"{report.invalid:,}",
            "unreadable": f"{report.unreadable:,}",
        },
        examples,
    )


@contextmanager
def opened(dataset: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, of a directory's dataset or of standard input."""
    if dataset == "-":
        yield sys.stdin.buffer
        return
    path = Path(dataset)
    path = path / "dataset.jsonl" if path.is_dir() else path
    try:
        with cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as stream:
            yield stream
    except BrokenPipeError:
        raise
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot read dataset {path}: {reason}", hint="check the path") from None
