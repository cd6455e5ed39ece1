"""Standard output and error as the program needs them, however it was started."""

import os
import sys
from io import TextIOWrapper


def open_streams() -> None:
    """Have both of them, and show as an escape what their encoding lacks.

    Where a program is started without one (``>&-``), the next file that it opens would take its place and be written
    to by every message. So what is closed is opened: output so that writing to it is an error, errors so that nobody
    reads them.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
