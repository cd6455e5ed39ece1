"""Which failures of stores pass."""

import errno

import pytest

from pytest_specmint.parts import retry
from pytest_specmint.parts.retry import is_passing, patiently


def of_http(status: int) -> Exception:
    error = Exception("told")
    error.response = {"ResponseMetadata": {"HTTPStatusCode": status}}  # type: ignore[attr-defined]
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class EndpointConnectionError(Exception):
    """As botocore has it: no error of the operating system."""


class OfStatus(Exception):
    """As gcsfs and azure have it."""

    def __init__(self, status: int) -> None:
        super().__init__("told")
        self.code = status


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (TimeoutError(), True),
        (ConnectionResetError(), True),
        (OSError(errno.EBUSY, "slow down"), True),
        (OSError(errno.EIO, "later"), True),
        (EndpointConnectionError(), True),
        (of_http(503), True),
        (of_http(500), True),
        (of_http(429), True),
        (OfStatus(502), True),
        (caused(OSError(errno.EINVAL, "told"), of_http(500)), True),
        (of_http(403), False),
        (of_http(404), False),
        (caused(OSError(errno.EIO, "told"), of_http(400)), False),
        (FileNotFoundError(), False),
        (PermissionError(), False),
        (FileExistsError(), False),
        (OSError(errno.ENOSPC, "full"), False),
        (OSError(errno.EFBIG, "large"), False),
        (ValueError(), False),
    ],
)
def test_what_passes(error: Exception, passes: bool) -> None:
    assert is_passing(error) is passes


def test_what_passes_is_tried_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tenacity", reason='stores need: pip install "pytest-specmint[cloud]"')
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.001)
    failures = [TimeoutError(), of_http(503), OSError(errno.EIO, "later")]

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert patiently(work) == "done"
    monkeypatch.setattr(retry, "PATIENCE", 0.01)
    calls = []
    with pytest.raises(TimeoutError):
        patiently(lambda: calls.append(1) or (_ for _ in ()).throw(TimeoutError()))
    assert len(calls) > 1


def test_what_does_not_pass_is_not() -> None:
    pytest.importorskip("tenacity", reason='stores need: pip install "pytest-specmint[cloud]"')
    calls = []
    with pytest.raises(PermissionError):
        patiently(lambda: calls.append(1) or (_ for _ in ()).throw(PermissionError()))
    assert calls == [1]
