"""Judging a whole dataset in flat memory: counts, and the first examples of what is wrong."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pytest_specmint.check.lines import Line
from pytest_specmint.check.told import UNREADABLE, event_of
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.observe.events import Level, RecordInvalid, RuleBroken
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.rules.check import Checker, Outcome
    from pytest_specmint.rules.compile import Rules

EXAMPLES = 5
BLOCK = 2048


class Problem(Struct, frozen=True):
    """One defective record: its line or position (from 1), the pointer inside it, the keyword, the words."""

    number: int
    pointer: str
    keyword: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.number}" + (f" {self.pointer}" if self.pointer else "")
        return f"{where}: {self.message}" + (f" ({self.keyword})" if self.keyword else "")


class Report(Struct):
    """What a dataset amounts to: ``bool(report)`` is whether every record is valid."""

    records: int = 0
    valid: int = 0
    invalid: int = 0
    unreadable: int = 0
    examples: list[Problem] = field(default_factory=list)
    rules: "tuple[Outcome, ...]" = ()
    """What became of each rule between fields."""

    def __bool__(self) -> bool:
        return not self.invalid and not self.unreadable and not self.broken

    @property
    def broken(self) -> "list[Outcome]":
        """Rules of severity error that do not hold."""
        return [each for each in self.rules if not each and each.rule.severity.value == "error"]


def judge(
    verifier: Verifier,
    lines: Iterable[Line],
    *,
    examples: int = EXAMPLES,
    rules: "Rules | None" = None,
    observer: Observer = SILENT,
) -> Report:
    """Judge every line, by rules too; the report keeps the first ``examples`` problems, and as many of each rule.

    ``observer`` hears of every line that is wrong, and in the end of every rule that is broken.
    """
    report = Report()
    checker = _checker(rules, examples)
    for block in _blocks(lines):
        report.records += len(block)
        readable = [line for line in block if line.defect is None]
        problems = [Problem(line.number, "", "", line.defect) for line in block if line.defect is not None]
        report.unreadable += len(problems)
        wrong = verifier.failures([line.value for line in readable])
        if checker is not None:
            rejected = {readable[i].number for i in wrong}
            for run in _runs(readable):
                checker.add([line.value for line in run], first=run[0].number, rejected=rejected)
        report.invalid += len(wrong)
        report.valid += len(readable) - len(wrong)
        if observer.level <= Level.WARNING:
            _tell(verifier, block, [readable[i] for i in wrong], observer)
        room = max(examples - len(report.examples), 0)
        problems = problems[:room] + [_explained(verifier, readable[i]) for i in wrong[:room]]
        report.examples += sorted(problems, key=lambda problem: problem.number)[:room]
    report.rules = () if checker is None else checker.outcomes()
    for outcome in report.rules:
        if not outcome:
            observer.note(_broken(outcome))
    return report


def _tell(verifier: Verifier, block: list[Line], wrong: list[Line], observer: Observer) -> None:
    for line in block:
        if line.defect is not None:
            observer.note(RecordInvalid(record_idx=line.number - 1, field_path="", violation_type=UNREADABLE))
    for line in wrong:
        observer.note(event_of(verifier.violations(line.value, 1)[0], line.number - 1))


def _broken(outcome: "Outcome") -> RuleBroken:
    first = next(iter(outcome.examples), None)
    return RuleBroken(
        rule=outcome.rule.id,
        record_idx=None if first is None else first.number - 1,
        field_path="" if first is None else ", ".join(path for path, _ in first.values),
        times=outcome.failed,
    )


def _checker(rules: "Rules | None", examples: int) -> "Checker | None":
    if rules is None:
        return None
    from pytest_specmint.rules.check import Checker

    return Checker(rules, examples=examples)


def _runs(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines whose numbers follow one another."""
    for _, run in groupby(enumerate(lines), key=lambda pair: pair[1].number - pair[0]):
        yield [line for _, line in run]


def _explained(verifier: Verifier, line: Line) -> Problem:
    first = verifier.violations(line.value, 1)[0]
    return Problem(line.number, first.pointer, first.keyword, first.message)


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    iterator = iter(lines)
    while block := list(islice(iterator, BLOCK)):
        yield block
