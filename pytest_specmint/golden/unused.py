"""Goldens that no test uses any more: told from what a run collected and ran, and never guessed."""

from collections.abc import Iterable, Set
from typing import NamedTuple


class Kept(NamedTuple):
    """A golden on disk and the test that it was made for, as its origin says."""

    path: str
    nodeid: str

    @property
    def module(self) -> str:
        """The test's file, relative to the root directory."""
        return self.nodeid.partition("::")[0]


class Seen(NamedTuple):
    """What one run saw."""

    collected: Set[str]
    """Node ids of all tests that were found, run or not."""
    modules: Set[str]
    """Files whose tests were found one and all."""
    missing: Set[str]
    """Files that goldens name and that do not exist."""
    passed: Set[str]
    """Node ids of the tests that passed."""
    touched: Set[str]
    """Paths of the goldens that were compared or written."""


class Unused(NamedTuple):
    """A golden that nothing uses, and why that is certain."""

    path: str
    nodeid: str
    reason: str
    test_is_there: bool = False
    """Whether the test still is, and may need what lies beside the golden."""


def unused(goldens: Iterable[Kept], seen: Seen) -> list[Unused]:
    """The goldens that are certainly not used, by path.

    What a run did not look at (other files, deselected or skipped tests, shards) is not judged.
    """
    found = (
        Unused(each.path, each.nodeid, why, each.nodeid in seen.passed)
        for each in goldens
        if (why := _reason(each, seen))
    )
    return sorted(found, key=lambda each: each.path)


def _reason(golden: Kept, seen: Seen) -> str | None:
    if golden.path in seen.touched:
        return None
    if golden.module in seen.missing:
        return f"{golden.module} does not exist"
    if golden.module in seen.modules and golden.nodeid not in seen.collected:
        return f"{golden.module} has no such test"
    if golden.nodeid in seen.passed:
        return "its test passed without it"
    return None


def whole_modules(collected_modules: Iterable[str], arguments: Iterable[str]) -> frozenset[str]:
    """Of the files that were collected, those of which no argument named single tests."""
    parted = {each.partition("::")[0].replace("\\", "/") for each in arguments if "::" in each}
    return frozenset(
        module for module in collected_modules if not any(_ends(each, module) or _ends(module, each) for each in parted)
    )


def _ends(path: str, tail: str) -> bool:
    return f"/{path}".endswith(f"/{tail}")
