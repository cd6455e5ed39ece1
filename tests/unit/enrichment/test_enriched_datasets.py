"""Datasets with a language model's values: sequences like others, that know how they were enriched."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint import generate, validate
from pytest_specmint.enriched import EnrichedDataset
from pytest_specmint.enrichment.model import Call, Completion, Finish, LlmSource
from pytest_specmint.overrides.compose import composed
from pytest_specmint.overrides.read import read_overrides
from tests.scripted_model import Model, lifelike, places, settings

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "town"],
    "properties": {
        "name": {"type": "string", "maxLength": 20, "x-llm": True},
        "town": {"type": "string", "maxLength": 30, "x-llm": True},
    },
}


def dataset(model: Model | None = None, **given: Any) -> EnrichedDataset:
    return EnrichedDataset(generate(PERSON, count=6, seed=2).job, settings(**given), (model or Model()).connect)


def test_it_is_a_sequence_made_once() -> None:
    model = Model()
    made = dataset(model)
    assert model.calls == []
    records = list(made)
    assert len(made) == len(records) == 6
    assert made[2] == made[-4] == records[2]
    assert made[1:3] == records[1:3]
    assert made == records
    assert made[0] is not made[0]
    assert len(model.calls) == 1
    assert b"".join(made.blocks(check_all=True)) == made.jsonl
    assert made.manifest["llm"]["mode"] == "fields"
    assert made.manifest["dataset"]["sha256"] == made.sha256
    assert made.degraded == ""
    assert made.made_by_job
    with pytest.raises(IndexError):
        made[6]


def test_it_tells_why_it_is_degraded() -> None:
    made = dataset(Model(lambda call, _: "{}"))
    assert made.degraded == "12 missing"
    assert list(made) == list(generate(PERSON, count=6, seed=2))


def test_it_knows_how_it_was_made(tmp_path: Path) -> None:
    cassette = tmp_path / "c.cassette.jsonl"
    made = dataset(source=LlmSource.RECORD, cassette=cassette)
    assert len(made.jsonl)
    facts = made.llm
    assert (facts.mode, facts.provider, facts.model, facts.cassette) == ("fields", "scripted", "quill-1", cassette)
    assert len(facts.sha256) == 64
    assert f"--llm-mode fields --llm-source replay --cassette {cassette}" in made.command(3)
    live = dataset()
    assert len(live.jsonl)
    assert live.llm.cassette is None
    assert live.command(0).endswith("--llm-mode fields")


def test_it_is_written_like_others(tmp_path: Path) -> None:
    cassette = tmp_path / "c.cassette.jsonl"
    made = dataset(source=LlmSource.RECORD, cassette=cassette)
    assert len(made.jsonl)
    made.write(tmp_path / "out")
    assert (tmp_path / "out/dataset.jsonl").read_bytes() == made.jsonl
    assert json.loads((tmp_path / "out/manifest.json").read_bytes()) == made.manifest
    assert len((tmp_path / "out/provenance.jsonl").read_text().splitlines()) == 12


def test_values_from_outside_stay() -> None:
    def script(call: Call, _: int) -> str:
        assert "/town" not in places(call).values()
        return lifelike(call)

    base = composed(generate(PERSON, count=4).job, read_overrides({"/town": "Graz"}, {}))
    made = EnrichedDataset(base.job, settings(), Model(script).connect, base=base, protected=frozenset(["/town"]))
    assert {record["town"] for record in made} == {"Graz"}
    assert [record["name"] for record in made] != [record["name"] for record in base]
    assert not made.made_by_job
    assert validate(PERSON, made.jsonl)
    assert made.command(0).endswith("# /town given from outside")


def _said(call: Call, **texts: str) -> str:
    """The same text for each field of a name, in every record."""
    return json.dumps({each: texts[place.rpartition("/")[2]] for each, place in places(call).items()})


def test_one_text_for_fields_of_different_names_is_refused() -> None:
    made = dataset(Model(lambda call, _: _said(call, name="Gwen Hale", town="gwen hale")))
    assert list(made) == list(generate(PERSON, count=6, seed=2))
    assert made.degraded == "12 invalid"
    made = dataset(Model(lambda call, _: _said(call, name="Gwen Hale", town="Halebury")))
    assert list(made) == [{"name": "Gwen Hale", "town": "Halebury"}] * 6


def test_none_of_the_fields_keeps_a_text_that_was_given_for_all() -> None:
    """Not even those which share their name with the first of them."""
    text = {"type": "string", "maxLength": 30, "x-llm": True}
    home = {"type": "object", "required": ["street", "town"], "properties": {"street": text, "town": text}}
    both = {"type": "object", "required": ["home", "work"], "properties": {"home": home, "work": home}}
    made = EnrichedDataset(
        generate(both, count=3).job, settings(), Model(lambda call, _: _said(call, street="Hale", town="Hale")).connect
    )
    assert list(made) == list(generate(both, count=3))
    assert made.degraded == "12 invalid"


def test_one_text_where_it_may_stand_twice() -> None:
    """Fields of one name, and fields that choose among few."""
    town = {"type": "string", "maxLength": 30, "x-llm": True}
    home = {"type": "object", "required": ["town"], "properties": {"town": town}}
    names = {"type": "object", "required": ["home", "work"], "properties": {"home": home, "work": home}}
    made = EnrichedDataset(
        generate(names, count=2).job, settings(), Model(lambda call, _: _said(call, town="Halebury")).connect
    )
    assert list(made) == [{"home": {"town": "Halebury"}, "work": {"town": "Halebury"}}] * 2
    level = {"enum": ["low", "high"], "x-llm": True}
    levels = {"type": "object", "required": ["risk", "need"], "properties": {"risk": level, "need": level}}
    made = EnrichedDataset(
        generate(levels, count=8).job, settings(), Model(lambda call, _: _said(call, risk="low", need="low")).connect
    )
    assert list(made) == [{"need": "low", "risk": "low"}] * 8


def test_ids_are_no_values() -> None:
    made = dataset(Model(lambda call, _: json.dumps({each: each for each in call.items})))
    assert list(made) == list(generate(PERSON, count=6, seed=2))
    assert made.degraded == "12 invalid"


def test_an_echo_of_what_was_wrong_is_refused() -> None:
    """Asked again, a small model may write what it was told instead of a value."""

    def cut_off(call: Call, number: int) -> Completion | str:
        if number == 1:
            return Completion('{"r1f1": "Gw', Finish.LENGTH, model="quill-1")
        return _said(call, name="Gwen Hale", town="The answer was cut off at the 2")

    made = dataset(Model(cut_off))
    before = list(generate(PERSON, count=6, seed=2))
    assert list(made) == [{"name": "Gwen Hale", "town": each["town"]} for each in before]
    assert made.degraded == "6 invalid"
