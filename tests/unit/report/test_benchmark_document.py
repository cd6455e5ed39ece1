"""The document of a benchmark, its figures, and the comparison of two."""

import json
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pytest_specmint.cli import benchmark as command
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.job import Job
from pytest_specmint.report.benchmark import measure
from pytest_specmint.report.document import Verdict, compared, comparison_document, document, figures
from pytest_specmint.report.machine import system
from pytest_specmint.schema.load import load_schema

FORM = json.loads(Path(command.__file__).with_name("benchmark.schema.json").read_text(encoding="utf-8"))
NOW = "2026-11-23T11:00:00+00:00"


def made(schema: Any, counts: tuple[int, ...] = (5, 10), runs: int = 2, memory: int | None = 10**8) -> dict[str, Any]:
    job = Job(load_schema(schema), 0, max(counts), 0, AS_OF)
    benchmark = measure(job, counts, runs, count(0, 1000).__next__, lambda: memory)
    return document(benchmark, job, runs=runs, system=system(), created_at=NOW)


def with_rates(content: dict[str, Any], *values: float) -> dict[str, Any]:
    """The document with these records per second of generation in its first scenario."""
    changed = deepcopy(content)
    changed["scenarios"][0]["generation"]["recordsPerSecond"]["values"] = list(values)
    return changed


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return made({"type": "object", "properties": {"a": {"type": "integer"}}})


class TestDocument:
    def test_has_the_form_that_is_shipped(self, content: dict[str, Any]) -> None:
        jsonschema_rs.meta.validate(FORM)
        jsonschema_rs.Draft202012Validator(FORM, validate_formats=True).validate(content)

    @pytest.mark.parametrize(
        ("schema", "options"),
        [
            ({"type": "integer", "minimum": 10**20, "maximum": 10**21}, {}),
            ({"const": 1}, {"memory": None}),
            ({"const": 1}, {"runs": 1}),
            ({"x-cross-field-rules": ["a < b"], "const": 1}, {"counts": (3,)}),
        ],
    )
    def test_so_do_unusual_ones(self, schema: Any, options: dict[str, Any]) -> None:
        jsonschema_rs.Draft202012Validator(FORM).validate(made(schema, **options))

    def test_says_what_is_not_there(self, content: dict[str, Any]) -> None:
        assert content["languageModel"] == {"provider": None, "latency": None}
        assert content["crossFieldRules"] == {"sentences": 0, "enforced": 0}

    def test_medians_lie_within_their_ranges(self, content: dict[str, Any]) -> None:
        def spreads(value: Any) -> list[dict[str, Any]]:
            if isinstance(value, list):
                return [each for inner in value for each in spreads(inner)]
            if not isinstance(value, dict):
                return []
            return [value] if "median" in value else [each for inner in value.values() for each in spreads(inner)]

        found = spreads(content)
        assert len(found) == 2 * (4 * 3 + 1)
        for each in found:
            assert each["least"] <= each["median"] <= each["greatest"]
            assert len(each["values"]) == 2

    def test_names_neither_host_nor_person(self, content: dict[str, Any]) -> None:
        assert content["system"].keys() == FORM["properties"]["system"]["properties"].keys()


class TestFigures:
    def test_names_are_unique(self, content: dict[str, Any]) -> None:
        names = [(each.name, each.unit, each.records) for each in figures(content)]
        assert len(names) == len(set(names)) == 3 + 2 * 8 + 1

    def test_what_is_missing_is_left_out(self) -> None:
        lacking = made({"type": "integer", "minimum": 10**20, "maximum": 10**21}, counts=(3,), memory=None)
        assert [each.name for each in figures(lacking)][3:] == ["size", "generation", "run", "validation"]


class TestComparison:
    @pytest.mark.parametrize(
        ("old", "new", "verdict"),
        [
            ((100, 110), (120, 130), Verdict.BETTER),
            ((120, 130), (100, 110), Verdict.WORSE),
            ((100, 120), (110, 130), Verdict.NOISE),
            ((100, 110), (110, 120), Verdict.NOISE),
            ((100, 200), (120, 130), Verdict.NOISE),
            ((100,), (200, 300), Verdict.ONCE),
            ((100, 110), (200,), Verdict.ONCE),
        ],
    )
    def test_ranges_decide(
        self, content: dict[str, Any], old: tuple[float, ...], new: tuple[float, ...], verdict: Verdict
    ) -> None:
        changes = compared(with_rates(content, *old), with_rates(content, *new)).changes
        (change,) = (
            each
            for each in changes
            if (each.figure.name, each.figure.unit, each.figure.records) == ("generation", "records/s", 5)
        )
        assert change.verdict is verdict
        assert change.ratio == pytest.approx((sum(new) / len(new)) / (sum(old) / len(old)))

    def test_less_time_is_better(self, content: dict[str, Any]) -> None:
        slower = deepcopy(content)
        slower["scenarios"][0]["run"]["toReference"]["values"] = [1e6, 2e6]
        verdicts = {
            (each.figure.name, each.figure.unit, each.figure.records): each.verdict
            for each in compared(slower, content).changes
        }
        assert verdicts["run", "x orjson.dumps", 5] is Verdict.BETTER
        assert verdicts["run", "x orjson.dumps", 10] is Verdict.NOISE

    def test_what_is_counted_is_the_same_or_other(self, content: dict[str, Any]) -> None:
        other = deepcopy(content)
        other["scenarios"][1]["bytesPerRecord"] += 1
        sizes = [each for each in compared(content, other).changes if each.figure.name == "size"]
        assert [each.verdict for each in sizes] == [Verdict.SAME, Verdict.OTHER]

    def test_with_itself_nothing_differs(self, content: dict[str, Any]) -> None:
        comparison = compared(content, content)
        assert comparison.differences == ()
        assert {each.verdict for each in comparison.changes} <= {Verdict.NOISE, Verdict.SAME, Verdict.ONCE}
        assert {each.ratio for each in comparison.changes} == {1.0}

    def test_only_what_both_have(self, content: dict[str, Any]) -> None:
        fewer = made({"type": "object", "properties": {"a": {"type": "integer"}}}, counts=(10, 40))
        assert {each.figure.records for each in compared(content, fewer).changes} == {None, 10}

    def test_other_machines_and_options_are_named(self, content: dict[str, Any]) -> None:
        other = deepcopy(content)
        other["system"]["cpu"] = "Another 1"
        other["system"]["packages"]["numpy"] = None
        other["options"]["seed"] = 5
        other["options"]["runs"] = 9
        words = compared(other, content).differences
        assert [each.partition(":")[0] for each in words] == ["seed", "cpu", "numpy"]
        assert words[0] == "seed: 5 then, 0 now"
        assert "unknown then" in words[2]

    def test_as_a_document(self, content: dict[str, Any]) -> None:
        full = {**content, "comparison": comparison_document(compared(content, content))}
        jsonschema_rs.Draft202012Validator(FORM, validate_formats=True).validate(full)
