"""`specmint-cli golden list` and `show`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from golden_project import M, Project, X, Y

from pytest_specmint.golden.origin import Form

Golden = Callable[..., tuple[int, str, str]]


@pytest.fixture
def full(project: Project) -> Project:
    project.golden(X)
    project.golden(Y, form=Form.RECIPE, count=1200)
    project.golden(M, name="orders")
    project.golden(X, seed=2, pend=True)
    project.golden("tests/test_a.py::test_new", pend=True)
    return project


def test_list(full: Project, golden: Golden) -> None:
    code, output, errors = golden("list")
    assert code == 0
    lines = [line.split("  ") for line in output.splitlines()]
    shown = [[word.strip() for word in line if word.strip()] for line in lines]
    assert [line[0] for line in shown] == [
        "golden/tests/test_a/TestK.test_m.orders.jsonl",
        "golden/tests/test_a/test_new.jsonl",
        "golden/tests/test_a/test_x.jsonl",
        "golden/tests/test_a/test_y.golden.json",
    ]
    assert shown[0][-1] == f"{M} (orders)"
    assert shown[1][-2:] == ["PENDING (new)", "tests/test_a.py::test_new"]
    assert shown[2][-2:] == ["PENDING", X]
    assert shown[3][1:3] == ["recipe", "1,200 records"]
    assert errors == "summary: goldens 4, pending 2, faulty 0\n"


def test_list_what_is_pending(full: Project, golden: Golden) -> None:
    assert [line.split()[0] for line in golden("list", "--pending")[1].splitlines()] == [
        "golden/tests/test_a/test_new.jsonl",
        "golden/tests/test_a/test_x.jsonl",
    ]


def test_list_as_json(full: Project, golden: Golden) -> None:
    code, output, errors = golden("list", "--json")
    assert (code, errors) == (0, "")
    found = {each["path"].rpartition("/")[2]: each for each in json.loads(output)["goldens"]}
    assert found["test_y.golden.json"]["form"] == "recipe"
    assert found["test_y.golden.json"]["records"] == 1200
    assert found["test_x.jsonl"]["nodeid"] == X
    assert found["test_x.jsonl"]["pending"]["records"] == 5
    assert found["test_new.jsonl"]["form"] is None
    assert found["TestK.test_m.orders.jsonl"]["name"] == "orders"
    assert found["TestK.test_m.orders.jsonl"]["faults"] == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda store: store.records_path.unlink(), "test_x.jsonl, are missing"),
        (lambda store: store.records_path.write_bytes(b"1\n"), "changed by other means"),
        (lambda store: store.origin_path.write_text("{"), "is not the origin of a golden"),
        (lambda store: store.pending_origin_path.write_text("{"), "is not the origin of a golden"),
        (lambda _: Path("s.json").unlink(), "its schema, s.json, does not exist"),
    ],
)
def test_list_what_is_wrong(project: Project, golden: Golden, spoil: Callable[[object], object], words: str) -> None:
    project.golden(X)
    spoil(project.store(X))
    code, output, errors = golden("list")
    assert code == 0
    assert words in output
    assert "faulty 1" in errors
    (found,) = json.loads(golden("list", "--json")[1])["goldens"]
    assert any(words in fault for fault in found["faults"])


def test_no_directory_of_goldens(project: Project, golden: Golden) -> None:
    code, output, errors = golden("list")
    assert (code, output) == (0, "")
    assert "there is no directory golden" in errors
    assert "--root" in errors


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\nspecmint_golden_dir = kept\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\nspecmint_golden_dir = "kept"\n'),
        ("pyproject.toml", '[tool.pytest]\nspecmint_golden_dir = "kept"\n'),
        ("tox.ini", "[tox]\nenvlist = a\n[pytest]\nspecmint_golden_dir = kept\n"),
        ("setup.cfg", "[tool:pytest]\nspecmint_golden_dir = kept\n"),
    ],
)
def test_the_directory_that_pytest_is_told(project: Project, golden: Golden, name: str, text: str) -> None:
    project.golden(X)
    (project.root / "golden").rename(project.root / "kept")
    (project.root / name).write_text(text)
    assert golden("list")[1].startswith("kept/tests/test_a/test_x.jsonl ")
    assert golden("list", "--dir", "golden")[1] == ""


def test_the_first_file_of_settings_wins(project: Project, golden: Golden) -> None:
    project.golden(X)
    (project.root / "pytest.ini").write_text("")
    (project.root / "tox.ini").write_text("[pytest]\nspecmint_golden_dir = kept\n")
    assert "test_x" in golden("list")[1]


def test_settings_that_cannot_be_read(project: Project, golden: Golden) -> None:
    (project.root / "pyproject.toml").write_text("[tool")
    code, _, errors = golden("list")
    assert code == 1
    assert "pyproject.toml cannot be read" in errors
    assert "--dir" in errors


def test_from_another_directory(
    project: Project, golden: Golden, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = project.golden(X).decode()
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert golden("list", "--root", str(project.root))[1].startswith("golden/tests/test_a/test_x.jsonl ")
    assert golden("show", "--root", str(project.root), X) == (0, records, "")
    assert golden("list", "--root", "nowhere")[0] == 1
    monkeypatch.chdir(project.root / "golden" / "tests")
    assert golden("show", "--root", "../..", "test_a/test_x.jsonl") == (0, records, "")


# ---------------------------------------------------------------- show


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    "name",
    ["golden/tests/test_a/test_x", "golden/tests/test_a/test_x.golden.json", "golden/tests/test_a/test_x.jsonl", X],
)
def test_show(project: Project, golden: Golden, form: Form, name: str) -> None:
    records = project.golden(X, form=form, count=700)
    assert golden("show", name) == (0, records.decode(), "")
    assert golden("show", name, "--record", "650") == (0, records.decode().splitlines()[650] + "\n", "")


def test_show_what_is_pending(full: Project, golden: Golden) -> None:
    before, after = golden("show", X)[1], golden("show", X, "--pending")[1]
    assert before != after
    assert len(after.splitlines()) == 5
    code, _, errors = golden("show", M, "--pending")
    assert code == 1
    assert "nothing is pending for golden/tests/test_a/TestK.test_m.orders.jsonl" in errors
    code, _, errors = golden("show", "tests/test_a.py::test_new")
    assert code == 1
    assert "pass --pending" in errors


def test_show_the_origin(full: Project, golden: Golden) -> None:
    code, output, _ = golden("show", Y, "--origin")
    assert code == 0
    assert output.encode() == full.store(Y).origin_path.read_bytes()


def test_show_as_json(full: Project, golden: Golden) -> None:
    shown = json.loads(golden("show", Y, "--json")[1])
    assert shown["origin"]["nodeid"] == Y
    assert len(shown["records"]) == 1200
    assert json.loads(golden("show", Y, "--json", "--record", "3")[1])["records"] == [shown["records"][3]]
    assert json.loads(golden("show", Y, "--json", "--origin")[1])["content"] == shown["origin"]["content"]
    assert json.loads(golden("show", X, "--json", "--pending")[1])["pending"] is True


def test_show_what_has_no_origin(project: Project, golden: Golden) -> None:
    (project.root / "golden").mkdir()
    (project.root / "golden" / "own.jsonl").write_text("1\n")
    assert golden("show", "golden/own.jsonl") == (0, "1\n", "")
    assert golden("show", "golden/own.jsonl", "--origin")[0] == 1


def test_show_a_recipe_whose_schema_has_changed(full: Project, golden: Golden) -> None:
    full.schema({"type": "integer"})
    code, output, errors = golden("show", Y)
    assert (code, output) == (7, "")
    assert "the schema s.json has changed since the golden was made" in errors


def test_show_a_recipe_that_is_not_what_it_says(full: Project, golden: Golden) -> None:
    path = full.store(Y).origin_path
    document = json.loads(path.read_text())
    document["content"]["sha256"] = "0" * 64
    path.write_text(json.dumps(document))
    code, _, errors = golden("show", Y, "--record", "0")
    assert code == 7
    assert "please report this as a bug" in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tests/test_a.py::test_z"], "did you mean tests/test_a.py::test_y"),
        (["golden/tests/test_a/test_w.jsonl"], "golden/tests/test_a/test_x.jsonl, "),
        (["tests/test_a.py"], "there is no golden named tests/test_a.py"),
        (["golden/tests"], "means 4 goldens"),
        ([X, "--record", "5"], "has 5 records, and none at position 5"),
        (["golden/tests/test_a/test_broken.golden.json"], "is not the origin"),
    ],
)
def test_show_what_is_not_there(full: Project, golden: Golden, arguments: list[str], words: str) -> None:
    if "broken" in arguments[0]:
        Path("golden/tests/test_a/test_broken.golden.json").write_text("[]")
    code, _, errors = golden("show", *arguments)
    assert code in (1, 3)
    assert words in errors


def test_links_lead_to_the_same_golden(project: Project, golden: Golden) -> None:
    records = project.golden(X).decode()
    try:
        Path("link").symlink_to(project.root, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert golden("show", "link/golden/tests/test_a/test_x.jsonl") == (0, records, "")
    assert golden("show", "--root", "link", "golden/tests/test_a/test_x.jsonl") == (0, records, "")
    assert golden("show", "./golden/*/test_?.jsonl") == (0, records, "")
