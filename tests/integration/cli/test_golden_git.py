"""Goldens in a git repository: `specmint-cli golden patch` with `git apply`, and `textconv` in `git diff`."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from golden_project import COMMAND, SCHEMA, M, Project, X, Y

from pytest_specmint.cli.golden import command
from pytest_specmint.golden.origin import Form

Golden = Callable[..., tuple[int, str, str]]
NEW = "tests/test_a.py::test_new"
GUIDE = (Path(__file__).parents[3] / "docs" / "goldens.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(project: Project) -> Project:
    """A repository with committed goldens, set up as the documentation says."""
    project.repository()
    for name in ("gitattributes", "gitignore"):
        (project.root / f".{name}").write_text(_block(name))
    assert 'git config diff.specmint.textconv "specmint-cli golden textconv"' in GUIDE
    project.git("config", "diff.specmint.textconv", f"{COMMAND} golden textconv")
    project.golden(X)
    project.golden(Y, form=Form.RECIPE)
    project.golden(M, count=20)
    project.commit()
    return project


def _block(kind: str) -> str:
    """What the documentation tells to put into a file."""
    return GUIDE.partition(f"```{kind}\n")[2].partition("```")[0]


def _pend(project: Project) -> None:
    project.golden(X, seed=2, count=6, pend=True)
    project.golden(Y, form=Form.RECIPE, seed=2, pend=True)
    project.golden(M, count=30, form=Form.RECIPE, pend=True)
    project.golden(NEW, pend=True)


def _settled(project: Project) -> dict[str, bytes]:
    return {name: data for name, data in project.files().items() if not name.endswith(".pending")}


# ---------------------------------------------------------------- patch


@pytest.mark.parametrize("option", ["stdout", "file", "json"])
def test_a_patch_does_what_an_acceptance_does(repository: Project, golden: Golden, option: str) -> None:
    _pend(repository)
    patch = repository.root / "goldens.patch"
    if option == "file":
        code, output, errors = golden("patch", "--all", "-o", str(patch))
        assert "git apply" in errors
        assert output == ""
    elif option == "json":
        code, output, errors = golden("patch", "--all", "--json")
        found = json.loads(output)
        assert len(found["goldens"]) == 4
        patch.write_text(found["patch"])
    else:
        code, output, errors = golden("patch", "--all")
        patch.write_text(output)
    assert code == 0
    before = _settled(repository)
    repository.git("apply", "--check", "goldens.patch")
    repository.git("apply", "goldens.patch")
    applied = _settled(repository)
    assert applied != before
    repository.git("apply", "-R", "goldens.patch")
    assert _settled(repository) == before
    assert golden("accept", "--all")[0] == 0
    assert _settled(repository) == applied
    assert "tests/test_a/TestK.test_m.jsonl" not in applied


def test_chosen_goldens_only_and_onto_another_checkout(
    repository: Project, golden: Golden, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "clone"
    repository.git("clone", "-q", str(repository.root), str(other))
    _pend(repository)
    (other / "p").write_text(golden("patch", X, NEW)[1])
    repository.git("-C", str(other), "apply", "--index", "p")
    changed = repository.git("-C", str(other), "diff", "--cached", "--name-only").split()
    assert changed == [
        f"golden/tests/test_a/test_{name}" for name in ("new.golden.json", "new.jsonl", "x.golden.json", "x.jsonl")
    ]
    assert golden("accept", X)[0] == 0
    for name in ("test_x.golden.json", "test_x.jsonl"):
        path = Path("golden/tests/test_a", name)
        assert (other / path).read_bytes() == (repository.root / path).read_bytes()


def test_a_directory_whose_name_is_no_utf_8(repository: Project, golden: Golden) -> None:
    _pend(repository)
    odd = os.fsdecode(b"gold\xff")
    (repository.root / "golden").rename(repository.root / odd)
    code, output, _ = golden("patch", X, "--dir", odd, "--json")
    found = json.loads(output)
    assert (code, [odd in each for each in found["goldens"]]) == (0, [True])
    assert '"a/gold\\377/tests/test_a/test_x.jsonl"' in found["patch"]


def test_lines_without_an_end(repository: Project, golden: Golden) -> None:
    repository.computed(X, b'{"a":1}\n{"b":2}')
    repository.commit()
    repository.computed(X, b'{"a":1}\n{"b":3}\n', pend=True)
    Path("p").write_text(golden("patch", X)[1])
    assert "No newline at end of file" in Path("p").read_text()
    repository.git("apply", "p")
    assert repository.store(X).records_path.read_bytes() == b'{"a":1}\n{"b":3}\n'


def test_no_records_at_all(repository: Project, golden: Golden) -> None:
    repository.computed(X, b"", pend=True)
    repository.computed(NEW, b"", pend=True)
    Path("p").write_text(golden("patch", "--all")[1])
    repository.git("apply", "p")
    assert repository.store(X).records_path.read_bytes() == b""
    assert repository.store(NEW).records_path.read_bytes() == b""


def test_paths_begin_at_the_top_of_the_repository(
    project: Project, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.repository()
    inner = project.root / "a service"
    inner.mkdir()
    for name in ("tests", "s.json"):
        (project.root / name).rename(inner / name)
    project.root = inner
    project.golden(X)
    project.commit()
    project.golden(X, seed=2, pend=True)
    monkeypatch.chdir(inner)
    _, output, _ = golden("patch", "--all")
    assert "--- a/a service/golden/tests/test_a/test_x.jsonl\t\n" in output
    (inner.parent / "p").write_text(output)
    project.git("-C", "..", "apply", "p")
    assert golden("list")[2].endswith("faulty 0\n")


def test_without_a_repository(project: Project, golden: Golden) -> None:
    project.golden(X, pend=True)
    assert golden("patch", X)[1].startswith("diff --git a/golden/tests/test_a/test_x.golden.json b/golden/")


# ---------------------------------------------------------------- textconv


def _changed(diff: str) -> tuple[list[str], list[str]]:
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    return [x[1:] for x in lines if x.startswith("-")], [x[1:] for x in lines if x.startswith("+")]


def test_a_recipe_with_another_seed_shows_its_records(repository: Project) -> None:
    before = repository.golden(Y, form=Form.RECIPE).decode().splitlines()
    after = repository.golden(Y, form=Form.RECIPE, seed=2).decode().splitlines()
    old, new = _changed(repository.git("diff"))
    assert [line for line in old if line.startswith("{")] == before
    assert [line for line in new if line.startswith("{")] == after
    assert "# seed: 1" in old
    assert "# seed: 2" in new
    assert "# count: 5" not in old


@pytest.mark.parametrize("staged", ["no", "yes", "committed", "on a branch"])
def test_a_recipe_whose_schema_changed_shows_records_of_both(repository: Project, staged: str) -> None:
    before = repository.golden(Y, form=Form.RECIPE).decode().splitlines()
    if staged == "on a branch":
        repository.git("checkout", "-qb", "feature")
    repository.schema(
        {**SCHEMA, "properties": {"id": {"type": "integer", "minimum": 5000}, "name": {"type": "string"}}}
    )
    after = repository.golden(Y, form=Form.RECIPE).decode().splitlines()
    arguments = ["diff"]
    if staged == "yes":
        repository.git("add", "-A")
        arguments = ["diff", "--cached"]
    elif staged != "no":
        repository.commit()
        arguments = [
            "diff",
            "main~1" if staged == "committed" else "main",
            "HEAD" if staged == "committed" else "feature",
        ]
        if staged == "on a branch":
            repository.git("checkout", "-q", "main")
    old, new = _changed(repository.git(*arguments, "--", "golden"))
    assert [line for line in old if line.startswith("{")] == before
    assert [line for line in new if line.startswith("{")] == after
    assert any(line.startswith("# schema: s.json, sha256 ") for line in old)


def test_the_log_shows_records_too(repository: Project) -> None:
    repository.golden(Y, form=Form.RECIPE, seed=2)
    repository.commit("another seed")
    assert '{"id":' in repository.git("log", "-p", "-1", "--", "golden")
    assert '{"id":' in repository.git("show", "HEAD")


def test_records_that_become_a_recipe(repository: Project) -> None:
    records = repository.store(M).records_path.read_text()
    repository.golden(M, count=20, form=Form.RECIPE)
    old, new = _changed(repository.git("diff", "--", "*.golden.json"))
    assert "# form: jsonl" in old
    assert "# form: recipe" in new
    assert "\n".join(new).endswith(records.rstrip())


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("engine_version", 0, "made by engine version 0"),
        ("derived", True, "computed by a test"),
        ("schema", {"sha256": "0", "path": "gone.json"}, "cannot be read"),
        ("schema", {"sha256": "0", "path": "../s.json"}, "cannot be read"),
        ("schema", {"sha256": "0", "path": "s.json"}, "has changed since"),
        ("content", {"sha256": "0", "bytes": 1, "records": 5}, "made again, the records have SHA-256"),
    ],
)
def test_what_cannot_be_made_again(repository: Project, golden: Golden, member: str, value: object, words: str) -> None:
    path = repository.store(Y).origin_path
    path.write_text(json.dumps({**json.loads(path.read_text()), member: value}))
    code, output, errors = golden("textconv", str(path))
    assert (code, errors) == (0, "")
    *head, last = output.splitlines()
    assert last.startswith("# cannot be made again: ")
    assert words in last
    assert any(line.startswith("# sha256: ") for line in head)


@pytest.mark.parametrize("text", ["", "{}", "not JSON\r\n", '{"nodeid": 3}', "\x00"])
def test_a_file_that_is_no_origin_is_shown_as_it_is(project: Project, golden: Golden, text: str) -> None:
    Path("x.golden.json").write_bytes(text.encode())
    assert golden("textconv", "x.golden.json") == (0, text, "")


def test_a_file_that_does_not_exist(project: Project, golden: Golden) -> None:
    assert golden("textconv", "x.golden.json")[0] == 6


def test_a_root_below_the_top(repository: Project, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repository.store(Y).origin_path
    records = golden("textconv", str(path))[1]
    monkeypatch.chdir(repository.root.parent)
    assert "# cannot be made again" in golden("textconv", str(path))[1]
    assert golden("textconv", "--root", str(repository.root), str(path))[1] == records


def test_line_ends_stay_as_they_are(repository: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the recipe for .gitattributes is for: a checkout with CRLF would change a golden's bytes."""
    other = tmp_path_factory.mktemp("windows") / "clone"
    repository.git("clone", "-q", "-c", "core.autocrlf=true", str(repository.root), str(other))
    for name in ("test_x.jsonl", "test_x.golden.json"):
        path = Path("golden/tests/test_a", name)
        assert (other / path).read_bytes() == (repository.root / path).read_bytes()
    assert b"\r\n" in (other / "tests" / "test_a.py").read_bytes()


def test_half_an_acceptance_as_a_patch(repository: Project, golden: Golden) -> None:
    repository.golden(X, seed=2, pend=True)
    store = repository.store(X)
    store.pending_records_path.replace(store.records_path)
    Path("p").write_text(golden("patch", X)[1])
    repository.git("apply", "p")
    assert golden("list")[2] == "summary: goldens 3, pending 1, faulty 0\n"


def test_the_documentation_names_every_command(golden: Golden) -> None:
    named = set(re.findall(r"specmint-cli golden (\w+)", GUIDE))
    assert named == set(command.commands)
    for name in sorted(named):
        code, output, _ = golden(name, "--help")
        assert code == 0
        assert ("--json" in output) == (name != "textconv")
