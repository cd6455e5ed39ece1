"""What an engine is: something that has parts made, wherever, and says which of them are there."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from pytest_specmint.errors import UsageError
from pytest_specmint.parts.make import PartDone, PartTask

Told = Callable[[str], None]
"""Takes a line for people: a dashboard's address, a worker that is gone."""


class EngineOptions(Struct, frozen=True):
    """How an engine is asked to work; the bytes do not depend on it."""

    workers: int = 1
    """Processes, where the engine starts them itself."""
    scheduler: str | None = None
    """The address of a cluster that is there already; None has the engine start one for the run."""


class Engine(Protocol):
    """Has `make_part` called for every task, each once or more, until each has given its `PartDone`."""

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        """What was made, as it is made, in any order, each part once; closing the iterator cancels what is left.

        All tasks share one `Work`: an engine sends it to its workers once. No more tasks are under way than a few for
        each worker. Raises what `make_part` raises, and `WorkerError` where workers are lost again and again.
        """


def check_shared(tasks: Sequence[PartTask]) -> None:
    """Raise `UsageError` where other processes cannot put parts at the target: for engines that have some."""
    if tasks[0].work.target.startswith("memory:"):
        raise UsageError("memory:// is of one process alone", hint="give a directory, or a URL that all workers reach")
