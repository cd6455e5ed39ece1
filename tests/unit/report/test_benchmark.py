"""Measuring with a clock that is passed in: what is counted, in what order, and how figures come of it."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

import pytest_specmint.report.benchmark as room
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import SamplingError
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import checked_records
from pytest_specmint.pipeline.recipe import SURELY
from pytest_specmint.report.benchmark import Benchmark, Spread, Timing, cross_field_rules, generated, measure
from pytest_specmint.schema.load import load_schema

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "n": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["id", "n"],
    "additionalProperties": False,
}
UNPROVEN = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 3}}},
    "required": ["a"],
}


def job_of(schema: Any, seed: int = 0) -> Job:
    return Job(load_schema(schema), seed, 10, 0, AS_OF)


def ticking(step: int = 1000) -> Callable[[], int]:
    return count(0, step).__next__


def growing() -> Callable[[], int]:
    return count(1_000_000, 500_000).__next__


def measured(schema: Any, counts: list[int], runs: int = 2) -> Benchmark:
    job = Job(load_schema(schema), 0, max(counts), 0, AS_OF)
    return measure(job, counts, runs, ticking(), growing())


class TestFigures:
    def test_spread(self) -> None:
        spread = Spread((3.0, 1.0, 2.0))
        assert (spread.median, spread.least, spread.greatest) == (2.0, 1.0, 3.0)
        assert Spread((1.0, 2.0)).median == 1.5

    def test_timing(self) -> None:
        timing = Timing(10, (1_000_000_000, 500_000_000))
        assert timing.seconds == Spread((1.0, 0.5))
        assert timing.rate == Spread((10.0, 20.0))

    def test_ratios_are_taken_run_by_run(self) -> None:
        assert Timing(1, (10, 40)).over(Timing(1, (5, 10))) == Spread((2.0, 4.0))


class TestMeasure:
    def test_every_figure_has_a_value_per_run(self) -> None:
        for runs in (1, 3):
            for scenario in measured(SCHEMA, [5, 20], runs).scenarios:
                for timing in (scenario.generation, scenario.run, scenario.checking, scenario.validation):
                    assert len(timing.nanoseconds) == runs
                assert scenario.reference is not None
                assert len(scenario.reference.nanoseconds) == runs

    def test_a_clock_that_ticks(self) -> None:
        # One block: each figure is one interval of the clock, but for the run, within which generation is one, too.
        (scenario,) = measured(SCHEMA, [20]).scenarios
        assert scenario.generation.nanoseconds == (1000, 1000)
        assert scenario.run.nanoseconds == (3000, 3000)
        assert scenario.checking.nanoseconds == (2000, 2000)
        assert scenario.validation.nanoseconds == (1000, 1000)
        assert scenario.reference == Timing(20, (1000, 1000))

    def test_a_clock_that_stands_still_divides_nothing_by_zero(self) -> None:
        job = job_of(SCHEMA)
        (scenario,) = measure(job, [10], 1, lambda: 7, lambda: None).scenarios
        assert scenario.generation.rate.median == 10e9
        assert scenario.checking.nanoseconds == (1,)

    def test_sizes_and_verdicts_are_those_of_the_dataset(self) -> None:
        job = job_of(SCHEMA)
        small, large = measured(SCHEMA, [10, 30]).scenarios
        assert small.size == len(generated(job, 0, 10))
        assert (small.records, small.valid, small.redrawn) == (10, 10, 0)
        assert (large.records, large.valid, large.redrawn) == (30, 30, 0)

    def test_memory_is_read_before_and_after_a_run_of_the_largest(self) -> None:
        peak = measured(SCHEMA, [5, 20]).peak
        assert (peak.before, peak.after, peak.records) == (1_000_000, 1_500_000, 20)

    def test_proven_plans_check_a_part_of_large_runs(self) -> None:
        many = job_of(SCHEMA).part(0, 20_000)
        result = measured(SCHEMA, [SURELY, many.count], 1)
        assert result.proven
        assert measured(SCHEMA, [5], 1).proven  # of the plan, however few records there are
        assert [each.checked for each in result.scenarios] == [SURELY, checked_records(many)]
        assert SURELY < checked_records(many) < many.count
        assert [each.valid for each in result.scenarios] == [SURELY, many.count]

    def test_other_plans_check_all(self) -> None:
        result = measured(UNPROVEN, [1500], 1)
        assert not result.proven
        assert result.scenarios[0].checked == 1500

    def test_redrawn_records_are_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def spoiled(job: Job, start: int, count: int) -> bytes:
            lines = job.plan().lines(job.seed, start, count).splitlines(keepends=True)
            return b"".join([b'{"n":-1}\n', b"{}\n", *lines[2:]])

        monkeypatch.setattr(room, "generated", spoiled)
        (scenario,) = measured(SCHEMA, [10]).scenarios
        assert (scenario.redrawn, scenario.valid) == (2, 10)

    def test_invalid_records_are_counted_not_hidden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room, "verified", lambda recipe, verifier, start, count: b'{"n":-1}\n' * count)
        (scenario,) = measured(SCHEMA, [10]).scenarios
        assert scenario.valid == 0

    def test_integers_beyond_64_bits_have_no_reference(self) -> None:
        (scenario,) = measured({"type": "integer", "minimum": 10**20, "maximum": 10**21}, [10]).scenarios
        assert scenario.reference is None
        assert scenario.valid == 10

    def test_records_that_cannot_be_made_are_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(room.Verifier, "failures", lambda self, records: list(range(len(records))))
        with pytest.raises(SamplingError):
            measured(UNPROVEN, [3])


class TestRules:
    def test_none(self) -> None:
        assert cross_field_rules(load_schema(SCHEMA)) == 0

    @pytest.mark.parametrize(
        ("value", "number"), [(["a < b"], 1), (["a < b", "b < c"], 2), ([], 0), ("a < b", 1), ({"x": "a", "y": "b"}, 2)]
    )
    def test_sentences(self, value: Any, number: int) -> None:
        assert cross_field_rules(load_schema({**SCHEMA, "x-cross-field-rules": value})) == number

    def test_everywhere_the_schema_reaches(self) -> None:
        rule = {"x-cross-field-rules": ["a < b"]}
        schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": rule, "b": rule}, **rule}
        assert cross_field_rules(load_schema(schema)) == 2
