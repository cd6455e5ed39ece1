"""Judging a whole dataset in flat memory: counts, and the first examples of what is wrong."""

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct, field

from pytest_specmint.check.lines import Line
from pytest_specmint.check.verifier import Verifier

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

    def __bool__(self) -> bool:
        return not self.invalid and not self.unreadable


def judge(verifier: Verifier, lines: Iterable[Line], *, examples: int = EXAMPLES) -> Report:
    """Judge every line; the report keeps the first ``examples`` problems."""
    report = Report()
    for block in _blocks(lines):
        report.records += len(block)
        readable = [line for line in block if line.defect is None]
        problems = [Problem(line.number, "", "", line.defect) for line in block if line.defect is not None]
        report.unreadable += len(problems)
        wrong = verifier.failures([line.value for line in readable])
        report.invalid += len(wrong)
        report.valid += len(readable) - len(wrong)
        room = max(examples - len(report.examples), 0)
        problems = problems[:room] + [_explained(verifier, readable[i]) for i in wrong[:room]]
        report.examples += sorted(problems, key=lambda problem: problem.number)[:room]
    return report


def _explained(verifier: Verifier, line: Line) -> Problem:
    first = verifier.violations(line.value, 1)[0]
    return Problem(line.number, first.pointer, first.keyword, first.message)


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    iterator = iter(lines)
    while block := list(islice(iterator, BLOCK)):
        yield block
