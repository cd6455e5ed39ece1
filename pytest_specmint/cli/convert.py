"""`specmint-cli convert`."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.stdout import HashedOutput
from pytest_specmint.errors import UsageError

if TYPE_CHECKING:
    from pytest_specmint.rendering.format import Format, Lines, Task

CHUNK = 1 << 20


@click.command(name="convert", short_help="Write an existing dataset in another format.")
@click.option(
    "--dataset",
    "-d",
    required=True,
    metavar="FILE|DIR|-",
    help="JSON Lines (also .gz), a dataset's directory, or standard input.",
)
@click.option("--format", "name", required=True, metavar="NAME", help="As of generate: x12, or an installed one.")
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

    Example: specmint-cli convert --dataset out --format x12 --out claims.x12
    """
    if (options["out"] is None) == (not options["to_stdout"]):
        raise UsageError("one output is needed", hint="pass --out FILE, or --stdout")
    began = perf_counter()
    form, task = _wanted(options)
    made = _converted(options["dataset"], form, task)
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
    return form, task_beside(path, as_of=options["as_of"], seed=options["seed"], start=options["start"])


def _converted(dataset: str, form: "Format", task: "Task") -> "Iterator[Lines]":
    from pytest_specmint.check.lines import read_lines
    from pytest_specmint.cli.validate import opened
    from pytest_specmint.output.render import blocks_of_values, rendered, values_of_lines

    with opened(dataset) as stream:
        lines = read_lines(iter(lambda: stream.read(CHUNK), b""))
        yield from rendered(form, task, blocks_of_values(values_of_lines(lines)))


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
