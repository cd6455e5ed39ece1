"""Runs on Spark and on Ray that Ctrl-C ends, or whose cluster dies; another engine goes on with them."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from cluster import Box, ended, until

COUNT = 40 * 65_536


@pytest.mark.parametrize(("engine", "package"), [("spark", "pyspark"), ("ray", "ray")])
def test_a_run_that_is_cancelled_can_be_continued(box: Box, engine: str, package: str) -> None:
    pytest.importorskip(package, reason=f'needs: pip install "pytest-specmint[{engine}]"')
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("the engine spark needs Java")
    box.more["PYSPARK_PYTHON"] = sys.executable
    run = box.begin("--engine", engine, "--workers", "2", "-o", "out", count=COUNT)
    until(lambda: len([*box.directory.glob("out/_specmint/part-*.json")]) >= 3, 120)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does
    ran = ended(run, 120)
    assert ran.code == 130, ran.err
    assert not [name for name in box.files("out") if "specmint-" in name or name == "manifest.json"]
    again = box.generate("-o", "out", "--resume", "--workers", "2", count=COUNT)
    assert again.code == 0, again.err
    assert "parts 40 (" in again.err
    assert box.generate("-o", "whole", "--workers", "2", count=COUNT).code == 0
    assert box.files("out") == box.files("whole")


def test_the_driver_of_spark_dies(box: Box) -> None:
    pytest.importorskip("pyspark", reason='needs: pip install "pytest-specmint[spark]"')
    if shutil.which("java") is None:
        pytest.skip("the engine spark needs Java")
    box.more["PYSPARK_PYTHON"] = sys.executable
    run = box.begin("--engine", "spark", "--workers", "2", "-o", "out", count=COUNT)
    until(lambda: len([*box.directory.glob("out/_specmint/part-*.json")]) >= 3, 120)
    os.kill(java_of(run.pid), signal.SIGKILL)
    ran = ended(run, 120)
    assert ran.code == 6, ran.err
    assert "error: Spark has given up on one of the parts" in ran.err
    assert ran.err.endswith("summary: exit code 6, kind WorkerError\n")
    assert box.generate("-o", "out", "--resume", "--workers", "2", count=COUNT).code == 0


def java_of(parent: int) -> int:
    """The process that runs Java for another."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it has ended meanwhile
            continue
        if told["PPid"].strip() == str(parent) and told["Name"].strip() == "java":
            return int(told["Pid"])
    raise AssertionError("there is no Java")
