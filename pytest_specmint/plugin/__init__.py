"""The pytest plugin: hooks and fixtures. Thin, and light to import: all else is imported when it is used."""

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.options import add_options
from pytest_specmint.plugin.running import begin, end, known_attempt

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.golden.golden import Golden
    from pytest_specmint.near_miss import NearMiss
    from pytest_specmint.plugin.factory import Factory
    from pytest_specmint.plugin.settings import PluginConfig

MARKERS = ("specmint", "specmint_each")


# ---------------------------------------------------------------- the session


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini keys."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Hooks for other plugins."""
    from pytest_specmint.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Check the settings; declare the markers; begin to follow the goldens."""
    from pytest_specmint.plugin.session import golden_session
    from pytest_specmint.plugin.settings import plugin_config

    _refuse_their_directory(config, plugin_config(config).golden_dir)
    config.pluginmanager.register(golden_session(config), "specmint-goldens")
    for line in _MARKER_LINES:
        config.addinivalue_line("markers", line)


def _refuse_their_directory(config: pytest.Config, golden_dir: str) -> None:
    theirs = str(config.getoption("snapshot_dirname", "__snapshots__"))
    if theirs in golden_dir.replace("\\", "/").split("/"):
        raise pytest.UsageError(f"specmint_golden_dir must not lie below {theirs}: syrupy deletes what it finds there")


_MARKER_LINES = (
    "specmint(schema, seed=None, count=None, start=0, as_of=None, schema_root=None, draft=None, view=None, "
    "mode='usual', llm=None, domain=None, locale=None, rules=None, golden=None, name=''): data for the fixtures "
    "specmint_dataset and specmint_golden.",
    "specmint_each(schema, seed=None, count=None, start=0, as_of=None, schema_root=None, draft=None, view=None, "
    "mode='usual', llm=None, domain=None, locale=None, rules=None, invalid=False, shrink=None): run the test once per "
    "record, given by the fixture specmint_record.",
)


def pytest_report_header(config: pytest.Config) -> str:
    """Everything that data depends on and that is not written in the tests."""
    from pytest_specmint.plugin.settings import header, plugin_config

    return header(plugin_config(config))


# ---------------------------------------------------------------- collecting


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test per record; after the test's own parameters, so that these come first in its id."""
    if "specmint_record" in metafunc.fixturenames and metafunc.definition.get_closest_marker("specmint_each"):
        from pytest_specmint.plugin.each import parametrize

        parametrize(metafunc)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Check the markers of every test before any runs."""
    report = yield
    if report.outcome == "passed" and any(isinstance(each, pytest.Item) and _is_ours(each) for each in report.result):
        from pytest_specmint.plugin.collection import fail_on_mistakes

        fail_on_mistakes(report)
    return report


def _is_ours(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in MARKERS)


# ---------------------------------------------------------------- running


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test begins, perhaps not for the first time."""
    begin(item)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Shrink the record of a failing test while its fixtures are still there."""
    if "specmint_record" not in pyfuncitem.fixturenames:
        return (yield)
    from pytest_specmint.plugin.rerun import watched

    with watched(pyfuncitem):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that is through for what its goldens would become, if that is to be reviewed."""
    result = yield
    attempt = known_attempt(item)
    if attempt is not None and attempt.goldens:
        from pytest_specmint.plugin.settle import review

        review(attempt)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say what the data of a failing test was; settle the goldens of one that is over."""
    report = yield
    attempt = known_attempt(item)
    if attempt is None:
        return report
    if report.when == "call":
        attempt.passed = report.passed and attempt.passed is not False  # a test with subtests has several such reports
    if attempt.goldens:
        from pytest_specmint.plugin.settle import settled

        settled(item, report, attempt)
    if report.failed and (attempt.case or attempt.datasets or attempt.made):
        from pytest_specmint.plugin.reports import told_sections

        report.sections.extend(told_sections(item, attempt))
    if report.when == "teardown":
        end(item)
    return report


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Say in a few lines how records differ from their golden."""
    if op != "==":
        return None
    for one, other in ((right, left), (left, right)):
        if type(one).__name__ == "Golden" and hasattr(one, "explain"):
            from pytest_specmint.plugin.settings import plugin_config

            return [f"{_named(other)} == {one!r}", *one.explain(values=plugin_config(config).diff != "none")]
    return None


def _named(value: object) -> str:
    text = repr(value)
    kind = "Dataset" if hasattr(value, "job") else type(value).__name__
    return text if len(text) <= 60 else f"{kind} of {len(value)} records"  # type: ignore[arg-type]


# ---------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def specmint_config(pytestconfig: pytest.Config) -> "PluginConfig":
    """The settings that the session works with: seed shift, profile, counts."""
    from pytest_specmint.plugin.settings import plugin_config

    return plugin_config(pytestconfig)


@pytest.fixture
def specmint_dataset(request: pytest.FixtureRequest) -> "Dataset":
    """The dataset that the test's marker asks for (the one without a name, or the only one): lazy, verified."""
    from pytest_specmint.plugin.datasets import chosen_name, dataset_of

    return dataset_of(request.node, chosen_name(request.node, "specmint_dataset"))


@pytest.fixture
def specmint_datasets(request: pytest.FixtureRequest) -> "Mapping[str, Dataset]":
    """All datasets that the test's markers ask for, by ``name=``; the one without a name has the empty one."""
    from pytest_specmint.plugin.datasets import Datasets

    return Datasets(request.node)


@pytest.fixture
def specmint_golden(request: pytest.FixtureRequest) -> "Golden":
    """The golden of the test, to compare records with; written after the test passed when goldens are being updated."""
    from pytest_specmint.plugin.goldens import golden_meant

    return golden_meant(request.node)


@pytest.fixture
def specmint_goldens(request: pytest.FixtureRequest) -> "Mapping[str, Golden]":
    """The goldens of the test by the names of its datasets."""
    from pytest_specmint.plugin.goldens import Goldens

    return Goldens(request.node)


@pytest.fixture(scope="session")
def specmint_factory(request: pytest.FixtureRequest) -> "Iterator[Factory]":
    """Makes records on demand: ``specmint_factory(schema, count=3, customer__name="Ada")``."""
    from pytest_specmint.plugin.callers import Callers
    from pytest_specmint.plugin.factory import Factory

    callers = Callers(request.session)
    request.config.pluginmanager.register(callers, "specmint-callers")
    yield Factory(callers)
    request.config.pluginmanager.unregister(callers)


@pytest.fixture
def specmint_record(request: pytest.FixtureRequest) -> Any:
    """The record that a test with ``@pytest.mark.specmint_each`` is run with."""
    from pytest_specmint.plugin.each import case_of

    return case_of(request).original()


@pytest.fixture
def specmint_violation(request: pytest.FixtureRequest, specmint_record: Any) -> "NearMiss":  # noqa: ARG001 - it runs the test per record
    """What ``specmint_record`` breaks under ``invalid=True``: keyword, instance_pointer, schema_pointer, message."""
    from pytest_specmint.plugin.each import violation_of

    return violation_of(request)
