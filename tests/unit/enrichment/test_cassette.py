"""Recordings on disk: what is in them, how they are found, and what damage does."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint import ProviderError
from pytest_specmint.enrichment.book import CassetteMiss
from pytest_specmint.enrichment.cassette import Cassette, CassetteError
from pytest_specmint.enrichment.model import Call, Failure
from pytest_specmint.enrichment.report import Outcome
from tests.scripted_model import Model, Run, lifelike, recorded, replayed

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "town", "id"],
    "properties": {
        "id": {"type": "string", "pattern": "^P-[0-9]{4}$"},
        "name": {"type": "string", "minLength": 2, "maxLength": 20, "x-llm": True},
        "town": {"type": "string", "maxLength": 30, "x-llm": True},
    },
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.cassette.jsonl"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_replay_is_its_recording_and_asks_nobody(path: Path) -> None:
    first = recorded(path, PERSON)
    again = replayed(path, PERSON)
    assert again.lines == first.lines
    assert again.told.manifest == first.told.manifest
    assert again.origins == {"cassette"}
    assert first.origins == {"live"}


def test_one_sorted_line_an_item(path: Path) -> None:
    recorded(path, PERSON, count=12)
    head, *entries = lines(path)
    assert list(head) == ["cassette", "last", "runs"]
    places = [(each["index"], each["pointer"]) for each in entries]
    assert places == sorted(places)
    assert len(set(places)) == 24
    assert all(list(each) == sorted(each) for each in entries)


def test_any_range_and_any_batch_replays_from_one_cassette(path: Path) -> None:
    whole = recorded(path, PERSON, count=12, batch=5)
    parts = [replayed(path, PERSON, count=4, start=start).lines for start in (0, 4, 8)]
    assert b"".join(parts) == whole.lines
    assert replayed(path, PERSON, count=12, batch=1).lines == whole.lines


def test_a_recording_run_asks_only_for_what_is_missing(path: Path) -> None:
    recorded(path, PERSON, count=4)
    more = recorded(path, PERSON, count=6)
    assert more.model.asked == 4
    assert more.origins == {"cassette", "live"}
    nothing = recorded(path, PERSON, count=6)
    assert nothing.model.calls == []
    before = path.read_bytes()
    recorded(path, PERSON, count=6)
    assert path.read_bytes() == before


def test_fallbacks_are_recorded_too(path: Path) -> None:
    first = recorded(path, PERSON, Model(lambda call, _: "{}"))
    again = replayed(path, PERSON)
    assert again.lines == first.lines
    assert again.told.degraded
    assert again.told.manifest == first.told.manifest
    assert {(row["origin"], row["source"], row["reason"]) for row in again.provenance} == {
        ("fallback", "cassette", "missing")
    }


def test_what_no_model_said_is_asked_again_when_recording(path: Path) -> None:
    """A time-out says nothing of the item; that the model left it out does."""
    recorded(path, PERSON, Model(lambda call, _: Outcome(None, Failure.TIMEOUT, "too long", "scripted", 3)))
    assert recorded(path, PERSON).origins == {"live"}
    recorded(path, PERSON, Model(lambda call, _: "{}"), seed=2)
    assert recorded(path, PERSON, seed=2).model.calls == []


def test_nothing_secret_is_in_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    recorded(path, PERSON, endpoint="https://user:word@example.invalid/v1?key=sk-very-secret")
    text = path.read_text()
    assert "secret" not in text
    assert "example.invalid" not in text


# ---------------------------------------------------------------- misses


def missing(path: Path, schema: Any = PERSON, **given: Any) -> str:
    with pytest.raises(CassetteMiss) as caught:
        replayed(path, schema, **given)
    assert caught.value.exit_code == 4
    assert "--llm-source record" in (caught.value.hint or "")
    return str(caught.value)


def test_there_is_no_cassette(path: Path) -> None:
    assert missing(path) == f"there is no cassette {path}"


def test_a_miss_shows_what_differs_from_the_nearest_recording(path: Path) -> None:
    recorded(path, PERSON, count=3)
    explicit = frozenset(["model"])
    assert "model quill-1 -> qwen2.5" in missing(path, count=3, model="qwen2.5", explicit=explicit)
    assert "provider scripted -> ollama" in missing(path, count=3, provider="ollama", explicit=frozenset(["provider"]))
    assert "temperature 0.2 -> 0.9" in missing(path, count=3, temperature=0.9, explicit=frozenset(["temperature"]))
    assert "another seed of the dataset" in missing(path, count=3, seed=7)
    words = missing(path, count=9)
    assert "no recording of record 3 /name (and 11 more)" in words
    assert "recorded of 3 other records, 0 to 2" in words


def test_a_miss_by_prompt_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(path, PERSON)
    monkeypatch.setattr("pytest_specmint.enrichment.enricher.PROMPT_VERSION", 2)
    assert "prompt version 1 -> 2" in missing(path)


def test_a_miss_by_background(path: Path, tmp_path: Path) -> None:
    recorded(path, PERSON)
    (tmp_path / "shop.md").write_text("A shop for boats.")
    assert "background none -> " in missing(path, context=(tmp_path / "shop.md",))


def test_a_miss_by_the_current_value(path: Path) -> None:
    from pytest_specmint.enrichment.entry import line_of, read_entry
    from pytest_specmint.enrichment.terms import key_of

    recorded(path, PERSON, count=1)
    cassette = Cassette(path)
    (run,) = cassette.runs.values()
    head, *rest = path.read_bytes().splitlines(keepends=True)
    from msgspec.structs import replace

    changed = []
    for each in map(read_entry, rest):
        key = key_of(run.terms, each.pointer, each.index, each.seed, "other", each.target, each.beside)
        changed.append(line_of(replace(each, current="other", key=key)))
    path.write_bytes(head + b"".join(changed))
    assert "current value other -> " in missing(path, count=1)


def test_nobody_named_gets_what_the_cassette_was_recorded_with(path: Path) -> None:
    recorded(path, PERSON, model="special", temperature=0.7)
    assert replayed(path, PERSON).told.manifest["model"] == "special"
    assert replayed(path, PERSON).told.manifest["parameters"]["temperature"] == 0.7


def test_recording_with_another_model_keeps_both(path: Path) -> None:
    first = recorded(path, PERSON, count=2)
    other = Model(lambda call, _: json.dumps({each: f"Other {each}" for each in call.items}))
    second = recorded(path, PERSON, other, count=2, model="quill-2", explicit=frozenset(["model"]))
    assert second.origins == {"live"}
    assert replayed(path, PERSON, count=2).lines == second.lines
    explicit = frozenset(["model"])
    assert replayed(path, PERSON, count=2, model="quill-1", explicit=explicit).lines == first.lines


# ---------------------------------------------------------------- a changed schema


def test_after_a_schema_changed_what_still_fits_is_reused(path: Path) -> None:
    first = recorded(path, PERSON)
    longer = json.loads(json.dumps(PERSON))
    longer["properties"]["name"]["maxLength"] = 60
    longer["properties"]["id"]["description"] = "described now"
    again = replayed(path, longer)
    assert [record["name"] for record in again.records] == [record["name"] for record in first.records]
    assert again.origins == {"cassette"}


def test_what_no_longer_fits_is_a_miss(path: Path) -> None:
    recorded(path, PERSON)
    shorter = json.loads(json.dumps(PERSON))
    shorter["properties"]["name"]["maxLength"] = 3
    words = missing(path, shorter)
    assert "the field's schema or description changed" in words
    more = recorded(path, shorter, Model(lambda call, _: json.dumps(dict.fromkeys(call.items, "Abe"))))
    assert {row["origin"] for row in more.provenance if row["pointer"] == "/town"} == {"cassette"}
    assert {row["origin"] for row in more.provenance if row["pointer"] == "/name"} == {"live"}
    assert replayed(path, shorter).lines == more.lines


# ---------------------------------------------------------------- damage


def damaged(path: Path) -> str:
    for source in (replayed, recorded):
        with pytest.raises(CassetteError) as caught:
            source(path, PERSON)
    assert isinstance(caught.value, ProviderError)
    assert "restore it from version control" in (caught.value.hint or "")
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-20], "it is cut off"),
        (lambda text: text.replace('"seed":', '"seed":1', 1), "only values may be edited"),
        (lambda text: text.replace('"current":"', '"current":"x', 1), "only values may be edited"),
        (lambda text: text.replace('"temperature":0.2', '"temperature":0.3'), "were changed"),
        (lambda text: text.replace('"value":', '"other":', 1), "it is no recording"),
        (lambda text: text.replace('"index":0', '"index":NaN', 1), "it is no recording"),
        (lambda text: text.partition("\n")[2], "not the first line of a cassette"),
        (lambda text: "{}\n" + text, "not the first line of a cassette"),
        (lambda text: "\x00" + text, "not the first line of a cassette"),
        (lambda text: text.replace('"value":"', '"value":"\u202e', 1), "control characters"),
        (lambda text: text.replace('"cassette":1', '"cassette":9'), "is of version 9"),
        (
            lambda text: text + text.splitlines()[1].replace('"value":"', '"value":"x') + "\n",
            "recorded twice, differently",
        ),
        (lambda text: text.replace('"terms":"', '"terms":"0', 1) if '"terms":"' in text else text, "terms"),
    ],
)
def test_damage_is_named_by_line(path: Path, change: Any, words: str) -> None:
    recorded(path, PERSON, count=3)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    if "version 9" in words:
        with pytest.raises(CassetteError, match=words):
            replayed(path, PERSON, count=3)
    else:
        assert words in damaged(path)


def test_lines_in_another_order_and_twice_the_same_are_fine(path: Path) -> None:
    """As merges of version control leave them."""
    first = recorded(path, PERSON)
    head, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(head + b"".join(reversed(rest)) + rest[0])
    assert replayed(path, PERSON).lines == first.lines


def test_a_value_edited_by_hand_counts_if_it_fits(path: Path) -> None:
    recorded(path, PERSON, count=1)
    text = path.read_text(encoding="utf-8")
    names = [each["value"] for each in lines(path)[1:] if each["pointer"] == "/name"]
    path.write_text(text.replace(f'"value":"{names[0]}"', '"value":"Edited By Hand"'), encoding="utf-8")
    assert replayed(path, PERSON, count=1).records[0]["name"] == "Edited By Hand"
    path.write_text(text.replace(f'"value":"{names[0]}"', f'"value":"{"x" * 99}"'), encoding="utf-8")
    run = replayed(path, PERSON, count=1)
    assert run.records[0]["name"] == run.base[0]["name"]
    assert run.told.degraded


# ---------------------------------------------------------------- interrupted


def interrupted(path: Path, after: int, **given: Any) -> Model:
    def script(call: Call, number: int) -> str:
        if number > after:
            raise KeyboardInterrupt
        return lifelike(call)

    model = Model(script)
    with pytest.raises(KeyboardInterrupt):
        recorded(path, PERSON, model, **given)
    return model


def test_an_interrupted_run_keeps_what_it_has(path: Path) -> None:
    model = interrupted(path, 9, count=200, batch=8, workers=1)
    assert model.closed == [True]
    assert len(Cassette(path)) == 9 * 8 * 2
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    rest = recorded(path, PERSON, count=200, batch=8)
    assert rest.model.asked == 400 - 9 * 8 * 2
    assert replayed(path, PERSON, count=200).lines == rest.lines == Run(PERSON, count=200).lines


def test_the_journal_of_a_killed_run_is_taken_over(path: Path) -> None:
    recorded(path, PERSON, count=3)
    head, *rest = path.read_bytes().splitlines(keepends=True)
    (run,) = json.loads(head)["runs"].values()
    journal = path.with_name(f"{path.name}.part-999999999")
    journal.write_bytes(json.dumps({"run": run}).encode() + b"\n" + b"".join(rest) + rest[0][:50])
    path.unlink()
    again = recorded(path, PERSON, count=3)
    assert again.model.calls == []
    assert again.said == [f"{path}: 6 recordings of a run that was killed are taken over"]
    assert not journal.exists()
    assert len(Cassette(path)) == 6


def test_the_journal_of_a_run_that_goes_on_is_left_alone(path: Path) -> None:
    journal = path.with_name(f"{path.name}.part-{os.getppid()}")
    journal.write_bytes(b"")
    recorded(path, PERSON, count=1)
    assert journal.exists()


def test_two_runs_into_one_cassette_lose_nothing(path: Path) -> None:
    one, other = Cassette(path), Cassette(path)
    source = path.with_name("source.cassette.jsonl")
    recorded(source, PERSON, count=2)
    made = list(Cassette(source))
    (run,) = Cassette(source).runs.values()
    one.record(run, made[:2])
    other._journal = None
    one.save()
    other.record(run, made[2:])
    other.save()
    assert [entry.key for entry in Cassette(path)] == [entry.key for entry in made]
