"""A trial in words and as a document."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pytest_specmint.trial.tally import Tally, Trial

DOCUMENT = 1


def lines(names: Sequence[str], trials: Iterable[Trial]) -> Iterator[str]:
    """A block per domain as soon as it is tried, a verdict at the end."""
    yield f"Testing domains: {', '.join(names)}"
    failed = []
    for trial in trials:
        failed += [] if trial else [trial.domain]
        yield ""
        yield f"{trial.domain} (pack {trial.version}, {len(trial.schemas)} schemas)"
        yield from (f"  {line}" for line in _of(trial))
    yield ""
    yield f"Overall: FAIL in {', '.join(failed)}" if failed else "Overall: all passed"


def _of(trial: Trial) -> Iterator[str]:
    if trial.goldens is not None and not trial.goldens.total:
        yield f"note goldens: none below golden/{trial.domain}"
    elif trial.goldens is not None:
        yield from _told("goldens", trial.goldens, f"{trial.goldens.passed} of {trial.goldens.total} made again alike")
    if trial.edges is not None:
        yield from _told("boundary values", trial.edges, f"{trial.edges.passed} of {trial.edges.total} records valid")
    for rate in trial.rates:
        mark = "ok  " if trial.fast(rate) else "FAIL"
        wanted = f"more than {trial.least_rate:,.0f}"
        yield f"{mark} performance: {rate.per_second:,.0f} records/s of {rate.schema} ({wanted})"
    yield from _told("schema and rules", trial.valid, f"{trial.valid.passed:,} of {trial.valid.total:,} records valid")
    found = trial.identifiers
    if found.total:
        yield from _told("identifiers", found, f"{found.passed:,} of {found.total:,} with right check digits")


def _told(name: str, tally: Tally, words: str) -> Iterator[str]:
    yield f"{'ok  ' if tally else 'FAIL'} {name}: {words}"
    yield from (f"       {failure}" for failure in tally.failures)


def outcome(trials: Sequence[Trial]) -> tuple[dict[str, object], list[str]]:
    """The closing counts, and examples of what went wrong."""
    failed = [each for each in trials if not each]
    counts: dict[str, object] = {"domains": len(trials), "passed": len(trials) - len(failed), "failed": len(failed)}
    return counts, [words for each in failed for words in _failures(each)]


def _failures(trial: Trial) -> Iterator[str]:
    for tally in (trial.goldens, trial.edges, trial.valid, trial.identifiers):
        yield from () if tally is None else tally.failures
    yield from (f"{each.schema}: {each.per_second:,.0f} records/s" for each in trial.rates if not trial.fast(each))


def document(trials: Sequence[Trial]) -> dict[str, Any]:
    """What ``--json`` prints; rates in records a second."""
    return {"document": DOCUMENT, "passed": all(trials), "domains": [_data(each) for each in trials]}


def _data(trial: Trial) -> dict[str, Any]:
    return {
        "domain": trial.domain,
        "packVersion": trial.version,
        "passed": bool(trial),
        "schemas": list(trial.schemas),
        "goldens": _tally(trial.goldens),
        "boundaryValues": _tally(trial.edges),
        "performance": [
            {"schema": each.schema, "records": each.records, "recordsPerSecond": round(each.per_second, 1)}
            for each in trial.rates
        ],
        "leastRecordsPerSecond": trial.least_rate,
        "valid": _tally(trial.valid),
        "identifiers": _tally(trial.identifiers),
    }


def _tally(tally: Tally | None) -> dict[str, Any] | None:
    if tally is None:
        return None
    return {"total": tally.total, "passed": tally.passed, "failures": list(tally.failures)}
