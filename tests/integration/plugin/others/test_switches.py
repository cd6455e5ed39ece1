"""pytest's own switches: without its cache, warnings as errors, strict bytes, plain assertions, no plugin of ours."""

import shutil
import subprocess
import sys

import pytest
from neighbourhood import COUNT, UPDATE, Project


def test_without_the_cache(unwritten: tuple[Project, dict[str, bytes]]) -> None:
    project, goldens = unwritten
    shutil.rmtree(project.path / ".pytest_cache")
    project.run("-p", "no:cacheprovider", UPDATE).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens
    project.tamper()
    project.run("-p", "no:cacheprovider").assert_outcomes(failed=COUNT)
    assert not (project.path / ".pytest_cache").exists()


def test_with_the_cache_failed_tests_alone_are_updated(written: Project) -> None:
    good = written.goldens()
    written.tamper()
    written.run("-k", "given_seed").assert_outcomes(failed=1)
    written.run("--last-failed", UPDATE).assert_outcomes(passed=1)
    assert sum(data == good[name] for name, data in written.goldens().items()) == 1


@pytest.mark.parametrize(
    "switches",
    [("-W", "error"), ("--strict-markers", "--strict-config"), ("-s",), ("-x", "-vv"), ("--assert=plain",)],
    ids=" ".join,
)
def test_other_switches(written: Project, switches: tuple[str, ...]) -> None:
    before = written.files()
    written.run(*switches, UPDATE).assert_outcomes(passed=COUNT)
    assert written.files() == before
    written.tamper()
    assert written.run(*switches).parseoutcomes()["failed"] >= 1


def test_bytes_and_text_are_never_mixed(written: Project) -> None:
    written.tamper()
    words = [sys.executable, "-bb", "-m", "pytest", "-vv"]
    done = subprocess.run(words, cwd=written.path, capture_output=True, text=True, timeout=120)
    assert f"{COUNT} failed" in done.stdout
    assert "BytesWarning" not in done.stdout + done.stderr


def test_collecting_alone_makes_nothing(project: Project) -> None:
    before = project.files()
    assert project.run("--collect-only", UPDATE).ret == 0
    assert project.files() == before


def test_switched_off_the_plugin_is_gone(empty_project: Project) -> None:
    result = empty_project.run("-p", "no:specmint", "-W", "error", "--markers")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*specmint*")


def test_loaded_by_name_where_entry_points_are_not_read(
    unwritten: tuple[Project, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, goldens = unwritten
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    project.run("-p", "syrupy", "-p", "pytest_specmint.plugin", UPDATE).assert_outcomes(passed=COUNT)
    assert project.goldens() == goldens


def test_assertions_about_foreign_objects_are_left_alone(empty_project: Project) -> None:
    """Objects that object to every attribute: comparing them asks them nothing on our behalf."""
    empty_project.write(
        "tests/test_foreign.py",
        """
class Touchy:
    asked = []

    def __getattr__(self, name):
        Touchy.asked.append(name)
        raise RuntimeError(f"nobody asks for {name}")

    def __repr__(self):
        return "<Touchy>"

def test_touchy():
    assert Touchy() == 1

def test_asked():
    assert Touchy.asked == []
""",
    )
    empty_project.run().assert_outcomes(passed=1, failed=1)
