"""What this process takes of the machine."""

import os
import sys
import time
from pathlib import Path

from pytest_specmint.observe.events import ProcessUsage

MAIN, WORKERS = "main", "workers"
"""Components: the process that was started, and those that generate for it."""


def usage(component: str) -> ProcessUsage:
    """Memory and processor time so far."""
    return ProcessUsage(
        component=component, pid=os.getpid(), memory_bytes=memory(), cpu_seconds=round(time.process_time(), 6)
    )


def memory() -> int | None:
    """Resident bytes: now, or where the system tells but that (macOS), at most so far; None where it tells neither."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
