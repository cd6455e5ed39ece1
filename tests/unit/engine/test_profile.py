"""Times of a plan's nodes: the bytes stay, own times add up to the whole, places are those of the record."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cells import Cells
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.profile import Meter, node_places, node_times, timed, watched
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.job import Job
from pytest_specmint.schema.load import load_schema
from pytest_specmint.stream import Keys

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "schemas").rglob("*.json"))
SCHEMA = {
    "type": "object",
    "properties": {
        "patient": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "e mail": {"type": "string", "format": "email"}},
            "required": ["name", "e mail"],
        },
        "codes": {
            "type": "array",
            "items": {"enum": ["a", "b", "c"]},
            "minItems": 3,
            "maxItems": 3,
            "uniqueItems": True,
        },
        "pair": {
            "prefixItems": [{"type": "boolean"}, {"type": "null"}],
            "items": False,
            "type": "array",
            "minItems": 2,
        },
        "sum": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"type": "null"}]},
        "level": {"type": "integer", "minimum": 0, "maximum": 10, "not": {"const": 5}},
    },
    "required": ["patient", "codes", "pair", "sum", "level"],
    "additionalProperties": False,
}
TREE = {
    "type": "object",
    "properties": {"value": {"type": "integer"}, "next": {"$ref": "#"}},
    "required": ["value"],
}


def plan_of(schema: Any) -> Plan:
    return Job(load_schema(schema), 0, 1, 0, AS_OF).plan()


def ticking() -> Callable[[], int]:
    """A clock that says 0, 1, 2, … nanoseconds."""
    return count().__next__


class TestBytes:
    @pytest.mark.parametrize("schema", SHIPPED)
    def test_measured_plans_make_the_same(self, schema: str) -> None:
        plan = plan_of(ROOT / schema)
        meter = Meter(ticking(), len(plan.nodes))
        assert timed(plan, meter).lines(7, 3, 40) == plan.lines(7, 3, 40)
        assert watched(plan, Meter(ticking())).lines(7, 3, 40) == plan.lines(7, 3, 40)
        assert timed(plan, meter).again(7, [3], [2]) == plan.again(7, [3], [2])

    def test_few_unique_values_are_still_given_out(self) -> None:
        # The array looks at its items' node to know which values are left.
        plan = plan_of(SCHEMA)
        records = timed(plan, Meter(ticking(), len(plan.nodes))).records(0, 0, 50)
        assert all(sorted(record["codes"]) == ["a", "b", "c"] for record in records)

    def test_blocks_halved_for_room(self) -> None:
        plan = plan_of({"type": "array", "items": {"type": "integer"}, "minItems": 700, "maxItems": 900})
        meter = Meter(ticking(), len(plan.nodes))
        assert timed(plan, meter).lines(0, 0, 3000) == plan.lines(0, 0, 3000)
        assert meter.values[plan.root] == 3000
        assert meter.total


class TestTimes:
    def test_own_times_are_without_those_below(self) -> None:
        meter = Meter(iter([0, 10, 13, 20, 24, 100]).__next__, 2)
        outer, first = meter.enter(), meter.enter()
        meter.leave(1, first, 4)
        second = meter.enter()
        meter.leave(1, second, 5)
        meter.leave(0, outer, 9)
        assert meter.nanoseconds == [100 - 3 - 4, 3 + 4, 0]
        assert meter.values == [9, 9, 0]

    def test_a_node_within_itself(self) -> None:
        meter = Meter(iter([0, 1, 4, 10]).__next__, 1)
        outer, inner = meter.enter(), meter.enter()
        meter.leave(0, inner, 1)
        meter.leave(0, outer, 1)
        assert meter.total == 10

    def test_a_failed_call_is_counted_once(self) -> None:
        class Failing:
            def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
                raise KeyError

        meter = Meter(ticking(), 1)
        plan = timed(Plan((Failing(),), 0), meter)
        with pytest.raises(KeyError):
            plan.lines(0, 0, 1)
        assert (meter.nanoseconds, meter.values[0]) == ([1, 2], 0)
        with pytest.raises(KeyError):
            plan.lines(0, 0, 1)
        assert meter.nanoseconds == [2, 4]

    @pytest.mark.parametrize("schema", [SCHEMA, TREE])
    def test_all_add_up(self, schema: Any) -> None:
        times = node_times(plan_of(schema), 0, 0, 5000, ticking())
        assert times.total == times.rows + sum(each.nanoseconds for each in times.nodes)
        assert [each.nanoseconds for each in times.nodes] == sorted(
            (each.nanoseconds for each in times.nodes), reverse=True
        )
        assert times.records == 5000

    def test_values_are_counted(self) -> None:
        times = {each.path + each.kind: each for each in node_times(plan_of(SCHEMA), 0, 0, 100, ticking()).nodes}
        assert times["$ObjectNode"].values == 100
        assert times["$.pair[0]Choice"].values == 100
        assert times["$.codes[*]Choice"].values > 300  # repeated ones were drawn again

    def test_blocks_do_not_matter_to_the_numbers(self) -> None:
        plan = plan_of(SCHEMA)
        whole = node_times(plan, 0, 0, 9000, ticking())
        assert {each.path: each.values for each in whole.nodes}["$"] == 9000

    def test_nodes_that_made_nothing_are_left_out(self) -> None:
        plan = plan_of({"type": "object", "properties": {"a": {"enum": list(range(50))}}})
        assert all(each.values for each in node_times(plan, 0, 0, 3, ticking()).nodes)


class TestPlaces:
    def test_paths(self) -> None:
        paths = {place.path for place in node_places(plan_of(SCHEMA)).values()}
        assert {
            "$",
            "$.patient",
            "$.patient.name",
            "$.patient['e mail']",
            "$.codes[*]",
            "$.pair[0]",
            "$.sum(1)",
            "$.level",
        } <= paths

    def test_wrapped_nodes_share_a_path(self) -> None:
        plan = plan_of({"type": "string", "format": "email", "examples": ["a@example.com"]})
        places = node_places(plan)
        assert sorted(type(plan.nodes[i]).__name__ for i in places) == ["SampledText", "Suggested"]
        assert {place.path for place in places.values()} == {"$"}

    def test_recursion_ends(self) -> None:
        plan = plan_of(TREE)
        places = node_places(plan)
        assert places.keys() <= set(range(len(plan.nodes)))
        assert places[plan.root].path == "$"

    @pytest.mark.parametrize("schema", SHIPPED)
    def test_every_node_that_makes_values_has_a_place(self, schema: str) -> None:
        plan = plan_of(ROOT / schema)
        meter = Meter(ticking(), len(plan.nodes))
        timed(plan, meter).lines(0, 0, 20)
        assert {i for i, made in enumerate(meter.values[:-1]) if made} <= node_places(plan).keys()

    def test_shared_nodes_are_counted(self) -> None:
        text = {"type": "string", "enum": ["x", "y", "z"]}
        plan = plan_of({"type": "object", "properties": {"a": text, "b": text}, "required": ["a", "b"]})
        places = list(node_places(plan).values())
        assert sum(place.number for place in places) == 3


def test_dataset_and_measured_plan_agree() -> None:
    dataset = sm.generate(SCHEMA, seed=5, count=30)
    plan = dataset.job.plan()
    assert timed(plan, Meter(ticking(), len(plan.nodes))).records(5, 0, 30) == list(dataset)
