"""Rules beside real schemas: the paths and kinds that a schema has, the design's rules on the shipped ones."""

from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.rules.check import check_rules
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.expression.kinds import EVERYTHING, ITEM, Field, Kind
from pytest_specmint.rules.model import read_rules
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.load import load_schema

SCHEMAS = Path(__file__).parents[3] / "schemas"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "n": {"type": "number", "multipleOf": 0.01},
        "i": {"type": ["integer", "null"]},
        "s": {"type": "string"},
        "d": {"type": "string", "format": "date"},
        "w": {"format": "date-time"},
        "e": {"enum": ["a", 1, None]},
        "c": {"const": True},
        "ref": {"$ref": "#/$defs/node"},
        "free": {"type": "object"},
        "any": True,
        "never": False,
        "map": {"type": "object", "additionalProperties": {"type": "integer"}, "patternProperties": {"^x": {"type": "string"}}},
        "list": {"type": "array", "items": {"$ref": "#/$defs/node"}},
        "tuple": {"prefixItems": [{"type": "string"}, {"type": "number"}]},
        "loose": {"type": "array"},
        "either": {"oneOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "boolean"}}}]},
    },
    "allOf": [{"if": {"properties": {"s": {"const": "x"}}}, "then": {"properties": {"n": {"minimum": 3}, "late": {"type": "boolean"}}}}],
    "$defs": {"node": {"type": "object", "properties": {"v": {"type": "number"}, "next": {"$ref": "#/$defs/node"}}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ((), {Kind.OBJECT}),
        (("n",), {Kind.NUMBER}),
        (("i",), {Kind.NUMBER}),
        (("s",), {Kind.TEXT}),
        (("d",), {Kind.DAY}),
        (("w",), {Kind.MOMENT}),
        (("e",), {Kind.TEXT, Kind.NUMBER}),
        (("c",), {Kind.FLAG}),
        (("ref",), {Kind.OBJECT}),
        (("ref", "next", "next", "v"), {Kind.NUMBER}),
        (("ref", "w"), None),
        (("free", "x", "y"), EVERYTHING),
        (("any", "x", ITEM), EVERYTHING),
        (("never",), None),
        (("map", "a"), {Kind.NUMBER}),
        (("map", "xa"), {Kind.TEXT}),
        (("list",), {Kind.LIST}),
        (("list", ITEM, "v"), {Kind.NUMBER}),
        (("list", "v"), None),
        (("tuple", ITEM), {Kind.TEXT, Kind.NUMBER}),
        (("loose", ITEM), EVERYTHING),
        (("either", "a"), {Kind.TEXT}),
        (("either", "b"), {Kind.FLAG}),
        (("either", "c"), None),
        (("late",), {Kind.FLAG}),
        (("none",), None),
        (("s", "x"), None),
        (("s", ITEM), None),
    ],
)
def test_kinds_at_paths(path: tuple[str | int, ...], kinds: set[Kind] | None) -> None:
    field = SchemaFields(load_schema(SCHEMA)).at(path)
    assert (None if field is None else field.kinds) == kinds


def test_names_and_decimals() -> None:
    fields = SchemaFields(load_schema(SCHEMA))
    assert list(fields.names(("either",))) == ["a", "b"]
    assert "late" in fields.names(())
    assert fields.at(("n",)) == Field(frozenset({Kind.NUMBER}), 2)
    assert fields.at(("ref", "v")) == Field(frozenset({Kind.NUMBER}), None)


DESIGN = {
    "healthcare/claim_837p_slim.json": [
        "date(1900,1,1) <= patient.dob <= as_of - years(10)",
        "patient.dob + years(1) <= claim_dates.service_date <= claim_dates.submitted_at <= as_of",
        "all(line.units >= 1 and line.charge > 0 for line in service_lines)",
        "total_charge == sum(line.charge for line in service_lines)",
        "all(all(1 <= p <= len(diagnosis_codes) for p in line.dx_pointers) for line in service_lines)",
    ],
    "healthcare/patient_encounter.json": [
        "period.start <= period.end",
        "patient.birth_date < period.start",
        "vitals.systolic > vitals.diastolic",
        "period.start <= vitals.taken_at <= period.end",
        'record["class"] == "emergency" or has(priority)',
    ],
    "fintech/payment_transaction.json": [
        "requires_approval if amount > 10000 else true",
        "status == 'PENDING' if has(risk_score) and risk_score > 80 else true",
        "as_of - days(30) <= timestamp <= as_of",
    ],
    "fintech/loan_application.json": [
        "years(submitted_at, applicant.date_of_birth) >= 18",
        "submitted_at <= decision.decided_at",
        "debt_to_income < 0.6 if status == 'approved' else true",
    ],
    "ecommerce/product_catalog.json": [
        "inventory.quantity <= 100 if price > 1000 else true",
        "inventory.reserved <= inventory.quantity",
        "created_at <= updated_at",
    ],
    "ecommerce/customer_order.json": [
        "totals.total == totals.subtotal + totals.tax + default(totals.shipping, 0)",
        "placed_at <= updated_at",
        "totals.subtotal == sum(i.quantity * i.unit_price - default(i.discount, 0) for i in items)",
    ],
}


@pytest.mark.parametrize(("name", "texts"), DESIGN.items(), ids=list(DESIGN))
def test_the_rules_of_the_design_fit_the_shipped_schemas(name: str, texts: list[str]) -> None:
    written = [{"id": f"r{i}", "assert": text} for i, text in enumerate(texts)]
    rules = compile_rules(read_rules(written), SchemaFields(load_schema(SCHEMAS / name)))
    outcomes = check_rules(rules, sm.generate(str(SCHEMAS / name), count=50, seed=1))
    assert all(outcome.held + outcome.failed + outcome.skipped == 50 for outcome in outcomes)
    assert any(outcome.checked for outcome in outcomes)


def test_a_misspelled_path_names_the_nearest() -> None:
    fields = SchemaFields(load_schema(SCHEMAS / "healthcare/claim_837p_slim.json"))
    for text, hint in (
        ("patient.dbo <= as_of", "did you mean dob?"),
        ("claim_date.service_date <= as_of", "did you mean claim_dates?"),
        ("service_lines.charge > 0", "e.g. all(x.charge == … for x in service_lines)"),
    ):
        with pytest.raises(RuleError) as caught:
            compile_rules(read_rules([{"id": "r", "assert": text}]), fields)
        assert caught.value.hint == hint
