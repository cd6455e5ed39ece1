"""`specmint-cli schema lint`: the findings in words or as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from pytest_specmint import config
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.ruling import rules_of
from pytest_specmint.cli.screen import Line, show
from pytest_specmint.cli.source import NAMES, schema_of
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import ExitCode, UsageError
from pytest_specmint.job import Job
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.report.lint import Finding, Level, lint

MEANINGS: Mapping[Level, str] = {Level.ERROR: "bad", Level.WARNING: "doubtful", Level.NOTE: "quiet"}
DOCUMENT = 1
"""Version of the form of ``--json``."""


def run(options: Mapping[str, Any]) -> None:
    """Lint the schemas and print what was found; ends with exit code 2 where one is to be refused."""
    paths = options["paths"]
    if paths and options["schema"] is not None:
        raise UsageError(f"{paths[0]} besides --schema", hint="name the schema once: schema lint SCHEMA")
    refused = [_linted(path, options, several=len(paths) > 1) for path in paths or [options["schema"]]]
    if any(refused):
        raise click.exceptions.Exit(ExitCode.SCHEMA)


def _linted(path: str | None, options: Mapping[str, Any], *, several: bool) -> bool:
    """Whether a schema is to be refused; None means the one of the settings."""
    given = {name: options[name] for name in (*NAMES, "domain", "rules")}
    settings = config.resolve({**given, "schema": path}, config=options["config_file"])
    domain = domain_names(settings["domain"].value)
    rules = rules_of(settings["rules"].value)
    job = Job(schema_of(settings), 0, 1, 0, AS_OF, domain=domain, rules=rules, loose=True)
    found = lint(job)
    if several:
        click.echo(f"{path}:", err=True)
    if options["as_json"]:
        write_whole(_document(found, job))
    else:
        show(_lines(found))
    counts = Counter(each.level for each in found)
    summary({level.value + "s": counts[level] for level in Level})
    return bool(counts[Level.ERROR] or (options["strict"] and counts[Level.WARNING]))


def _lines(found: Sequence[Finding]) -> Iterator[Line]:
    for each in found:
        mark = f"{each.level.value}:"
        yield Line(f"{mark} {each.code}: {each.message} @ {each.place}", MEANINGS[each.level], len(mark))
        if each.hint:
            yield Line(f"  hint: {each.hint}")
    if not found:
        yield Line("nothing to say")


def _document(found: Sequence[Finding], job: Job) -> bytes:
    from msgspec import to_builtins

    from pytest_specmint.canonical_json import canonical_bytes

    schema = {"source": job.schema.source, "place": job.schema.place, "sha256": job.schema.sha256}
    return canonical_bytes({"document": DOCUMENT, "schema": schema, "findings": to_builtins(found)}) + b"\n"
