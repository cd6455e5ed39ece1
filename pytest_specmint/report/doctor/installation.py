"""Python, packages, extras, and whether pytest knows the plugin."""

import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, requires, version

from pytest_specmint.report.doctor.row import Level, Row
from pytest_specmint.version import ENGINE_VERSION, __version__

DISTRIBUTION = "pytest-specmint"
LEAST = (3, 11)
_MISSING = " is missing"
USES: Mapping[str, str] = {
    "llm": "language models",
    "infer": "schema infer",
    "metrics": "metrics",
    "arrow": "Parquet and Arrow",
    "pandas": "to_pandas",
    "polars": "to_polars",
    "zstd": "jsonl.zst",
    "cloud": "targets behind URLs",
    "s3": "s3:// targets",
    "dask": "the engine dask",
    "spark": "the engine spark",
    "ray": "the engine ray",
}
"""Extras that a user may want, and what for."""
USUAL = frozenset({"llm", "infer", "metrics"})
"""Those of commands that every user may meet."""


def installation() -> Iterator[Row]:
    """All rows about what is installed."""
    yield _python()
    yield Row("version", Level.PASS, f"{DISTRIBUTION} {__version__}, engine {ENGINE_VERSION}")
    yield _packages()
    yield from _extras()
    yield _plugin()


def _python() -> Row:
    words = f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"
    if sys.version_info < LEAST:
        return Row("python", Level.FAIL, words, f"install Python {LEAST[0]}.{LEAST[1]} or later")
    return Row("python", Level.PASS, words)


def _packages() -> Row:
    """The packages without which nothing runs, with their versions."""
    found, wrong = _installed(None)
    if wrong:
        return Row("packages", Level.FAIL, "; ".join(wrong), f"pip install --upgrade {DISTRIBUTION}")
    return Row("packages", Level.PASS, ", ".join(found))


def _extras() -> Iterator[Row]:
    for extra, use in USES.items():
        found, wrong = _installed(extra)
        if not found and not wrong:
            continue
        if wrong:
            step = f'for {use}: pip install "{DISTRIBUTION}[{extra}]"'
            absent = all(each.endswith(_MISSING) for each in wrong)
            level = Level.NOTE if absent and extra not in USUAL else Level.WARN
            yield Row("extras", level, f"extra {extra}: {'; '.join(wrong)}", step)
        else:
            yield Row("extras", Level.PASS, f"extra {extra}: {', '.join(found)}")


def _installed(extra: str | None) -> tuple[list[str], list[str]]:
    """Packages of an extra (of none: those always needed) that fit, with versions, and what is wrong with others."""
    from packaging.requirements import Requirement

    found, wrong = [], []
    for text in requires(DISTRIBUTION) or ():
        wanted = Requirement(text)
        if wanted.name == DISTRIBUTION:  # an extra that brings another one
            continue
        always = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        asked = wanted.marker is not None and wanted.marker.evaluate({"extra": extra or ""})
        if not (always if extra is None else asked and not always):
            continue
        try:
            here = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name}{_MISSING}")
            continue
        if wanted.specifier.contains(here, prereleases=True):
            found.append(f"{wanted.name} {here}")
        else:
            wrong.append(f"{wanted.name} {here} is not {wanted.specifier}")
    return found, wrong


def _plugin() -> Row:
    """Plugins of pytest are found by their entry points."""
    registered = [each for each in entry_points(group="pytest11") if each.value == "pytest_specmint.plugin"]
    if not registered:
        step = f"install {DISTRIBUTION} into this environment: pip install {DISTRIBUTION}"
        return Row("plugin", Level.FAIL, "pytest does not know the plugin", step)
    return Row("plugin", Level.PASS, f"pytest knows the plugin as {registered[0].name}")
