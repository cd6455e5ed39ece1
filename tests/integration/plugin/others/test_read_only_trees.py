"""Source trees that may not be written to: reading works and leaves nothing, updating says what is in the way.

Permissions do not hold root back, so a run as root gives up the capability to override them first; where that cannot
be done the tests are skipped and say so.
"""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from neighbourhood import COUNT, UPDATE, Project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="permissions and capabilities of Linux")
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


def give_up_override() -> None:
    """In the child before it becomes Python: the programs it runs, root's too, have to obey permissions."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


def obey(project: Project, *arguments: object) -> pytest.RunResult:
    """Run Python in the project, as a user who has to obey permissions."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=project.path,
        preexec_fn=give_up_override,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return pytest.RunResult(done.returncode, done.stdout.splitlines(), done.stderr.splitlines(), 0)


@pytest.fixture
def read_only(written: Project) -> Iterator[Project]:
    """`written`, whose directories may not be written to."""
    folders = [written.path, *(path for path in written.path.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        if obey(written, "-c", "open('probe', 'w')").ret == 0:
            pytest.skip("this user writes to read-only directories and cannot give that up")
        yield written
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_reading_works_and_leaves_nothing(read_only: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECMINT_PLAN_CACHE", str(read_only.path / "plans"))  # a home that is read-only too
    before = read_only.files()
    obey(read_only, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=COUNT)
    assert read_only.files() == before


def test_updating_says_which_file_and_changes_nothing(read_only: Project) -> None:
    read_only.tamper()  # its files may still be written to: the directories are what is read-only
    before = read_only.files()
    result = obey(read_only, "-m", "pytest", "-p", "no:cacheprovider", "-k", "given_seed", UPDATE)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    text = "\n".join([*result.outlines, *result.errlines])
    assert "INTERNALERROR" not in text
    assert "test_given_seed" in text
    assert "Permission denied" in text
    assert str(read_only.path / "golden") in text
    assert read_only.files() == before


def test_goldens_may_lie_elsewhere(read_only: Project) -> None:
    elsewhere = read_only.path.parent / "elsewhere"
    switches = ("-m", "pytest", "-p", "no:cacheprovider", "-o", f"specmint_golden_dir={elsewhere}")
    obey(read_only, *switches, UPDATE).assert_outcomes(passed=COUNT)
    assert len(list(elsewhere.glob("**/*.jsonl"))) == COUNT
