"""Why a dataset is not what its golden says."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.golden.cause import BUG, CODE, UNKNOWN, causes
from pytest_specmint.golden.origin import LlmOrigin, Origin, Subject, origin_of, read_origin
from pytest_specmint.golden.values import Values

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "party": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


def origin(schema: Any = SCHEMA, *, derived: bool = False, **options: Any) -> Origin:
    dataset = sm.generate(schema, **{"count": 3, **options})
    return origin_of(Subject(nodeid="t.py::x", root=Path()), dataset, Values(dataset).content(), derived=derived)


def changed(**properties: Any) -> dict[str, Any]:
    return {**SCHEMA, "properties": {**SCHEMA["properties"], **properties}}


@pytest.mark.parametrize(
    ("now", "cause"),
    [
        (origin(seed=5), "seed 0 -> 5"),
        (origin(count=4), "count 3 -> 4"),
        (origin(start=2), "start 0 -> 2"),
        (origin(as_of="2026-01-01"), "as_of 2025-01-01 -> 2026-01-01"),
        (origin(mode="edge"), "mode usual -> edge"),
        (origin(sizes=sm.Sizes(presence=0.5)), "presence 0.9 -> 0.5"),
        (origin(changed(total={"type": "number"})), "schema changed: /properties/total added"),
        (origin(changed(id={"type": "string"})), "schema changed: /properties/id changed"),
        (
            origin(changed(party={"type": "object", "properties": {"name": {"const": 1}}})),
            "schema changed: /properties/party/properties/name changed",
        ),
        (origin({"type": "object"}), "schema changed: /properties/id removed, /properties/party removed"),
        (origin({**SCHEMA, "required": ["id"]}), "schema changed, outside its named properties"),
        (origin(derived=True), "the dataset's records were compared, now values computed from them"),
        (replace(origin(), schema=None, arguments=None), "no dataset is known any more"),
    ],
)
def test_what_changed(now: Origin, cause: str) -> None:
    assert causes(origin(), now) == [cause]


def test_several_causes() -> None:
    assert causes(origin(), origin(seed=1, count=9)) == ["seed 0 -> 1", "count 3 -> 9"]


def test_the_engine_version() -> None:
    assert causes(replace(origin(), engine_version=0), origin())[0].startswith("engine version 0 -> ")


def test_many_changes_of_a_schema_are_counted() -> None:
    names = {f"p{i}": {"type": "integer"} for i in range(9)}
    assert causes(origin(), origin(changed(**names)))[0].endswith("and 5 more")


def test_nothing_changed() -> None:
    assert causes(origin(), origin()) == [BUG]
    assert causes(origin(derived=True), origin(derived=True)) == [CODE]


def test_edited_by_hand() -> None:
    (cause,) = causes(origin(), origin(), edited=True)
    assert "changed by other means" in cause


def test_no_origin() -> None:
    assert causes(None, origin()) == [UNKNOWN]


def enriched(**changes: Any) -> Origin:
    usual: dict[str, Any] = {"mode": "fields", "provider": "p", "model": "m", "temperature": 0.2, "prompt": 1}
    return replace(origin(), llm=LlmOrigin(**{**usual, "cassette": "golden/x.cassette.jsonl", "sha256": "a", **changes}))


@pytest.mark.parametrize(
    ("before", "now", "cause"),
    [
        (origin(), enriched(), "llm mode off -> fields"),
        (enriched(mode="record"), origin(), "llm mode record -> off"),
        (enriched(), enriched(mode="record"), "llm mode fields -> record"),
        (enriched(), enriched(model="n", sha256="b"), "model m -> n"),
        (enriched(), enriched(prompt=2, sha256="b"), "prompt version 1 -> 2"),
        (enriched(), enriched(sha256="b"), "cassette golden/x.cassette.jsonl holds other answers"),
    ],
)
def test_what_changed_of_the_language_model(before: Origin, now: Origin, cause: str) -> None:
    assert causes(before, now) == [cause]


def test_origins_without_a_language_model_do_not_speak_of_one() -> None:
    assert b"llm" not in origin().document()
    assert read_origin(enriched().document(), "x") == enriched()
