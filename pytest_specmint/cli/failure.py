"""How a failure ends: one or two plain lines, the summary block, the exit code."""

import os
import sys
import traceback

import click

from pytest_specmint.errors import INTERRUPTED, ExitCode, OutputError, SpecmintError, Stop, stopped


def report_failure(error: BaseException, *, debug: bool) -> int:
    """Say on standard error what went wrong and what to do; returns the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else ExitCode.USAGE
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if debug:
        traceback.print_exception(error)
    stop = stopped(error)
    if stop is None and isinstance(error, click.Abort):  # no answer to a question: Ctrl-D
        stop = Stop("interrupted", INTERRUPTED)
    if stop is not None:
        return _stopped(stop)
    if isinstance(error, SpecmintError):
        return _known(error)
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, OSError):
        return _system(error)
    _say(f"error: internal error, {type(error).__name__}: {(str(error).splitlines() or [''])[0][:200]}")
    _say("hint: this is a defect of SpecMint; please report it with the output of the same command and --debug")
    summary({"exit code": int(ExitCode.USAGE), "kind": "internal error"})
    return ExitCode.USAGE


def _stopped(stop: Stop) -> int:
    _say(f"{stop.kind}: nothing was left half-written")
    summary({"exit code": stop.exit_code, "kind": stop.kind})
    return stop.exit_code


def _known(error: SpecmintError) -> int:
    _say(f"error: {error}")
    if error.hint:
        _say(f"hint: {error.hint}")
    summary({"exit code": int(error.exit_code), "kind": type(error).__name__})
    return error.exit_code


def _system(error: OSError) -> int:
    """An error of the operating system that nobody expected at its place."""
    forget_output()  # it may have been standard output's, which would fail again in the end
    where = f" {error.filename}" if isinstance(error.filename, str) else ""
    _say(f"error: cannot read or write{where}: {error.strerror or error}")
    _say("hint: look at space, permissions and where output goes; --debug shows the place in the program")
    summary({"exit code": int(ExitCode.IO), "kind": OutputError.__name__})
    return ExitCode.IO


def _usage(error: click.ClickException) -> int:
    _say(f"error: {error.format_message()}")
    context = getattr(error, "ctx", None)
    if context is not None:
        _say(f"hint: try '{context.command_path} --help'")
    summary({"exit code": int(ExitCode.USAGE), "kind": "UsageError"})
    return ExitCode.USAGE


def summary(counts: dict[str, object], examples: list[str] | None = None) -> None:
    """The closing block: counts, and the first five examples."""
    _say("summary: " + ", ".join(f"{name} {value}" for name, value in counts.items()))
    for example in (examples or [])[:5]:
        _say(f"  - {example}")


def _say(line: str) -> None:
    click.echo(line, err=True)


def forget_output() -> None:
    """Keep the interpreter from complaining when it flushes a pipe that nobody reads."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
