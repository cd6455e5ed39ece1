"""One pass over a dataset: its fields, what could be real in it, and what is wrong with it where there is a schema."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.check.lines import Line, read_lines
from pytest_specmint.check.report import Report, judge
from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.report.survey.field import FieldReport
from pytest_specmint.report.survey.tree import Fields
from pytest_specmint.safety.audit import Audit, Auditor
from pytest_specmint.safety.read import whole_lines
from pytest_specmint.safety.shape import SEARCHED, needs_rewriting, possible
from pytest_specmint.stream import mix_word

if TYPE_CHECKING:
    from pytest_specmint.check.verifier import Verifier
    from pytest_specmint.rules.compile import Rules

BLOCK = 1024
EXAMPLES = 5


class Survey(Struct, frozen=True):
    """What a dataset holds."""

    records: int
    unreadable: int
    """Lines that are no JSON."""
    defects: tuple[Line, ...]
    """The first of them."""
    fields: tuple[FieldReport, ...]
    audit: Audit
    report: Report | None = None
    """The verdict of a schema and its rules; None where there was none."""
    sample: tuple[Line, ...] = ()
    """Records from everywhere in the dataset, as many as were asked for, in order; the same ones each time."""

    @property
    def plausible(self) -> float | None:
        """The share of texts that look like what their field's name says; None where no name says anything."""
        judged = [each.plausible for each in self.fields if each.plausible is not None]
        total = sum(looked_at for _, looked_at in judged)
        return sum(like for like, _ in judged) / total if total else None

    @property
    def diversity(self) -> float | None:
        """The mean over fields of the entropy of their values by the most it could be; None where there is no field."""
        known = [each.diversity for each in self.fields if each.diversity is not None and each.distinct > 1]
        return sum(known) / len(known) if known else None


class _Surveyor:
    """Takes note of lines on their way to a judge, or to nobody."""

    def __init__(self, vocabulary: Vocabulary, sample: int, visitor: Callable[[object], None] | None) -> None:
        self._visitor = visitor
        self._fields = Fields(vocabulary)
        self._auditor = Auditor(vocabulary, examples=EXAMPLES)
        self._block: list[object] = []
        self._kept = sample
        self._searched = SEARCHED
        self._sample: list[tuple[int, int, Line]] = []
        self.defects: list[Line] = []
        self.records = self.unreadable = 0

    def passing(self, chunks: Iterable[bytes]) -> Iterator[Line]:
        """The lines of these bytes."""
        for line in read_lines(self._looked_over(chunks)):
            self._see(line)
            yield line
        self._settle()

    def _looked_over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same bytes in whole lines, of which is known what need not be searched in them."""
        for block in whole_lines(chunks):
            self._searched = SEARCHED if needs_rewriting(block) else possible(block)
            yield block + b"\n"

    def _see(self, line: Line) -> None:
        if line.defect is not None:
            self.unreadable += 1
            if len(self.defects) < EXAMPLES:
                self.defects.append(line)
            return
        self.records += 1
        if self._kept:
            self._keep(line)
        if self._visitor is not None:
            self._visitor(line.value)
        self._auditor.see(line.number, line.value, self._searched)
        self._block.append(line.value)
        if len(self._block) == BLOCK:
            self._settle()

    def _keep(self, line: Line) -> None:
        """Keep those whose numbers have the least hashes: a sample of all lines, however many there will be."""
        entry = (-mix_word(line.number), line.number, line)
        if len(self._sample) < self._kept:
            heappush(self._sample, entry)
        else:
            heappushpop(self._sample, entry)

    def _settle(self) -> None:
        self._fields.add(self._block)
        self._block = []

    def told(self, report: Report | None) -> Survey:
        return Survey(
            self.records,
            self.unreadable,
            tuple(self.defects),
            tuple(self._fields.reports()),
            self._auditor.audit,
            report,
            tuple(sorted((line for _, _, line in self._sample), key=lambda line: line.number)),
        )


def survey(
    chunks: Iterable[bytes],
    vocabulary: Vocabulary,
    *,
    verifier: "Verifier | None" = None,
    rules: "Rules | None" = None,
    sample: int = 0,
    visitor: Callable[[object], None] | None = None,
) -> Survey:
    """Look at every line of a dataset, JSON Lines in chunks of bytes, once; memory does not grow with their number.

    With a verifier (and rules) the records are judged in the same pass. ``sample`` keeps so many records,
    ``visitor`` sees every one of them.
    """
    surveyor = _Surveyor(vocabulary, sample, visitor)
    passing = surveyor.passing(chunks)
    report = None
    if verifier is None:
        for _ in passing:
            pass
    else:
        report = judge(verifier, passing, examples=EXAMPLES, rules=rules)
    return surveyor.told(report)
