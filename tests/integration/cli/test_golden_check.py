"""`specmint-cli golden check`: goldens against their schemas, without their tests."""

import json
from collections.abc import Callable

import pytest
from golden_project import SCHEMA, M, Project, X, Y

from pytest_specmint.golden.origin import Form
from tests.openai_server import openai_server

Golden = Callable[..., tuple[int, str, str]]
OTHER = {**SCHEMA, "properties": {**SCHEMA["properties"], "id": {"type": "integer", "maximum": 3}}}


def test_all_is_well(project: Project, golden: Golden) -> None:
    project.golden(X)
    project.golden(Y, form=Form.RECIPE, count=1200)
    project.golden(M, name="orders")
    project.computed("tests/test_a.py::test_total", b"1\n2\n")
    before = project.files()
    assert golden("check") == (0, "", "summary: goldens 4, same 3, read 1, differs 0, faulty 0, waits 0\n")
    assert project.files() == before


def test_none_at_all(project: Project, golden: Golden) -> None:
    code, output, errors = golden("check")
    assert (code, output) == (0, "")
    assert errors.endswith("summary: goldens 0, same 0, read 0, differs 0, faulty 0, waits 0\n")


def test_a_schema_that_says_the_same_in_other_words_changes_nothing(project: Project, golden: Golden) -> None:
    project.golden(X)
    project.golden(Y, form=Form.RECIPE)
    project.schema({**SCHEMA, "description": "now with words"})
    assert golden("check")[0] == 0


def test_a_schema_that_makes_other_records(project: Project, golden: Golden) -> None:
    project.golden(X, count=5)
    project.golden(Y, form=Form.RECIPE)
    project.schema(OTHER)
    code, output, errors = golden("check")
    assert code == 7
    assert errors == "summary: goldens 2, same 0, read 0, differs 2, faulty 0, waits 0\n"
    assert output.splitlines()[:4] == [
        "golden/tests/test_a/test_x.jsonl: differs",
        "  5 of 5 records differ: id in 5",
        "  cause: schema changed: /properties/id changed",
        f"  accept: pytest {X} --specmint-update-golden",
    ]
    assert output.splitlines()[4] == "golden/tests/test_a/test_y.golden.json: differs"
    assert "made again, its records have SHA-256 " in output.splitlines()[5]


def test_records_edited_by_hand(project: Project, golden: Golden) -> None:
    project.golden(X)
    path = project.store(X).records_path
    text = path.read_bytes()
    path.write_bytes(text.replace(b"1", b"2", 1) if b"1" in text else text.replace(b"3", b"4", 1))
    code, output, _ = golden("check")
    assert code == 7
    assert "faulty\n  its records were changed by other means: their SHA-256" in output
    path.unlink()
    assert "are missing" in golden("check")[1]


def test_what_cannot_be_made(project: Project, golden: Golden) -> None:
    project.golden(X)
    (project.root / "s.json").write_text('{"minimum": 3, "maximum": 1, "type": "integer"}')
    code, output, errors = golden("check")
    assert (code, "faulty 1" in errors) == (7, True)
    assert "its records cannot be made: unsatisfiable: minimum 3 exceeds maximum 1" in output
    project.store(X).origin_path.write_text("{}")
    assert "is not the origin of a golden" in golden("check")[1]


def test_what_waits(project: Project, golden: Golden) -> None:
    project.golden(X)
    project.golden(X, seed=2, pend=True)
    project.golden("tests/test_a.py::test_new", pend=True)
    code, output, errors = golden("check")
    assert (code, errors.endswith("waits 2\n")) == (7, True)
    assert output.count("a change waits for review: specmint-cli golden review") == 2
    assert "test_x.jsonl: waits" in output


def test_as_json(project: Project, golden: Golden) -> None:
    project.golden(X)
    project.golden(Y)
    project.store(Y).records_path.write_bytes(b"")
    code, output, _ = golden("check", "--json")
    assert code == 7
    found = {each["nodeid"]: each for each in json.loads(output)["goldens"]}
    assert found[X] == {
        "path": "golden/tests/test_a/test_x.jsonl",
        "nodeid": X,
        "verdict": "same",
        "words": [],
        "waits": False,
    }
    assert (found[Y]["verdict"], len(found[Y]["words"])) == ("faulty", 1)


TESTS = """
import pytest

@pytest.mark.specmint(schema="review.json", seed=7, count=4, llm="fields")
def test_reviews(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
"""


def test_recorded_answers_of_a_language_model_are_replayed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    monkeypatch.delenv("CI", raising=False)
    title = {"type": "string", "maxLength": 60, "description": "llm: Headline of a review"}
    review = {"type": "object", "required": ["title"], "properties": {"title": title}}
    (pytester.path / "review.json").write_text(json.dumps(review))
    pytester.makepyfile(test_reviews=TESTS)
    with openai_server() as server:
        monkeypatch.setenv("SPECMINT_LLM_ENDPOINT", server.url)
        monkeypatch.setenv("SPECMINT_LLM_MODEL", "small")
        pytester.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    monkeypatch.delenv("SPECMINT_LLM_ENDPOINT")
    assert golden("check")[0] == 0
    shown = json.loads(golden("show", "test_reviews.py::test_reviews", "--json")[1])
    assert shown["origin"]["llm"]["model"] == "small"
    assert (
        json.loads(golden("show", "test_reviews.py::test_reviews", "--json", "--origin")[1])["llm"]
        == shown["origin"]["llm"]
    )
    (cassette,) = (pytester.path / "golden").rglob("*.cassette.jsonl")
    cassette.unlink()
    code, output, _ = golden("check")
    assert code == 7
    assert "cannot be replayed" in output
