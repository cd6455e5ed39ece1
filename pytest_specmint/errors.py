"""Every failure of SpecMint: one root, an exit code, a JSON pointer and a hint on each."""

from enum import IntEnum
from typing import NamedTuple


class ExitCode(IntEnum):
    """Exit codes of ``specmint-cli``."""

    OK = 0
    USAGE = 1
    SCHEMA = 2
    VALIDATION = 3
    PROVIDER = 4
    BUDGET = 5
    IO = 6
    GOLDEN = 7


INTERRUPTED = 130
"""The exit code of what Ctrl-C ended, as shells have it."""
TERMINATED = 143
"""The exit code of what SIGTERM ended."""


class Terminated(KeyboardInterrupt):
    """SIGTERM, by which containers, CI and services stop a run: it is as if somebody had pressed Ctrl-C."""


class Stop(NamedTuple):
    """How a run ends that was stopped from outside."""

    kind: str
    exit_code: int


class SpecmintError(Exception):
    """Root of all errors; ``str()`` is one line ``message @ pointer``, the hint stands apart."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, pointer: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.pointer is None else f"{self.message} @ {self.pointer}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling; workers send errors to their parent.
        return _rebuild, (type(self), self.message, self.pointer, self.hint)


def _rebuild(kind: type[SpecmintError], message: str, pointer: str | None, hint: str | None) -> SpecmintError:
    return kind(message, pointer=pointer, hint=hint)


def stopped(error: BaseException | None) -> Stop | None:
    """How a run was stopped from outside, though it be something else that Python made of it; None if it was not."""
    while error is not None:
        if isinstance(error, Terminated):
            return Stop("terminated", TERMINATED)
        if isinstance(error, KeyboardInterrupt):
            return Stop("interrupted", INTERRUPTED)
        error = error.__cause__ or error.__context__
    return None


class UsageError(SpecmintError):
    """An argument, option or setting is wrong."""


class SchemaError(SpecmintError):
    """The schema cannot be read, parsed or resolved."""

    exit_code = ExitCode.SCHEMA


class UnsupportedSchema(SchemaError):
    """The schema is legal, but uses something that SpecMint cannot generate for."""


def too_deep(place: str) -> UnsupportedSchema:
    """The error for schemas whose values would be nested beyond what any reader takes."""
    return UnsupportedSchema(
        "the schema is nested too deeply",
        pointer=place,
        hint="values may be nested about a hundred levels deep; most parsers of JSON take no more",
    )


class UnsatisfiableSchema(SchemaError):
    """No value can satisfy the schema."""


class SamplingError(SpecmintError):
    """A valid record could not be made within the allowed attempts."""

    exit_code = ExitCode.VALIDATION


class InvalidData(SpecmintError):
    """A dataset holds records that its schema rejects, or lines that are not JSON."""

    exit_code = ExitCode.VALIDATION


class OutputError(SpecmintError):
    """Reading or writing failed: permission, space, a path of the wrong kind."""

    exit_code = ExitCode.IO


class WorkerError(SpecmintError):
    """A worker process ended before its work was done."""

    exit_code = ExitCode.IO


class GoldenMismatch(SpecmintError):
    """A dataset differs from its golden."""

    exit_code = ExitCode.GOLDEN


class ProviderError(SpecmintError):
    """A provider of language models cannot be used."""

    exit_code = ExitCode.PROVIDER


class BudgetError(SpecmintError):
    """The budget, or a rate limit, ends the run."""

    exit_code = ExitCode.BUDGET
