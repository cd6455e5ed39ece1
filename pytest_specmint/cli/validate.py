"""`specmint-cli validate`."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.errors import ExitCode, OutputError

CHUNK = 1 << 20
VERBOSE_EXAMPLES = 100


@click.command(name="validate", short_help="Judge an existing dataset by a schema.")
@click.option("--schema", "-s", required=True, metavar="FILE", help="JSON or YAML schema; FILE#/pointer for a part of it.")
@click.option("--schema-root", metavar="DIR", help="Directory that references to other files may not leave.")
@click.option(
    "--dataset", "-d", required=True, metavar="FILE|DIR|-", help="JSON Lines (also .gz), a dataset's directory, or standard input."
)
@click.option("--verbose", "-v", is_flag=True, help="Show up to 100 problems instead of five.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def command(
    context: click.Context, schema: str, schema_root: str | None, dataset: str, verbose: bool, debug: bool
) -> None:
    """Judge every record of a dataset; the exit code is 0 only if all are valid.

    Example: specmint-cli validate --schema order.json --dataset out
    """
    from pytest_specmint.check.lines import read_lines
    from pytest_specmint.check.report import EXAMPLES, judge
    from pytest_specmint.check.verifier import Verifier, check_schema
    from pytest_specmint.schema.load import load_schema

    loaded = load_schema(schema, schema_root=schema_root)
    check_schema(loaded)
    limit = VERBOSE_EXAMPLES if verbose else EXAMPLES
    with _opened(dataset) as stream:
        lines = read_lines(iter(lambda: stream.read(CHUNK), b""))
        report = judge(Verifier(loaded), lines, examples=limit)
    for problem in report.examples[:limit] if verbose else []:
        click.echo(str(problem))
    summary(
        {
            "records": f"{report.records:,}",
            "valid": f"{report.valid:,}",
            "invalid": f"{report.invalid:,}",
            "unreadable": f"{report.unreadable:,}",
        },
        [str(problem) for problem in report.examples],
    )
    if not report:
        context.exit(ExitCode.VALIDATION)


@contextmanager
def _opened(dataset: str) -> Iterator[IO[bytes]]:
    if dataset == "-":
        yield sys.stdin.buffer
        return
    path = Path(dataset)
    path = path / "dataset.jsonl" if path.is_dir() else path
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:  # type: ignore[attr-defined]
            yield stream
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"cannot read dataset {path}: {reason}", hint="check the path") from None
