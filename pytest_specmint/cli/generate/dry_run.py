"""``--dry-run``: what would be made, and how large it would be."""

from typing import TYPE_CHECKING

import click

from pytest_specmint import config
from pytest_specmint.cli.enriching import planned
from pytest_specmint.job import Job

if TYPE_CHECKING:
    from pytest_specmint.parts.run import Order
    from pytest_specmint.rendering.format import Format

SAMPLE = 20
"""Records that the size is taken from."""


def print_plan(job: Job, form: "Format", settings: config.Settings, parts: "Order | None") -> None:
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
