"""syrupy's own snapshots beside our goldens: two flags, two stores, one test."""

import pytest
from neighbourhood import UPDATE, Project

TEXTS = """
import pytest

@pytest.mark.specmint(schema="schemas/order.json", seed=7, count=4)
def test_both(specmint_dataset, specmint_golden, snapshot):
    assert specmint_dataset == specmint_golden
    assert [each["amount"] for each in specmint_dataset] == snapshot

def test_theirs(snapshot):
    assert {"a": 1} == snapshot
"""
FILES = """
import pytest
from syrupy.extensions.json import JSONSnapshotExtension

@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(JSONSnapshotExtension)

""" + TEXTS.replace("import pytest\n", "")
THEIRS = "--snapshot-update"


def theirs(project: Project) -> dict[str, bytes]:
    return {name: data for name, data in project.files().items() if "__snapshots__/" in name}


def ours(project: Project) -> dict[str, bytes]:
    return {name: data for name, data in project.files().items() if "__snapshots__/" not in name}


@pytest.fixture(params=[TEXTS, FILES], ids=["amber", "single_file"])
def both(request: pytest.FixtureRequest, empty_project: Project) -> Project:
    """A project with syrupy's snapshots and our golden, all written."""
    empty_project.write("tests/test_both.py", request.param)
    empty_project.run(THEIRS, UPDATE).assert_outcomes(passed=2)
    assert theirs(empty_project)
    assert len(empty_project.goldens()) == 1
    return empty_project


def test_reading_both_writes_nothing_and_they_do_not_count_ours(both: Project) -> None:
    before = both.files()
    result = both.run()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*2 snapshots passed*"])
    result.stdout.no_fnmatch_line("*unused*")
    assert both.files() == before


def test_their_update_does_not_write_our_goldens(both: Project) -> None:
    both.tamper()
    before = ours(both)
    both.run(THEIRS).assert_outcomes(passed=1, failed=1)
    assert ours(both) == before


def test_their_update_does_not_create_our_goldens(empty_project: Project) -> None:
    empty_project.write("tests/test_both.py", TEXTS)
    empty_project.run(THEIRS).assert_outcomes(passed=1, failed=1)
    assert empty_project.goldens() == {}


def test_what_they_delete_as_unused_is_theirs(both: Project) -> None:
    path = both.path / "tests" / "test_both.py"
    head, _, rest = path.read_text(encoding="utf-8").partition("@pytest.mark.specmint")
    path.write_text(head + rest[rest.index("def test_theirs") :], encoding="utf-8")
    before, goldens = theirs(both), both.goldens()
    both.run(THEIRS).assert_outcomes(passed=1)
    assert theirs(both) != before
    assert both.goldens() == goldens


def test_our_update_writes_no_snapshot_of_theirs(both: Project) -> None:
    for name, data in theirs(both).items():
        (both.path / name).write_bytes(data.translate(bytes.maketrans(b"1234", b"2345")))
    before = both.files()
    both.run(UPDATE).assert_outcomes(failed=2)
    assert both.files() == before


def test_a_failing_snapshot_of_theirs_keeps_our_golden_unwritten(empty_project: Project) -> None:
    empty_project.write("tests/test_both.py", TEXTS)
    empty_project.run(UPDATE).assert_outcomes(failed=2)
    assert empty_project.goldens() == {}


def test_goldens_below_their_directory_are_refused(written: Project) -> None:
    """Their update deletes what it does not know there."""
    written.write("pytest.ini", "[pytest]\nspecmint_golden_dir = tests/__snapshots__/golden\n")
    result = written.run(UPDATE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "__snapshots__" in result.stderr.str()


@pytest.mark.parametrize("both", [TEXTS], ids=["amber"], indirect=True)
def test_both_shared_out(both: Project) -> None:
    before = both.files()
    both.beside("xdist")
    both.run("-n2", THEIRS, UPDATE).assert_outcomes(passed=2)
    assert both.files() == before


def test_records_as_a_snapshot_of_theirs(empty_project: Project) -> None:
    empty_project.write(
        "tests/test_records.py",
        """
import pytest

@pytest.mark.specmint(schema="schemas/order.json", seed=7, count=4)
def test_records(specmint_dataset, snapshot):
    assert list(specmint_dataset) == snapshot
""",
    )
    empty_project.run(THEIRS).assert_outcomes(passed=1)
    empty_project.run().assert_outcomes(passed=1)
    assert empty_project.goldens() == {}
