"""Records that no draw makes right are changed: into valid ones, in fields that a broken rule reads, always alike."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.check.mending import mended_record
from pytest_specmint.check.ruled import RuledVerifier
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import line_blocks, recipe_of
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.rules.mend.places import changes, route_of

NUMBER = {"type": "integer", "minimum": 0, "maximum": 100_000}
CENTS = {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1000}
FIELDS: dict[str, Any] = {
    "a": NUMBER,
    "b": {**NUMBER, "type": ["integer", "null"]},
    "k": {**NUMBER, "minimum": 1, "x-unique": True},
    "p": CENTS,
    "d": {"type": "string", "format": "date"},
    "e": {"type": "string", "format": "date"},
    "s": {"enum": ["A", "B", "C"]},
    "t": {"type": "string", "pattern": "^[0-9]{8}$"},
    "xs": {
        "type": "array",
        "minItems": 1,
        "maxItems": 4,
        "items": {"type": "object", "required": ["n"], "properties": {"n": NUMBER, "p": CENTS, "at": {"type": "string", "format": "date"}}},
    },
}  # fmt: skip
SCHEMA: dict[str, Any] = {"type": "object", "properties": FIELDS, "required": sorted(FIELDS)}
HARD = st.sampled_from(
    [
        {"assert": "a % 991 == 7"},
        {"assert": "a == b * 3"},
        {"assert": "p * 100 == a"},
        {"assert": "k % 1000 == a % 1000"},
        {"assert": "a % 991 == b % 991"},
        {"assert": "weekday(d) == 1 and weekday(e) == 2 and d <= e"},
        {"assert": "month(d) == month(e) and day(d) == day(e)"},
        {"assert": "luhn(t) and endswith(t, '777')"},
        {"assert": "text(a) == t or s == 'A'"},
        {"when": "s != 'A'", "then": "a == 77 or b == 77"},
        {"assert": "sum(x.n for x in xs) % 1009 == 0"},
        {"assert": "ascending(x.n for x in xs)"},
        {"assert": "any(x.n == a for x in xs)"},
        {"assert": "all(x.n % 97 == 1 for x in xs)"},
        {"each": "xs", "assert": "n % 89 == record.a % 89"},
        {"each": "xs", "assert": "p * 100 == n % 1000"},
        {"each": "xs", "assert": "year(at) == 2021"},
        {"when": "has(b) and b > 5", "then": "a == b + 1 and p == round(b / 7000, 2)"},
    ]
)
RULES = st.lists(HARD, min_size=1, max_size=3)


def lines(job: Job, execution: Execution) -> bytes | str:
    """The bytes, or the words of the error."""
    try:
        return b"".join(map(bytes, line_blocks(job, execution)))
    except sm.SamplingError as error:
        return str(error)


@settings(max_examples=60, deadline=None)
@given(RULES, st.integers(0, 99))
def test_a_changed_record_is_valid_and_changed_where_rules_read(rules: list[dict[str, Any]], seed: int) -> None:
    document = {**SCHEMA, "x-rules": [{"id": f"r{i}", **rule} for i, rule in enumerate(rules)]}
    recipe = recipe_of(sm.generate(document, seed=seed, count=6).job)
    verifier = verifier_of(recipe.schema, recipe.rules)
    assert isinstance(verifier, RuledVerifier)
    reads = {rule.rule.id: {route[: len(route)] for route in rule.reads} for rule in recipe.rules}
    draws = recipe.plan.records(seed, 0, 6)
    for draw in draws:
        found = mended_record(verifier, [draw])
        if found is None:
            continue
        assert not verifier.failures([found.record])
        assert found.record["k"] == draw["k"]  # unique: no other record may get the value
        where = {route for name in found.rules for route in reads[name]}
        for change in changes(draw, found.record):
            assert any(_meets(route_of(change), route) for route in where), (change, where)


def _meets(change: tuple[Any, ...], route: tuple[Any, ...]) -> bool:
    """Whether a change lies at a field that is read, or on the way to it (a list that gets shorter)."""
    return all(a == b for a, b in zip(change, route, strict=False))


@settings(max_examples=25, deadline=None)
@given(RULES, st.integers(0, 99), st.integers(1, 7), st.integers(0, 20))
def test_it_is_the_same_in_blocks_of_any_size(rules: list[dict[str, Any]], seed: int, block: int, first: int) -> None:
    document = {**SCHEMA, "x-rules": [{"id": f"r{i}", **rule} for i, rule in enumerate(rules)]}
    job = sm.generate(document, seed=seed, count=8, start=first).job
    whole = lines(job, Execution())
    assert lines(job, Execution(block=block)) == whole
    if isinstance(whole, bytes):
        assert lines(job.part(5, 1), Execution()) == whole.splitlines(keepends=True)[5]
        assert lines(job, Execution(check_all=True)) == whole
