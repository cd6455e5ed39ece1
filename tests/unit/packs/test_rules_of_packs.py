"""Rules of packs apply to schemas that name what they read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.packs.errors import PackError

TOP = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
APPROVAL = "- id: approval\n  when: amount > 50\n  then: approved\n"
Install = Callable[..., Path]


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


PAYMENT = schema(amount={"type": "integer", "minimum": 0, "maximum": 100}, approved={"type": "boolean"})


def broken(given: Any, **options: Any) -> int:
    records = sm.generate(given, count=300, domain="acme", **options)
    return sum(record["amount"] > 50 and not record["approved"] for record in records)


def ids(given: Any, domain: Any = "acme") -> set[str]:
    kept = sm.generate(given, domain=domain).job.enforced()
    return {each.rule.id for each in kept.rules}


def test_they_hold_where_the_fields_are_named(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": APPROVAL})
    assert broken(PAYMENT) == 0
    installed_pack("acme")
    assert broken(PAYMENT) > 0


@pytest.mark.parametrize(
    "given",
    [
        True,
        {"type": "object"},
        schema(amount={"type": "integer"}),
        schema(amount={"type": "string"}, approved={"type": "boolean"}),
        schema(payment=PAYMENT),
        {"type": "array", "items": PAYMENT},
    ],
)
def test_they_do_not_apply_elsewhere(installed_pack: Install, given: Any) -> None:
    installed_pack("acme", {"rules.yaml": APPROVAL})
    assert ids(given) == set()


def test_fields_may_be_named_in_any_branch_or_definition(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": APPROVAL})
    assert ids({"$ref": "#/$defs/p", "$defs": {"p": PAYMENT}}) == {"approval"}
    assert ids({"allOf": [schema(amount={"type": "integer"}), schema(approved={"type": "boolean"})]}) == {"approval"}


def test_rules_about_items_and_nested_fields(installed_pack: Install) -> None:
    rules = "- id: lines\n  each: lines\n  assert: units >= 3\n- id: nested\n  assert: stock.held <= 2\n"
    installed_pack("acme", {"rules.yaml": rules})
    units = {"type": "integer", "minimum": 0, "maximum": 6}
    given = schema(lines={"type": "array", "items": schema(units=units)}, stock=schema(held=units))
    assert ids(given) == {"lines", "nested"}
    for record in sm.generate(given, count=200, domain="acme"):
        assert all(line["units"] >= 3 for line in record["lines"])
        assert record["stock"]["held"] <= 2
    assert ids(schema(lines={"type": "array", "items": {"type": "object"}}, stock={"type": "object"})) == set()


def test_a_rule_of_the_schema_takes_the_place_of_one_with_its_id(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": APPROVAL})
    own = {**PAYMENT, "x-rules": [{"id": "approval", "when": "amount > 90", "then": "approved"}]}
    assert broken(own) > 0
    assert all(r["approved"] for r in sm.generate(own, count=300, domain="acme") if r["amount"] > 90)


def test_the_first_pack_wins_where_two_have_a_rule_of_one_id(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": APPROVAL})
    installed_pack("other", {"rules.yaml": APPROVAL.replace("50", "20")})
    low = [r for r in sm.generate(PAYMENT, count=300, domain="acme,other") if 20 < r["amount"] <= 50]
    assert not all(record["approved"] for record in low)
    low = [r for r in sm.generate(PAYMENT, count=300, domain="other,acme") if 20 < r["amount"] <= 50]
    assert all(record["approved"] for record in low)


def test_a_rule_may_look_into_a_table(installed_pack: Install) -> None:
    table = f"{TOP}pair,letter,digit\np,a,1\nq,b,2\nr,c,2\n"
    rules = (
        "- id: pair\n  assert: (letter, digit) in table('pairs.letter,digit')\n"
        "- id: letter\n  assert: letter in table('pairs.letter')\n"
    )
    installed_pack("acme", {"tables/pairs.csv": table, "rules.yaml": rules})
    given = schema(letter={"enum": ["a", "b", "c", "x"]}, digit={"enum": ["1", "2"]})
    found = {(record["letter"], record["digit"]) for record in sm.generate(given, count=200, domain="acme")}
    assert found == {("a", "1"), ("b", "2"), ("c", "2")}


def test_a_rule_that_no_schema_could_have(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": "- id: odd\n  assert: amount.upper() == 'A'\n"})
    with pytest.raises(
        PackError, match=r"pack acme: rules\.yaml, line 2: only the functions .* \(character 1 of the expression\)"
    ):
        sm.generate(PAYMENT, domain="acme")


def test_a_rule_that_a_schema_contradicts(installed_pack: Install) -> None:
    installed_pack("acme", {"rules.yaml": "- id: few\n  assert: amount < 0\n"})
    with pytest.raises(sm.SpecmintError):
        list(sm.generate(PAYMENT, domain="acme"))
