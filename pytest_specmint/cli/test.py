"""`specmint-cli test`: the domains tried out on this machine."""

from pathlib import Path
from typing import Any

import click

from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode

DOMAINS = "healthcare,fintech,ecommerce"


@click.command(name="test", short_help="Try the domains out: goldens, boundary values, speed, validity.")
@click.option("--domains", default=DOMAINS, show_default=True, metavar="NAME,…", help="Packs whose examples are tried.")
@click.option("--golden-datasets", "goldens", is_flag=True, help="Make the goldens below golden/ again and compare.")
@click.option("--edge-cases", "edges", is_flag=True, help="Make a record for each boundary value and judge it.")
@click.option("--performance-benchmarks", "performance", is_flag=True, help="Time 10,000 records of each schema.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the records that are made.")
@click.option("--root", default=".", metavar="DIR", help="Where the packs' schemas and golden/ are (default: here).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Try domains out with the example schemas of their packs; without a choice everything is tried.

    The exit code is 7 where a golden differs, 3 where anything else fails.

    Example: specmint-cli test --domains fintech --golden-datasets --edge-cases
    """
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.trial.domain import Plan, try_domain
    from pytest_specmint.trial.words import document, lines

    chosen = {name: options[name] for name in ("goldens", "edges", "performance")}
    plan = Plan(**(chosen if any(chosen.values()) else {}), seed=options["seed"])
    trials = [try_domain(name, Path(options["root"]), plan) for name in domain_names(options["domains"])]
    if options["as_json"]:
        import orjson

        write_whole(orjson.dumps(document(trials), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        write_whole("".join(f"{line}\n" for line in lines(trials)).encode())
    if not all(trials):
        differs = any(each.goldens is not None and not each.goldens for each in trials)
        raise click.exceptions.Exit(ExitCode.GOLDEN if differs else ExitCode.VALIDATION)
