"""Errors: every kind with its cause and its cure, and the exit codes."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest_specmint
from pytest_specmint.errors import INTERRUPTED, TERMINATED, ExitCode, SpecmintError
from tables import summary

CODES = {
    0: ("success", ""),
    1: (
        "a mistake in options, arguments or settings; a defect of SpecMint, which says so",
        "correct what the error names",
    ),
    2: ("the schema cannot be read, is not one, or nothing can satisfy it", "`specmint-cli schema lint`"),
    3: (
        "records are invalid, or a valid one could not be made",
        "look at the pointers; `validate --verbose` shows more",
    ),
    4: ("a provider of language models is not there, or not set up", "`specmint-cli doctor`"),
    5: ("the budget, or a rate limit, ended the run", "raise the limit, or ask for less; answers so far are kept"),
    6: ("reading or writing failed, or a worker process died", "look at path, permissions, space and memory"),
    7: ("a golden differs, or a change waits for review", "`specmint-cli golden review`, then accept or reject"),
    INTERRUPTED: ("interrupted from the keyboard; nothing was left half-written", "run it again"),
    TERMINATED: (
        "terminated by SIGTERM, as containers, CI and services stop a job; nothing was left half-written",
        "run it again; give it more time where a deadline ended it",
    ),
}
"""By number: what happened, and what to do."""

CURES = {
    "UsageError": "Correct the option, argument or setting that is named; the hint says how, or names the nearest.",
    "SchemaError": "Correct the document at the pointer; `--schema-root` is for references out of its folder.",
    "UnsupportedSchema": "Say it in another way, as the hint proposes.",
    "UnsatisfiableSchema": "Relax one of the keywords that are named: they contradict each other at the pointer.",
    "SamplingError": "Loosen what is nearly impossible there: a pattern beside a length, rules that hardly ever hold.",
    "InvalidData": "Correct or remove the records or lines that are named, or ask by a schema that allows them.",
    "OutputError": "Make room or give permission; name another path. What was there before is unharmed.",
    "WorkerError": "Run it with fewer `--workers`: most often memory ran out. Parts are kept for `--resume`.",
    "OtherEngine": "Install the same version of pytest-specmint on every worker, and restart the workers.",
    "RunIsOver": "Look whether another run writes there; if none does, continue with `--resume`.",
    "GoldenMismatch": "Look at cause and difference; accept the change by the command that is shown, or undo it.",
    "PackError": "Install the pack, or correct its file at the place that is named; `packs show` looks at all of it.",
    "CassetteError": "Restore the cassette from version control, or record it anew: `--llm-source record`.",
    "CassetteMiss": "Record what is missing (`--llm-source record`), or leave the model away: `--llm-mode off`.",
    "ExpressionError": "Correct the expression where the mark points; the nearest field or function is named.",
    "RuleError": "Correct the rule at the place that is marked, or rules that contradict each other.",
    "RuleCrashed": "Mend the rule's function: file and line are named. Where the rule does not apply it gives None.",
    "RuleRaised": "As for RuleCrashed, where it is not known which record it was.",
    "ProviderError": "Start or install the provider, or set its key: `specmint-cli doctor` says which are ready.",
    "BudgetError": "Raise `--llm-max-cost-usd`, or ask for fewer records; `--cache-dir` keeps what was paid for.",
}
"""What to do about each kind of error."""


def classes() -> Iterator[type[SpecmintError]]:
    """Every kind of error that the summary of a failure may name, the nearest to the root first."""
    for module in pkgutil.walk_packages(pytest_specmint.__path__, "pytest_specmint."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    todo = SpecmintError.__subclasses__()
    while todo:
        each = todo.pop(0)
        if each.__module__.startswith("pytest_specmint."):
            yield each
            todo += each.__subclasses__()


def errors() -> Iterator[list[str]]:
    """A row per kind."""
    yield ["kind", "exit code", "cause", "cure"]
    for each in classes():
        yield [f"`{each.__name__}`", str(int(each.exit_code)), summary(each), CURES[each.__name__]]


def codes() -> Iterator[list[str]]:
    """A row per exit code."""
    yield ["exit code", "what happened", "what to do"]
    for code in (*ExitCode, INTERRUPTED, TERMINATED):
        yield [f"`{int(code)}`", *CODES[int(code)]]
