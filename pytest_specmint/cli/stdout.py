"""Standard output, where commands print documents and streams."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from pytest_specmint.cli.failure import forget_output
from pytest_specmint.errors import OutputError


def write_whole(content: bytes) -> None:
    """To standard output, whole or with an error."""
    with _errors():
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


class HashedOutput:
    """Standard output that takes a stream and keeps its digest and size."""

    def __init__(self) -> None:
        self._output = sys.stdout.buffer
        self._hasher = sha256()
        self._size = 0

    def write(self, data: bytes | memoryview) -> None:
        """Take the next bytes; raises `OutputError`."""
        self._hasher.update(data)
        self._size += len(data)
        with _errors():
            self._output.write(data)

    def finished(self) -> tuple[str, int]:
        """Flush; gives SHA-256 in hexadecimal, and bytes."""
        with _errors():
            self._output.flush()
        return self._hasher.hexdigest(), self._size


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()  # what is left in its buffer would fail again when the interpreter ends
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write standard output: {reason}", hint="the output is cut off there") from error
