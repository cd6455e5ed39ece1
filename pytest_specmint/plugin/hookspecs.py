"""Hooks that other plugins and conftest files may implement."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset


@pytest.hookspec(firstresult=True)
def pytest_specmint_resolve_schema(
    config: pytest.Config, node: pytest.Item | pytest.Collector, schema: Any
) -> "str | PathLike[str] | Mapping[str, Any] | bool | None":
    """The schema that is meant by what a marker, a factory call or `register` names.

    A path (from the root directory), a mapping or a boolean; None leaves it to the next, in the end to the file system.
    """


@pytest.hookspec
def pytest_specmint_dataset_generated(node: pytest.Item | pytest.Collector, name: str, dataset: "Dataset") -> None:
    """A dataset was made: for a marker (by its name, empty if it has none), or for a fixture of this name."""


@pytest.hookspec(firstresult=True)
def pytest_specmint_golden_compare(node: pytest.Item, golden: Any, actual: Any) -> bool | None:
    """Whether values equal their golden; None leaves it to the next, in the end to the canonical bytes."""


@pytest.hookspec
def pytest_specmint_golden_updated(config: pytest.Config, node: pytest.Item, path: Path) -> None:
    """A golden was written."""
