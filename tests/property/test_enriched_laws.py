"""Laws of enrichment: order does not matter, a replay is its recording, and whatever a model says records are valid."""

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import category

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_specmint import generate, validate
from pytest_specmint.enrichment.answers import read_answer
from pytest_specmint.enrichment.graphemes import cut
from pytest_specmint.enrichment.judge import too_deep
from pytest_specmint.enrichment.model import Call, Completion, Failure, Finish, LlmMode
from pytest_specmint.enrichment.patch import patched
from pytest_specmint.enrichment.report import Outcome
from pytest_specmint.enrichment.sanitise import holds_controls, sanitised, sanitised_value
from tests.scripted_model import Model, Pooled, Run, fields, lifelike, recorded, replayed

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "lines", "total", "low", "high"],
    "properties": {
        "id": {"type": "string", "pattern": "^O-[0-9]{6}$"},
        "name": {"type": "string", "minLength": 2, "maxLength": 24, "x-llm": True},
        "note": {"type": "string", "x-llm": True},
        "tags": {
            "type": "array",
            "items": {"type": "string", "maxLength": 12},
            "maxItems": 4,
            "uniqueItems": True,
            "x-llm": True,
        },
        "low": {"type": "integer", "minimum": 0, "maximum": 9, "x-llm": True},
        "high": {"type": "integer", "minimum": 0, "maximum": 9, "x-llm": True},
        "total": {"type": "number", "minimum": 0.5, "maximum": 99.5, "multipleOf": 0.5, "x-llm": True},
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["title"],
                "properties": {
                    "title": {"type": "string", "maxLength": 16, "x-llm": True},
                    "sku": {"pattern": "^[A-Z]{4}$"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
    "x-rules": [{"id": "order", "assert": "low <= high"}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def faulty(seed: int) -> Any:
    """A model that does everything that models do; a function of the call alone."""

    def script(call: Call, _: int) -> Any:
        random = Random(f"{seed} {call.seed} {call.items}")
        kind = random.randrange(12)
        if kind == 0:
            return Completion("{", Finish.LENGTH)
        if kind == 1:
            return Completion("", Finish.REFUSAL)
        if kind == 2:
            return Outcome(None, Failure.TIMEOUT, "too long", "scripted", 3)
        values = json.loads(lifelike(call))
        for name in values:
            spoiled = random.randrange(8)
            if spoiled == 0:
                values[name] = random.choice(
                    [None, -5, 10**9, "x" * 300, [], {"a": 1}, "call 212-664-7665", "\u202e", True]
                )
            elif spoiled == 1:
                values[name] = random.randrange(12)
        for name in [name for name in values if not random.randrange(9)]:
            del values[name]
        text = json.dumps(values)
        return f"```json\n{text}\n```" if kind == 3 else f"{text} {text}" if kind == 4 else text

    return script


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 40), st.integers(1, 9), st.integers(1, 6))
def test_any_order_of_answers_gives_the_same_bytes(seed: int, count: int, batch: int, threads: int) -> None:
    one = Run(ORDER, Model(faulty(seed)), count=count, batch=batch, seed=seed % 997)
    other = Run(
        ORDER, Pooled(seed, faulty(seed), threads=threads), count=count, batch=batch, seed=seed % 997, workers=threads
    )
    assert other.lines == one.lines
    assert other.provenance == one.provenance
    assert other.told.manifest == one.told.manifest


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_replay_is_its_recording(data: st.DataObject) -> None:
    seed, count = data.draw(st.integers(0, 1 << 32)), data.draw(st.integers(1, 30))
    mode = data.draw(st.sampled_from([LlmMode.FIELDS, LlmMode.RECORD]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c.cassette.jsonl")
        first = recorded(path, ORDER, Model(faulty(seed)), count=count, mode=mode, batch=data.draw(st.integers(1, 9)))
        again = replayed(path, ORDER, count=count, mode=mode, batch=data.draw(st.integers(1, 9)))
        assert again.lines == first.lines
        assert again.told.manifest == first.told.manifest
        start = data.draw(st.integers(0, count - 1))
        some = data.draw(st.integers(1, count - start))
        part = replayed(path, ORDER, count=some, start=start, mode=mode)
        assert part.lines.splitlines() == first.lines.splitlines()[start : start + some]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32), st.lists(JSON | st.text(), min_size=1, max_size=8), st.booleans())
def test_whatever_a_model_says_records_are_valid(seed: int, values: list[Any], raw: bool) -> None:
    def script(call: Call, number: int) -> str:
        if raw and number == 1:
            return str(values[0])
        return json.dumps({name: values[i % len(values)] for i, name in enumerate(call.items)})

    for mode in (LlmMode.FIELDS, LlmMode.RECORD):
        run = Run(ORDER, Model(script), count=5, seed=seed, mode=mode)
        report = validate(ORDER, run.lines)
        assert report, report.examples
        assert report.valid == 5
        for new, old in zip(run.records, run.base, strict=True):
            assert shape(new, old)
            assert new["id"] == old["id"]
        assert not holds_controls(run.records)
        assert sum(run.told.run["values"].values()) - run.told.run["values"]["asked"] == len(run.provenance)


def shape(new: Any, old: Any) -> bool:
    """Whether two records have the same keys, types and lists (but for those that are a model's as a whole)."""
    if isinstance(old, dict):
        return new.keys() == old.keys() and all(name == "tags" or shape(new[name], old[name]) for name in old)
    if isinstance(old, list):
        return len(new) == len(old) and all(map(shape, new, old))
    return isinstance(new, type(old)) or {type(new), type(old)} == {int, float}


@settings(max_examples=300)
@given(st.text(), st.sampled_from(["none", "usual", "all"]))
def test_sanitising_again_changes_nothing_and_nothing_grows(text: str, symbols: str) -> None:
    clean = sanitised(text, symbols)
    assert sanitised(clean, symbols) == clean
    assert len(clean) <= len(text)
    assert not holds_controls(clean)
    assert {category(char)[0] for char in clean} <= set("LMNPZSC")
    assert all(char in "\u200c\u200d" for char in clean if category(char)[0] == "C")


@settings(max_examples=300)
@given(st.text(st.sampled_from("aéकष्र‍‌नीข้ำ\u0301\u0958\u0344👩👧🏽🇦🇩\u1112\u1161\u11ab각ậ \n\u1ea5\u0328\u212b\u2126")))
def test_the_same_of_writing_that_is_hard(text: str) -> None:
    for symbols in ("usual", "all"):
        clean = sanitised(text, symbols)
        assert sanitised(clean, symbols) == clean
        assert len(clean) <= len(text)


@settings(max_examples=300)
@given(st.text() | st.text(st.sampled_from("aक्षनीข้ำ\u0301👩\u200d👧🏽🇦🇩\u1112\u1161\u11ab각")), st.integers(0, 12))
def test_cutting_leaves_a_beginning_that_fits(text: str, length: int) -> None:
    left = cut(text, length)
    assert text.startswith(left)
    assert len(left) <= length
    rest = text[len(left) :].lstrip()
    assert not rest or not left or len(text) <= length or category(rest[0])[0] != "M" or text[len(left)].isspace()


@settings(max_examples=300)
@given(st.text() | st.text(st.sampled_from('{}[]":,\\ntrue1.-e`<think>/ \n')) | JSON.map(json.dumps))
def test_any_text_can_be_read_or_not_but_never_raises(text: str) -> None:
    found = read_answer(Completion(text, Finish.STOP))
    assert (found.failure is None) or found.values == {}
    if found.failure is None and not found.detail:
        assert json.loads(text) == found.values


@settings(max_examples=200)
@given(JSON, JSON, st.fixed_dictionaries({}, optional={
    "type": st.sampled_from(["string", "integer", "number", "array"]),
    "minimum": st.integers(-50, 50) | st.floats(-50, 50),
    "maximum": st.integers(-50, 50) | st.floats(-50, 50),
    "exclusiveMinimum": st.integers(-50, 50) | st.booleans(),
    "multipleOf": st.sampled_from([1, 3, 0.01, 0.5]),
    "maxLength": st.integers(0, 5),
    "maxItems": st.integers(0, 3),
    "uniqueItems": st.booleans(),
    "enum": st.lists(st.text(max_size=3), min_size=1),
}))  # fmt: skip
def test_patching_is_total(value: Any, current: Any, schema: dict[str, Any]) -> None:
    made, words = patched(sanitised_value(value), schema, current)
    assert isinstance(words, str)
    assert isinstance(too_deep(made), bool)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1 << 40))
def test_what_is_not_marked_stays(seed: int) -> None:
    run = Run(ORDER, count=8, seed=seed)
    base = generate(ORDER, count=8, seed=seed)
    for new, old in zip(run.records, base, strict=True):
        assert new["id"] == old["id"]
        assert [line.get("sku") for line in new["lines"]] == [line.get("sku") for line in old["lines"]]
    assert fields(run.model.calls[0])
