"""The goldens of a test when it is over: what a phase's report says of them, and what is written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.errors import SpecmintError
from pytest_specmint.plugin.running import Attempt
from pytest_specmint.plugin.session import REPORTED
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.golden import Golden
    from pytest_specmint.golden.outcome import Outcome

SECTION = "specmint golden"


def settled(item: pytest.Item, report: pytest.TestReport, attempt: Attempt) -> None:
    """Settle what can be settled after a phase, and let its report tell of it.

    Changes that wait for review fail the test that made them, so they are settled with the test's own phase. All else
    waits until the fixtures are torn down: only then has the whole test passed.
    """
    if report.failed:
        report.sections += list(_sections(item, attempt))
    if report.when == "call":
        _tell(item, report, (golden for golden in attempt.goldens.values() if golden.pends), passed=attempt.passed)
    elif report.when == "teardown":
        passed = attempt.passed and report.passed
        _tell(item, report, (golden for golden in attempt.goldens.values() if not golden.pends), passed=passed)


def _sections(item: pytest.Item, attempt: Attempt) -> Iterator[tuple[str, str]]:
    """The differences in full, as far as that is asked for; once, in the first report that failed."""
    detail = plugin_config(item.config).diff
    for golden in attempt.goldens.values():
        full = golden.section() if detail == "full" else None
        plain = golden.explain() if item.config.getoption("assertmode", "rewrite") == "plain" else []
        if (full or plain) and golden.path not in attempt.told:
            attempt.told.add(golden.path)
            yield f"{SECTION} {golden.path}", "\n".join([*plain, full or ""]).strip()


def _tell(item: pytest.Item, report: pytest.TestReport, goldens: "Iterator[Golden]", *, passed: bool) -> None:
    outcomes: list[dict[str, Any]] = []
    for golden in goldens:
        try:
            outcome = golden.settle(passed=passed)
        except SpecmintError as error:
            _fail(report, f"{golden.path}: {error}" + (f"\nhint: {error.hint}" if error.hint else ""))
            continue
        if outcome is not None:
            outcomes.append(outcome.as_json())
            _follow(item, report, golden, outcome)
    setattr(report, REPORTED, outcomes)


def _follow(item: pytest.Item, report: pytest.TestReport, golden: "Golden", outcome: "Outcome") -> None:
    """What follows from an outcome."""
    if outcome.state == "written":
        item.ihook.pytest_specmint_golden_updated(
            config=item.config, node=item, path=item.config.rootpath / golden.path
        )
    elif outcome.state == "pending":
        from pytest_specmint.golden.words import explained

        _fail(report, "\n".join([f"{golden.path} changed; the change waits for review", *explained(outcome)]))


def _fail(report: pytest.TestReport, words: str) -> None:
    """The phase has failed, whatever it came to before."""
    before = f"{report.longrepr}\n\n" if report.failed and report.longrepr else ""
    report.outcome = "failed"
    report.longrepr = before + words
