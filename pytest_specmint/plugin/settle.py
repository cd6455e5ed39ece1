"""The goldens of a test when it is over: what a phase's report says of them, and what is written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_specmint.errors import SpecmintError
from pytest_specmint.plugin.running import Attempt
from pytest_specmint.plugin.session import REPORTED
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.golden import Golden

SECTION = "specmint golden"


def review(attempt: Attempt) -> None:
    """The test itself is through: keep changes that wait for review, and fail it for them."""
    from pytest_specmint.golden.words import explained

    words = []
    for golden in attempt.goldens.values():
        outcome = golden.settle(passed=True) if golden.pends else None
        if outcome is not None:
            attempt.outcomes.append(outcome)
        if outcome is not None and outcome.state == "pending":
            words.append("\n".join([f"{golden.path} changed; the change waits for review", *explained(outcome)]))
    if words:
        pytest.fail("\n\n".join(words), pytrace=False)


def settled(item: pytest.Item, report: pytest.TestReport, attempt: Attempt) -> None:
    """Let a phase's report tell of the goldens; after the last phase, write what may be written.

    That waits until the fixtures are torn down: only then has the whole test passed.
    """
    if report.failed:
        report.sections += list(_sections(item, attempt))
    if report.when == "teardown":
        passed = bool(attempt.passed) and report.passed
        for golden in attempt.goldens.values():
            if not golden.pends:
                _settle(item, report, attempt, golden, passed=passed)
        setattr(report, REPORTED, [outcome.as_json() for outcome in attempt.outcomes])


def _sections(item: pytest.Item, attempt: Attempt) -> Iterator[tuple[str, str]]:
    """The differences in full, as far as that is asked for; once, in the first report that failed."""
    detail = plugin_config(item.config).diff
    for golden in attempt.goldens.values():
        full = golden.section() if detail == "full" else None
        plain = golden.explain() if item.config.getoption("assertmode", "rewrite") == "plain" else []
        if (full or plain) and golden.path not in attempt.told:
            attempt.told.add(golden.path)
            yield f"{SECTION} {golden.path}", "\n".join([*plain, full or ""]).strip()


def _settle(item: pytest.Item, report: pytest.TestReport, attempt: Attempt, golden: "Golden", *, passed: bool) -> None:
    try:
        outcome = golden.settle(passed=passed)
    except SpecmintError as error:
        before = f"{report.longrepr}\n\n" if report.failed and report.longrepr else ""
        report.outcome = "failed"
        report.longrepr = f"{before}{golden.path}: {error}" + (f"\nhint: {error.hint}" if error.hint else "")
        return
    if outcome is None:
        return
    attempt.outcomes.append(outcome)
    if outcome.state == "written":
        path = item.config.rootpath / golden.path
        item.ihook.pytest_specmint_golden_updated(config=item.config, node=item, path=path)
