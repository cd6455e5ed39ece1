"""Tests whose data a language model has a part in: cassettes replayed and recorded, and what goldens know of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.openai_server import Server, fitting, openai_server

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "town", "id"],
    "properties": {
        "id": {"type": "string", "pattern": "^P-[0-9]{4}$"},
        "name": {"type": "string", "minLength": 2, "maxLength": 20, "x-llm": True},
        "town": {"type": "string", "maxLength": 30, "x-llm": True},
    },
}
TEST = """
    import pytest

    @pytest.mark.specmint(schema="person.json", seed=1, count=4, llm="fields")
    def test_people(specmint_dataset, specmint_golden):
        assert specmint_dataset == specmint_golden
"""
CASSETTE = "golden/test_people/test_people.cassette.jsonl"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server() as found:
        monkeypatch.setenv("SPECMINT_LLM_ENDPOINT", found.url)
        monkeypatch.setenv("SPECMINT_LLM_MAX_RPS", "1000")
        monkeypatch.setenv("SPECMINT_RETRY_ATTEMPTS", "1")
        yield found


@pytest.fixture
def people(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.path / "person.json").write_text(json.dumps(PERSON))
    pytester.makepyfile(test_people=TEST)
    return pytester


def test_without_a_cassette_nothing_is_asked(people: pytest.Pytester, server: Server) -> None:
    result = people.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no cassette *test_people.cassette.jsonl*", "*--specmint-llm-record*"])
    assert server.asked == []


def test_recorded_once_replayed_for_ever(people: pytest.Pytester, server: Server, monkeypatch: Any) -> None:
    people.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    asked = len(server.asked)
    assert asked
    golden = people.path / "golden/test_people/test_people.jsonl"
    names = {json.loads(line)["name"] for line in golden.read_text().splitlines()}
    recorded = {json.loads(line)["value"] for line in (people.path / CASSETTE).read_text().splitlines()[1:]}
    assert names <= recorded
    monkeypatch.delenv("SPECMINT_LLM_ENDPOINT")
    for options in ([], ["-n2"], ["--specmint-llm-record"]):
        people.runpytest(*options).assert_outcomes(passed=1)
    assert len(server.asked) == asked


def test_the_origin_knows_the_model_and_the_cause_tells_of_it(people: pytest.Pytester, server: Server) -> None:
    people.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    origin = json.loads((people.path / "golden/test_people/test_people.golden.json").read_bytes())
    assert origin["llm"] == {
        "mode": "fields",
        "provider": "openai",
        "model": "quill-1",
        "temperature": 0.2,
        "prompt": 1,
        "context": [],
        "cassette": CASSETTE,
        "sha256": origin["llm"]["sha256"],
    }
    cassette = people.path / CASSETTE
    text = cassette.read_text()
    value = json.loads(text.splitlines()[1])["value"]
    cassette.write_text(text.replace(f'"value":"{value}"', '"value":"By Hand"', 1))
    result = people.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*cause: *cassette {CASSETTE} holds other answers"])
    result.stdout.fnmatch_lines(
        ["*reproduce: specmint-cli generate *--llm-mode fields --llm-source replay --cassette *"]
    )
    people.makepyfile(test_people=TEST.replace(', llm="fields"', ""))
    people.runpytest().stdout.fnmatch_lines(["*cause: *llm mode fields -> off"])


def test_the_command_of_a_failure_prints_the_record(people: pytest.Pytester, server: Server) -> None:
    people.makepyfile(test_people=TEST + "        print('COMMAND', specmint_dataset.command(2))\n")
    result = people.runpytest("--specmint-llm-record", "--specmint-update-golden", "-s")
    (command,) = (line.partition("COMMAND ")[2] for line in result.stdout.lines if "COMMAND " in line)
    printed = people.run(sys.executable, "-m", "pytest_specmint", *command.rstrip(".").split()[1:])
    golden = people.path / "golden/test_people/test_people.jsonl"
    assert printed.stdout.lines == [golden.read_text().splitlines()[2]]


def test_degraded_data_becomes_no_golden(people: pytest.Pytester, server: Server) -> None:
    server.answer = lambda body, number: "{}" if number < 3 else fitting(body, number)
    result = people.runpytest("--specmint-llm-record", "--specmint-update-golden")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the data is degraded*8 missing of its values fell back*"])
    assert not (people.path / "golden/test_people/test_people.jsonl").exists()
    people.runpytest("--specmint-update-golden").assert_outcomes(passed=1, errors=1)
    people.runpytest("--specmint-review").stdout.fnmatch_lines(["*the data is degraded*"])
    assert not list((people.path / "golden").rglob("*.pending"))


def test_several_datasets_and_modes(pytester: pytest.Pytester, server: Server) -> None:
    (pytester.path / "person.json").write_text(json.dumps(PERSON))
    pytester.makepyfile(
        test_more="""
        import pytest

        @pytest.mark.specmint(schema="person.json", seed=1, count=3, llm="record", name="a")
        @pytest.mark.specmint(schema="person.json", seed=2, count=2, llm="fields", name="b")
        @pytest.mark.specmint(schema="person.json", seed=1, count=3, name="c")
        def test_all(specmint_datasets):
            plain = list(specmint_datasets["c"])
            model = list(specmint_datasets["a"])
            assert [r["id"] for r in plain] == [r["id"] for r in model]
            assert [r["name"] for r in plain] != [r["name"] for r in model]
            assert len(list(specmint_datasets["b"])) == 2
            assert specmint_datasets["a"].manifest["llm"]["mode"] == "record"
            assert specmint_datasets["a"][1] == model[1] and specmint_datasets["a"][1:] == model[1:]

        @pytest.mark.specmint_each(schema="person.json", seed=3, count=5, llm="fields")
        def test_each(specmint_record):
            assert set(specmint_record) >= {"id", "name", "town"}

        @pytest.mark.parametrize("n", [1, 2])
        @pytest.mark.specmint(schema="person.json", seed=4, count=2, llm="fields", golden="own/people.jsonl")
        def test_param(specmint_dataset, n):
            assert len(list(specmint_dataset)) == 2
        """
    )
    pytester.runpytest("--specmint-llm-record").assert_outcomes(passed=8)
    asked = len(server.asked)
    pytester.runpytest().assert_outcomes(passed=8)
    assert len(server.asked) == asked
    found = sorted(path.name for path in (pytester.path / "golden").rglob("*.cassette.jsonl"))
    assert found == [
        "people.cassette.jsonl",
        "test_all.a.cassette.jsonl",
        "test_all.b.cassette.jsonl",
        "test_each.specmint_record.cassette.jsonl",
    ]


def test_factory_and_registered_fixtures(pytester: pytest.Pytester, server: Server) -> None:
    (pytester.path / "person.json").write_text(json.dumps(PERSON))
    pytester.makeconftest(
        """
        import pytest_specmint
        pytest_specmint.register("person.json", name="people", seed=5, count=3, llm="fields", overrides={"/town": "Graz"})
        """
    )
    pytester.makepyfile(
        test_made="""
        def test_registered(people):
            assert {each["town"] for each in people} == {"Graz"}

        def test_factory(specmint_factory):
            one = specmint_factory.one("person.json", llm="fields", name="Given Name")
            assert one["name"] == "Given Name"
            two = specmint_factory("person.json", llm="fields", count=2)
            assert len(two) == 2
        """
    )
    pytester.runpytest("--specmint-llm-record").assert_outcomes(passed=2)
    asked = len(server.asked)
    assert asked
    pytester.runpytest().assert_outcomes(passed=2)
    assert len(server.asked) == asked
    found = sorted(path.name for path in (pytester.path / "golden").rglob("*.cassette.jsonl"))
    assert found == ["people.cassette.jsonl", "test_factory.factory.cassette.jsonl"]


def test_a_golden_kept_as_a_recipe_is_made_again_from_its_cassette(people: pytest.Pytester, server: Server) -> None:
    people.makepyfile(test_people=TEST.replace('llm="fields"', 'llm="fields", golden="recipe"'))
    people.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    asked = len(server.asked)
    shown = people.run(
        sys.executable, "-m", "pytest_specmint", "golden", "show", "golden/test_people/test_people.golden.json"
    )
    assert len(shown.stdout.lines) == 4
    assert len(server.asked) == asked
    (people.path / CASSETTE).unlink()
    gone = people.run(
        sys.executable, "-m", "pytest_specmint", "golden", "show", "golden/test_people/test_people.golden.json"
    )
    assert gone.ret == 7
    gone.stderr.fnmatch_lines(["*cannot be replayed*there is no cassette*"])


def test_a_changed_test_shows_what_is_missing(people: pytest.Pytester, server: Server) -> None:
    people.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    people.makepyfile(test_people=TEST.replace("count=4", "count=5"))
    result = people.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no recording of record 4 /name (and 1 more)*of 4 other records, 0 to 3*"])


def test_gc_and_prune_know_the_test_s_dataset(people: pytest.Pytester, server: Server) -> None:
    people.runpytest("--specmint-llm-record", "--specmint-update-golden")
    people.makepyfile(test_people=TEST.replace("count=4", "count=2"))
    people.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    done = people.run(sys.executable, "-m", "pytest_specmint", "cassette", "gc", CASSETTE)
    assert done.ret == 0
    assert len((people.path / CASSETTE).read_text().splitlines()) == 5
    people.runpytest().assert_outcomes(passed=1)
    people.makepyfile(test_people="def test_other(): pass")
    done = people.run(sys.executable, "-m", "pytest_specmint", "golden", "prune", "--yes")
    assert done.ret == 0
    assert not list((people.path / "golden").rglob("*.*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('llm="all"', "llm must be 'off', 'fields' or 'record', not 'all'"),
        ('llm="fields", mode="edge"', "mode='edge' and llm='fields' exclude each other"),
    ],
)
def test_wrong_markers_are_told_when_collecting(people: pytest.Pytester, arguments: str, words: str) -> None:
    people.makepyfile(test_people=TEST.replace('llm="fields"', arguments))
    result = people.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{words}*"])


def test_the_settings_file_of_the_root_directory(people: pytest.Pytester, server: Server, monkeypatch: Any) -> None:
    monkeypatch.delenv("SPECMINT_LLM_ENDPOINT")
    (people.path / "shop.md").write_text("A shop for sailing boats.")
    Path(people.path, "specmint.toml").write_text(
        f'context = "shop.md"\n[llm]\nendpoint = "{server.url}"\nmodel = "special"\n'
    )
    people.runpytest("--specmint-llm-record", "--specmint-update-golden").assert_outcomes(passed=1)
    assert server.asked[0]["model"] == "special"
    people.runpytest().assert_outcomes(passed=1)
    (people.path / "shop.md").write_text("A shop for trains.")
    people.runpytest().stdout.fnmatch_lines(["*background *"])


def test_tests_without_a_model_load_nothing_of_it(people: pytest.Pytester, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # respx, for one, loads httpx
    people.makepyfile(
        test_people="""
        import sys
        import pytest

        @pytest.mark.specmint(schema="person.json", seed=1, count=4)
        def test_people(specmint_dataset):
            assert len(list(specmint_dataset)) == 4
            assert not {name for name in sys.modules if name.startswith("pytest_specmint.enrichment.")}
            assert not {"httpx", "tenacity", "pybreaker"} & set(sys.modules)
        """
    )
    people.runpytest_subprocess("-p", "pytest_specmint.plugin").assert_outcomes(passed=1)
