"""`specmint-cli convert`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.stdout import HashedOutput
from pytest_specmint.errors import UsageError

if TYPE_CHECKING:
    from pytest_specmint.rendering.format import Format, Lines, Task
    from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20


@click.command(name="convert", short_help="Write an existing dataset in another format.")
@click.option(
    "--dataset",
    "-d",
    required=True,
    metavar="FILE|DIR|-",
    help="A file (JSON Lines, or what its name says: .gz, .csv, .parquet…), a directory, or standard input.",
)
@click.option("--format", "name", required=True, metavar="NAME", help="As of generate: jsonl, csv, parquet, x12…")
@click.option("--from", "source", metavar="NAME", help="The format that it is in, if its name does not say so.")
@click.option("--schema", "-s", metavar="FILE", help="What the records are valid for: columns come from it.")
@click.option("--domain", metavar="NAME", help="The pack that brings the format, if it is not built in.")
@click.option("--out", "-o", metavar="FILE", help="The file to write or replace.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Write to standard output instead.")
@click.option("--as-of", metavar="DATE", help="The day that counts as today (default: the manifest's, or 2025-01-01).")
@click.option("--seed", type=click.IntRange(0), help="For control numbers (default: the manifest's, or 0).")
@click.option("--start", type=click.IntRange(0), help="Index of the first record (default: the manifest's, or 0).")
@click.option("--quiet", "-q", is_flag=True, help="No closing line.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Write the records of a dataset in another format, whole or not at all.

    The bytes are those of generate --format, where the dataset lies with its manifest.

    CSV, Parquet, Arrow and SQL have columns, which come from the schema: the one that the dataset was made from, where
    its files say so and it is still there, or the one that is named.

    Example: specmint-cli convert --dataset out --format parquet --out orders.parquet
    """
    if (options["out"] is None) == (not options["to_stdout"]):
        raise UsageError("one output is needed", hint="pass --out FILE, or --stdout")
    began = perf_counter()
    form, task = _wanted(options)
    made = _converted(options, form, task)
    if options["to_stdout"]:
        out = HashedOutput()
        for part in made:
            out.write(part)
        digest, size = out.finished()
    else:
        digest, size = _written(Path(options["out"]), made)
    if not options["quiet"]:
        seconds = f"{perf_counter() - began:.2f}"
        where = options["out"] or "standard output"
        summary({"format": form.name, "bytes": f"{size:,}", "sha256": digest[:16], "seconds": seconds, "in": where})


def _wanted(options: dict[str, Any]) -> "tuple[Format, Task]":
    from pytest_specmint.api import task_beside
    from pytest_specmint.output.formats import format_named
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.packs.registry import pack_named

    form = format_named(options["name"], [pack_named(each) for each in domain_names(options["domain"])])
    path = None if options["dataset"] == "-" else Path(options["dataset"])
    schema = _schema(options["schema"], path)
    given = {name: options[name] for name in ("as_of", "seed", "start")}
    return form, task_beside(path, **given, schema=schema if form.columns else None)


def _schema(named: str | None, dataset: Path | None) -> "Schema | None":
    """The schema that is named, or that the dataset was made from."""
    from pytest_specmint.report.survey.source import source_of
    from pytest_specmint.schema.load import load_schema

    if named is None and dataset is not None and dataset.exists():
        named = source_of(dataset).schema_path
    return None if named is None else load_schema(named)


def _converted(options: dict[str, Any], form: "Format", task: "Task") -> "Iterator[Lines]":
    from pytest_specmint.check.lines import read_lines
    from pytest_specmint.output.render import blocks_of_values, rendered, values_of_lines

    with _opened(options) as stream:
        lines = read_lines(iter(lambda: stream.read(CHUNK), b""))
        yield from rendered(form, task, blocks_of_values(values_of_lines(lines)))


@contextmanager
def _opened(options: dict[str, Any]) -> "Iterator[IO[bytes]]":
    """The dataset's lines."""
    from pytest_specmint.cli.validate import opened, opened_as

    dataset, source = options["dataset"], options["source"]
    schema = _schema(options["schema"], None if dataset == "-" else Path(dataset))
    with opened(dataset, schema) if source is None else opened_as(dataset, source, schema) as stream:
        yield stream


def _written(path: Path, made: "Iterator[Lines]") -> tuple[str, int]:
    from hashlib import sha256

    from pytest_specmint.output.atomic import replaced_file

    hasher, size = sha256(), 0
    with replaced_file(path) as file:
        for part in made:
            file.write(part)
            hasher.update(part)
            size += len(part)
    return hasher.hexdigest(), size
