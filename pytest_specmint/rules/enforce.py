"""How the rules of a schema are kept: as part of it, as ties between fields, case by case, or by drawing again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from msgspec.structs import replace

from pytest_specmint.rules.branches import holds, not_true
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.enforced import Choice, Enforced, Way, Ways
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.resolve import Table
from pytest_specmint.rules.links import Link, Need, Switch
from pytest_specmint.rules.model import Rule
from pytest_specmint.rules.needs import needs_of
from pytest_specmint.rules.parts import Part, part_of
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.rules.spelling import in_draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.meeting import defining, definition, meeting
from pytest_specmint.schema.sets.values import Json

NAME = "specmint rules"
"""The definition under which a schema with its rules stands in its own document."""
MANY = 24
"""Demands from which on they are gathered by property first."""
MOST = 48
"""Combinations of cases that are looked at one by one."""


def enforced(schema: Schema, rules: Sequence[Rule], as_of: date, tables: Mapping[str, Table] | None = None) -> Enforced:
    """How these rules are kept. Raises `RuleError` for rules that do not fit the schema or each other."""
    if not rules:
        return Enforced(schema)
    fields = SchemaFields(schema)
    parts = [part_of(each) for each in compile_rules(rules, fields, as_of=as_of, tables=tables).rules]
    switched = [part for part in parts if part.turns]
    needs = {part.id: found for part in parts if (found := needs_of(part.rule, fields))}
    split = _splitting([part for part in parts if part not in switched and part.id not in needs])
    apart = {part.id for part in (*split, *switched)} | needs.keys()
    plain = [part for part in parts if part.binding and part.id not in apart]
    demands = [demand for part in plain for demand in part.demands()]
    base = _meeting(schema, demands, f"{NAME}, unconditional") if demands else schema
    base, switches = _switches(base, switched)
    coupled = [part for part in parts if part.rule.dataset is not None and part.link is not None]
    ties = tuple(part.link for part in (*plain, *coupled) if part.link is not None and part.rule.when is None)
    result = Enforced(
        base,
        tuple(part.rule for part in parts if part.binding),
        tuple(part.id for part in plain if not part.is_built_in()),
        (*ties, *(link for part, link in zip(switched, switches, strict=True) if part.binding), *_needs(parts, needs)),
        tuple((part.rule, link) for part, link in zip(switched, switches, strict=True) if not part.binding),
        unmet=tuple(part.id for part in parts if not part.binding and part not in (*split, *switched, *coupled)),
    )
    if not split:
        return result
    document, ways = _ways(base, split)
    held = [demand for part in split for demand in part.demands()]
    return replace(result, schema=_meeting(document, held, NAME) if held else document, ways=ways)


# ---------------------------------------------------------------- field by field


def _needs(parts: Sequence[Part], needs: Mapping[str, tuple[Route, ...]]) -> Iterator[Link]:
    """Rules that demand fields, as ties of these fields."""
    for part in parts:
        if part.rule.when is not None and part.id in needs:
            yield Link(part.id, needs=tuple(Need(part.rule.when, target) for target in needs[part.id]))


def _switches(schema: Schema, parts: Sequence[Part]) -> tuple[Schema, list[Link]]:
    """The schema with definitions of what fields are to meet, and the rules as switches to these."""
    links = []
    for part in parts:
        found = []
        for number, turn in enumerate(part.turns):
            places: list[str | None] = []
            for word, demand in (("held", turn.held), ("broken", turn.broken)):
                name = f"{NAME}, {part.id} {word} {number}"
                schema = schema if demand is None else defining(schema, in_draft(demand, schema.draft), name)
                places.append(None if demand is None else definition(schema, name))
            held, broken = places
            assert held is not None
            found.append(Switch(part.rule.when, part.rule.each, turn.target, held, broken))
        links.append(Link(part.id, switches=tuple(found)))
    return schema, links


# ---------------------------------------------------------------- case by case


def _splitting(parts: Sequence[Part]) -> list[Part]:
    """Rules that are looked at case by case: those with a condition, and warnings; as many as there may be cases."""
    found: list[Part] = []
    room = MOST
    ranked = sorted(parts, key=lambda part: not part.binding or bool(part.demands()))  # the others need it most
    for part in ranked:
        size = len(_options(part))
        if size > 1 and room >= size:
            found.append(part)
            room //= size
    return [part for part in parts if part in found]


def _options(part: Part) -> dict[str, tuple[tuple[Json, ...], tuple[Link, ...]]]:
    """The cases of a rule: what records are to meet in each, and ties between their fields."""
    rule = part.rule
    split: dict[str, tuple[tuple[Json, ...], tuple[Link, ...]]] = {}
    if rule.dataset is not None or rule.each is not None or not (part.schemas or part.link) or not part.whole:
        return {}
    applies = () if rule.when is None else (holds(rule.when),)
    other = () if rule.when is None else (not_true(rule.when),)
    if None in applies or None in other:
        return {}
    split["held"] = (*applies, *part.schemas), (part.link,) if part.link else ()
    if not part.binding:
        split["free"] = applies, ()
        if part.broken is not None:
            split["broken"] = (*applies, part.broken), ()
    if other:
        split["other"] = other, ()
    return split


def _ways(base: Schema, chosen: Sequence[Part]) -> tuple[Schema, Ways]:
    """The schema with a definition for every case, standing where it stood."""
    schema, ways = base, []
    options = [_options(part) for part in chosen]
    for number, names in enumerate(product(*options)):
        cases = [split[name] for split, name in zip(options, names, strict=True)]
        met = _meeting(schema, [each for demands, _ in cases for each in demands], f"{NAME}, case {number}")
        ways.append(Way(names, met.place, tuple(link for _, links in cases for link in links)))
        schema = replace(met, place=base.place)
    choices = tuple(
        Choice(part.rule, part.rule.when, tuple(split)) for part, split in zip(chosen, options, strict=True)
    )
    return schema, Ways(base, choices, tuple(ways))


def _meeting(schema: Schema, demands: Sequence[Json], name: str) -> Schema:
    gathered = [_gathered(demands)] if len(demands) > MANY else demands
    listed = [in_draft(each, schema.draft) for each in gathered] or [in_draft(True, schema.draft)]
    return meeting(schema, {"allOf": listed}, name)


def _gathered(demands: Sequence[Json]) -> Json:
    """Many demands as one: those on a property together, so that objects need not be met with each by itself."""
    by_name: dict[str, list[Json]] = {}
    others: list[Json] = []
    for each in demands:
        named = each.get("properties") if isinstance(each, dict) and len(each) == 1 else None
        for name, below in (named if isinstance(named, dict) else {}).items():
            by_name.setdefault(name, []).append(below)
        others += [] if isinstance(named, dict) else [each]
    properties: dict[str, Json] = {name: _gathered(list_) for name, list_ in by_name.items()}
    return {"allOf": [*others, *([{"properties": properties}] if properties else [])]}
