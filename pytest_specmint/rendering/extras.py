"""Libraries that a format needs and that are not there unless they are asked for."""

from importlib import import_module
from typing import Any

from pytest_specmint.errors import UsageError

EXTRAS = {
    "pyarrow": "arrow",
    "zstandard": "zstd",
    "pandas": "pandas",
    "polars": "polars",
    "dask": "dask,pandas",
    "pyspark": "spark",
    "ray": "ray,pandas",
}
"""The extra of this package that brings each."""


def needed(module: str, what: str) -> Any:
    """The module; raises `UsageError` that says how to get it, where it is missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise UsageError(
            f"{what} needs {module}, which is not installed",
            hint=f'pip install "pytest-specmint[{EXTRAS[module.partition(".")[0]]}]"',
        ) from None
