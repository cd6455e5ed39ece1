"""`specmint-cli golden review`, `accept` and `reject`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden_project import SCHEMA, M, Project, X, Y

from pytest_specmint.golden.origin import Form

Golden = Callable[..., tuple[int, str, str]]
NEW = "tests/test_a.py::test_new[a b]"


@pytest.fixture
def waiting(project: Project) -> Project:
    """Four changes: other records, another recipe, records that become a recipe, a new golden."""
    project.golden(X)
    project.golden(X, seed=2, count=6, pend=True)
    project.golden(Y, form=Form.RECIPE, count=300)
    project.golden(Y, form=Form.RECIPE, count=300, seed=2, pend=True)
    project.golden(M, count=20)
    project.golden(M, count=30, form=Form.RECIPE, pend=True)
    project.golden(NEW, pend=True)
    return project


# ---------------------------------------------------------------- without a terminal


def test_review_says_what_waits(waiting: Project, golden: Golden) -> None:
    code, output, errors = golden("review")
    assert code == 7
    x = output[output.index("golden/tests/test_a/test_x.jsonl") :]
    assert "the golden has 5 records, the dataset 6; 6 of 6 records differ: id in 5, name in 5" in x
    assert "cause:   seed 1 -> 2; count 5 -> 6" in x
    assert "record 0 /id: " in x
    assert "... and more" in x
    assert "accept:  specmint-cli golden accept golden/tests/test_a/test_x.jsonl\n" in x
    assert "reject:  specmint-cli golden reject golden/tests/test_a/test_x.jsonl\n" in x
    assert "300 of 300 records differ" in output
    assert "change:  a new golden of 5 records" in output
    assert "accept all: specmint-cli golden accept --all\n" in output
    assert errors == "summary: pending 4\n"


def test_review_as_json(waiting: Project, golden: Golden) -> None:
    code, output, _ = golden("review", "--json")
    assert code == 7
    found = {each["nodeid"]: each for each in json.loads(output)["pending"]}
    assert found[X]["cause"] == ["seed 1 -> 2", "count 5 -> 6"]
    assert found[X]["difference"]["records"] == 6
    assert found[X]["reproduce"] == "specmint-cli golden show golden/tests/test_a/test_x.jsonl --pending --record 0"
    assert found[NEW]["difference"] is None


def test_nothing_waits(project: Project, golden: Golden) -> None:
    project.golden(X)
    assert golden("review") == (0, "", "summary: pending 0\n")
    assert json.loads(golden("review", "--json")[1]) == {"pending": []}


def test_commands_find_the_goldens_again(waiting: Project, golden: Golden) -> None:
    (waiting.root / "golden").rename(waiting.root / "kept here")
    output = golden("review", "--dir", "kept here")[1]
    assert "specmint-cli golden accept 'kept here/tests/test_a/test_x.jsonl' --dir 'kept here'\n" in output


def test_a_recipe_whose_schema_is_gone(waiting: Project, golden: Golden) -> None:
    waiting.schema({**SCHEMA, "required": ["id"]})
    code, output, _ = golden("review")
    assert code == 7
    assert "change:  records cannot be made again: the schema s.json has changed" in output
    assert "cause:   seed 1 -> 2" in output


def test_the_schema_before_is_found_in_git(waiting: Project, golden: Golden) -> None:
    waiting.repository()
    waiting.commit()
    waiting.schema({**SCHEMA, "required": ["id"]})
    waiting.golden(Y, form=Form.RECIPE, count=300, pend=True)
    output = golden("review")[1]
    y = output[output.index("test_y.golden.json") :]
    assert "of 300 records differ: name in " in y
    assert "cause:   schema changed, outside its named properties" in y
    assert "(absent)" in y


def test_a_change_that_cannot_be_read(waiting: Project, golden: Golden) -> None:
    waiting.store(X).pending_origin_path.write_text("{")
    code, output, _ = golden("review")
    assert code == 7
    assert "cannot be read: " in output
    assert json.loads(golden("review", "--json")[1])["pending"][2]["fault"]
    before = waiting.files()
    code, _, errors = golden("accept", "--all")
    assert code == 3
    assert "is not the origin of a golden" in errors
    assert waiting.files() == before
    assert golden("reject", X)[0] == 0
    assert golden("accept", "--all")[0] == 0


def test_a_golden_that_was_edited(project: Project, golden: Golden) -> None:
    project.golden(X)
    project.golden(X, pend=True)
    project.store(X).records_path.write_bytes(b'{"id":1,"name":"x"}\n')
    assert "cause:   the golden was changed by other means" in golden("review")[1]


# ---------------------------------------------------------------- accept and reject


def test_accept_all(waiting: Project, golden: Golden) -> None:
    expected = golden("show", X, "--pending")[1], golden("show", M, "--pending")[1]
    code, output, errors = golden("accept", "--all")
    assert code == 0
    assert output.splitlines() == [
        "accepted golden/tests/test_a/TestK.test_m.golden.json",
        "accepted golden/tests/test_a/test_new-a_b-1489731f.jsonl",
        "accepted golden/tests/test_a/test_x.jsonl",
        "accepted golden/tests/test_a/test_y.golden.json",
    ]
    assert errors == "summary: accepted 4, pending 0\n"
    assert (golden("show", X)[1], golden("show", M)[1]) == expected
    assert sorted(waiting.files()) == [
        "tests/test_a/TestK.test_m.golden.json",
        "tests/test_a/test_new-a_b-1489731f.golden.json",
        "tests/test_a/test_new-a_b-1489731f.jsonl",
        "tests/test_a/test_x.golden.json",
        "tests/test_a/test_x.jsonl",
        "tests/test_a/test_y.golden.json",
    ]
    assert golden("accept", "--all") == (0, "", "summary: accepted 0, pending 0\n")


def test_reject_all(waiting: Project, golden: Golden) -> None:
    before = {name: data for name, data in waiting.files().items() if not name.endswith(".pending")}
    code, output, errors = golden("reject", "--all", "--json")
    assert (code, errors) == (0, "")
    assert len(json.loads(output)["rejected"]) == 4
    assert waiting.files() == before


@pytest.mark.parametrize(
    ("names", "accepted"),
    [
        (["golden/tests/test_a/test_x.jsonl"], ["test_x.jsonl"]),
        (["golden/tests/test_a/test_x.jsonl.pending"], ["test_x.jsonl"]),
        (["golden/tests/test_a/test_x.golden.json.pending"], ["test_x.jsonl"]),
        (["golden/tests/test_a/TestK.test_m.jsonl"], ["TestK.test_m.golden.json"]),
        (["golden/*/test_[xy]*"], ["test_x.jsonl", "test_y.golden.json"]),
        ([X, Y], ["test_x.jsonl", "test_y.golden.json"]),
        (["tests/test_a.py::TestK"], ["TestK.test_m.golden.json"]),
        (["tests/test_a.py::test_new"], ["test_new-a_b-1489731f.jsonl"]),
        ([NEW], ["test_new-a_b-1489731f.jsonl"]),
        ([X, X], ["test_x.jsonl"]),
        (["golden/tests/test_a"], 4),
        (["golden/"], 4),
        (["*"], 4),
    ],
)
def test_accept_what_is_named(waiting: Project, golden: Golden, names: list[str], accepted: Any) -> None:
    code, output, _ = golden("accept", *names, "--json")
    assert code == 0
    done = [path.rpartition("/")[2] for path in json.loads(output)["accepted"]]
    assert (len(done) if isinstance(accepted, int) else done) == accepted
    assert len(golden("list", "--pending")[1].splitlines()) == 4 - len(done)


@pytest.mark.parametrize("verb", ["accept", "reject", "patch"])
@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "name goldens or their tests, or pass --all"),
        ([X, "--all"], "--all leaves nothing to name"),
        ([X, "golden/tests/test_a/test_xy.jsonl"], "nothing is pending for golden/tests/test_a/test_xy.jsonl"),
        (["golden/tests/test_a/test_xx.jsonl"], "did you mean golden/tests/test_a/test_x.jsonl"),
        (["nothing/*"], "nothing is pending for nothing/*"),
        (["tests/test_a.py::test"], "did you mean tests/test_a.py::test_"),
    ],
)
def test_names_that_mean_nothing_that_waits(
    waiting: Project, golden: Golden, verb: str, names: list[str], words: str
) -> None:
    before = waiting.files()
    code, output, errors = golden(verb, *names)
    assert (code, output) == (1, "")
    assert words in errors
    assert waiting.files() == before


def test_a_golden_for_which_nothing_waits(project: Project, golden: Golden) -> None:
    project.golden(X)
    code, _, errors = golden("accept", X)
    assert code == 1
    assert f"nothing is pending for {X}" in errors


def test_records_that_are_not_those_of_their_origin(waiting: Project, golden: Golden) -> None:
    waiting.store(X).pending_records_path.write_bytes(b'{"id":1}\n')
    before = waiting.files()
    code, _, errors = golden("accept", "--all")
    assert code == 3
    assert "the records of test_x.jsonl.pending are not those that their origin tells of" in errors
    assert f"pytest {X} --specmint-review" in errors
    assert waiting.files() == before
    waiting.store(X).pending_records_path.unlink()
    assert "do not exist" in golden("accept", X)[2]
    assert golden("reject", X)[0] == 0


def test_half_an_acceptance_is_completed(waiting: Project, golden: Golden) -> None:
    store = waiting.store(X)
    store.pending_records_path.replace(store.records_path)  # as a crash leaves it
    assert "the same records, from another origin" in golden("review")[1]
    code, _, errors = golden("reject", X)
    assert code == 7
    assert "complete it: specmint-cli golden accept golden/tests/test_a/test_x.jsonl" in errors
    assert golden("show", X, "--pending") == (0, store.records_path.read_text(), "")
    assert golden("accept", X)[0] == 0
    assert golden("list", "--pending", "--json")[1].count("test_x") == 0
    assert golden("list")[2] == "summary: goldens 4, pending 3, faulty 0\n"


def test_half_an_acceptance_of_a_recipe_is_completed(waiting: Project, golden: Golden) -> None:
    waiting.store(M).records_path.unlink()
    assert golden("reject", M)[0] == 7
    assert golden("accept", M)[0] == 0
    assert len(golden("show", M)[1].splitlines()) == 30


# ---------------------------------------------------------------- on a terminal


def _answering(project: Project, answers: str) -> tuple[int, str]:
    """`golden review` on a terminal on which somebody types."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest_specmint", "golden", "review"],
        cwd=project.root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    shown = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not block:
            break
        shown += block
    os.close(ours)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("answers", "code", "left"),
    [
        ("a\nr\ns\nq\n", 7, 2),
        ("accept\nreject\n\nall\n", 7, 1),
        ("l\n", 0, 0),
        ("q\n", 7, 4),
        ("x\nr\nr\nr\nr\n", 0, 0),
        ("m\na\na\nm\na\na\n", 0, 0),
        ("a\n\x04", 130, 3),
    ],
)
def test_review_on_a_terminal(waiting: Project, golden: Golden, answers: str, code: int, left: int) -> None:
    ended, shown = _answering(waiting, answers)
    assert "[1/4] golden/tests/test_a/TestK.test_m.jsonl\n" in shown
    assert "[a]ccept, [r]eject, [s]kip" in shown
    assert (ended, len(golden("list", "--pending")[1].splitlines())) == (code, left), shown
    if answers.startswith("x"):
        assert "'x' is none of: accept, reject" in shown
    if "m" in answers:
        assert "  /id: " in shown


def test_a_change_on_a_terminal_that_cannot_be_accepted(waiting: Project, golden: Golden) -> None:
    waiting.store(M).pending_origin_path.write_text("{")
    waiting.store(X).pending_records_path.write_bytes(b"1\n")
    code, shown = _answering(waiting, "m\nall\n")
    assert code == 7
    assert shown.count("left as it is: ") == 2
    assert "pending 2, faulty 1" in golden("list", "--pending")[2]
    assert "there is no more to show" in shown


def test_help_is_light(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pytest_specmint.cli.main import main\n"
        "assert not main(['golden', '--help'])\nassert not main(['golden', 'accept', '--help'])\n"
        "assert not {'numpy', 'orjson', 'syrupy', 'msgspec'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60, cwd=tmp_path)
