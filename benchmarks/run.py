"""All benchmarks of the project: one command, a table in Markdown, the figures as JSON, and a picture.

    python benchmarks/run.py [--quick] [--only PART,…] [--out DIR] [--write-docs]

Every figure is taken in one run beside a named reference, in turn with it. Measured processes get no
PYTHONDONTWRITEBYTECODE: a user's Python keeps its byte code, and start-up without it is up to three times slower.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import against_peers
import command
import enrichment
import forms
import generation
import growth
import memory
import micro
import parts
import rules
import startup
import suites
from machine import load, machine
from measure import NO_PLANS, python, surroundings
from plot import plot
from report import in_document, report
from result import Bench, Outcome, Part
from scale import FULL, QUICK, ROOT, SCHEMAS

import pytest_specmint

PARTS: Mapping[str, Part] = {
    "generation": generation.part,
    "whole": command.whole,
    "workers": command.workers,
    "memory": memory.part,
    "peers": against_peers.part,
    "startup": startup.part,
    "files": command.files,
    "micro": micro.part,
    "growth": growth.part,
    "suites": suites.part,
    "enrichment": enrichment.part,
    "rules": rules.part,
    "parts": parts.part,
    "forms": forms.part,
}
RESULTS, TABLE, PICTURE = "results.json", "results.md", "performance.png"


@dataclass(frozen=True, slots=True)
class Found:
    """What a part found, and how it was run."""

    outcome: Outcome
    command: str
    load: str
    """How busy the machine was when it began."""


def main() -> None:
    """Measure, write, print."""
    options = _options()
    names = options.only.split(",") if options.only else list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        raise SystemExit(f"unknown part {unknown[0]!r}; known are {', '.join(PARTS)}")
    os.environ.update(NO_PLANS)
    options.out.mkdir(parents=True, exist_ok=True)
    found = _known(options.out / RESULTS)
    if not options.again:
        _compile_first()
        for name in names:
            found[name] = _measured(name, quick=options.quick)
            _save(options.out / RESULTS, found)
    _publish(found, options.out, docs=options.write_docs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="small counts: shows that everything runs, measures little"
    )
    parser.add_argument("--only", metavar="PART,…", help=f"some of {', '.join(PARTS)}; the others stay as DIR has them")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "benchmarks", metavar="DIR")
    parser.add_argument("--again", action="store_true", help="measure nothing; write what DIR has once more")
    parser.add_argument("--write-docs", action="store_true", help="also write docs/performance.md and its picture")
    return parser.parse_args()


def _compile_first() -> None:
    """Byte code of what is measured, as an installation leaves it."""
    package = Path(pytest_specmint.__file__).parent
    subprocess.run(python("-m", "compileall", "-q", package), env=surroundings(), check=False)


def _measured(name: str, *, quick: bool) -> Found:
    busy, start = load(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="specmint-bench-") as scratch:
        bench = Bench(QUICK if quick else FULL, dict(SCHEMAS), Path(scratch), partial(_say, name))
        outcome = PARTS[name](bench)
    _say(name, f"done in {time.perf_counter() - start:.0f} s")
    return Found(outcome, f"python benchmarks/run.py{' --quick' if quick else ''}", busy)


def _say(part: str, words: str) -> None:
    sys.stderr.write(f"{part}: {words}\n")
    sys.stderr.flush()


def _known(path: Path) -> dict[str, Found]:
    """What earlier runs found on the same machine with the same versions."""
    if not path.exists():
        return {}
    data = json.loads(path.read_bytes())
    if data["machine"] != machine():
        return {}
    parts = data["parts"]
    return {
        name: Found(Outcome.of_json(each["outcome"]), each["command"], each["load"])
        for name, each in ((name, parts[name]) for name in PARTS if name in parts)
    }


def _save(path: Path, found: Mapping[str, Found]) -> None:
    parts = {name: asdict(found[name]) for name in PARTS if name in found}
    path.write_text(json.dumps({"machine": machine(), "parts": parts}, indent=1) + "\n", encoding="utf-8")


def _publish(found: Mapping[str, Found], out: Path, *, docs: bool) -> None:
    """The table on standard output and on disk, the picture beside it."""
    outcomes = {name: found[name].outcome for name in PARTS if name in found}
    commands = [found[name].command for name in outcomes]
    loads = [found[name].load for name in outcomes]
    text = report(machine(), commands, loads, outcomes)
    (out / TABLE).write_text(text, encoding="utf-8")
    print(text)
    curves = [curve for outcome in outcomes.values() for curve in outcome.curves]
    drawn = plot(curves, out / PICTURE)
    if not drawn:
        _say("plot", "SKIPPED, matplotlib is not installed: pip install 'pytest-specmint[bench]'")
    if docs:
        in_document(ROOT / "docs" / "performance.md", text)
        if drawn:
            shutil.copyfile(out / PICTURE, ROOT / "docs" / PICTURE)


if __name__ == "__main__":
    main()
