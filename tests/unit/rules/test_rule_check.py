"""Rules that fit a schema and each other, and their verdicts over records."""

import os
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.rules.check import Checker, Example, check_rules, items_at
from pytest_specmint.rules.compile import Rules, compile_rules, json_value
from pytest_specmint.rules.expression.compile import compiled
from pytest_specmint.rules.expression.dataset import spearman
from pytest_specmint.rules.expression.errors import ExpressionError, RuleError
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import ITEM, TableOfFields
from pytest_specmint.rules.model import read_rules

ROOT = Path(__file__).parents[3]
FIELDS = TableOfFields.of(
    {
        "n": "number", "m": "number", "k": "integer", "s": "string", "f": "boolean", "d": "date", "e": "date", "w": "date-time",
        "lines[].p": "number", "lines[].q": "integer", "lines[].t": "number", "lines[].parts[].x": "number", "total": "number",
        "tax": "number", "sub": "number", "name": "string", "o.a/b": "number",
    }
)  # fmt: skip


def made(*written: dict[str, Any], **options: Any) -> Rules:
    return compile_rules(read_rules([{"id": f"r{i}", **each} for i, each in enumerate(written)]), FIELDS, **options)


def failure(*written: dict[str, Any]) -> RuleError:
    with pytest.raises(RuleError) as caught:
        made(*written)
    assert caught.value.hint
    return caught.value


def test_counts_and_examples() -> None:
    rules = made({"assert": "n > 2"}, {"when": "f", "then": "s == 'A'"})
    records: list[Any] = [{"n": i % 5, "f": i % 2 == 0, "s": "A" if i % 4 == 0 else "B"} for i in range(10)]
    records += [{}, {"n": None, "f": None}, {"n": "x", "f": 1}, 7]
    first, second = check_rules(rules, records, examples=2)
    assert (first.checked, first.held, first.failed, first.skipped) == (10, 4, 6, 4)
    assert first.examples == (Example(1, "", (("n", "0"),)), Example(2, "", (("n", "1"),)))
    assert (second.held, second.failed, second.skipped) == (3, 2, 9)
    assert str(second.examples[0]) == "record 3: f = true, s = 'B'"
    assert not first
    assert not second


def test_blocks_make_no_difference() -> None:
    rules = made(
        {"assert": "n > 2"}, {"each": "lines", "assert": "q > 1"}, {"scope": "dataset", "assert": "avg(n) > 2"}
    )
    records = [{"n": i % 7, "lines": [{"q": i % 3}] * (i % 4)} for i in range(5000)]
    checker = Checker(rules)
    for start in range(0, 5000, 777):
        checker.add(records[start : start + 777])
    assert checker.outcomes() == check_rules(rules, iter(records))


def test_items_are_checked_one_by_one() -> None:
    rules = made({"each": "lines", "assert": "q >= 1 and p > record.n"}, {"each": "lines[].parts", "assert": "x > 0"})
    records = [
        {"n": 1, "lines": [{"q": 1, "p": 2}, {"q": 0, "p": 2}, {"q": 1}]},
        {"n": 1, "lines": [{"parts": [{"x": 1}, {"x": -1}]}, 3, {"parts": []}]},
        {"n": 1},
        {"lines": 3},
    ]
    lines, parts = check_rules(rules, records)
    assert (lines.held, lines.failed, lines.skipped) == (1, 1, 4)
    assert lines.examples == (Example(1, "/lines/1", (("lines[].p", "2"), ("lines[].q", "0"), ("n", "1"))),)
    assert (parts.held, parts.failed, parts.skipped) == (1, 1, 0)
    assert parts.examples[0].pointer == "/lines/0/parts/1"


def test_pointers_of_items_are_escaped() -> None:
    assert list(items_at({"a/b": {"~": [1]}}, ("a/b", "~"))) == [("/a~1b/~0/0", 1)]
    assert list(items_at({"a": [[1], [2, 3]]}, ("a", ITEM))) == [("/a/0/0", 1), ("/a/1/0", 2), ("/a/1/1", 3)]


def test_warnings_hold_at_their_rate() -> None:
    (rule,) = made({"assert": "f", "severity": "warn", "rate": 0.9}).rules
    for held, kept in ((90_000, True), (87_900, True), (87_600, False), (100_000, True)):
        (outcome,) = check_rules(Rules((rule,), (), date(2025, 1, 1)), [{"f": i < held} for i in range(100_000)])
        assert bool(outcome) is kept
    for held, kept in ((85, True), (82, True), (81, False)):  # of few records chance takes more
        (outcome,) = check_rules(Rules((rule,), (), date(2025, 1, 1)), [{"f": i < held} for i in range(100)])
        assert bool(outcome) is kept
    (nothing,) = check_rules(Rules((rule,), (), date(2025, 1, 1)), [{}])
    assert nothing


def test_long_values_are_cut_in_examples() -> None:
    (outcome,) = check_rules(made({"assert": "s == 'A' or missing(n)"}), [{"s": "x" * 500, "n": None}])
    ((_, number), (_, text)) = outcome.examples[0].values
    assert number == "null"
    assert len(text) == 60


def test_derived_fields_in_order() -> None:
    rules = made(
        {"derive": {"total": "sub + tax"}},
        {"derive": {"tax": "round(sub * 0.0825, 2)"}},
        {"derive": {"sub": "sum(line.t for line in lines)"}},
        {"each": "lines", "derive": {"t": "p * q"}},
    )
    assert [each.target for each in rules.derivations] == [("lines", ITEM, "t"), ("sub",), ("tax",), ("total",)]
    record: Any = {"lines": [{"p": 19.99, "q": 3}, {"p": 0.1, "q": 3}]}
    for line in record["lines"]:
        line["t"] = _value(rules.derivations[0].formula, record, line)
    for derivation in rules.derivations[1:]:
        record[derivation.target[0]] = _value(derivation.formula, record)
    assert record == {
        "lines": [{"p": 19.99, "q": 3, "t": 59.97}, {"p": 0.1, "q": 3, "t": 0.3}],
        "sub": 60.27,
        "tax": 4.97,
        "total": 65.24,
    }
    assert all(outcome.held and outcome for outcome in check_rules(rules, [record]))
    assert not any(check_rules(rules, [{**record, "sub": 60.28}])[i] for i in (0, 2))


def _value(formula: Any, *scope: Any) -> object:
    value = compiled(formula)(*scope)
    assert value == interpret(formula, *scope)
    return json_value(formula, value)


def test_a_share_of_a_total_is_no_circle() -> None:
    rules = made(
        {"each": "lines", "derive": {"t": "round(p / record.total, 4)"}},
        {"derive": {"total": "sum(x.p for x in lines)"}},
    )
    assert [each.target for each in rules.derivations] == [("total",), ("lines", ITEM, "t")]


@pytest.mark.parametrize(
    ("formulas", "value"),
    [({"e": "d + days(30)"}, "2024-03-02"), ({"w": "w"}, None), ({"name": "upper(s)"}, "AB"), ({"f": "n > 3"}, True),
     ({"total": "n * 2"}, 6.5), ({"k": "len(s)"}, 2), ({"d": "w"}, "2024-02-02")],
)  # fmt: skip
def test_derived_values_are_json(formulas: dict[str, str], value: object) -> None:
    record = {"d": "2024-02-01", "s": "ab", "n": 3.25, "w": "2024-02-01T23:00:00-02:00"}
    if value is None:
        assert "derived from itself" in failure({"derive": formulas}).message
        return
    (derivation,) = made({"derive": formulas}).derivations
    assert _value(derivation.formula, record) == value


@pytest.mark.parametrize(
    ("written", "pointer", "message"),
    [
        ([{"assert": "nn > 3"}], "#/x-rules/0/assert", "no field nn"),
        ([{"when": "f", "then": "n"}], "#/x-rules/0/then", "true or false is expected"),
        ([{"when": "1 <", "then": "f"}], "#/x-rules/0/when", "not an expression"),
        ([{"each": "line", "assert": "p > 3"}], "#/x-rules/0/each", "no field line"),
        ([{"each": "n", "assert": "p > 3"}], "#/x-rules/0/each", "n is not a list"),
        ([{"each": "lines[0]", "assert": "p > 3"}], "#/x-rules/0/each", "not the path"),
        ([{"each": "lines + 1", "assert": "p > 3"}], "#/x-rules/0/each", "not the path"),
        ([{"each": "lines", "assert": "pp > 3"}], "#/x-rules/0/assert", "no field item.pp"),
        ([{"assert": "1 < 2"}], "#/x-rules/0/assert", "reads no field"),
        ([{"when": "true", "then": "f"}], "#/x-rules/0/when", "reads no field"),
        ([{"derive": {"totl": "n"}}], "#/x-rules/0/derive/totl", "no field totl"),
        ([{"derive": {"total": "s"}}], "#/x-rules/0/derive/total", "cannot be compared"),
        ([{"derive": {"total": "e - d"}}], "#/x-rules/0/derive/total", "compared"),
        ([{"derive": {"total": "n / 3"}}], "#/x-rules/0/derive/total", "without end"),
        ([{"derive": {"lines[0].p": "n"}}], "#/x-rules/0/derive/lines[0].p", "not the path"),
        ([{"derive": {"lines[].p": "n"}}], "#/x-rules/0/derive/lines[].p", "not one field"),
        ([{"derive": {'o["a/b"]': "nix"}}], '#/x-rules/0/derive/o["a~1b"]', "no field nix"),
        ([{"scope": "dataset", "assert": "n > 3"}], "#/x-rules/0/assert", "a field of one record"),
        ([{"scope": "dataset", "assert": "avg(nn) > 3"}], "#/x-rules/0/assert", "no field nn"),
        ([{"scope": "dataset", "assert": "avg(s) > 3"}], "#/x-rules/0/assert", "a number is expected"),
        ([{"scope": "dataset", "assert": "avg(n)"}], "#/x-rules/0/assert", "true or false is expected"),
        ([{"scope": "dataset", "assert": "avg(n, m) > 3"}], "#/x-rules/0/assert", "in each record"),
        ([{"scope": "dataset", "assert": "has(n)"}], "#/x-rules/0/assert", "about one record"),
        ([{"scope": "dataset", "assert": "1 < 2"}], "#/x-rules/0/assert", "nothing about the records"),
        ([{"scope": "dataset", "assert": "all(x.p > 1 for x in lines)"}], "#/x-rules/0/assert", "about one record"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_pointer(written: list[Any], pointer: str, message: str) -> None:
    error = failure(*written)
    assert error.pointer == pointer
    assert message in error.message


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ([{"derive": {"total": "sub"}}, {"derive": {"sub": "total"}}], ["total needs sub needs total", "r0, r1"]),
        ([{"derive": {"total": "sub", "sub": "tax"}}, {"derive": {"tax": "total"}}], ["needs", "r0, r1"]),
        ([{"derive": {"total": "total + 1"}}], ["total is derived from itself", "r0"]),
        ([{"derive": {"total": "n"}}, {"derive": {"total": "m"}}], ["total is derived twice", "r0 and r1"]),
        ([{"each": "lines", "derive": {"t": "record.sub"}}, {"derive": {"sub": "sum(x.t for x in lines)"}}], ["lines[].t", "sub"]),
        ([{"assert": "n > 3"}, {"assert": "n < 2"}], ["cannot hold together", "r0", "r1"]),
        ([{"assert": "d < e"}, {"assert": "f"}, {"assert": "e + days(3) < d"}], ["cannot hold together: ", "r0", "r2"]),
        ([{"each": "lines", "assert": "p > 3"}, {"each": "lines", "assert": "p < 2"}], ["r0", "r1"]),
    ],
)  # fmt: skip
def test_rules_that_do_not_go_together_are_named(written: list[Any], words: list[str]) -> None:
    error = failure(*written)
    assert all(word in error.message for word in words), error.message


def test_rules_that_need_not_hold_together() -> None:
    made({"assert": "n > 3", "severity": "warn"}, {"assert": "n < 2"})
    made({"when": "f", "then": "n > 3"}, {"when": "not f", "then": "n < 2"})
    made({"each": "lines", "assert": "p > 3"}, {"assert": "n < 2"})


def test_positions_are_those_of_the_expression() -> None:
    error = failure({"when": "f", "then": "n > 3 and nope < 3"})
    assert isinstance(error, ExpressionError)
    assert str(error) == "the schema has no field nope (line 1, column 11) @ #/x-rules/0/then"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("count() == 6", True),
        ("count(n > 2) == 3", True),
        ("share(n > 2) == 0.6", True),
        ("0.59 <= share(n > 2) <= 0.61", True),
        ("sum(n) == 15", True),
        ("avg(n) == 3", True),
        ("avg(n / 3) == 1", True),
        ("min(n) == 1 and max(n) == 5", True),
        ("max(d) - min(d) == days(4)", True),
        ("max(w) < as_of", True),
        ("unique(s)", False),
        ("unique(n)", True),
        ("unique(e)", None),
        ("avg(m) > 3", None),
        ("default(avg(m), 7) == 7", True),
        ("spearman(n, n * n) == 1", True),
        ("spearman(n, -n) < -0.99", True),
        ("spearman(n, m) > 0", None),
        ("spearman(n, k) > 0", None),
        ("round(sum(n) / count(), 2) == 2.5", True),
        ("max(sum(n), 3) == 15", True),
        ("share(sum(x.p for x in lines) > 1) == 1", True),
    ],
)
def test_rules_about_the_dataset(text: str, verdict: bool | None) -> None:
    records: list[Any] = [
        {
            "n": i,
            "d": f"2024-02-0{i}",
            "s": "ab" if i < 3 else "cd",
            "w": f"2024-02-0{i}T12:00:00Z",
            "lines": [{"p": i}, {"p": 1}],
        }
        for i in range(1, 6)
    ]
    (outcome,) = check_rules(made({"scope": "dataset", "assert": text}), [*records, {"n": None, "s": None}])
    assert (outcome.held, outcome.failed, outcome.skipped) == (
        verdict is True,
        verdict is False,
        verdict is None,
    )
    assert outcome.numbers


def test_rank_correlation_with_ties() -> None:
    # by hand: ranks of x 1 2.5 2.5 4, of y 1 3 2 4
    assert spearman([1, 2, 2, 3], [10, 30, 20, 40]) == pytest.approx(0.9486832980505138)
    assert spearman([1, 1], [1, 2]) is None


def test_rules_travel_between_processes_and_are_the_same_bytes_everywhere() -> None:
    code = (
        "import pickle, hashlib, sys; sys.path.insert(0, 'tests/unit/rules'); import test_rule_check as t;"
        "print(hashlib.sha256(pickle.dumps(t.several())).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    assert pickle.loads(pickle.dumps(several())) == several()


def several() -> Rules:
    return made(
        {"assert": "s in ('A', 'B', 'C') and n > m and n in (1, 2.5)"},
        {"each": "lines", "when": "has(p)", "then": "q > record.n"},
        {"derive": {"total": "sum(x.p for x in lines)"}},
        {"scope": "dataset", "assert": "avg(n) > 2"},
    )
