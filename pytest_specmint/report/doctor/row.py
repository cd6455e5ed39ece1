"""What a check finds."""

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How a check ends."""

    PASS = "pass"  # noqa: S105 - no password
    NOTE = "note"
    """Neither good nor bad: nothing needs it."""
    WARN = "warn"
    """Something is missing that is not needed as things are configured."""
    FAIL = "fail"


class Row(Struct, frozen=True):
    """One line: what was looked at, what was found, and what to do about it."""

    check: str
    """A word that stays: ``python``, ``packages`` …"""
    level: Level
    words: str
    step: str = ""
    """The next step, where there is one."""
