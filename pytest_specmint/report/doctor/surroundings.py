"""Directories, settings, processor, memory, disk."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_specmint import config
from pytest_specmint.errors import UsageError
from pytest_specmint.report.doctor.row import Level, Row
from pytest_specmint.report.machine import system

ROOM = 1 << 30
"""Bytes of disk below which there is a warning, and"""
MEMORY = 1 << 30
"""bytes of memory."""
_GIGA = 1e9


def surroundings(config_file: str | None, environment: Mapping[str, str]) -> Iterator[Row]:
    """All rows about where it runs."""
    settings, row = _settings(config_file, environment)
    yield row
    yield _directory("schemas", Path("schemas"), ("*.json", "*.yaml", "*.yml"), "schema")
    yield _directory("goldens", Path("golden"), ("*.jsonl",), "golden")
    yield from _machine()
    yield _output(settings)


def _settings(config_file: str | None, environment: Mapping[str, str]) -> tuple[config.Settings | None, Row]:
    try:
        settings = config.resolve({}, environment=dict(environment), config=config_file)
    except UsageError as error:
        return None, Row("config", Level.FAIL, str(error), error.hint or "")
    given = {name: each for name, each in settings.items() if each.origin != "default"}
    if not given:
        return settings, Row("config", Level.PASS, "no settings file and no variables: defaults")
    origins = ", ".join(sorted({each.origin for each in given.values()}))
    return settings, Row("config", Level.PASS, f"{len(given)} settings from {origins}")


def _directory(name: str, path: Path, patterns: tuple[str, ...], what: str) -> Row:
    if not path.is_dir():
        return Row(name, Level.NOTE, f"no directory {path} here, and none is needed: {what}s are named by their paths")
    count = sum(1 for pattern in patterns for _ in path.rglob(pattern))
    return Row(name, Level.PASS, f"{path}: {count} {what} {'file' if count == 1 else 'files'}")


def _machine() -> Iterator[Row]:
    seen = system()
    cores = seen["usableCores"]
    yield Row(
        "cpu", Level.PASS, f"{cores} usable {'core' if cores == 1 else 'cores'}, {seen['cpu']}, {seen['platform']}"
    )
    memory = seen["usableMemory"]
    if memory is None:
        yield Row("memory", Level.PASS, "this system does not tell")
    elif memory < MEMORY:
        yield Row("memory", Level.WARN, _gigabytes(seen), "use one worker: --workers 1")
    else:
        yield Row("memory", Level.PASS, _gigabytes(seen))


def _gigabytes(seen: Mapping[str, Any]) -> str:
    words = f"{seen['usableMemory'] / _GIGA:.1f} GB"
    whole = seen["memory"]
    return (
        words
        if whole == seen["usableMemory"]
        else f"{words} of {whole / _GIGA:.1f} GB: more is not given to this container"
    )


def _output(settings: config.Settings | None) -> Row:
    """Whether output can be written where it would go, and how much room there is."""
    out = Path((settings["out"].value if settings else None) or "out")
    try:
        place = next(each for each in (out.absolute(), *out.absolute().parents) if each.is_dir())
    except FileNotFoundError:
        return Row("output", Level.FAIL, "the directory that this runs in is gone", "change to one that is there: cd")
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".specmint-doctor-"):
            pass
        free = shutil.disk_usage(place).free
    except OSError as error:
        step = "choose another directory with --out, or set out in specmint.toml"
        return Row("output", Level.FAIL, f"{place} cannot be written to: {error.strerror or error}", step)
    words = f"{place} is writable, {free / _GIGA:.1f} GB free"
    return Row("output", Level.WARN, words, "free some space") if free < ROOM else Row("output", Level.PASS, words)


def environment_now() -> Mapping[str, str]:
    """The environment's variables."""
    return os.environ
