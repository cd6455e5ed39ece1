"""Short commands beside an import, the plugin beside its absence, and a fixture."""

import orjson
from engine import SEED
from measure import HERE, Middle, cpu, interleaved, middle, process_cpu, pytest_run, python, ratio, specmint, told
from result import Bench, Figure, Outcome

import pytest_specmint as sm

FIXTURE = 100
NOTHING_COLLECTED = 5
TESTS = """
import pytest

@pytest.mark.parametrize("i", range({count}))
@pytest.mark.specmint(schema={schema!r}, count=100)
def test_each(i{fixture}):
    {body}
"""


def part(bench: Bench) -> Outcome:
    """Targets 7 to 11."""
    found = Outcome()
    for step in (_first_record, _words, _plugin, _fixture, _fixture_in_pytest, _compile):
        bench.say(step.__name__.strip("_").replace("_", " "))
        found.figures += step(bench)
    return found


def _first_record(bench: Bench) -> list[Figure]:
    actions = {
        name: process_cpu(specmint("generate", "--schema", path, "--count", 1, "--seed", SEED, "--stdout", "--quiet"))
        for name, path in bench.schemas.items()
    }
    taken = interleaved({**actions, "numpy": process_cpu(python("-c", "import numpy"))}, bench.scale.starts)
    return [
        Figure(7, "one record, cold ÷ python -c 'import numpy'", name, ratio(taken[name], taken["numpy"]), "x", 2.5)
        for name in actions
    ]


def _words(bench: Bench) -> list[Figure]:
    actions = {option: process_cpu(specmint(option)) for option in ("--version", "--help")}
    taken = interleaved({**actions, "click": process_cpu(python("-c", "import click"))}, bench.scale.starts)
    return [
        Figure(
            8, f"specmint-cli {option} ÷ python -c 'import click'", "", ratio(taken[option], taken["click"]), "x", 1.6
        )
        for option in actions
    ]


def _plugin(bench: Bench) -> list[Figure]:
    empty = bench.scratch / "empty"
    empty.mkdir(exist_ok=True)
    line = pytest_run(f"--rootdir={empty}")
    both = {
        "with": process_cpu(line, codes=[NOTHING_COLLECTED], cwd=empty),
        "without": process_cpu([*line, "-p", "no:specmint"], codes=[NOTHING_COLLECTED], cwd=empty),
    }
    taken = interleaved(both, bench.scale.starts)
    return [
        Figure(
            9,
            "pytest with the plugin, less with -p no:specmint",
            "",
            _difference(taken["with"], taken["without"]),
            "ms",
            10,
        )
    ]


def _difference(more: list[float], less: list[float], parts: int = 1) -> Middle:
    """In milliseconds, round by round."""
    return middle([1000 * (a - b) / parts for a, b in zip(more, less, strict=True)])


def _fixture(bench: Bench) -> list[Figure]:
    path = bench.schemas["medium"]
    making, dumping = [], []
    for seed in range(bench.scale.rounds * 5):
        spent, records = cpu(lambda: list(sm.generate(path, seed=seed, count=FIXTURE)))
        fresh = orjson.loads(orjson.dumps(records))
        making.append(spent)
        dumping.append(cpu(lambda: [orjson.dumps(record) for record in fresh])[0])
    making, dumping = making[1:] or making, dumping[1:] or dumping  # the first one compiled
    return [
        Figure(10, f"{FIXTURE} records by the API, warm", "medium", middle([1000 * each for each in making]), "ms", 15),
        Figure(0, f"{FIXTURE} records by the API, warm ÷ orjson.dumps", "medium", ratio(making, dumping), "x"),
    ]


def _fixture_in_pytest(bench: Bench) -> list[Figure]:
    count = 20 * bench.scale.rounds
    path = str(bench.schemas["medium"])
    kinds = {
        "with": (", specmint_dataset", "assert len(list(specmint_dataset)) == 100"),
        "without": ("", "assert len([i] * 100) == 100"),
    }
    actions = {}
    for kind, (fixture, body) in kinds.items():
        place = bench.scratch / f"tests_{kind}"
        place.mkdir(exist_ok=True)
        (place / "test_it.py").write_text(TESTS.format(count=count, schema=path, fixture=fixture, body=body))
        actions[kind] = process_cpu(pytest_run(f"--rootdir={place}"), cwd=place)
    taken = interleaved(actions, max(1, bench.scale.starts // 3))
    value = _difference(taken["with"], taken["without"], count)
    return [Figure(10, f"{FIXTURE} records by the fixture, a test of {count}", "medium", value, "ms", 15)]


def _compile(bench: Bench) -> list[Figure]:
    script = HERE / "compile_once.py"
    figures = []
    for name, path in bench.schemas.items():
        spent = [told(script, path) for _ in range(max(1, bench.scale.starts // 2))]
        ours, theirs = [each[0] for each in spent], [each[1] for each in spent]
        figures += [
            Figure(11, "load and compile", name, middle([1000 * each for each in ours]), "ms", 200),
            Figure(0, "load and compile ÷ jsonschema's check_schema", name, ratio(ours, theirs), "x"),
        ]
    return figures
