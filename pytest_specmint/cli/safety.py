"""`specmint-cli validate --safety`: the audit in words or as JSON."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from pytest_specmint.check.lines import Line, read_lines
from pytest_specmint.check.report import EXAMPLES, Report, judge
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.safety.audit import Audit, Auditor, Example
from pytest_specmint.safety.data import data
from pytest_specmint.safety.read import CHUNK, audit_files, see_all
from pytest_specmint.schema.document import Schema


def run(options: Mapping[str, Any], schema: Schema | None) -> tuple[ExitCode, int]:
    """Audit the dataset, and judge it by a schema in the same pass where there is one; print what was found.

    Gives the exit code, and how many records there were.
    """
    limit = _limit(options)
    report, audit = _both(options["dataset"], schema, limit)
    if options["as_json"]:
        write_whole(_document(report, audit))
    else:
        for line in lines(audit):
            click.echo(line)
    _conclude(report, audit)
    return (ExitCode.OK if audit and (report is None or report) else ExitCode.VALIDATION), audit.records


def _limit(options: Mapping[str, Any]) -> int:
    from pytest_specmint.cli.validate import VERBOSE_EXAMPLES

    given: int | None = options["examples"]
    return (VERBOSE_EXAMPLES if options["verbose"] else EXAMPLES) if given is None else given


def _both(dataset: str, schema: Schema | None, limit: int) -> tuple[Report | None, Audit]:
    from pytest_specmint.cli.validate import opened

    if schema is None and dataset != "-":
        return None, audit_files(Path(dataset), base_vocabulary(), examples=limit)
    auditor = Auditor(base_vocabulary(), examples=limit)
    with opened(dataset, schema) as stream:
        chunks = iter(lambda: stream.read(CHUNK), b"")
        if schema is None:
            see_all(auditor, chunks)
            return None, auditor.audit
        return judge(Verifier(schema), _seen(auditor, read_lines(chunks)), examples=limit), auditor.audit


def _seen(auditor: Auditor, found: Iterable[Line]) -> Iterator[Line]:
    for line in found:
        if line.defect is None:
            auditor.see(line.number, line.value)
        else:
            auditor.see_unreadable(line.number, "")
        yield line


def _document(report: Report | None, audit: Audit) -> bytes:
    document: dict[str, Any] = {"safety": data(audit)}
    if report is not None:
        document["schema"] = {
            "records": report.records,
            "valid": report.valid,
            "invalid": report.invalid,
            "unreadable": report.unreadable,
            "examples": [str(problem) for problem in report.examples],
        }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def lines(audit: Audit) -> Iterator[str]:
    """A line per kind that occurs, and under it its examples."""
    for tally in audit.tallies.values():
        if tally.looked_at:
            found = f"{tally.could_be_real:,}" if tally.could_be_real else "none"
            yield f"{tally.title}: {tally.looked_at:,} looked at, {found} could be real"
            yield from (f"  {_place(each)}: {each.shown} ({each.why})" for each in tally.examples)


def _place(example: Example) -> str:
    source = f"{example.source} " if example.source else ""
    return f"{source}line {example.record}" + (f" {example.pointer}" if example.pointer else "")


def _conclude(report: Report | None, audit: Audit) -> None:
    counts: dict[str, object] = {"records": f"{audit.records:,}"}
    if report is not None:
        counts |= {"valid": f"{report.valid:,}", "invalid": f"{report.invalid:,}"}
    counts |= {
        "unreadable": f"{audit.unreadable:,}",
        "looked at": f"{audit.looked_at:,}",
        "could be real": f"{audit.could_be_real:,}",
    }
    sys.stdout.flush()
    summary(counts, [str(problem) for problem in report.examples] if report is not None else [])
