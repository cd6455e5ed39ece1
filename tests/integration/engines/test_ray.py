"""The engine ray, on a real cluster of this machine."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_specmint.engines.outcome import TRIES
from pytest_specmint.errors import InvalidData, UsageError, WorkerError
from pytest_specmint.parts import make
from pytest_specmint.parts.layout import LEAF
from pytest_specmint.parts.same_engine import OtherEngine
from tests.part_tasks import COUNT, SCHEMA, Faults, Run

ray = pytest.importorskip("ray", reason='the engine ray is not tested: pip install "pytest-specmint[ray]"')
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Ray's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Specmint = Callable[..., "subprocess.CompletedProcess[str]"]
SchemaFile = Callable[..., str]
OTHER = "9.9.9/99/0123456789abcdef"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """A cluster of this process for all tests, whose workers know formats that go wrong."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        faults = Faults(tmp_path_factory.mktemp("ray") / "faults", patch)
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=80_000_000,
            log_to_driver=False,
            logging_level="error",
        )
        yield faults
        ray.shutdown()


@pytest.fixture
def made(site: Faults, tmp_path: Path) -> Run:
    return Run("ray", tmp_path / "out")


def test_a_cluster_of_ones_own_is_used_and_left(made: Run) -> None:
    made.make()
    made.check()
    assert ray.is_initialized()


def test_a_worker_killed_in_mid_part(site: Faults, made: Run) -> None:
    made.make(site.KILLED)
    assert site.count("killed") == 2
    made.check()


def test_a_part_that_fails_twice(site: Faults, made: Run) -> None:
    made.make(site.FULL_TWICE)
    assert site.count("full") == 3
    made.check()


def test_a_part_that_always_fails(site: Faults, made: Run) -> None:
    with pytest.raises(WorkerError, match=r"Ray has given up on part 1: OutputError: .*[Nn]o space left") as caught:
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


def test_an_address_where_nothing_is(made: Run) -> None:
    made = Run("ray", made.target, scheduler="ray://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"ray://127\.0\.0\.1:9") as caught:
        made.make()
    assert caught.value.hint


def test_on_the_command_line_a_cluster_is_started_for_the_run(
    specmint: Specmint, schema_file: SchemaFile, tmp_path: Path
) -> None:
    done = specmint(
        *("generate", "--schema", schema_file(SCHEMA), "--seed", "9", "--count", str(COUNT), "--out", "out"),
        *("--engine", "ray", "--workers", "2", "--part-records", str(LEAF)),
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "parts 4" in done.stderr
    Run("ray", tmp_path / "out").check()
