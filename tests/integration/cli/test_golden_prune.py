"""`specmint-cli golden prune`: what is certainly gone, and nothing else."""

import json
from collections.abc import Callable

import pytest
from golden_project import M, Project, X

Golden = Callable[..., tuple[int, str, str]]


@pytest.fixture
def old(project: Project) -> Project:
    project.golden(X)
    project.golden(M, name="orders")
    project.golden("tests/test_a.py::test_renamed[1]")
    project.golden("tests/deep/er/test_b.py::test_z")
    project.golden("tests/deep/er/test_b.py::test_z", seed=2, pend=True)
    project.golden("tests/test_a.py::TestK::test_never", pend=True)
    (project.root / "golden" / "tests" / "test_c.jsonl").write_text("1\n")
    return project


WHY = [
    "golden/tests/deep/er/test_b/test_z.jsonl: tests/deep/er/test_b.py does not exist",
    "golden/tests/test_a/TestK.test_never.jsonl: tests/test_a.py has no TestK.test_never",
    "golden/tests/test_a/test_renamed-1-d4a0ed5c.jsonl: tests/test_a.py has no test_renamed",
]


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_nothing_goes_unasked(old: Project, golden: Golden, options: list[str]) -> None:
    before = old.files()
    code, output, errors = golden("prune", *options)
    assert code == 0
    assert [line.partition("-1-")[0] for line in output.splitlines()] == [line.partition("-1-")[0] for line in WHY]
    assert "nothing was removed; pass --yes" in errors
    assert "summary: goldens 5, unused 3, removed 0" in errors
    assert old.files() == before


def test_what_is_gone_goes(old: Project, golden: Golden) -> None:
    code, output, errors = golden("prune", "--yes")
    assert code == 0
    assert len(output.splitlines()) == 3
    assert errors == "summary: goldens 5, unused 3, removed 3\n"
    assert sorted(old.files()) == [
        "tests/test_a/TestK.test_m.orders.golden.json",
        "tests/test_a/TestK.test_m.orders.jsonl",
        "tests/test_a/test_x.golden.json",
        "tests/test_a/test_x.jsonl",
        "tests/test_c.jsonl",
    ]
    assert not (old.root / "golden" / "tests" / "deep").exists()
    assert golden("prune", "--yes") == (0, "", "summary: goldens 2, unused 0, removed 0\n")


def test_as_json(old: Project, golden: Golden) -> None:
    found = json.loads(golden("prune", "--json")[1])
    assert found["removed"] is False
    assert found["unused"][0]["nodeid"] == "tests/deep/er/test_b.py::test_z"
    assert json.loads(golden("prune", "--json", "--yes")[1])["removed"] is True
    assert json.loads(golden("prune", "--json", "--yes")[1]) == {"unused": [], "removed": False}


def test_a_directory_that_is_not_the_root(old: Project, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(old.root / "tests")
    before = old.files()
    code, _, errors = golden("prune", "--yes", "--dir", "../golden")
    assert code == 1
    assert "none is in" in errors
    assert "--root ." in errors
    assert old.files() == before
    assert golden("prune", "--yes", "--root", "..")[0] == 0


def test_the_only_test_file_is_gone(project: Project, golden: Golden) -> None:
    project.golden(X)
    (project.root / "tests" / "test_a.py").unlink()
    assert golden("prune", "--yes")[0] == 1
    assert golden("prune", "--yes", "--root", ".")[0] == 0
    assert project.files() == {}


def test_a_file_that_cannot_be_read_keeps_its_goldens(old: Project, golden: Golden) -> None:
    (old.root / "tests" / "test_a.py").write_text("def test_x(:\n")
    assert golden("prune")[1].splitlines() == WHY[:1]


def test_a_golden_that_cannot_be_read_is_kept(old: Project, golden: Golden) -> None:
    old.store("tests/deep/er/test_b.py::test_z").pending_origin_path.write_text("{")
    assert "test_b" not in golden("prune")[1]


def test_options_that_contradict(old: Project, golden: Golden) -> None:
    assert golden("prune", "--yes", "--dry-run")[0] == 1
