"""The engines by name: a row of the table, or another distribution's entry point."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pytest_specmint.errors import UsageError
from pytest_specmint.parts.engine import Engine

GROUP = "specmint.engines"
"""The entry points that bring engines: ``name = "module:ENGINE"``, a class or function that gives an `Engine`."""
LOCAL = "local"


def _of(module: str, name: str) -> Callable[[], Engine]:
    def load() -> Engine:
        made: Engine = getattr(import_module(f"pytest_specmint.engines.{module}"), name)()
        return made

    return load


ENGINES: Mapping[str, Callable[[], Engine]] = {
    LOCAL: _of("local", "LocalEngine"),
    "dask": _of("dask", "DaskEngine"),
    "spark": _of("spark", "SparkEngine"),
    "ray": _of("ray", "RayEngine"),
}
"""The engines of this package; each is imported when it is asked for."""


def engine_named(name: str) -> Engine:
    """The engine of a name.

    Raises `UsageError` where there is none, where it cannot be loaded, and where what it needs is not installed.
    """
    if name in ENGINES:
        return ENGINES[name]()
    installed = {each.name: each for each in entry_points(group=GROUP)}
    if name not in installed:
        names = [*ENGINES, *sorted(installed)]
        near = get_close_matches(name.lower(), names, 1, 0.5)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"unknown engine {name!r}", hint=f"{meant}known are: {', '.join(names)}")
    entry = installed[name]
    try:
        made: Any = entry.load()()
    except (Exception, SystemExit) as error:  # whatever foreign code may raise
        raise UsageError(
            f"engine {name!r} cannot be loaded: {type(error).__name__}: {error}",
            hint=f"{entry.value!r} is to give an engine when it is called without arguments",
        ) from None
    if not callable(getattr(made, "run", None)):
        raise UsageError(f"{entry.value} is no engine: it has no run()", hint="see pytest_specmint.parts.engine.Engine")
    engine: Engine = made
    return engine


def missing(engine: str, package: str) -> UsageError:
    """The error for an engine whose package is not installed."""
    return UsageError(
        f"--engine {engine} needs {package}, which is not installed",
        hint=f'pip install "pytest-specmint[{engine}]"',
    )
