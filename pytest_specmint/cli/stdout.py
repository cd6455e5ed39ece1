"""Standard output, where a command prints one document."""

import sys

from pytest_specmint.cli.failure import forget_output
from pytest_specmint.errors import OutputError


def write_whole(content: bytes) -> None:
    """To standard output, whole or with an error."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()  # what is left in its buffer would fail again when the interpreter ends
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write standard output: {reason}", hint="the output is cut off there") from error
