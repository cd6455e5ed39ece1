"""Rules as written: form, keys, files."""

from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.files import load_rules
from pytest_specmint.rules.model import Rule, Scope, Severity, check_distinct, read_rules, rules_of


def test_all_keys() -> None:
    (rule,) = read_rules(
        [
            {
                "id": "risk.1",
                "when": "has(risk)",
                "then": "ok",
                "each": "lines",
                "severity": "warn",
                "rate": 0.9,
                "scope": "record",
                "description": "High risk",
                "sentences": "High risk should wait",
            }
        ]
    )
    assert rule == Rule(
        "risk.1",
        when="has(risk)",
        then="ok",
        each="lines",
        severity=Severity.WARN,
        rate=0.9,
        description="High risk",
        sentences=("High risk should wait",),
        pointer="#/x-rules/0",
    )


def test_defaults_and_formulas() -> None:
    (rule,) = read_rules([{"id": "t", "derive": {"total": "a + b", "tax": "a * 0.1"}}])
    assert rule.derive == (("total", "a + b"), ("tax", "a * 0.1"))
    assert (rule.severity, rule.scope, rule.rate) == (Severity.ERROR, Scope.RECORD, 1.0)


def test_rules_of_a_schema() -> None:
    assert rules_of({"type": "object"}) == ()
    assert rules_of(True) == ()
    assert [rule.id for rule in rules_of({"x-rules": [{"id": "a", "assert": "b"}]})] == ["a"]


@pytest.mark.parametrize(
    ("written", "pointer", "message", "hint"),
    [
        ({"id": "a", "asert": "b"}, "#/x-rules/0", "unknown key 'asert'", "did you mean assert?"),
        ({"id": "a", 3: "b"}, "#/x-rules/0", "unknown key '3'", "known are"),
        ({"assert": "b"}, "#/x-rules/0", "no id", "short name"),
        ({"id": "", "assert": "b"}, "#/x-rules/0/id", "is not an id", "letters"),
        ({"id": "a b", "assert": "b"}, "#/x-rules/0/id", "is not an id", "letters"),
        ({"id": 3, "assert": "b"}, "#/x-rules/0/id", "is not an id", "letters"),
        ({"id": "a" * 65, "assert": "b"}, "#/x-rules/0/id", "is not an id", "letters"),
        ({"id": "a"}, "#/x-rules/0", "says nothing", "assert, or derive"),
        ({"id": "a", "assert": "b", "derive": {"c": "d"}}, "#/x-rules/0", "assert and derive stand together", "either"),
        ({"id": "a", "then": "b"}, "#/x-rules/0", "then without when", "assert"),
        ({"id": "a", "when": "b", "assert": "c"}, "#/x-rules/0", "when without then", "then instead"),
        ({"id": "a", "when": "b"}, "#/x-rules/0", "says nothing", "when and then"),
        ({"id": "a", "assert": True}, "#/x-rules/0/assert", "is a text, not true or false", "in quotes"),
        ({"id": "a", "assert": None}, "#/x-rules/0/assert", "is a text", "in quotes"),
        ({"id": "a", "assert": ["b"]}, "#/x-rules/0/assert", "is a text, not list", "in quotes"),
        ({"id": "a", "assert": "b", "severity": "warning"}, "#/x-rules/0/severity", "'warning' is no severity", "warn"),
        ({"id": "a", "assert": "b", "severity": ["warn"]}, "#/x-rules/0/severity", "is no severity", "warn"),
        ({"id": "a", "assert": "b", "scope": "data"}, "#/x-rules/0/scope", "'data' is no scope", "dataset"),
        ({"id": "a", "assert": "b", "rate": 0.5}, "#/x-rules/0/rate", "always holds", "severity: warn"),
        ({"id": "a", "assert": "b", "severity": "warn", "rate": 2}, "#/x-rules/0/rate", "0 to 1", "0.9"),
        ({"id": "a", "assert": "b", "severity": "warn", "rate": True}, "#/x-rules/0/rate", "0 to 1", "0.9"),
        ({"id": "a", "assert": "b", "severity": "warn", "rate": float("nan")}, "#/x-rules/0/rate", "0 to 1", "0.9"),
        ({"id": "a", "derive": "t = a"}, "#/x-rules/0/derive", "maps fields", "subtotal + tax"),
        ({"id": "a", "derive": {}}, "#/x-rules/0/derive", "maps fields", "subtotal + tax"),
        ({"id": "a", "derive": {"t": 3}}, "#/x-rules/0/derive/t", "a formula is a text", "subtotal + tax"),
        ({"id": "a", "derive": {"t": "b"}, "severity": "warn"}, "#/x-rules/0", "always holds", "error"),
        (
            {"id": "a", "assert": "b", "scope": "dataset", "each": "c"},
            "#/x-rules/0",
            "not about the dataset",
            "no each",
        ),
        ({"id": "a", "derive": {"t": "b"}, "scope": "dataset"}, "#/x-rules/0", "not about the dataset", "no each"),
        ({"id": "a", "assert": "b", "sentences": [3]}, "#/x-rules/0/sentences", "texts", "words"),
        ("a > b", "#/x-rules/0", "a rule is a mapping", "id"),
    ],
)
def test_malformed_rules(written: Any, pointer: str, message: str, hint: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules([written])
    assert caught.value.pointer == pointer
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "document", ["a > b", 3, None, {"rule": []}, {"version": 1, "rules": []}, {"description": "x"}]
)
def test_documents_that_are_no_rules(document: object) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules(document)
    assert caught.value.hint


def test_ids_are_distinct_also_between_documents() -> None:
    one = read_rules([{"id": "a", "assert": "b"}])
    other = read_rules({"rules": [{"id": "a", "assert": "c"}]}, "more.yaml#")
    with pytest.raises(RuleError, match=r"two rules are named 'a' @ more\.yaml#/rules/0") as caught:
        check_distinct([*one, *other])
    assert caught.value.hint == "the other one stands at #/x-rules/0"
    with pytest.raises(RuleError, match="two rules"):
        read_rules([{"id": "a", "assert": "b"}, {"id": "a", "assert": "b"}])


def test_too_many_rules() -> None:
    with pytest.raises(RuleError, match="1,001 rules"):
        read_rules([{"id": f"r{i}", "assert": "b"} for i in range(1001)])


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("rules:\n- id: a\n  assert: >\n    amount > 0\n    and amount < 10\n")
    (tmp_path / "a.json").write_text('[{"id": "a", "assert": "amount > 0"}]')
    (rule,) = load_rules(tmp_path / "a.yaml")
    assert (rule.pointer, rule.assertion) == ("a.yaml#/rules/0", "amount > 0 and amount < 10\n")
    assert load_rules(tmp_path / "a.json")[0].pointer == "a.json#/0"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.yaml", None, "does not exist"),
        ("bad.json", "{", "is not JSON"),
        ("bad.yaml", "a: [", "not plain YAML"),
        ("tag.yaml", "!!python/object/apply:os.system ['true']", "not plain YAML"),
        ("empty.json", "", "is empty"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(RuleError, match=words) as caught:
        load_rules(tmp_path / name)
    assert caught.value.message.startswith("rules file")
