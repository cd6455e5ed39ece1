"""Who hears events: nobody, unless somebody is handed in."""

from collections.abc import Sequence
from typing import Protocol

from pytest_specmint.observe.events import Event, Level


class Observer(Protocol):
    """Hears what happens in a run, in several threads."""

    @property
    def level(self) -> Level:
        """Events below it are of no interest here: what takes time to find out need not be found out for them."""

    def note(self, event: Event) -> None:
        """Something happened."""


class _Silent:
    """Hears nothing."""

    level = Level.NOTHING

    def note(self, event: Event) -> None:
        """Nothing comes of it."""


SILENT: Observer = _Silent()


class Several:
    """Hands every event to several observers."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)
        self.level = Level(min(each.level for each in observers))

    def note(self, event: Event) -> None:
        """Hand it on to those that it interests."""
        for each in self._observers:
            if event.level >= each.level:
                each.note(event)


def joined(observers: Sequence[Observer]) -> Observer:
    """One observer for all of them."""
    return SILENT if not observers else observers[0] if len(observers) == 1 else Several(observers)


class Notes:
    """Keeps events until they are handed on: in a worker process, for its parent."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self._kept: list[Event] = []

    def note(self, event: Event) -> None:
        """Keep it."""
        self._kept.append(event)

    def taken(self) -> tuple[Event, ...]:
        """What was kept since it was last asked."""
        kept, self._kept = self._kept, []
        return tuple(kept)
