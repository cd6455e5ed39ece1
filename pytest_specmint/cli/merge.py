"""`specmint-cli merge`."""

from time import perf_counter
from typing import Any

import click

from pytest_specmint.cli.failure import summary


@click.command(name="merge", short_help="Join shards of a dataset, and verify the whole.")
@click.argument("datasets", nargs=-1, required=True, metavar="DIR|URL...")
@click.option("--out", "--output", "-o", "out", metavar="DIR|URL", help="Where the whole goes (default: verify only).")
@click.option("--quiet", "-q", is_flag=True, help="No closing line.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Join datasets that are consecutive ranges of one: shards, or what --start and --count made; in any order.

    Every file is read and held against its manifest; ranges must meet, and all must be of one schema, seed, day and
    engine. The whole has the id and the digest of an undivided run.

    Example: specmint-cli merge shard-1 shard-2 shard-3 --out whole
    """
    from pytest_specmint.parts.merge import merge

    began = perf_counter()
    merged = merge(options["datasets"], options["out"])
    if options["quiet"]:
        return
    dataset = merged.manifest["dataset"]
    summary(
        {
            "datasets": len(options["datasets"]),
            "records": f"{dataset['records']:,}",
            "bytes": f"{dataset['bytes']:,}",
            **({"sha256": dataset["sha256"][:16]} if "sha256" in dataset else {"parts": f"{merged.files:,}"}),
            "tree sha256": merged.tree[:16],
            "seconds": f"{perf_counter() - began:.2f}",
            **({} if options["out"] is None else {"in": options["out"]}),
        }
    )
