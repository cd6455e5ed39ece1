"""Plans of schemas with rules: every case of their conditions is a way, as frequent as it would be without them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from msgspec.structs import replace

from pytest_specmint.engine.building.builder import Root
from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.rules.check import items_at
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.enforced import Enforced, Ways
from pytest_specmint.rules.expression.compile import compiled
from pytest_specmint.rules.links import Link
from pytest_specmint.rules.model import Severity

SAMPLE = 4096
"""Records that are looked at to see how frequent a case is."""
LEAST = 0.5
"""What a case counts that none of them shows."""

Shares = Mapping[str, float]
"""How the records to which a rule applies are split: into those where it is held, left alone, or broken."""


def ruled_plan(enforced: Enforced, settings: EngineSettings) -> Plan:
    """The plan of the schema with its rules; raises as `compile_plan` does."""
    plan = _ruled_plan(enforced, settings)
    if not enforced.drawn:
        return plan
    from pytest_specmint.engine.held import held

    return replace(plan, held=held(plan, (rule for rule in enforced.rules if rule.rule.id in enforced.drawn)))


def _ruled_plan(enforced: Enforced, settings: EngineSettings) -> Plan:
    ways, links = enforced.ways, enforced.links
    if ways is None and not enforced.warnings:
        return compile_plan(enforced.schema, settings, links=links)
    natural = compile_plan(enforced.schema if ways is None else ways.natural, settings, links=links)
    records = natural.records(0, 0, SAMPLE)
    links += tuple(_at_its_rate(rule, link, records) for rule, link in enforced.warnings)
    roots = () if ways is None else tuple(_weighted(ways, links, records))
    return compile_plan(enforced.schema, settings, roots, links=links)


def _at_its_rate(rule: CompiledRule, link: Link, records: Sequence[Any]) -> Link:
    breakable = all(switch.broken is not None for switch in link.switches)
    shares = _shares(rule, records, breakable=breakable)
    switches = tuple(replace(each, shares=(shares["held"], shares["broken"])) for each in link.switches)
    return replace(link, switches=switches)


def _weighted(ways: Ways, links: tuple[Link, ...], records: Sequence[Any]) -> Iterator[Root]:
    conditions = [None if each.condition is None else compiled(each.condition) for each in ways.choices]
    found = Counter(tuple(each is None or each(record) is True for each in conditions) for record in records)
    shares = [_shares(each.rule, records, breakable="broken" in each.options) for each in ways.choices]
    for way in ways.ways:
        count = max(float(found[tuple(name != "other" for name in way.options)]), LEAST)
        part = prod(each.get(name, 1.0) for each, name in zip(shares, way.options, strict=True))
        if part > 0:
            yield Root(way.place, count * part, (*links, *way.links))


def _shares(rule: CompiledRule, records: Sequence[Any], *, breakable: bool) -> Shares:
    """As many held or broken as bring a warning's rate to what is asked, given how often it holds by nature."""
    if rule.rule.severity is Severity.ERROR or rule.verdict is None:
        return {"held": 1.0}
    seen = Counter(_verdicts(rule, records))
    known, rate = seen[True] + seen[False], rule.rule.rate
    nature = seen[True] / known if known else 0.5
    if nature <= rate:
        held = (rate - nature) / (1 - nature) if nature < 1 else 0.0
        return {"held": held, "free": 1 - held, "broken": 0.0}
    broken = 1 - rate / nature if breakable else 0.0
    return {"held": 0.0, "free": 1 - broken, "broken": broken}


def _verdicts(rule: CompiledRule, records: Sequence[Any]) -> Iterator[object]:
    verdict = rule.evaluator()
    assert verdict is not None
    for record in records:
        if rule.each is None:
            yield verdict(record)
        else:
            yield from (verdict(record, item) for _, item in items_at(record, rule.each))
