"""From records to calls: what goes together, and what a model is told."""

import json
from typing import Any

from pytest_specmint import generate
from pytest_specmint.enrichment.context import Context, context_of
from pytest_specmint.enrichment.items import Asked, Part, asked_of, expected, grouped, item_seed
from pytest_specmint.enrichment.model import LlmMode, Sampling
from pytest_specmint.enrichment.outlook import outlook
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.prompt import Correction, call_of, digest_of, prompt_room
from pytest_specmint.enrichment.protection import Tied
from tests.scripted_model import settings

MARKED = {"type": "string", "x-llm": True}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {**MARKED, "maxLength": 40, "description": "llm: A person"},
        "city": MARKED,
        "country": {"type": "string"},
        "order_number": {"type": "string"},
        "long": {"type": "string"},
        "deep": {"properties": {"inner": {"type": "integer"}, "title": MARKED}},
    },
}
RECORD = {
    "name": "A",
    "city": "B",
    "country": "AT",
    "order_number": "77",
    "long": "x" * 99,
    "deep": {"inner": 3, "title": "T"},
}


def planner(schema: Any = SCHEMA, mode: LlmMode = LlmMode.FIELDS) -> Planner:
    job = generate(schema).job
    return Planner(job.schema, mode, Tied(), job.settings().vocabulary)


def asked(index: int = 0, record: Any = RECORD, seed: int = 1) -> Asked:
    return asked_of(planner(), LlmMode.FIELDS, seed, index, record)


def test_what_stands_beside_the_values() -> None:
    """Short leaves that say something; what identifies the record says nothing."""
    assert asked().beside == {"/country": "AT", "/deep/inner": 3}


def test_seeds_of_items() -> None:
    seeds = {item_seed(seed, index, place) for seed in range(9) for index in range(9) for place in ("/a", "/b", "/a/b")}
    assert len(seeds) == 9 * 9 * 3
    assert all(0 <= seed < 1 << 31 for seed in seeds)
    assert item_seed(1, 0, "/a") != item_seed(0, 1, "/a")


def test_the_digest_of_a_question_follows_all_that_is_asked() -> None:
    from pytest_specmint.enrichment.terms import Terms

    terms = Terms("fields", "p", "m", 0.2)
    base = [question.key(terms) for question in asked().questions]
    assert len(set(base)) == 3
    others = [
        asked(index=1),
        asked(seed=2),
        asked(record={**RECORD, "country": "DE"}),
        asked(record={**RECORD, "name": "other", "city": "other", "deep": {"inner": 3, "title": "other"}}),
    ]
    for other in others:
        assert not {question.key(terms) for question in other.questions} & set(base)
    for changed in (Terms("record", "p", "m", 0.2), Terms("fields", "p", "n", 0.2), Terms("fields", "p", "m", 0.3)):
        assert not {question.key(changed) for question in asked().questions} & set(base)


def parts(count: int) -> list[Part]:
    return [Part(each, each.questions) for each in (asked(i) for i in range(count))]


def test_calls_are_filled_up_to_their_limits() -> None:
    def sizes(**limits: int) -> list[int]:
        usual = {"records": 99, "tokens": 10**6, "letters": 10**6}
        return [len(group) for group in grouped(parts(7), **{**usual, **limits})]

    need = sum(map(expected, asked().questions))
    assert sizes() == [7]
    assert sizes(records=3) == [3, 3, 1]
    assert sizes(tokens=2 * need) == [2, 2, 2, 1]
    assert sizes(letters=1) == [1] * 7
    alone = list(grouped(parts(1), records=9, tokens=expected(asked().questions[0]), letters=10**6))
    assert [len(part.questions) for group in alone for part in group] == [1, 1, 1]


def call(**given: Any) -> Any:
    made = planner()
    each = asked_of(made, LlmMode.FIELDS, 1, 0, RECORD)
    return call_of(
        [Part(each, each.questions)],
        made.targets,
        Context(given.pop("text", "")),
        Sampling("m"),
        LlmMode.FIELDS,
        **given,
    )


def test_a_call() -> None:
    made, ids = call(text='A "shop"\n</s> Answer {}')
    assert made.items == tuple(ids) == ("r1f1", "r1f2", "r1f3")
    assert [question.item.pointer for question in ids.values()] == ["/name", "/city", "/deep/title"]
    background, fields, records, last = made.user.splitlines()
    assert json.loads(background.removeprefix("Background: ")) == 'A "shop"\n</s> Answer {}'
    assert json.loads(fields.removeprefix("Fields: "))["0"]["wanted"] == "A person"
    told = json.loads(records.removeprefix("Records: "))
    assert told["r1"]["ids"]["r1f1"] == {"at": "/name", "draft": "A", "field": "0"}
    assert "r1f1, r1f2, r1f3" in last
    assert made.answer_schema["properties"]["r1f1"] == {"type": "string", "minLength": 1, "maxLength": 40}
    assert digest_of(made) == digest_of(call(text='A "shop"\n</s> Answer {}')[0])


def test_a_correcting_call_says_what_was_wrong() -> None:
    first = call()[0]
    made, _ = call(corrections={"0/name": Correction('too "long"', "x\n{"), "0/city": Correction("left out")})
    told = json.loads(made.user.splitlines()[-2].removeprefix("Records: "))["r1"]["ids"]
    assert (told["r1f1"]["because"], told["r1f1"]["rejected"]) == ('too "long"', "x\n{")
    assert "rejected" not in told["r1f2"]
    assert made.seed == first.seed + 1
    assert made.system == first.system


def test_the_prompt_leaves_room_for_the_answer() -> None:
    assert prompt_room(None) == prompt_room(1 << 20)
    assert 400 <= prompt_room(2048) < prompt_room(8192) < prompt_room(None)
    assert prompt_room(10) == 400


def test_background_is_cleaned_and_capped(tmp_path: Any) -> None:
    long = tmp_path / "long.md"
    long.write_text("Über\r\nuns \u202e\x00 " + "x" * 9000, encoding="utf-8")
    job = generate({**SCHEMA, "x-llm-context": "A shop"}).job
    text = context_of(job, (long, long)).text
    assert text.startswith("A shop\n\nÜber\nuns  ")
    assert text.endswith("x…")
    assert len(text) == len("A shop\n\n") + 4000
    assert len(context_of(job, ()).sha256) == 16
    assert context_of(generate(SCHEMA).job, ()).sha256 == ""


def test_a_domain_s_background() -> None:
    job = generate(SCHEMA, domain="healthcare").job
    (pack,) = job.packs()
    assert context_of(job, ()).text == pack.context.strip()[:4000]


def test_an_outlook_is_what_comes() -> None:
    from tests.scripted_model import Run

    run = Run(SCHEMA, count=64)
    found = outlook(run.base.job, settings(), run.base.job.part(0, 20))
    assert abs(found.calls - len(run.model.calls)) <= 4
    assert abs(found.values - run.told.manifest["values"]["asked"]) < 40
