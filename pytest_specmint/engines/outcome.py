"""What becomes of a part on a cluster that tries again by itself: it hears only of what another try may mend."""

from collections.abc import Sequence

from pytest_specmint.errors import OutputError, SpecmintError, WorkerError
from pytest_specmint.parts.make import PartDone, PartTask, make_part

TRIES = 4
"""So many times a part is begun whose worker was lost, or could not write."""

Outcome = PartDone | SpecmintError


def outcome(task: PartTask) -> Outcome:
    """The part, or the error that every further try would raise, too.

    Raises `OutputError` and what no code of this package raises: another worker may do better.
    """
    try:
        return make_part(task)
    except OutputError:
        raise
    except SpecmintError as error:
        return error


def settled(found: Outcome) -> PartDone:
    """The part; raises what kept it from being made."""
    if isinstance(found, SpecmintError):
        raise found
    return found


def given_up(cluster: str, numbers: Sequence[int], why: str) -> WorkerError:
    """The error for parts that failed as often as the cluster tried."""
    which = f"part {numbers[0]}" if len(numbers) == 1 else f"one of the parts {numbers[0]} to {numbers[-1]}"
    return WorkerError(
        f"{cluster} has given up on {which}: {why}",
        hint="every worker needs the same pytest-specmint, a way to the target, and memory; "
        "what is made is kept for --resume",
    )
