"""`specmint-cli doctor`: whether what is installed and configured works on this machine, and what to do if not.

The document of ``--json`` has a JSON Schema of its own, `doctor.schema.json` beside this file.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.screen import Line, show
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from pytest_specmint.report.doctor.providers import Wanted
    from pytest_specmint.report.doctor.row import Row

MARKS = {"pass": ("ok   ", "good"), "note": ("note ", "quiet"), "warn": ("warn ", "doubtful"), "fail": ("FAIL ", "bad")}


@click.command(name="doctor", short_help="Check installation, settings, this machine and providers.")
@click.option("--full", is_flag=True, help="Ask every provider that has a key, and list models.")
@click.option("--check-ollama", is_flag=True, help="Ollama alone: it must answer.")
@click.option("--check-models", is_flag=True, help="List the models of providers that answer.")
@click.option("--provider", metavar="NAME", help="This provider alone: it must answer.")
@click.option("--model", metavar="NAME", help="The model that must be there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(**options: Any) -> None:
    """Check Python, packages, settings, directories, this machine, determinism, and providers of language models.

    The exit code is 0 where what is configured works, 4 where a provider does not, 6 for anything else.

    Example: specmint-cli doctor --provider ollama --model llama3.1
    """
    from pytest_specmint.report.doctor.checks import document, examine

    if options["check_ollama"] and options["provider"] not in {None, "ollama"}:
        raise UsageError("--check-ollama besides another --provider", hint="leave one of them away")
    named = "ollama" if options["check_ollama"] else options["provider"]
    wanted = _wanted(named, options)
    only = named is not None and not options["full"]
    rows = list(examine(wanted, options["config_file"], only_providers=only))
    if options["as_json"]:
        import orjson

        write_whole(orjson.dumps(document(rows), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        show(_lines(rows))
    _conclude(rows)


def _wanted(named: str | None, options: Mapping[str, Any]) -> "Wanted":
    from msgspec.structs import replace

    from pytest_specmint import config
    from pytest_specmint.enrichment.settings import LlmSettings, read_settings
    from pytest_specmint.report.doctor.providers import Wanted

    try:
        found = config.resolve({}, config=options["config_file"])
        settings = read_settings({name: each.value for name, each in found.items()}, ci=bool(os.environ.get("CI")))
    except UsageError:
        settings = LlmSettings()  # the row about settings says what is wrong
    if named is not None:
        settings = replace(settings, provider=named)
    if options["model"] is not None:
        settings = replace(settings, model=options["model"])
    lists = options["check_models"] or options["full"]
    return Wanted(settings, dict(os.environ), date.today(), everything=options["full"], models=lists)


def _lines(rows: "Sequence[Row]") -> Iterator[Line]:
    for row in rows:
        mark, meaning = MARKS[row.level.value]
        yield Line(f"{mark}{row.check}: {row.words}", meaning, len(mark))
        if row.step and row.level.value in {"warn", "fail"}:
            yield Line(f"     next: {row.step}")


def _conclude(rows: "Sequence[Row]") -> None:
    from pytest_specmint.report.doctor.checks import PROVIDER_CHECKS

    failed = [row for row in rows if row.level.value == "fail"]
    warned = sum(row.level.value == "warn" for row in rows)
    sys.stdout.flush()
    summary({"checks": len(rows), "warnings": warned, "failures": len(failed)})
    if failed:
        provider = any(row.check in PROVIDER_CHECKS for row in failed)
        raise click.exceptions.Exit(ExitCode.PROVIDER if provider else ExitCode.IO)
