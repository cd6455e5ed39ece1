"""`specmint-cli test`: the domains tried out on this machine."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.screen import Line, show
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode

if TYPE_CHECKING:
    from pytest_specmint.trial.tally import Trial

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
    from pytest_specmint.trial.words import document, lines, outcome

    chosen = {name: options[name] for name in ("goldens", "edges", "performance")}
    plan = Plan(**(chosen if any(chosen.values()) else {}), seed=options["seed"])
    names = domain_names(options["domains"])
    trials: list[Trial] = []
    tried = _kept((try_domain(name, Path(options["root"]), plan) for name in names), trials)
    if options["as_json"]:
        import orjson

        write_whole(orjson.dumps(document(list(tried)), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        show(_line(text) for text in lines(names, tried))
    summary(*outcome(trials))
    if not all(trials):
        differs = any(each.goldens is not None and not each.goldens for each in trials)
        raise click.exceptions.Exit(ExitCode.GOLDEN if differs else ExitCode.VALIDATION)


def _kept(trials: "Iterable[Trial]", kept: "list[Trial]") -> "Iterator[Trial]":
    """As they come, and kept for the end."""
    for trial in trials:
        kept.append(trial)
        yield trial


def _line(text: str) -> Line:
    """With the colour of its verdict on a terminal."""
    for mark, meaning in (("  ok", "good"), ("  FAIL", "bad"), ("  note", "quiet")):
        if text.startswith(mark):
            return Line(text, meaning, len(mark))
    if text.startswith("Overall"):
        return Line(text, "bad" if "FAIL" in text else "good")
    return Line(text, "heading" if text and not text.startswith(" ") else "")
