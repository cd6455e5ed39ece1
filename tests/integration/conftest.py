"""What the tests of README and documentation share: the programs of docs/."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def program(name: str) -> ModuleType:
    """A program of docs/, imported."""
    known = sys.modules.get(f"docs_{name}")
    if known is not None:
        return known
    found = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make() -> ModuleType:
    return program("make_reference")


@pytest.fixture(scope="session")
def pages() -> ModuleType:
    return program("run_pages")
