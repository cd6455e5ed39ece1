"""When a `specmint_each` test fails: call it again with smaller records where that is safe, and say what was found."""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from io import StringIO
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from pytest_specmint.plugin.case import Case, Finding
from pytest_specmint.plugin.each import RECORD
from pytest_specmint.plugin.marker import markers_of
from pytest_specmint.plugin.running import Attempt, attempt_at
from pytest_specmint.plugin.settings import plugin_config
from pytest_specmint.plugin.shrink import Spent, shrink

if TYPE_CHECKING:
    from pytest_specmint.near_miss import NearMiss

SECONDS = 10.0
"""How long is spent on one failing test; the call that runs then is the last one."""
OTHERS = 6
"""How many other records lend their values, to see which matter."""
_OURS = frozenset([RECORD, "specmint_violation", "specmint_dataset", "specmint_datasets", "specmint_factory"])
"""Fixtures of function scope that calling a test again does not harm."""
_FAILURES: tuple[type[BaseException], ...] = (Exception, pytest.fail.Exception)


@contextmanager
def watched(item: pytest.Function) -> Iterator[None]:
    """Shrink the record of a call that fails, while the test's fixtures are there; the failure stays what it is."""
    attempt = attempt_at(item)
    attempt.calls_before = attempt.calls if not attempt.shrinking else attempt.calls_before
    try:
        yield
    except _FAILURES as error:
        case = attempt.case
        if case is not None and not attempt.shrinking and not item.get_closest_marker("xfail"):
            attempt.shrinking = True
            attempt.finding = _found(item, case, error)
        raise


def _found(item: pytest.Function, case: Case, error: BaseException) -> Finding:
    """What was found; no fault of ours takes the place of the test's."""
    try:
        return _finding(item, case, error)
    except Exception as fault:
        return Finding(type(error).__name__, None, f"{type(fault).__name__}: {fault}")


def _finding(item: pytest.Function, case: Case, error: BaseException) -> Finding:
    """What comes of calling the test again, if that is allowed."""
    kind = type(error).__name__
    calls = plugin_config(item.config).shrink
    reason = reason_not_to(item) if calls else "shrinking is switched off"
    if reason:
        return Finding(kind, None, reason)
    deadline = monotonic() + SECONDS
    allowed = _allowed(case)

    def fails(record: Any) -> bool:
        if monotonic() > deadline:
            raise Spent
        return _fails_alike(item, record, type(error))

    shrunk = shrink(
        case.original(),
        allowed=lambda record: monotonic() < deadline and allowed(record),
        fails=fails,
        calls=calls,
        others=_others(case),
    )
    return Finding(kind, shrunk)


def reason_not_to(item: pytest.Function) -> str:
    """Why a test cannot be called again with other records; empty if it can."""
    each = markers_of(item).each
    info = item._fixtureinfo
    if RECORD not in info.argnames:
        return f"the test does not take {RECORD} itself"
    others = {name: info.name2fixturedefs[name][-1] for name in item.fixturenames if info.name2fixturedefs.get(name)}
    derived = [name for name, each in others.items() if name not in _OURS and RECORD in each.argnames]
    if derived:
        return f"{', '.join(derived)} is made from {RECORD}, and would not change with it"
    if each is None or each.shrink is not None:
        return "" if each and each.shrink else "shrink=False"
    given = getattr(item, "callspec", None)
    parameters = () if given is None else given.params
    harmed = [
        name
        for name, each in others.items()
        if each.scope == "function" and name not in _OURS and not (name in parameters and _is_parameter(each))
    ]
    harmed += ["request"] if "request" in info.argnames else []
    if not harmed:
        return ""
    return f"it uses {', '.join(sorted(harmed))} of function scope; shrink=True allows to call it again"


def _is_parameter(definition: Any) -> bool:
    """Whether pytest made up a fixture for a plain parameter."""
    return bool(definition.func.__module__ == "_pytest.python")


def _allowed(case: Case) -> Callable[[Any], bool]:
    """Whether a record may be shown to the test: valid, or with the very violation of the near miss."""
    from pytest_specmint.check.verifier import Verifier
    from pytest_specmint.pipeline.judge import verifier_of

    if case.violation is None:
        ruled = verifier_of(case.dataset.schema, case.dataset.job.enforced().rules)
        return lambda record: not ruled.failures([record])
    verifier = Verifier(case.dataset.schema)
    wanted = [(each.pointer, each.schema_pointer) for each in verifier.violations(case.violation.record, 2)]
    return lambda record: [(each.pointer, each.schema_pointer) for each in verifier.violations(record, 2)] == wanted


def _others(case: Case) -> list[Any]:
    """Valid records of the same schema, whatever the count of the test's own."""
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.job import Mode

    job = replace(case.dataset.job, start=case.index + 1, count=OTHERS, mode=Mode.USUAL)
    return list(Dataset(job))


def _fails_alike(item: pytest.Function, record: Any, kind: type[BaseException]) -> bool:
    """Whether the test fails in the same way with another record."""
    before = dict(item.funcargs)
    item.funcargs[RECORD] = deepcopy(record)
    if "specmint_violation" in before:
        violation: NearMiss = item.funcargs["specmint_violation"]  # type: ignore[assignment]
        item.funcargs["specmint_violation"] = replace(violation, record=deepcopy(record))
    try:
        with _quiet(), _calls_as_before(attempt_at(item)):
            item.ihook.pytest_pyfunc_call(pyfuncitem=item)
    except _FAILURES as error:
        return type(error) is kind
    except (pytest.skip.Exception, pytest.xfail.Exception):
        return False
    finally:
        item.funcargs.update(before)
    return False


@contextmanager
def _quiet() -> Iterator[None]:
    """Without output, log records and warnings: the report is to hold those of the real call."""
    disabled = logging.root.manager.disable
    with warnings.catch_warnings(record=True), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(disabled)


@contextmanager
def _calls_as_before(attempt: Attempt) -> Iterator[None]:
    """The factory gives every call of the test the same data."""
    calls, made = attempt.calls, attempt.made
    attempt.calls, attempt.made = attempt.calls_before, []
    try:
        yield
    finally:
        attempt.calls, attempt.made = calls, made
