"""Which failures of a store pass by themselves, and trying again for a while with growing pauses."""

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
PATIENCE = 120.0
"""Seconds for which a store that fails is tried again."""
FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Answers of HTTP that may be others a moment later."""
_FOR_GOOD = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
_LOST = frozenset(
    {
        "ClientConnectionError",
        "ConnectionError",
        "EndpointConnectionError",
        "FSTimeoutError",
        "HTTPClientError",
        "IncompleteRead",
        "ServiceRequestError",
        "ServiceResponseError",
    }
)
"""Names of the classes by which clients of stores tell of connections that broke or were not made."""
_LOCAL = frozenset({"ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EINVAL", "ENAMETOOLONG"})


def is_passing(error: BaseException) -> bool:
    """Whether it is worth trying again: no connection, no time, or an answer that says so."""
    status = _status(error)
    if status is not None:
        return status in _PASSING
    if isinstance(error, _FOR_GOOD):
        return False
    if isinstance(error, TimeoutError | ConnectionError):
        return True
    if {each.__name__ for each in type(error).__mro__} & _LOST:
        return True
    return isinstance(error, OSError) and _name(error) not in _LOCAL


def _name(error: OSError) -> str:
    import errno

    return errno.errorcode.get(error.errno or 0, "")


def _status(error: BaseException | None) -> int | None:
    """The answer's status, wherever the client keeps it."""
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if isinstance(status, int):
                return status
        for name in ("status", "status_code", "code"):
            found = getattr(error, name, None)
            if isinstance(found, int) and 100 <= found < 600:
                return found
        error = error.__cause__
    return None


def patiently(work: Callable[[], _T]) -> _T:
    """What the work gives, tried again while its failures are of those that pass."""
    from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential

    again = Retrying(
        retry=retry_if_exception(is_passing),
        stop=stop_after_delay(PATIENCE),
        wait=wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        reraise=True,
    )
    return again(work)
