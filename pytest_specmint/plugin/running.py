"""The test that runs, and what this attempt at it has been given so far. Light: every run imports it."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.golden.golden import Golden
    from pytest_specmint.golden.outcome import Outcome
    from pytest_specmint.plugin.case import Case, Finding


class Attempt:
    """One run of one test: plugins that run a failing test again begin another."""

    __slots__ = (
        "calls",
        "calls_before",
        "case",
        "datasets",
        "finding",
        "goldens",
        "made",
        "outcomes",
        "passed",
        "shrinking",
        "told",
    )

    def __init__(self) -> None:
        self.datasets: dict[str, Dataset] = {}
        """By their names in the markers."""
        self.case: Case | None = None
        """The record of `specmint_each`."""
        self.goldens: dict[str, Golden] = {}
        """By the names of their datasets."""
        self.outcomes: list[Outcome] = []
        """What came of them."""
        self.told: set[str] = set()
        """Goldens whose difference a report shows already."""
        self.calls = 0
        """How often the test has called the factory."""
        self.calls_before = 0
        """How often its fixtures had, before the test itself began."""
        self.made: list[Dataset] = []
        """What the factory made, for the report."""
        self.finding: Finding | None = None
        self.shrinking = False
        self.passed: bool | None = None
        """Whether the test itself did, in all its parts; None before it ran."""


_ATTEMPT: pytest.StashKey[Attempt] = pytest.StashKey()
_RUNNING: pytest.StashKey[pytest.Item] = pytest.StashKey()


def begin(item: pytest.Item) -> None:
    """The test is about to be set up."""
    item.config.stash[_RUNNING] = item
    item.stash[_ATTEMPT] = Attempt()


def end(item: pytest.Item) -> None:
    """The test was torn down: what it was given can go."""
    if item.stash.get(_ATTEMPT, None) is not None:
        del item.stash[_ATTEMPT]
    if item.config.stash.get(_RUNNING, None) is item:
        del item.config.stash[_RUNNING]


def running(config: pytest.Config) -> pytest.Item | None:
    """The test that runs, if one does."""
    return config.stash.get(_RUNNING, None)


def known_attempt(item: pytest.Item) -> Attempt | None:
    """The present attempt; None before and after."""
    return item.stash.get(_ATTEMPT, None)


def attempt_at(item: Any) -> Attempt:
    """The present attempt; one begins where no hook did it, as when only fixtures are shown."""
    found: Attempt = item.stash.setdefault(_ATTEMPT, Attempt())
    return found
