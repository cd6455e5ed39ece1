"""Test suites that live with the plugin: many tests over data, many over one large golden, a comparison that fails."""

import subprocess
from pathlib import Path

from measure import Middle, interleaved, middle, process_cpu, pytest_run, ratio, surroundings, told
from memory import PROC, peaks
from result import Bench, Figure, Outcome
from scale import ROOT

ORDER = ROOT / "examples" / "schemas" / "order.json"
RECORDS = 100
"""Of every test."""
OVER_DATA = """
import pytest
{head}

@pytest.mark.parametrize("i", range({tests}))
def test_it(i{fixture}):
    found = 0
    for record in {source}:
        found += sum(1 for value in record.values() if value is not None)
    assert found
"""
OVER_A_GOLDEN = """
import pytest

SCHEMA = {{
    "type": "object",
    "required": ["id", "name", "day", "amount", "note"],
    "properties": {{
        "id": {{"type": "string", "pattern": "^[A-Z]{{4}}[0-9]{{8}}$"}},
        "name": {{"type": "string", "minLength": 10, "maxLength": 30}},
        "day": {{"type": "string", "format": "date"}},
        "amount": {{"type": "integer", "minimum": 0, "maximum": 99999}},
        "note": {{"type": "string", "minLength": 10, "maxLength": 20}},
    }},
}}

@pytest.mark.specmint(SCHEMA, seed=1, count={count}, golden="large.jsonl")
@pytest.mark.parametrize("i", range({tests}))
def test_it(i, specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
"""


def part(bench: Bench) -> Outcome:
    """Targets 13 to 15."""
    found = Outcome()
    for step in (_over_data, _over_a_golden, _failing):
        bench.say(step.__name__.strip("_").replace("_", " "))
        found.figures += step(bench)
    if not (PROC / "self/status").exists():
        found.skipped.append("suites: this system has no /proc, which tells each process's peak")
    return found


def _suite(place: Path, text: str) -> Path:
    place.mkdir(exist_ok=True)
    (place / "pytest.ini").write_text("[pytest]\n")
    (place / "test_it.py").write_text(text)
    return place


def _over_data(bench: Bench) -> list[Figure]:
    schema = f"schema={str(ORDER)!r}, seed=1, count={RECORDS}"
    made = f"import pytest_specmint as sm\nDATA = list(sm.generate({schema}))".replace("schema=", "", 1)
    kinds = {
        "fixture": {"head": f"pytestmark = pytest.mark.specmint({schema})", "source": "specmint_dataset"},
        "list": {"head": made, "source": "DATA"},
    }
    actions = {}
    for kind, words in kinds.items():
        fixture = ", specmint_dataset" if kind == "fixture" else ""
        place = _suite(bench.scratch / kind, OVER_DATA.format(tests=bench.scale.tests, fixture=fixture, **words))
        actions[kind] = process_cpu(pytest_run(), cwd=place)
    taken = interleaved(actions, bench.scale.starts)
    name = f"{bench.scale.tests:,} tests of {RECORDS} records each ÷ the same with a list made once"
    return [Figure(13, name, "", ratio(taken["fixture"], taken["list"]), "x", 1.2)]


def _over_a_golden(bench: Bench) -> list[Figure]:
    if not (PROC / "self/status").exists():
        return []
    place = _suite(bench.scratch / "golden", OVER_A_GOLDEN.format(count=bench.scale.command, tests=20))
    line = pytest_run(f"--rootdir={place}", place)
    subprocess.run([*line, "--specmint-update-golden", "-k", "0]"], check=True, env=surroundings(), capture_output=True)
    size = (place / "golden" / "large.jsonl").stat().st_size / 1e6
    peak = middle([max(peaks(line)) for _ in range(bench.scale.rounds)])
    return [Figure(14, f"20 tests over one golden of {size:.0f} MB, peak memory", "", peak, "MB", 80)]


def _failing(bench: Bench) -> list[Figure]:
    script = Path(__file__).with_name("differ_once.py")
    spent = [told(script, bench.schemas["medium"], str(bench.scale.peers)) for _ in range(bench.scale.rounds)]
    seconds, grown = (middle([each[i] for each in spent]) for i in (0, 1))
    name = f"explaining {bench.scale.peers:,} changed records of 1.3 kB"
    return [
        Figure(15, name, "medium", _in_ms(seconds), "ms", 2000),
        Figure(15, f"{name}, memory that it takes", "medium", grown, "MB", 100),
    ]


def _in_ms(seconds: Middle) -> Middle:
    return Middle(1000 * seconds.median, 1000 * seconds.low, 1000 * seconds.high)
