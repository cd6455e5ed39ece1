"""Plans of schemas with rules: every case of their conditions is a way, as frequent as it would be without them."""

from collections import Counter
from collections.abc import Iterator

from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.rules.enforced import Enforced, Ways
from pytest_specmint.rules.expression.compile import compiled

SAMPLE = 4096
"""Records that are looked at to see how frequent a case is."""
LEAST = 0.5
"""What a case counts that none of them shows."""


def ruled_plan(enforced: Enforced, settings: EngineSettings) -> Plan:
    """The plan of the schema with its rules; raises as `compile_plan` does."""
    if enforced.ways is None:
        return compile_plan(enforced.schema, settings)
    return compile_plan(enforced.schema, settings, tuple(_weighted(enforced.ways, settings)))


def _weighted(ways: Ways, settings: EngineSettings) -> Iterator[tuple[str, float]]:
    conditions = [compiled(each) for each in ways.conditions]
    records = compile_plan(ways.natural, settings).records(0, 0, SAMPLE)
    found = Counter(sum((each(record) is True) << i for i, each in enumerate(conditions)) for record in records)
    for number, place in enumerate(ways.places):
        yield place, max(float(found[number]), LEAST)
