"""The goldens of a run: what came of each, and which nothing uses. Light: every run imports it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.errors import UsageError
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.unused import Unused
    from pytest_specmint.plugin.finish import Ending

REPORTED = "specmint_goldens"
"""The attribute of a test's report that carries its outcomes, from any process to the one that sums up."""


_WHOLE = frozenset([pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED])
"""How a run ends that saw all that it was asked for."""


class GoldenSession:
    """A plugin that follows the goldens, in a run of its own, a worker of pytest-xdist, or the controller of these."""

    def __init__(self) -> None:
        self.outcomes: list[dict[str, Any]] = []
        """As the reports carry them."""
        self.collected: set[str] = set()
        self.modules: set[str] = set()
        self.passed: set[str] = set()
        self.torn = False
        """Whether a worker was lost, and with it what it knew."""
        self.ending: Ending | None = None
        self._claims: dict[str, str] = {}

    def claim(self, place: Path, nodeid: str) -> None:
        """A test's golden lives there; `UsageError` where another's does on systems that do not tell case apart."""
        owner = self._claims.setdefault(str(place).casefold(), nodeid)
        if owner.partition("[")[0] != nodeid.partition("[")[0]:
            raise UsageError(
                f"the goldens of {owner} and {nodeid} would be one file where case does not count",
                hint='rename one of the tests, or give it a file: @pytest.mark.specmint(golden="other.jsonl")',
            )

    # ------------------------------------------------------------ hooks

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module or class was asked for its tests: of one that failed or was skipped nothing is known."""
        module, _, inner = report.nodeid.partition("::")
        if not report.passed:
            self.modules.discard(module)
        elif not inner and module.endswith(".py"):
            self.modules.add(module)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """All tests that were collected, before any is deselected."""
        self.collected.update(item.nodeid for item in items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What a test came to, wherever it ran."""
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        self.outcomes += getattr(report, REPORTED, ())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended, and tells what it saw; one that crashed does not."""
        told = getattr(node, "workeroutput", {}).get(REPORTED)
        self.torn |= told is None
        self.collected.update(told["collected"] if told else ())
        self.modules.update(told["modules"] if told else ())

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """The run is over: a worker tells its controller, all others sum up."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[REPORTED] = {"collected": sorted(self.collected), "modules": sorted(self.modules)}
            return
        judged = exitstatus in _WHOLE and self.looks_for_unused(session.config)
        unused = self.unused(session.config) if judged else []
        if self.outcomes or unused or plugin_config(session.config).report:
            from pytest_specmint.plugin.finish import ended

            self.ending = ended(session.config, self.outcomes, unused)
            if self.ending.fails and exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """What came of the goldens."""
        if self.ending is not None:
            from pytest_specmint.plugin.finish import summarise

            summarise(terminalreporter, self.ending, config)

    # ------------------------------------------------------------ at the end

    def looks_for_unused(self, config: pytest.Config) -> bool:
        """Whether goldens can be judged: not by a shard, nor by a run of what failed before, nor without any."""
        settings = plugin_config(config)
        if settings.unused == "ignore" or settings.partial or self.torn or config.getoption("lf", False):
            return False
        return golden_directory(config).is_dir()

    def unused(self, config: pytest.Config) -> "list[Unused]":
        """The goldens that certainly no test uses any more."""
        from pytest_specmint.golden.kept import kept
        from pytest_specmint.golden.unused import Seen, unused, whole_modules

        root = config.rootpath
        seen_modules = self.modules | {nodeid.partition("::")[0] for nodeid in self.collected}
        goldens = list(
            kept(golden_directory(config), root, lambda name: name in seen_modules or not (root / name).exists())
        )
        seen = Seen(
            collected=self.collected,
            modules=whole_modules(self.modules, config.args),
            missing={each.module for each in goldens if not (root / each.module).exists()},
            passed=self.passed,
            touched={outcome["path"] for outcome in self.outcomes},
        )
        return unused(goldens, seen)


_SESSION: pytest.StashKey[GoldenSession] = pytest.StashKey()


def golden_session(config: pytest.Config) -> GoldenSession:
    """The goldens of this run."""
    return config.stash.setdefault(_SESSION, GoldenSession())


def golden_directory(config: pytest.Config) -> Path:
    """Where goldens are kept."""
    return Path(config.rootpath) / plugin_config(config).golden_dir
