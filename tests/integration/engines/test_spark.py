"""The engine spark, on real clusters of this machine: local, and executors in processes of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.engines.outcome import TRIES
from pytest_specmint.errors import InvalidData, UsageError, WorkerError
from pytest_specmint.parts import make
from pytest_specmint.parts.layout import LEAF
from pytest_specmint.parts.same_engine import OtherEngine
from tests.part_tasks import COUNT, SCHEMA, Faults, Run

pytest.importorskip("pyspark", reason='the engine spark is not tested: pip install "pytest-specmint[spark]"')
pytest.importorskip("pyarrow", reason='the engine spark is not tested: pip install "pytest-specmint[spark]"')
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="the engine spark is not tested: it needs Java"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Spark's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Specmint = Callable[..., "subprocess.CompletedProcess[str]"]
SchemaFile = Callable[..., str]
OTHER = "9.9.9/99/0123456789abcdef"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """A session of this process for all tests, whose workers know formats that go wrong."""
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(tmp_path_factory.mktemp("spark") / "faults", patch)
        session = begun(f"local[2,{TRIES}]")
        yield faults
        session.stop()


def begun(master: str) -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master).appName("tests").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return builder.getOrCreate()


@pytest.fixture
def made(site: Faults, tmp_path: Path) -> Run:
    return Run("spark", tmp_path / "out")


def test_a_cluster_of_ones_own_is_used_and_left(made: Run) -> None:
    from pyspark.sql import SparkSession

    made.make()
    made.check()
    assert SparkSession.getActiveSession() is not None


def test_a_worker_killed_in_mid_part(site: Faults, made: Run) -> None:
    made.make(site.KILLED)
    assert site.count("killed") == 2
    made.check()


def test_a_part_that_fails_twice(site: Faults, made: Run) -> None:
    made.make(site.FULL_TWICE)
    assert site.count("full") == 3
    made.check()


def test_a_part_that_always_fails(site: Faults, made: Run) -> None:
    with pytest.raises(
        WorkerError, match=r"Spark has given up on one of the parts 0 to 3: OutputError: .*[Nn]o space left"
    ) as caught:
        made.make(site.ALWAYS_FULL)
    assert caught.value.exit_code == 6
    assert site.count("always") == TRIES
    assert not (made.target / "part-00001.txt").exists()
    assert not (made.target / "manifest.json").exists()


def test_what_no_other_try_would_mend_is_not_tried_again(site: Faults, made: Run) -> None:
    with pytest.raises(InvalidData, match="record 70000 does not fit") as caught:
        made.make(site.UNFIT)
    assert (caught.value.pointer, caught.value.hint) == ("/id", "make it fit")
    assert site.count("unfit") == 1


def test_a_worker_with_another_engine_refuses(made: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "engine_digest", lambda: OTHER)
    with pytest.raises(OtherEngine, match=r"another engine .* than this run \(pytest-specmint 9\.9\.9") as caught:
        made.make()
    assert caught.value.exit_code == 1
    assert not list(made.target.glob("part-*"))


def test_a_run_that_stopped_goes_on(made: Run) -> None:
    made.stopped_after(2)
    done = made.make(resume=True)
    assert done.run["stats"]["parts_kept"] >= 2
    made.check()


def test_a_run_that_is_closed_leaves_no_half_part(made: Run) -> None:
    parts = made.parts()
    first = next(parts)
    parts.close()  # type: ignore[attr-defined]
    there = {path.name: path.read_bytes().count(b"\n") for path in made.target.glob("part-*")}
    assert first.file in there
    assert {*there.values()} <= {LEAF, COUNT % LEAF}


def test_another_master_than_the_session_has(made: Run) -> None:
    made = Run("spark", made.target, scheduler="spark://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"a Spark session at local\[2,4\] already") as caught:
        made.make()
    assert caught.value.hint


def test_executors_in_processes_of_their_own_one_of_which_is_killed(tmp_path: Path) -> None:
    """In a process of its own, for this one has a session."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killed_executor.py")), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr
    Run("spark", tmp_path / "out").check()


def test_on_the_command_line_a_cluster_is_started_for_the_run(
    specmint: Specmint, schema_file: SchemaFile, tmp_path: Path
) -> None:
    done = specmint(
        *("generate", "--schema", schema_file(SCHEMA), "--seed", "9", "--count", str(COUNT), "--out", "out"),
        *("--engine", "spark", "--workers", "2", "--part-records", str(LEAF)),
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "parts 4" in done.stderr
    Run("spark", tmp_path / "out").check()
