"""Plans of schemas with rules: every case of their conditions is a way, as frequent as it would be without them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from pytest_specmint.engine.compile import Root, compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.rules.enforced import Choice, Enforced, Ways
from pytest_specmint.rules.expression.compile import compiled
from pytest_specmint.rules.model import Severity

SAMPLE = 4096
"""Records that are looked at to see how frequent a case is."""
LEAST = 0.5
"""What a case counts that none of them shows."""

Shares = Mapping[str, float]
"""How the records to which a rule applies are split: into those where it is held, left alone, or broken."""


def ruled_plan(enforced: Enforced, settings: EngineSettings) -> Plan:
    """The plan of the schema with its rules; raises as `compile_plan` does."""
    if enforced.ways is None:
        return compile_plan(enforced.schema, settings, links=enforced.links)
    roots = tuple(_weighted(enforced.ways, enforced, settings))
    return compile_plan(enforced.schema, settings, roots)


def _weighted(ways: Ways, enforced: Enforced, settings: EngineSettings) -> Iterator[Root]:
    records = compile_plan(ways.natural, settings, links=enforced.links).records(0, 0, SAMPLE)
    conditions = [None if each.condition is None else compiled(each.condition) for each in ways.choices]
    found = Counter(tuple(each is None or each(record) is True for each in conditions) for record in records)
    shares = [_shares(each, records) for each in ways.choices]
    for way in ways.ways:
        count = max(float(found[tuple(name != "other" for name in way.options)]), LEAST)
        part = prod(each.get(name, 1.0) for each, name in zip(shares, way.options, strict=True))
        if part > 0:
            yield Root(way.place, count * part, (*enforced.links, *way.links))


def _shares(choice: Choice, records: Sequence[Any]) -> Shares:
    """As many held or broken as bring a warning's rate to what is asked, given how often it holds by nature."""
    if choice.rule.rule.severity is Severity.ERROR or choice.rule.verdict is None:
        return {"held": 1.0}
    verdict = compiled(choice.rule.verdict)
    seen = Counter(verdict(record) for record in records)
    known, rate = seen[True] + seen[False], choice.rule.rule.rate
    nature = seen[True] / known if known else 0.5
    if nature <= rate:
        held = (rate - nature) / (1 - nature) if nature < 1 else 0.0
        return {"held": held, "free": 1 - held, "broken": 0.0}
    broken = 1 - rate / nature if "broken" in choice.options else 0.0
    return {"held": 0.0, "free": 1 - broken, "broken": broken}
