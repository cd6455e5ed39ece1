"""What every engine that has a cluster keeps to: the tests of each inherit these."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_specmint.engines.outcome import TRIES
from pytest_specmint.errors import InvalidData, WorkerError
from pytest_specmint.parts import make
from pytest_specmint.parts.layout import LEAF
from pytest_specmint.parts.same_engine import OtherEngine
from tests.part_tasks import COUNT, SCHEMA, Faults, Run

Specmint = Callable[..., "subprocess.CompletedProcess[str]"]
SchemaFile = Callable[..., str]
OTHER = "9.9.9/99/0123456789abcdef"


class EngineLaws:
    """The tests of an engine on a cluster whose workers know the formats of `Faults`, its fixture ``site``."""

    engine: str
    given_up: str
    """What is said of a part that no worker can make: a regular expression."""

    @pytest.fixture
    def made(self, site: Faults, tmp_path: Path) -> Run:
        return Run(self.engine, tmp_path / "out")

    def test_a_worker_killed_in_mid_part(self, site: Faults, made: Run) -> None:
        made.make(site.KILLED)
        assert site.count("killed") == 2
        made.check()

    def test_a_part_that_fails_twice(self, site: Faults, made: Run) -> None:
        made.make(site.FULL_TWICE)
        assert site.count("full") == 3
        made.check()

    def test_a_part_that_always_fails(self, site: Faults, made: Run) -> None:
        with pytest.raises(WorkerError, match=self.given_up) as caught:
            made.make(site.ALWAYS_FULL)
        assert caught.value.exit_code == 6
        assert site.count("always") == TRIES
        assert not (made.target / "part-00001.txt").exists()
        assert not (made.target / "manifest.json").exists()

    def test_what_no_other_try_would_mend_is_not_tried_again(self, site: Faults, made: Run) -> None:
        with pytest.raises(InvalidData, match="record 70000 does not fit") as caught:
            made.make(site.UNFIT)
        assert (caught.value.pointer, caught.value.hint) == ("/id", "make it fit")
        assert site.count("unfit") == 1

    def test_a_worker_with_another_engine_refuses(self, made: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(make, "engine_digest", lambda: OTHER)
        with pytest.raises(OtherEngine, match=r"another engine .* than this run \(pytest-specmint 9\.9\.9") as caught:
            made.make()
        assert caught.value.exit_code == 1
        assert not list(made.target.glob("part-*"))

    def test_a_run_that_stopped_goes_on(self, made: Run) -> None:
        made.stopped_after(2)
        done = made.make(resume=True)
        assert done.run["stats"]["parts_kept"] >= 2
        made.check()

    def test_a_run_that_is_closed_leaves_no_half_part(self, made: Run) -> None:
        parts = made.parts()
        first = next(parts)
        parts.close()  # type: ignore[attr-defined]
        there = {path.name: path.read_bytes().count(b"\n") for path in made.target.glob("part-*")}
        assert first.file in there
        assert {*there.values()} <= {LEAF, COUNT % LEAF}

    def test_on_the_command_line_a_cluster_is_started_for_the_run(
        self, specmint: Specmint, schema_file: SchemaFile, tmp_path: Path
    ) -> None:
        done = specmint(
            *("generate", "--schema", schema_file(SCHEMA), "--seed", "9", "--count", str(COUNT), "--out", "out"),
            *("--engine", self.engine, "--workers", "2", "--part-records", str(LEAF)),
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert "parts 4" in done.stderr
        Run(self.engine, tmp_path / "out").check()
