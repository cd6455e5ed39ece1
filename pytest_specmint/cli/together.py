"""`specmint-cli validate --datasets`: several datasets by their schemas and rules, and how they hold together."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import to_builtins

from pytest_specmint.check.lines import Line, read_lines
from pytest_specmint.check.report import Report, judge
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from pytest_specmint.datasets.events import Sequenced
    from pytest_specmint.datasets.integrity import Joined
    from pytest_specmint.job import Job

_CHUNK = 1 << 20


def run(jobs: "Mapping[str, Job]", folder: str, *, examples: int, as_json: bool) -> int:
    """Judge the datasets below a directory; the exit code is 0 only if all are valid and hold together."""
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(f"{folder} is no directory", hint="--datasets judges what generate --datasets --out DIR made")
    reports = {name: _judged(job, root / name, examples) for name, job in jobs.items()}
    joins = [each for name, job in jobs.items() for each in _joins(name, job, root)]
    series = [each for name, job in jobs.items() for each in _series(name, job, root)]
    if as_json:
        write_whole(_document(reports, joins, series))
    else:
        for each in (*joins, *series):
            click.echo(str(each))
            for line in getattr(each, "examples", ()) if not each and each in series else ():
                click.echo(f"  {line}")
    _conclude(reports, [*joins, *series])
    valid = all(reports.values()) and all(joins) and all(series)
    return ExitCode.OK if valid else ExitCode.VALIDATION


def _judged(job: "Job", folder: Path, examples: int) -> Report:
    return judge(Verifier(job.schema), _lines(folder), examples=examples, rules=job.compiled_rules())


def _joins(name: str, job: "Job", root: Path) -> "list[Joined]":
    from pytest_specmint.datasets.integrity import integrity

    held = {each for each, target in job.targets_of_references().items() if target.origin is None}
    found = integrity(name, job, lambda which: _readable(root / which)) if held else []
    return [each for each in found if each.target in held]


def _series(name: str, job: "Job", root: Path) -> "list[Sequenced]":
    from pytest_specmint.engine.references import sites_of
    from pytest_specmint.relations.series import series_of

    found = series_of(job.working())
    if found is None:
        return []
    from pytest_specmint.datasets.events import sequenced

    series = found[1]
    sites = [each for each in sites_of(job.plan()) if not each.owner and None not in each.path]
    keys = [each.path for each in sites if each.reference.entities.dataset == series.dataset]
    keys = [each for each in keys if each]
    key = None if not keys else tuple(str(step) for step in keys[0])
    return [sequenced(name, series, key, _readable(root / name))]


def _lines(folder: Path) -> Iterable[Line]:
    path = folder / "dataset.jsonl"
    try:
        with path.open("rb") as file:
            yield from read_lines(iter(lambda: file.read(_CHUNK), b""))
    except OSError as error:
        raise OutputError(f"cannot read dataset {path}: {error.strerror}", hint="check the path") from None


def _readable(folder: Path) -> Iterable[Line]:
    return (line for line in _lines(folder) if line.defect is None)


def _document(reports: Mapping[str, Report], joins: "list[Joined]", series: "list[Sequenced]") -> bytes:
    from pytest_specmint.canonical_json import canonical_bytes

    content: dict[str, Any] = {
        "datasets": {
            name: {
                "records": each.records,
                "valid": each.valid,
                "invalid": each.invalid,
                "unreadable": each.unreadable,
                "problems": [to_builtins(problem) for problem in each.examples],
                "rules_broken": [outcome.rule.id for outcome in each.broken],
            }
            for name, each in reports.items()
        },
        "references": [to_builtins(each) for each in joins],
        "series": [to_builtins(each) for each in series],
    }
    return canonical_bytes(content) + b"\n"


def _conclude(reports: Mapping[str, Report], others: list[Any]) -> None:
    problems = [f"{name}: {problem}" for name, each in reports.items() for problem in each.examples]
    problems += [f"{name}: rule {outcome.rule.id} broken" for name, each in reports.items() for outcome in each.broken]
    summary(
        {
            "datasets": len(reports),
            "records": f"{sum(each.records for each in reports.values()):,}",
            "valid": f"{sum(each.valid for each in reports.values()):,}",
            "invalid": f"{sum(each.invalid for each in reports.values()):,}",
            "unreadable": f"{sum(each.unreadable for each in reports.values()):,}",
            "hold together": f"{sum(map(bool, others))} of {len(others)}",
        },
        problems,
    )
