"""The sample project runs as it stands, in every way that it speaks of."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shop(tmp_path: Path, root: Path) -> Path:
    return Path(shutil.copytree(root / "examples", tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def run(shop: Path) -> Run:
    surroundings = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_ADDOPTS"}}

    def run(*options: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest", *options]
        return subprocess.run(command, cwd=shop, env=surroundings, capture_output=True, text=True, timeout=120)

    return run


def goldens(shop: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((shop / "golden").rglob("*.*"))}


@pytest.mark.parametrize("options", [[], ["-n2"], ["--specmint-profile", "quick"]], ids=["alone", "xdist", "profile"])
def test_it_passes_and_writes_nothing(shop: Path, run: Run, options: list[str]) -> None:
    before = goldens(shop)
    done = run(*options)
    assert done.returncode == 0, done.stdout
    assert "specmint goldens" not in done.stdout
    assert goldens(shop) == before


def test_its_goldens_are_what_a_fresh_run_writes(shop: Path, run: Run) -> None:
    before = goldens(shop)
    for path in (shop / "golden").rglob("*.*"):  # recorded answers are no goldens: nobody makes them again
        if not path.name.endswith(".cassette.jsonl"):
            path.unlink()
    assert run("--specmint-update-golden").returncode == 0
    assert goldens(shop) == before


def test_a_changed_file_that_the_schema_refers_to_is_named_as_the_cause(shop: Path, run: Run) -> None:
    path = shop / "schemas" / "customer.json"
    schema = json.loads(path.read_bytes())
    schema["properties"]["country"] = {"enum": ["IT", "ES"]}
    path.write_text(json.dumps(schema))
    done = run("tests/test_orders.py::test_the_data_is_as_reviewed")
    assert done.returncode == 1
    assert "cause:     schema changed: customer.json#/properties/country changed" in done.stdout


def test_a_failing_record_is_made_smaller(shop: Path, run: Run) -> None:
    code = (shop / "shop.py").read_text()
    (shop / "shop.py").write_text(code.replace("max(0, total(order) - 100_000) // 10", "total(order) // 5"))
    done = run("tests/test_every_order.py", "-k", "discount", "--maxfail=1")
    assert done.returncode == 1
    assert "smallest that fails with AssertionError" in done.stdout
    assert "what matters: /lines/0/" in done.stdout
