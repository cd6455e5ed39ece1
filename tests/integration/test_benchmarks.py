"""The benchmarks run, and their table has its rows; what they measure is not judged here."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "benchmarks" / "run.py"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are measured by wait4")


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one quick run of all parts wrote; without peers, whatever this machine has of them."""
    place = tmp_path_factory.mktemp("benchmarks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPECMINT_PEERS", str(place / "no peers"))
        done = run("--quick", "--out", place)
    assert done.returncode == 0, done.stderr
    return place


def test_every_target_has_a_row(out: Path) -> None:
    rows = [line for line in (out / "results.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    numbers = {row.split("|")[1].strip() for row in rows}
    without_peers = {str(number) for number in range(1, 21)} - {"6"}
    expected = without_peers if Path("/proc/self/status").exists() else without_peers - {"5", "14"}
    assert expected <= numbers


def test_figures_are_kept_as_json(out: Path) -> None:
    data = json.loads((out / "results.json").read_bytes())
    assert "numpy" in data["machine"]
    figures = [figure for part in data["parts"].values() for figure in part["outcome"]["figures"]]
    schemas = {figure["schema"] for figure in figures if figure["number"] == 1}
    assert schemas == {"medium", "complex", "payment", "catalog", "claim"}
    assert all(figure["value"]["low"] <= figure["value"]["median"] <= figure["value"]["high"] for figure in figures)


def test_missing_peers_are_named(out: Path) -> None:
    text = (out / "results.md").read_text(encoding="utf-8")
    for peer in ("jsf", "polyfactory", "hypothesis-jsonschema", "json-schema-faker"):
        assert f"{peer} IS NOT INSTALLED" in text


def test_the_picture_is_drawn(out: Path) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        pytest.skip("matplotlib is not installed")
    assert (out / "performance.png").read_bytes().startswith(b"\x89PNG")


def test_one_part_alone_leaves_the_others(out: Path) -> None:
    before = json.loads((out / "results.json").read_bytes())["parts"]
    done = run("--quick", "--only", "micro", "--out", out)
    assert done.returncode == 0, done.stderr
    after = json.loads((out / "results.json").read_bytes())["parts"]
    assert after.keys() == before.keys()
    assert after["generation"] == before["generation"]
    assert after["micro"] != before["micro"]


def test_unknown_part_is_refused(tmp_path: Path) -> None:
    done = run("--only", "mikro", "--out", tmp_path)
    assert done.returncode == 1
    assert "unknown part 'mikro'" in done.stderr
    assert "micro" in done.stderr


def test_document_has_the_markers() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert text.index("<!-- measured: begin -->") < text.index("<!-- measured: end -->")
