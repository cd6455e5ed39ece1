"""Datasets in parts by Dask, on clusters of real processes, and what may happen to them."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import PARTS, ROOT, Box, Cluster, cluster, ended, kill, staged_by, until

pytest.importorskip("distributed", reason='clusters of Dask need: pip install "pytest-specmint[dask]"')


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster for the tests that leave it whole."""
    with cluster(Box(tmp_path_factory.mktemp("dask"))) as made:
        yield made


def dask(made: Cluster) -> tuple[str, ...]:
    return ("--engine", "dask", "--scheduler", made.address, "-o", "out")


def test_a_cluster_for_the_run(box: Box, whole: dict[str, bytes]) -> None:
    ran = box.generate("--engine", "dask", "--workers", "2", "-o", "out")
    assert ran.code == 0, ran.err
    assert "note: Dask's dashboard: http://127.0.0.1:" in ran.err
    assert f"parts {PARTS}, tree sha256" in ran.err
    assert box.files("out") == whole


def test_a_cluster_that_is_there(box: Box, standing: Cluster, whole: dict[str, bytes]) -> None:
    ran = box.generate(*dask(standing))
    assert ran.code == 0, ran.err
    assert box.files("out") == whole


def test_one_is_cancelled_and_continued_beside_a_slow_worker(
    box: Box, standing: Cluster, whole: dict[str, bytes]
) -> None:
    target = box.directory / "out"
    run = box.begin(*dask(standing))
    slow = until(lambda: staged_by(target))
    os.kill(slow, signal.SIGSTOP)  # it is as slow as can be
    try:
        until(lambda: len(list(target.glob("_specmint/part-*.json"))) >= 2)
        os.kill(run.pid, signal.SIGINT)
        assert ended(run).code == 130
    finally:
        os.kill(slow, signal.SIGCONT)
    until(lambda: staged_by(target) is None)
    assert not (target / "manifest.json").exists()
    left = {path.name: path.read_bytes() for path in target.glob("part-*")}
    assert left.items() <= whole.items()  # whole, or not there
    run = box.begin(*dask(standing), "--resume")
    threading.Timer(2.0, os.kill, (slow, signal.SIGCONT)).start()
    os.kill(slow, signal.SIGSTOP)
    ran = ended(run)
    assert ran.code == 0, ran.err
    assert "kept)" in ran.err
    assert box.files("out") == whole


def test_a_worker_that_is_killed_in_mid_part(box: Box, whole: dict[str, bytes]) -> None:
    with cluster(box) as made:
        run = box.begin(*dask(made))
        os.kill(until(lambda: staged_by(box.directory / "out")), signal.SIGKILL)
        ran = ended(run)
    assert ran.code == 0, ran.err
    assert box.files("out") == whole


def test_a_scheduler_that_is_started_anew(box: Box, whole: dict[str, bytes]) -> None:
    with cluster(box) as made:
        run = box.begin(*dask(made))
        until(lambda: list(box.directory.glob("out/_specmint/part-*.json")))
        os.kill(run.pid, signal.SIGSTOP)  # it is quick
        made.close()
        made.start_scheduler()
        os.kill(run.pid, signal.SIGCONT)
        made.worker()
        ran = ended(run)
    assert ran.code == 0, ran.err
    assert "the scheduler is gone; waiting for it" in ran.err
    assert box.files("out") == whole


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def test_a_disk_that_is_full_on_one_worker(box: Box, whole: dict[str, bytes]) -> None:
    with cluster(box, workers=1) as made:
        made.worker("full", nanny=False, preexec_fn=_small_files)  # a part is larger than what it may write
        until(lambda: len(_workers(box, made)) == 2)
        ran = box.generate(*dask(made))
    assert ran.code == 0, ran.err
    assert "is left out: cannot write" in ran.err
    assert box.files("out") == whole


def test_no_worker_can_write(box: Box) -> None:
    with cluster(box, workers=0) as made:
        made.worker("full", nanny=False, preexec_fn=_small_files)
        ran = box.generate(*dask(made))
    assert ran.code == 6
    assert not (box.directory / "out" / "manifest.json").exists()
    assert [name for name in box.files("out") if name.startswith(("part-", "."))] == []


def test_a_worker_with_another_engine_is_refused(box: Box, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "pytest_specmint", other / "pytest_specmint")
    version = other / "pytest_specmint" / "version.py"
    version.write_text(version.read_text().replace("ENGINE_VERSION = ", "ENGINE_VERSION = 9"))
    with cluster(box, workers=0) as made:
        made.worker(env={**box.environment(), "PYTHONPATH": str(other)})
        ran = box.generate(*dask(made))
    assert ran.code == 1, ran.err
    assert "a worker has another engine (pytest-specmint" in ran.err
    assert "install the same pytest-specmint on every worker" in ran.err
    assert [name for name in box.files("out") if name.startswith("part-")] == []


def test_no_scheduler(box: Box) -> None:
    ran = box.generate("--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "-o", "out")
    assert ran.code == 6
    assert "there is no scheduler at tcp://127.0.0.1:1" in ran.err
    assert "hint: start one with: dask scheduler" in ran.err


def _workers(box: Box, made: Cluster) -> list[str]:
    code = f"from distributed import Client; c = Client('{made.address}'); print(*c.nthreads()); c.close()"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=box.environment())
    return found.stdout.decode().split()


def test_a_run_killed_with_its_cluster_is_continued(box: Box, whole: dict[str, bytes]) -> None:
    run = box.begin("--engine", "dask", "--workers", "2", "-o", "out")
    until(lambda: list(box.directory.glob("out/_specmint/part-*.json")))
    kill(run)
    assert not (box.directory / "out" / "manifest.json").exists()
    ran = box.generate("--workers", "2", "-o", "out", "--resume")  # another engine may go on
    assert ran.code == 0, ran.err
    assert "kept)" in ran.err
    assert box.files("out") == whole
