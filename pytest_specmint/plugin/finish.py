"""The end of a run: goldens that nothing uses, reports, and what the terminal says."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.outcome import Outcome
    from pytest_specmint.golden.unused import Unused

SHOWN = 20
"""Goldens of one kind that the terminal names, unless it is to be verbose."""


@dataclass(slots=True)
class Ending:
    """What came of a run's goldens."""

    outcomes: "list[Outcome]" = field(default_factory=list)
    unused: "list[Unused]" = field(default_factory=list)
    deleted: bool = False
    """Whether the unused ones were."""
    problems: list[str] = field(default_factory=list)

    fails: bool = False
    """Whether the run is to fail for its goldens, though all tests passed."""

    @property
    def worth_telling(self) -> bool:
        """Whether there is anything but goldens that are as they were."""
        return bool(self.unused or self.problems or any(each.state != "same" for each in self.outcomes))


def ended(config: pytest.Config, outcomes: Sequence[dict[str, Any]], unused: "list[Unused]") -> Ending:
    """The run is over, in all its processes: delete what is to be deleted, and report."""
    from pytest_specmint.golden.outcome import outcome_from_json

    settings = plugin_config(config)
    ending = Ending([outcome_from_json(each) for each in outcomes], unused)
    if unused and settings.unused == "delete":
        _delete(config, ending)
    for path in settings.report:
        _report(config.invocation_params.dir / path, ending)
    ending.fails = bool(ending.problems) or (settings.unused == "fail" and bool(unused))
    return ending


def _delete(config: pytest.Config, ending: Ending) -> None:
    from pytest_specmint.errors import OutputError
    from pytest_specmint.golden.store import store_of

    if os.environ.get("CI") and config.getoption("--specmint-unused") != "delete":
        ending.problems.append("unused goldens are not deleted in CI unless --specmint-unused=delete is given")
        return
    try:
        for each in ending.unused:
            store_of(config.rootpath / each.path).remove(cassette=not each.test_is_there)
    except OutputError as error:
        ending.problems.append(str(error))
    else:
        ending.deleted = True


def _report(path: Path, ending: Ending) -> None:
    from pytest_specmint.errors import OutputError
    from pytest_specmint.golden.summary import as_json, markdown
    from pytest_specmint.output.atomic import write_file
    from pytest_specmint.output.manifest import pretty

    is_json = path.suffix.lower() == ".json"
    data = (
        pretty(as_json(ending.outcomes, ending.unused))
        if is_json
        else markdown(ending.outcomes, ending.unused).encode()
    )
    try:
        write_file(path, data)
    except OutputError as error:
        ending.problems.append(f"{error}; {error.hint}")


# ---------------------------------------------------------------- words


def summarise(reporter: Any, ending: Ending, config: pytest.Config) -> None:
    """The section of the terminal's summary; none where all goldens are as they were."""
    if not ending.worth_telling:
        return
    from pytest_specmint.golden.summary import headline

    reporter.section("specmint goldens")
    reporter.line(headline(ending.outcomes, ending.unused))
    for line in _lines(ending, config):
        reporter.line(line)


def _lines(ending: Ending, config: pytest.Config) -> Iterator[str]:
    most = None if config.get_verbosity() > 0 else SHOWN
    for state in ("written", "pending", "unwritten", "missing"):
        paths = sorted({each.path for each in ending.outcomes if each.state == state})
        yield from _listed(state, paths, most)
    if any(each.state == "pending" for each in ending.outcomes):
        yield "review: specmint-cli golden review; accept all: specmint-cli golden accept --all"
    yield from _listed(
        "deleted" if ending.deleted else "unused", [f"{u.path} ({u.reason})" for u in ending.unused], most
    )
    if ending.unused and not ending.deleted:
        yield "remove them: pytest --specmint-unused=delete, or specmint-cli golden prune"
    yield from ending.problems


def _listed(label: str, paths: Sequence[str], most: int | None) -> Iterator[str]:
    yield from (f"{label}: {path}" for path in paths[:most])
    if most is not None and len(paths) > most:
        yield f"{label}: and {len(paths) - most:,} more (-v shows all)"
