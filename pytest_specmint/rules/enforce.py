"""How the rules of a schema are kept by what is generated: as part of the schema, or by drawing again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from pytest_specmint.rules.branches import holds, not_false, not_true, schema_of_rule
from pytest_specmint.rules.compile import CompiledRule, compile_rules
from pytest_specmint.rules.enforced import Enforced, Ways
from pytest_specmint.rules.expression.resolve import Table
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.model import KEYWORD, Rule, Scope, Severity, read_rules
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.meeting import meeting
from pytest_specmint.schema.sets.values import Json

NAME = "specmint rules"
"""The definition under which a schema with its rules stands in its own document."""
MOST = 5
"""Conditions that are looked at case by case; twice as many cases with each."""


def own_rules(schema: Schema) -> tuple[Rule, ...]:
    """The rules under ``x-rules`` where the schema stands; raises `RuleError`."""
    part = schema.at(schema.place)
    return read_rules(part[KEYWORD]) if isinstance(part, dict) and KEYWORD in part else ()


def enforced(schema: Schema, rules: Sequence[Rule], as_of: date, tables: Mapping[str, Table] | None = None) -> Enforced:
    """How these rules are kept. Raises `RuleError` for rules that do not fit the schema or each other."""
    if not rules:
        return Enforced(schema)
    compiled = compile_rules(rules, SchemaFields(schema), as_of=as_of, tables=tables).rules
    kept = [each for each in compiled if each.rule.severity is Severity.ERROR and each.rule.scope is Scope.RECORD]
    said = {each.rule.id: demand for each in kept if (demand := schema_of_rule(each)) is not None}
    drawn = tuple(each for each in kept if each.rule.id not in said)
    if not said:
        return Enforced(schema, (), drawn)
    cases = _cases([each for each in kept if each.rule.id in said])
    natural = [demand for name, demand in said.items() if name not in {each.name for each in cases}]
    base = _meeting(schema, natural, f"{NAME}, unconditional") if natural else schema
    if not cases:
        return Enforced(base, tuple(said), drawn)
    documents, ways = _with_cases(base, cases)
    whole = _meeting(documents, [said[each.name] for each in cases], NAME)
    return Enforced(whole, tuple(said), drawn, ways)


class _Case(NamedTuple):
    """A rule with a condition: what records are like for which it applies, and all others."""

    name: str
    condition: Term
    applies: Json
    other: Json


def _cases(rules: Sequence[CompiledRule]) -> list[_Case]:
    """The first rules about whole records that have a condition; with too many there would be too many cases."""
    found = []
    for each in rules:
        if each.when is None or each.condition is None or each.each is not None:
            continue
        true, other, demanded = holds(each.when), not_true(each.when), not_false(each.condition)
        if true is not None and other is not None and demanded is not None:
            found.append(_Case(each.rule.id, each.when, {"allOf": [true, demanded]}, other))
    return found[:MOST]


def _with_cases(base: Schema, cases: Sequence[_Case]) -> tuple[Schema, Ways]:
    """The schema with a definition for every case, standing where it stood."""
    schema, places = base, []
    for number in range(1 << len(cases)):
        demands = [each.applies if number >> i & 1 else each.other for i, each in enumerate(cases)]
        met = _meeting(schema, demands, f"{NAME}, case {number}")
        places.append(met.place)
        schema = replace(met, place=base.place)
    return schema, Ways(base, tuple(each.condition for each in cases), tuple(places))


def _meeting(schema: Schema, demands: Sequence[Json], name: str) -> Schema:
    return meeting(schema, {"allOf": [_in_draft(each, schema.draft) for each in demands]}, name)


def _in_draft(demand: Json, draft: Draft) -> Json:
    """A demand in the words of an earlier draft: without conditions, constants and booleans where it has none."""
    if draft >= Draft.D7:
        return demand
    if isinstance(demand, bool):
        return demand if draft > Draft.D4 else {} if demand else {"not": {}}
    if isinstance(demand, list):
        return [_in_draft(each, draft) for each in demand]
    if not isinstance(demand, dict):
        return demand
    out = {key: _plain(key, each, draft) for key, each in demand.items()}
    if "if" in out:
        out["anyOf"] = [{"not": out.pop("if")}, out.pop("then")]
    if draft is Draft.D4:
        out = _in_draft_4(out)
    return out


def _plain(key: str, value: Json, draft: Draft) -> Json:
    if key in {"const", "enum", "type", "required"}:
        return value
    if key == "properties":
        return {name: _in_draft(each, draft) for name, each in value.items()}
    return _in_draft(value, draft)


def _in_draft_4(demand: dict[str, Json]) -> dict[str, Json]:
    out = dict(demand)
    if "const" in out:
        out["enum"] = [out.pop("const")]
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if exclusive in out:
            out[bound], out[exclusive] = out[exclusive], True
    return out
