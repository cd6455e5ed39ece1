"""Rules beside everything else that a schema may say: records hold them and are valid, or an error says why not.

Never a crash: whatever comes of a schema with rules that contradict it, it is an error of ours with words and a hint.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.overrides.compose import composed
from pytest_specmint.overrides.read import EachOf, read_overrides

WHOLE = {"type": "integer", "minimum": 0, "maximum": 40}
DATE = {"type": "string", "format": "date"}


def fields(draw: st.DrawFn) -> dict[str, Any]:
    """A field of each name, in one of several forms."""
    number = st.sampled_from(
        [
            WHOLE,
            {**WHOLE, "type": ["integer", "null"], "x-null-rate": 0.3},
            {**WHOLE, "x-dist": {"kind": "zipf", "exponent": 1.5}},
            {**WHOLE, "x-dist": {"kind": "normal", "mean": 30, "sd": 5}},
            {"type": "number", "minimum": 0, "maximum": 40, "multipleOf": 0.5, "x-dist": "uniform"},
            {"enum": [1, 5, 20, 39], "x-weights": [1, 2, 3, 0]},
            {"oneOf": [{**WHOLE, "maximum": 9}, {"type": "string", "maxLength": 3}]},
            {"anyOf": [{**WHOLE, "minimum": 20}, {"type": "null"}, {"const": 3}]},
            {"const": 7},
            {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01},
        ]
    )
    date = st.sampled_from([DATE, {**DATE, "type": ["string", "null"]}, {"type": "string", "format": "date-time"}])
    text = st.sampled_from(
        [
            {"enum": ["A", "B", "C"], "x-weights": {"A": 8, "B": 1, "C": 1}},
            {"type": "string", "pattern": "^[A-C]{1,2}$"},
            {"enum": ["A", "B", None]},
            {"oneOf": [{"const": "A"}, {"const": "B"}, {"type": "boolean"}]},
        ]
    )
    made = {"a": draw(number), "b": draw(number), "c": draw(number), "d": draw(date), "e": draw(date), "s": draw(text)}
    item = {"type": "object", "required": draw(st.sampled_from([["n"], ["n", "at", "t"], []])), "properties": {"n": draw(number), "at": draw(date), "t": draw(text)}}  # fmt: skip
    made["xs"] = {"type": "array", "minItems": draw(st.integers(0, 2)), "maxItems": 4, "items": item}
    made["o"] = {"type": "object", "required": ["z"], "properties": {"z": draw(number), "y": draw(number)}}
    if draw(st.booleans()):
        made["k"] = {"type": "integer", "minimum": 1, "maximum": 5000, "x-unique": True}
    return made


TEXTS = [
    {"assert": "a <= b"},
    {"assert": "a + 3 < c"},
    {"assert": "a != b"},
    {"assert": "a + b + c <= 60"},
    {"assert": "a * 2 == c or b > 3"},
    {"assert": "(a + b) % 3 == 0"},
    {"assert": "has(a) or has(b)"},
    {"assert": "d <= e"},
    {"assert": "d + days(30) <= e and e <= as_of"},
    {"assert": "weekday(d) <= 5"},
    {"assert": "s in ('A', 'B')"},
    {"assert": "is_null(a) or a > 4"},
    {"when": "s == 'A'", "then": "a > 4"},
    {"when": "has(d) and has(e)", "then": "d <= e"},
    {"when": "a > 10", "then": "s != 'C' and b >= a"},
    {"when": "missing(d)", "then": "missing(e)"},
    {"when": "s == 'A'", "then": "has(a) and has(o.y)"},
    {"when": "a > 10", "then": "has(d) and has(xs)"},
    {"when": "a > 10 and not (s == 'B')", "then": "has(o.z)"},
    {"derive": {"c": "a + default(b, 0)"}},
    {"derive": {"o.z": "sum(default(x.n, 0) for x in xs)"}},
    {"derive": {"a": "len(xs)"}},
    {"each": "xs", "assert": "n <= record.a"},
    {"each": "xs", "assert": "n % 2 == 0"},
    {"each": "xs", "when": "t == 'A'", "then": "n > 3"},
    {"each": "xs", "assert": "at >= record.d"},
    {"each": "xs", "assert": "n != record.o.z"},
    {"assert": "unique(x.n for x in xs)"},
    {"assert": "all(x.n >= o.z for x in xs)"},
    {"assert": "any(x.t == 'A' for x in xs)"},
    {"assert": "o.z < o.y"},
    {"assert": "len(xs) >= 1 and a > 3", "severity": "warn", "rate": 0.7},
    {"when": "s == 'B'", "then": "a > 20", "severity": "warn", "rate": 0.5},
    {"assert": "avg(a) >= 0", "scope": "dataset"},
]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    properties = fields(draw)
    rules = draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4))
    listed = [{"id": f"r{i}", **rule} for i, rule in enumerate(rules)]
    if "k" in properties and draw(st.booleans()):
        listed.append({"id": "key", "assert": "k > 100"})
    required = draw(st.sets(st.sampled_from(sorted(properties))))
    return {"type": "object", "properties": properties, "required": sorted(required), "x-rules": listed}


def told(error: sm.SpecmintError) -> None:
    """Whether an error says what is wrong and what to do, and nothing of how rules are built in."""
    assert error.message
    assert error.hint, error
    assert "specmint rules" not in str(error), error


def checked(document: dict[str, Any], records: list[Any]) -> None:
    report = sm.validate(document, records)
    assert not report.invalid, report.examples
    assert not report.broken, [(each.rule.id, [str(one) for one in each.examples]) for each in report.broken]


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(0, 99), st.sampled_from(["usual", "usual", "edge"]))
def test_records_hold_rules_and_are_valid(document: dict[str, Any], seed: int, mode: str) -> None:
    try:
        records = list(sm.generate(document, seed=seed, count=30, mode=mode))
    except sm.SpecmintError as error:
        told(error)
        return
    checked(document, records)
    assert records[7] == sm.generate(document, seed=seed, count=8, mode=mode)[7]
    keys = [each["k"] for each in records if "k" in each]
    assert len(set(keys)) == len(keys) or mode == "edge"


@settings(max_examples=60, deadline=None)
@given(documents(), st.integers(0, 99), st.lists(st.integers(0, 40), min_size=10, max_size=10))
def test_values_given_by_hand_leave_rules_in_force(document: dict[str, Any], seed: int, values: list[int]) -> None:
    for overrides in ({"/a": values[0]}, {"/a": EachOf(values)}, {"/s": "A", "/o/z": EachOf(values)}):
        try:
            job = sm.generate(document, seed=seed, count=10).job
            records = list(composed(job, read_overrides(overrides, {})))
        except sm.SpecmintError as error:
            told(error)
            continue
        checked(document, records)


@settings(max_examples=40, deadline=None)
@given(documents(), st.integers(0, 99))
def test_near_misses_break_their_keyword(document: dict[str, Any], seed: int) -> None:
    """They are made from records that hold the rules; what they break is a keyword of the schema, rules besides it."""
    try:
        misses = sm.near_misses(document, seed=seed, count=6)
    except sm.SpecmintError as error:
        told(error)
        return
    assert sm.validate(document, [each.record for each in misses]).invalid == len(misses)
    assert all(each.keyword != "x-rules" for each in misses)
