"""What other formats cost: the command with each of them beside the same command with JSON Lines."""

from functools import partial
from importlib.util import find_spec

from engine import SEED
from measure import Command, interleaved, process, ratio, specmint
from result import Bench, Figure, Outcome

LEAST = 0.5
"""Share of JSON Lines' records in a second that Parquet is to reach."""
OTHERS = ("arrow", "csv", "jsonl.gz", "jsonl.zst", "sql")
"""Formats that are shown besides."""
NEEDED = {"parquet": "pyarrow", "arrow": "pyarrow", "jsonl.zst": "zstandard"}


def part(bench: Bench) -> Outcome:
    """Target 25: records a second in each format ÷ those of JSON Lines, start-up included, to standard output."""
    found = Outcome()
    names = [name for name in ("parquet", *OTHERS) if find_spec(NEEDED.get(name, "orjson")) is not None]
    found.skipped += [f"forms: {name} needs {NEEDED[name]}" for name in ("parquet", *OTHERS) if name not in names]
    count = bench.scale.forms
    for schema, path in bench.schemas.items():
        bench.say(schema)
        given = ("--schema", path, "--count", count, "--seed", SEED, "--stdout", "--quiet")
        commands = {name: specmint("generate", *given, "--format", name) for name in ("jsonl", *names)}
        cpu: dict[str, list[float]] = {name: [] for name in commands}
        wall = interleaved(
            {name: partial(_seconds, command, cpu[name]) for name, command in commands.items()},
            bench.scale.runs,
            warm=False,
        )
        for name in names:
            target = (25, LEAST) if name == "parquet" else (0, None)
            label = f"{name}: records a second ÷ JSON Lines', {count:,} records"
            value = ratio(wall["jsonl"], wall[name])
            found.figures.append(Figure(target[0], label, schema, value, "x", target[1], at_least=True))
            value = ratio(cpu["jsonl"], cpu[name])
            found.figures.append(Figure(0, f"{name}: records a CPU second ÷ JSON Lines'", schema, value, "x"))
    return found


def _seconds(command: Command, cpu: list[float]) -> float:
    """Seconds by the wall clock; those of the processors are noted."""
    done = process(command)
    cpu.append(done.cpu)
    return done.wall
