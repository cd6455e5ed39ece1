"""The machine line that stands beside every figure."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pytest_specmint

PACKAGES = ("numpy", "orjson", "jsonschema-rs")


def machine() -> str:
    """Processor, cores, system, Python, versions of what does the work."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    ours = f"pytest-specmint {pytest_specmint.__version__}"
    return f"{_processor()}, {os.cpu_count()} cores, {system}, {python}, {versions}, {ours}"


def load() -> str:
    """How busy the machine is with other things."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
