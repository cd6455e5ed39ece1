"""What a run may write: ``--specmint-update-golden`` and ``--specmint-review`` as decisions."""

from enum import StrEnum
from typing import NamedTuple

ALL, NEW = "all", "new"


class Action(StrEnum):
    """What is done with data that is not the golden's."""

    COMPARE = "compare"
    """The comparison fails; nothing is written."""
    WRITE = "write"
    """The golden is replaced once the test has passed."""
    PEND = "pend"
    """It is kept beside the golden, to be reviewed; the test fails once it is through."""


class Update(NamedTuple):
    """Which goldens may change: ``all``, ``new`` (those that are missing), those of a node id, or None."""

    scope: str | None = None
    review: bool = False

    def action(self, nodeid: str, *, exists: bool) -> Action:
        """What is done for this test."""
        if self._covers(nodeid, exists=exists):
            return Action.WRITE
        return Action.PEND if self.review else Action.COMPARE

    def _covers(self, nodeid: str, *, exists: bool) -> bool:
        if self.scope is None or self.scope == ALL:
            return self.scope == ALL
        if self.scope == NEW:
            return not exists
        return nodeid == self.scope or nodeid.startswith((f"{self.scope}::", f"{self.scope}["))


def parse_scope(text: str) -> str:
    """The value of ``--specmint-update-golden``; `ValueError` for what is neither a word nor a test.

    The option's value is optional, so a path that follows it would be taken for it: that is told, not guessed.
    """
    if text in (ALL, NEW) or "::" in text:
        return text
    raise ValueError(
        f"{text!r} is neither 'all', 'new' nor the node id of a test (FILE::TEST); "
        f"to update what a path holds, write --specmint-update-golden=all {text}"
    )
