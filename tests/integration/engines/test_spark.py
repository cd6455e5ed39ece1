"""The engine spark, on real clusters of this machine: local, and executors in processes of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.engines.outcome import TRIES
from pytest_specmint.errors import UsageError
from tests.engine_laws import EngineLaws
from tests.part_tasks import Faults, Run

pytest.importorskip("pyspark", reason='the engine spark is not tested: pip install "pytest-specmint[spark]"')
pytest.importorskip("pyarrow", reason='the engine spark is not tested: pip install "pytest-specmint[spark]"')
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="the engine spark is not tested: it needs Java"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Spark's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


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


class TestSpark(EngineLaws):
    engine = "spark"
    given_up = r"Spark has given up on one of the parts 0 to 3: OutputError: .*[Nn]o space left"

    def test_a_cluster_of_ones_own_is_used_and_left(self, made: Run) -> None:
        from pyspark.sql import SparkSession

        made.make()
        made.check()
        assert SparkSession.getActiveSession() is not None

    def test_another_master_than_the_session_has(self, made: Run) -> None:
        made = Run("spark", made.target, scheduler="spark://127.0.0.1:9")
        with pytest.raises(UsageError, match=r"a Spark session at local\[2,4\] already") as caught:
            made.make()
        assert caught.value.hint

    def test_executors_in_processes_of_their_own_one_of_which_is_killed(self, tmp_path: Path) -> None:
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
