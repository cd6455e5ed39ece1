"""One block: its lines are made, judged, and what is not right is drawn again, or changed in a few fields."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.cells import FAILED, parsed
from pytest_specmint.check.tally import Tally
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.errors import SamplingError, too_deep
from pytest_specmint.observe.events import Level, RecordInvalid, RecordsRedrawn
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.pipeline.judge import failures
from pytest_specmint.pipeline.recipe import Recipe
from pytest_specmint.stream import Ints

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target

CHECKED = 256
"""Records that are read and checked at a time: they stay in the processor's cache."""
ATTEMPTS = 64
"""How often a record that the validator rejects is drawn again."""
TOGETHER = 256
"""How many tries are made at once: where few records are left, several for each."""
EXPLAINED = 256
"""Of records of a block that are drawn again, so many are looked at for whoever wants to hear why."""
EDGE_ATTEMPTS = 4
"""With how many different surroundings a boundary point is tried."""
_NEWLINE = ord("\n")


def verified(
    recipe: Recipe,
    verifier: Verifier,
    start: int,
    count: int,
    tally: Tally | None = None,
    observer: Observer = SILENT,
) -> bytes:
    """The lines of one block; a record that the validator rejects is drawn again under the attempt's number.

    One that breaks rules however often it is drawn is changed so that it holds them. Raises `SamplingError` that names
    the record and its violation when all fails, or when a record is invalid that should not be by proof, and
    `RuleCrashed` where a Python rule cannot judge a record. The tally is told what was not right at once,
    and the observer why.
    """
    tally = Tally() if tally is None else tally
    index = np.arange(start, start + count, dtype=np.int64)
    lines = settled(recipe, verifier, index, recipe.checked(start, count), tally, observer)
    changed: dict[int, bytes] = {}
    for i, target in enumerate(recipe.targets[start : start + count]):
        line = _on_edge(recipe, verifier, start + i, target)
        changed |= {} if line is None else {i: line}
    return _with_lines(lines, _ends(lines), changed) if changed else lines


def settled(
    recipe: Recipe, verifier: Verifier, index: Ints, checked: int, tally: Tally, observer: Observer = SILENT
) -> bytes:
    """The lines of the records with these indices, of which so many, the first ones, are checked; see `verified`."""
    try:
        lines = recipe.plan.lines_at(recipe.seed, index)
    except RecursionError:
        raise too_deep("#") from None
    rejected = _rejected(recipe, verifier, lines, checked, index)
    ends = _ends(lines) if FAILED in lines or rejected else np.zeros(0, dtype=np.int64)
    failed = _failed(lines, ends)
    if recipe.proven and rejected - failed:
        position = min(rejected - failed)
        raise _disproved(recipe, verifier, lines, int(index[position]), position)
    changed: dict[int, bytes] = {}
    if rejected or failed:
        wrong, patched = sorted(rejected | failed), tally.patched
        _count(recipe, verifier, lines, rejected | failed, tally)
        if observer.level <= Level.DEBUG:
            _tell(recipe, verifier, lines, index, wrong, observer)
        changed = _again(recipe, verifier, index, wrong, tally)
        if observer.level <= Level.INFO:
            observer.note(
                RecordsRedrawn(
                    record_idx=int(index[wrong[0]]),
                    records=len(wrong),
                    of=len(index),
                    patched=tally.patched - patched,
                )
            )
    return _with_lines(lines, ends, changed) if changed else lines


def _tell(recipe: Recipe, verifier: Verifier, lines: bytes, index: Ints, wrong: list[int], observer: Observer) -> None:
    """Say why records are drawn again, of the first of them."""
    from pytest_specmint.check.told import OTHER, event_of

    every = lines.splitlines(keepends=True)
    for i in wrong[:EXPLAINED]:
        violation = None if FAILED in every[i] else _first_violation(recipe, verifier, every[i])
        observer.note(event_of(violation, int(index[i]), redrawn=True))
    if rest := wrong[EXPLAINED:]:
        observer.note(
            RecordInvalid(
                record_idx=int(index[rest[0]]), field_path="", violation_type=OTHER, times=len(rest), redrawn=True
            )
        )


def _first_violation(recipe: Recipe, verifier: Verifier, line: bytes) -> Violation | None:
    (record,) = parsed(line, exact=recipe.plan.exact)
    return next(iter(verifier.violations(record, 1)), None)


def _with_lines(lines: bytes, ends: Ints, changed: Mapping[int, bytes]) -> bytes:
    """The lines with others at these positions."""
    parts, done = [], 0
    for i in sorted(changed):
        parts += [lines[done : ends[i - 1] if i else 0], changed[i]]
        done = int(ends[i])
    return b"".join([*parts, lines[done:]])


def _ends(lines: bytes) -> Ints:
    """Where each line ends."""
    return np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == _NEWLINE) + 1


def _failed(lines: bytes, ends: Ints) -> set[int]:
    """Positions of the lines that hold a mark of failure."""
    marks = []
    at = lines.find(FAILED)
    while at >= 0:
        marks.append(at)
        at = lines.find(FAILED, at + 1)
    return set(np.searchsorted(ends, np.array(marks, dtype=np.int64), side="right").tolist())


def _rejected(recipe: Recipe, verifier: Verifier, lines: bytes, count: int, index: Ints) -> set[int]:
    """Positions of those of the first lines that the validator rejects; the lines' records have these indices.

    Of the other lines those that break a rule that is watched.
    """
    found: set[int] = set()
    at, first, all_of_them = 0, 0, len(index) if recipe.watched else count
    while first < all_of_them:
        last = min(first + CHECKED, count if first < count else all_of_them)
        end = _after(lines, at, last - first)
        records = parsed(lines[at:end], exact=recipe.plan.exact)
        names = () if first < count else recipe.watched
        found.update(first + i for i in failures(verifier, records, index[first:last], names))
        at, first = end, last
    return found


def _count(recipe: Recipe, verifier: Verifier, lines: bytes, wrong: set[int], tally: Tally) -> None:
    """Tell the tally of records that are not right at once, and which rules they break."""
    tally.redrawn += len(wrong)
    if not recipe.rules:
        return
    from pytest_specmint.check.ruled import RuledVerifier

    assert isinstance(verifier, RuledVerifier)
    split = lines.splitlines(keepends=True)
    for record in parsed(b"".join([split[i] for i in sorted(wrong)]), exact=recipe.plan.exact):
        tally.broken.update(rule.rule.id for rule in verifier.broken(record))


def _after(lines: bytes, at: int, count: int) -> int:
    """Where the lines end that begin there."""
    for _ in range(count):
        at = lines.index(b"\n", at) + 1
    return at


def _disproved(recipe: Recipe, verifier: Verifier, lines: bytes, index: int, position: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, lines.splitlines(keepends=True)[position])
    return SamplingError(
        f"record {index} is invalid, though by proof it needs no check: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="pass --check-all to have every record checked and drawn again, and report this",
    )


def _again(recipe: Recipe, verifier: Verifier, index: Ints, left: list[int], tally: Tally) -> dict[int, bytes]:
    """Other tries in the place of the lines at these positions: of each the first that is valid, else a changed one."""
    found: dict[int, bytes] = {}
    first = 1
    while left and first <= ATTEMPTS:
        tries = range(first, min(first + max(TOGETHER // len(left), 1), ATTEMPTS + 1))
        lines = recipe.plan.again(recipe.seed, index[left], tries)
        checked = 0 if recipe.proven or recipe.watched else len(left) * len(tries)
        rejected = _rejected(recipe, verifier, lines, checked, np.tile(index[left], len(tries)))
        failed = rejected | _failed(lines, _ends(lines))
        for i, line in enumerate(lines.splitlines(keepends=True)):
            if i not in failed:
                found.setdefault(left[i % len(left)], line)
        left = [i for i in left if i not in found]
        first = tries.stop
    return found | {i: _changed(recipe, verifier, int(index[i]), tally) for i in left}


def _changed(recipe: Recipe, verifier: Verifier, index: int, tally: Tally) -> bytes:
    """The line of a record of which no draw is right: changed in a few fields, so that its rules hold."""
    if not recipe.rules:
        raise _never(recipe, verifier, index)
    from pytest_specmint.check.mending import mended_record
    from pytest_specmint.check.ruled import RuledVerifier
    from pytest_specmint.rules.python import RuleRaised, crashed

    assert isinstance(verifier, RuledVerifier)
    lines = recipe.plan.lines(recipe.seed, index, 1)
    lines += recipe.plan.again(recipe.seed, np.array([index], dtype=np.int64), range(1, ATTEMPTS + 1))
    if recipe.plan.related:  # a mark may mean that there is nothing to refer to
        lines = b"".join([line for line in lines.splitlines(keepends=True) if FAILED not in line])
    try:
        found = mended_record(verifier, parsed(lines, exact=recipe.plan.exact) if lines else [])
    except RuleRaised as error:
        raise crashed(error, f"record {index}") from error
    if found is None:
        raise _never(recipe, verifier, index)
    tally.patch(found.rules)
    return canonical_lines([found.record])


def _never(recipe: Recipe, verifier: Verifier, index: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, recipe.plan.lines(recipe.seed, index, 1))
    if violation is not None and violation.keyword == "x-rules":
        from pytest_specmint.check.mending import way_out

        return SamplingError(
            f"record {index} breaks a rule in all of {ATTEMPTS} draws, and no few changes mend it: {violation.message}",
            pointer=violation.schema_pointer,
            hint=way_out(recipe.schema, recipe.rules, violation),
        )
    if recipe.plan.related and violation is None:
        names = ", ".join(recipe.plan.related)
        return SamplingError(
            f"record {index} finds no record to refer to in {names}, after {ATTEMPTS} attempts",
            hint="where a field demands more than the other schema says, some of its records must meet that",
        )
    return SamplingError(
        f"record {index} stays invalid after {ATTEMPTS} attempts: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="simplify the part of the schema at this pointer, or bring the rules' fields together by bounds",
    )


def _on_edge(recipe: Recipe, verifier: Verifier, index: int, target: "Target") -> bytes | None:
    """The line of the record with the boundary point; None where the schema ties it to something else."""
    from pytest_specmint.engine.edges import forced

    for attempt in range(EDGE_ATTEMPTS):
        record = forced(recipe.plan, recipe.seed, index, target, attempt)
        if not failures(verifier, [record], range(index, index + 1)):
            return canonical_lines([record])
    return None
