"""What a run tells on standard error: how far it is, and what came of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.job import Job

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher


def tell_formats(job: Job, *, quiet: bool) -> None:
    """Say once which formats are taken for annotations."""
    from pytest_specmint.schema.notices import unknown_formats

    if not quiet:
        for notice in unknown_formats(job.schema):
            click.echo(f"note: unknown format {notice.name!r} is ignored ({notice.places[0]})", err=True)


@contextmanager
def progress_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, label="records", file=sys.stderr) as bar:
        yield bar.update


def close(
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
