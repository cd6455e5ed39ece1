"""How the rules of a schema are kept by what is generated: as part of the schema, or by drawing again."""

from collections.abc import Sequence
from datetime import date

from pytest_specmint.rules.branches import schema_of_rule
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.enforced import Enforced
from pytest_specmint.rules.model import KEYWORD, Rule, Scope, Severity, read_rules
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.meeting import meeting
from pytest_specmint.schema.sets.values import Json

NAME = "specmint rules"
"""The definition under which a schema with its rules stands in its own document."""


def own_rules(schema: Schema) -> tuple[Rule, ...]:
    """The rules under ``x-rules`` where the schema stands; raises `RuleError`."""
    part = schema.at(schema.place)
    return read_rules(part[KEYWORD]) if isinstance(part, dict) and KEYWORD in part else ()


def enforced(schema: Schema, rules: Sequence[Rule], as_of: date) -> Enforced:
    """How these rules are kept. Raises `RuleError` for rules that do not fit the schema or each other."""
    if not rules:
        return Enforced(schema)
    compiled = compile_rules(rules, SchemaFields(schema), as_of=as_of).rules
    kept = [each for each in compiled if each.rule.severity is Severity.ERROR and each.rule.scope is Scope.RECORD]
    demands = {each.rule.id: schema_of_rule(each) for each in kept}
    built_in = {name: demand for name, demand in demands.items() if demand is not None}
    drawn = tuple(each for each in kept if each.rule.id not in built_in)
    if not built_in:
        return Enforced(schema, (), drawn)
    demand: Json = {"allOf": [_in_draft(each, schema.draft) for each in built_in.values()]}
    return Enforced(meeting(schema, demand, NAME), tuple(built_in), drawn)


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
