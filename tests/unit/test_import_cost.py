"""What importing loads: heavy modules only when they are used."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "jsonschema", "jsonschema_rs", "click", "orjson", "yaml", "referencing", "syrupy", "rstr")


def _loaded(code: str) -> set[str]:
    """Which of the heavy modules a fresh interpreter has loaded after running the code."""
    tail = f"\nimport sys\nprint(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    # Isolated from pytest's own entry points: the code alone decides what is loaded.
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "module",
    [
        "pytest_specmint",
        "pytest_specmint.plugin",
        "pytest_specmint.plugin.marker",
        "pytest_specmint.plugin.settings",
        "pytest_specmint.plugin.session",
        "pytest_specmint.errors",
        "pytest_specmint.version",
    ],
)
def test_loads_nothing_heavy(module: str) -> None:
    assert _loaded(f"import {module}") == set()


def test_public_errors_load_nothing_heavy() -> None:
    assert _loaded("from pytest_specmint import SchemaError, UsageError, __version__") == set()


def test_help_loads_nothing_heavy_but_click() -> None:
    code = (
        "import runpy, sys\n"
        "sys.argv = ['specmint-cli', '--help']\n"
        "try:\n    runpy.run_module('pytest_specmint', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code\n"
    )
    assert _loaded(code) == {"click"}


def test_module_runs_as_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest_specmint", "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert "generate" in done.stdout
