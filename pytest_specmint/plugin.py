"""The pytest plugin: hooks, markers, fixtures. Thin, and light to import: all else is imported when it is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.marker import NAME, Marker, MarkerError, marker_of

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.golden.golden import Golden

_PASSED: pytest.StashKey[bool] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini keys."""
    group = parser.getgroup("specmint", "synthetic data and goldens")
    group.addoption(
        "--specmint-update-golden",
        action="store_true",
        default=False,
        help="Write the goldens of all tests that pass.",
    )
    parser.addini("specmint_golden_dir", "Directory of the goldens, relative to the root directory.", default="golden")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        f"{NAME}(schema, seed=None, count=10, start=0, as_of=None, schema_root=None, golden=None): "
        "data for the fixtures specmint_dataset and specmint_golden.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check every marker before any test runs; all mistakes at once, each with its test."""
    wrong = [problem for item in items if (problem := _problem(item))]
    if wrong:
        raise pytest.UsageError("\n".join(wrong))


def _problem(item: pytest.Item) -> str | None:
    try:
        marker = marker_of(item)
    except MarkerError as error:
        return f"{item.nodeid}: @pytest.mark.{NAME} {error}"
    if marker is None or not isinstance(marker.schema, str):
        return None
    if _schema_source(item, marker) is None:
        return (
            f"{item.nodeid}: @pytest.mark.{NAME} schema {marker.schema!r} does not exist below {item.config.rootpath}"
        )
    return None


def _schema_source(item: pytest.Item, marker: Marker) -> Any:
    """The schema as given, or its path relative to the root directory, else to the test's own; None if missing."""
    if not isinstance(marker.schema, str):
        return marker.schema
    name, mark, pointer = marker.schema.partition("#")
    if (item.config.rootpath / name).exists():
        return (
            marker.schema
            if item.config.invocation_params.dir == item.config.rootpath
            else str(item.config.rootpath / name) + mark + pointer
        )
    beside = item.path.parent / name
    return f"{beside}{mark}{pointer}" if beside.exists() else None


@pytest.fixture
def specmint_dataset(request: pytest.FixtureRequest) -> "Dataset":
    """The dataset that the test's marker asks for: lazy, re-iterable, verified."""
    from pytest_specmint.api import generate
    from pytest_specmint.errors import SpecmintError

    marker = _required_marker(request)
    seed = _seed_of(request.node.nodeid) if marker.seed is None else marker.seed
    try:
        return generate(
            _schema_source(request.node, marker),
            seed=seed,
            count=marker.count,
            start=marker.start,
            as_of=marker.as_of,
            schema_root=marker.schema_root,
        )
    except SpecmintError as error:
        hint = f"\nhint: {error.hint}" if error.hint else ""
        raise pytest.UsageError(f"{request.node.nodeid}: {error}{hint}") from error


def _required_marker(request: pytest.FixtureRequest) -> Marker:
    marker = marker_of(request.node)
    if marker is None:
        raise pytest.UsageError(
            f'{request.node.nodeid}: needs @pytest.mark.{NAME}(schema="schemas/order.json", seed=1, count=10)'
        )
    return marker


def _seed_of(nodeid: str) -> int:
    """Without a seed: one from the node id, the same in any order, worker or selection."""
    from hashlib import sha256

    return int.from_bytes(sha256(nodeid.encode()).digest()[:8], "big")


@pytest.fixture
def specmint_golden(request: pytest.FixtureRequest) -> "Iterator[Golden]":
    """The golden of the test, to compare records with; written after the test passed when goldens are being updated."""
    from pytest_specmint.golden.golden import golden_for
    from pytest_specmint.golden.store import GoldenStore

    _required_marker(request)
    store = GoldenStore(request.node)
    update = bool(request.config.getoption("--specmint-update-golden"))
    golden = golden_for(store.path, store.read(), update=update, nodeid=request.node.nodeid)
    yield golden
    if golden.pending is not None and request.node.stash.get(_PASSED, False):
        store.write(golden.pending)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether the test itself passed: only then may its golden be written."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say in a few lines how records differ from their golden."""
    if op != "==":
        return None
    for one, other in ((right, left), (left, right)):
        explain = getattr(one, "explain", None)
        if explain is not None and type(one).__name__ == "Golden":
            return [f"{_named(other)} == {one!r}", *explain()]
    return None


def _named(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{type(value).__name__} of {len(value)} records"  # type: ignore[arg-type]
