"""What a measurement was made on: the machine, the interpreter, the packages; and how much memory the process took."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pytest_specmint.version import __version__

PACKAGES = ("jsonschema-rs", "numpy", "orjson")
_CPU_INFO = Path("/proc/cpuinfo")
_STATUS = Path("/proc/self/status")
_MEMORY_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Of a container, by the second and the first form of control groups."""


def system() -> dict[str, Any]:
    """Python, platform, processor, cores, memory in bytes and versions; nothing that names a person or a host."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": f"{platform.system()} {platform.release()}".strip(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "usableCores": _usable_cores(),
        "memory": _memory(),
        "usableMemory": _usable_memory(),
        "packages": {"pytest-specmint": __version__, **{name: _installed(name) for name in PACKAGES}},
    }


def peak_memory() -> int | None:
    """The greatest number of bytes of memory that this process has held so far; None where the system does not tell.

    On Linux from ``/proc``: the figure of `getrusage` begins with that of the process which started this one.
    """
    for line in _lines(_STATUS):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _cpu() -> str:
    for line in _lines(_CPU_INFO):
        name, _, value = line.partition(":")
        if name.strip() == "model name" and value.strip():
            return " ".join(value.split())
    return platform.processor() or platform.machine()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _usable_cores() -> int | None:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _usable_memory() -> int | None:
    """Memory that this process may take: that of its container, where there is less of it than there is in all."""
    limits = [int(line) for path in _MEMORY_LIMITS for line in _lines(path)[:1] if line.isdecimal()]
    whole = _memory()
    return min((each for each in (whole, *limits) if each is not None), default=None)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
