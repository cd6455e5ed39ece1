"""What a run tells of records that are not as they should be."""

from pytest_specmint.check.fields import field_of
from pytest_specmint.check.verifier import Violation
from pytest_specmint.observe.events import Event, RecordInvalid, RuleBroken

UNDRAWN = "undrawn"
"""No value could be drawn at some place."""
UNREADABLE = "unreadable"
OTHER = "other"
"""One of many: nobody looked which."""


def event_of(violation: Violation | None, index: int, *, redrawn: bool = False, times: int = 1) -> Event:
    """The event of a record that breaks its schema or a rule; None where a value could not be drawn at all."""
    if violation is None:
        return RecordInvalid(record_idx=index, field_path="", violation_type=UNDRAWN, redrawn=redrawn, times=times)
    if violation.rule:
        return RuleBroken(
            rule=violation.rule, record_idx=index, field_path=violation.reads, redrawn=redrawn, times=times
        )
    return RecordInvalid(
        record_idx=index,
        field_path=field_of(violation),
        violation_type=violation.keyword,
        redrawn=redrawn,
        times=times,
    )
