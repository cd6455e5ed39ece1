"""What a failing test's report says about its data: what it was, and the commands that make it again."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_specmint.plugin.callers import NOTED
from pytest_specmint.plugin.case import Case, Finding
from pytest_specmint.plugin.running import Attempt
from pytest_specmint.plugin.seeds import node_id
from pytest_specmint.plugin.settings import plugin_config

LONGEST = 2000
"""How many characters of a record are shown."""


def told_sections(item: pytest.Item, attempt: Attempt) -> list[tuple[str, str]]:
    """The report's sections; data that cannot be told, as when making it is what failed, is no fault of the report."""
    try:
        return list(sections(item, attempt))
    except Exception as error:
        return [("specmint data", f"cannot be told: {type(error).__name__}: {error}")]


def sections(item: pytest.Item, attempt: Attempt) -> Iterator[tuple[str, str]]:
    """The report's sections: one for the record of `specmint_each`, one for other data."""
    if attempt.case is not None:
        yield "specmint record", "\n".join(_case_lines(item, attempt.case, attempt.finding))
    lines = list(_data_lines(attempt))
    if lines:
        yield "specmint data", "\n".join(lines)


def rerun_command(item: pytest.Item) -> str:
    """The command line that runs the test again with the same data."""
    config = plugin_config(item.config)
    shift = f" --specmint-seed {config.seed}" if config.seed else ""
    return f"pytest {shlex.quote(node_id(item))}{shift}"


def _case_lines(item: pytest.Item, case: Case, found: Finding | None) -> Iterator[str]:
    yield f"record {case.index} of {case.dataset!r}: {_json(case.original())}"
    if case.violation is not None:
        broken = case.violation
        yield f"breaks {broken.keyword} ({broken.schema_pointer}) at {broken.instance_pointer or '(the record)'}"
    if found is not None and found.shrunk is not None:
        yield f"smallest that fails with {found.kind} ({found.shrunk.calls} calls): {_json(found.shrunk.record)}"
        if found.shrunk.matters:
            yield f"what matters: {', '.join(found.shrunk.matters)}"
    elif found is not None:
        yield f"not shrunk: {found.reason}"
    yield f"run again: {rerun_command(item)}"
    yield f"the record: {case.command}"


def _data_lines(attempt: Attempt) -> Iterator[str]:
    for name, dataset in attempt.datasets.items():
        label = f"specmint_datasets[{name!r}]" if name else "specmint_dataset"
        yield f"{label}: {dataset!r}"
        yield f"  first record: {dataset.command(0)}"
    for dataset in attempt.made[:NOTED]:
        yield f"specmint_factory: {dataset!r}"
        yield f"  first record: {dataset.command(0)}"
    if len(attempt.made) > NOTED:
        yield "  and more"


def _json(value: Any) -> str:
    from pytest_specmint.canonical_json import canonical_bytes

    text = canonical_bytes(value).decode("utf-8", "replace")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
