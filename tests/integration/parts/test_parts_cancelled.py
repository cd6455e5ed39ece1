"""Runs on Spark and on Ray that Ctrl-C ends, and another engine goes on with."""

import os
import shutil
import signal
import sys

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
