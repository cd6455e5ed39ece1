"""Verified blocks: what is checked, what is drawn again, what ends the run."""

from typing import Any

import pytest
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.nodes.number import Integers
from pytest_specmint.engine.plan import LANES, Plan
from pytest_specmint.errors import SamplingError
from pytest_specmint.pipeline.blocks import byte_blocks, checked_records, line_blocks, recipe_of
from pytest_specmint.pipeline.recipe import EVERY, SURELY, Execution, Recipe
from pytest_specmint.pipeline.settle import verified

PLAIN = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
OTHER = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "not": {"required": ["b"]}}


def job(schema: Any, count: int = 3 * LANES, start: int = 0) -> Any:
    return sm.generate(schema, seed=5, count=count, start=start).job


@pytest.mark.parametrize(
    ("schema", "count", "checked"),
    [
        (PLAIN, SURELY, SURELY),
        (PLAIN, SURELY + 1, SURELY),
        (PLAIN, 3 * LANES, SURELY + 2 * LANES // EVERY),
        (PLAIN, 2 * LANES + 7, SURELY + LANES // EVERY + 1),
        (OTHER, 3 * LANES, 3 * LANES),
    ],
)
def test_what_is_not_proven_is_checked(schema: Any, count: int, checked: int) -> None:
    assert checked_records(job(schema, count)) == checked
    assert checked_records(job(schema, count, start=10**9)) == checked
    assert checked_records(job(schema, count), Execution(check_all=True)) == count


@pytest.mark.parametrize("schema", [PLAIN, OTHER])
def test_the_bytes_do_not_depend_on_the_check(schema: Any) -> None:
    assert [*byte_blocks(job(schema))] == [*line_blocks(job(schema), Execution(check_all=True))]


def broken(recipe: Recipe, node: Any) -> Recipe:
    """The recipe with another node in the place of its numbers."""
    nodes = tuple(node if isinstance(each, Integers) else each for each in recipe.plan.nodes)
    return replace(recipe, plan=replace(recipe.plan, nodes=nodes))


class Texts:
    """Makes what is wrong."""

    def sample(self, plan: Plan, keys: Any, depth: int) -> Any:
        from pytest_specmint.cells import cells_of

        return cells_of("xy"[int(key) % 7 > 0] if int(key) % 7 < 2 else 1 for key in keys)


def test_a_wrong_proof_ends_the_run() -> None:
    recipe = broken(recipe_of(job(PLAIN)), Texts())
    assert recipe.proven
    with pytest.raises(SamplingError, match=r"record \d+ is invalid, though by proof it needs no check") as caught:
        verified(recipe, Verifier(recipe.schema), 0, LANES)
    assert caught.value.pointer == "#/properties/a/type"
    assert "--check-all" in str(caught.value.hint)


def test_without_proof_a_rejected_record_is_drawn_again() -> None:
    recipe = broken(recipe_of(job(PLAIN), check_all=True), Texts())
    lines = verified(recipe, Verifier(recipe.schema), 0, 500)
    assert set(lines.splitlines()) == {b'{"a":1}'}


class Never:
    """Makes only what is wrong."""

    def sample(self, plan: Plan, keys: Any, depth: int) -> Any:
        import numpy as np

        from pytest_specmint.cells import cells_of, marked

        return marked(cells_of([1] * len(keys)), np.arange(len(keys)))


@pytest.mark.parametrize("check_all", [True, False])
def test_a_mark_of_failure_never_gets_out(check_all: bool) -> None:
    recipe = broken(recipe_of(job(PLAIN), check_all=check_all), Never())
    with pytest.raises(SamplingError, match="record 0 stays invalid after 64 attempts"):
        verified(recipe, Verifier(recipe.schema), 0, 10)


class Now:
    """Fails in some lanes, and is right on another try."""

    def sample(self, plan: Plan, keys: Any, depth: int) -> Any:
        import numpy as np

        from pytest_specmint.cells import cells_of, marked

        return marked(cells_of([1] * len(keys)), np.flatnonzero(keys % np.uint64(5) == 0))


def test_marked_records_of_a_proven_plan_are_drawn_again() -> None:
    recipe = broken(recipe_of(job(PLAIN)), Now())
    lines = verified(recipe, Verifier(recipe.schema), LANES, LANES)
    assert lines == b'{"a":1}\n' * LANES


def test_wide_records_are_made_in_smaller_parts() -> None:
    schema = {"type": "array", "items": {"type": "string", "minLength": 400}, "minItems": 100, "maxItems": 100}
    plan = job(schema, 300).plan()
    whole = plan.lines(1, 0, 300)
    assert whole == replace(plan, area=None).lines(1, 0, 300) == replace(plan, area=1).lines(1, 0, 300)
    assert replace(plan, lanes=7).lines(1, 0, 300) == whole
