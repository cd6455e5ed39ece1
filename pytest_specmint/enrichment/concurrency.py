"""How many calls a provider is given at a time: fewer when it is overloaded, more again when it answers.

Additive increase, multiplicative decrease, as in the congestion control of TCP: half as many after a refusal, one more
after as many answers as there may be calls. Calls that were under way before a decrease say nothing new.
"""

from collections.abc import Callable
from threading import Condition

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.model import Failure, ProviderFailure

PRESSURE = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})


class Width(Struct, frozen=True):
    """How many calls may be under way, and how far it is to one more."""

    allowed: int
    most: int
    answers: int = 0
    """Since the last change."""
    era: int = 0
    """How often it was narrowed."""


def after(width: Width, era: int, failure: Failure | None) -> Width:
    """The width after a call that went out in an era was answered (None) or failed."""
    if failure in PRESSURE:
        return width if era < width.era else Width(max(1, width.allowed // 2), width.most, 0, width.era + 1)
    if failure is not None or width.allowed == width.most:
        return width
    if width.answers + 1 < width.allowed:
        return replace(width, answers=width.answers + 1)
    return replace(width, allowed=width.allowed + 1, answers=0)


class Slots:
    """Room for calls under way, in several threads."""

    def __init__(self, most: int) -> None:
        self._width = Width(most, most)
        self._used = 0
        self._free = Condition()
        self.narrowest = most
        """The fewest that were allowed at any time."""

    def acquire(self, cancelled: Callable[[], bool]) -> None:
        """Wait for room. Raises `ProviderFailure` CANCELLED when the run ends."""
        with self._free:
            while self._used >= self._width.allowed and not cancelled():
                self._free.wait()
            if cancelled():
                raise ProviderFailure(Failure.CANCELLED, "the run was cancelled")
            self._used += 1

    def note(self, era: int, failure: Failure | None) -> None:
        """A call was answered, or failed."""
        with self._free:
            self._width = after(self._width, era, failure)
            self.narrowest = min(self.narrowest, self._width.allowed)
            self._free.notify_all()

    def release(self) -> None:
        """A call is no longer under way."""
        with self._free:
            self._used -= 1
            self._free.notify()

    @property
    def era(self) -> int:
        """How often it was narrowed so far: of a call that goes out now, for `note`."""
        with self._free:
            return self._width.era

    @property
    def allowed(self) -> int:
        """How many may be under way now."""
        with self._free:
            return self._width.allowed

    def wake(self) -> None:
        """Have waiting calls look whether the run was cancelled."""
        with self._free:
            self._free.notify_all()
