"""Rules on the way to blocks: of records that are valid by construction only the rules that are not are checked."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.pipeline.blocks import byte_blocks, checked_records, line_blocks, recipe_of
from pytest_specmint.pipeline.recipe import SURELY, Execution

COUNT = 3000
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 999}, "b": {"type": "integer", "minimum": 0, "maximum": 999}},
    "additionalProperties": False,
    "x-rules": [{"id": "opaque", "assert": "a % 7 != b % 11"}, {"id": "built-in", "assert": "a <= b"}],
}  # fmt: skip
LATE: set[int] = set()
"""Values of the records that the rule below cannot judge."""


def not_late(record: Any) -> bool:
    if record["a"] in LATE:
        raise LookupError("too late")
    return True


def test_only_what_is_not_built_in_is_checked_of_most_records() -> None:
    job = sm.generate(SCHEMA, count=COUNT).job
    recipe = recipe_of(job)
    assert (recipe.watched, recipe.proven) == (("opaque",), False)
    assert SURELY <= checked_records(job) < COUNT / 2
    whole = b"".join(byte_blocks(job))
    assert b"".join(map(bytes, line_blocks(job, Execution(check_all=True)))) == whole
    assert b"".join(map(bytes, line_blocks(job, Execution(workers=2, block=500)))) == whole
    assert all(sm.validate(SCHEMA, whole).rules)


def test_where_all_is_built_in_nothing_is_watched() -> None:
    job = sm.generate({**SCHEMA, "x-rules": SCHEMA["x-rules"][1:]}, count=COUNT).job
    assert (recipe_of(job).watched, recipe_of(job).proven) == ((), True)


@pytest.mark.parametrize("more", [{"not": {"required": ["z"]}}, {"additionalProperties": {"contains": {}}}])
def test_without_proof_every_record_is_checked(more: dict[str, Any]) -> None:
    job = sm.generate({**SCHEMA, **more}, count=COUNT).job
    assert recipe_of(job).watched == ()
    assert checked_records(job) == COUNT


def test_few_records_are_all_checked() -> None:
    assert recipe_of(sm.generate(SCHEMA, count=SURELY).job).watched == ()


def test_a_record_that_is_only_watched_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [record["a"] for record in sm.generate(SCHEMA, count=COUNT)]
    late = next(i for i in range(2000, COUNT) if values[i] not in values[:i])
    monkeypatch.setitem(globals(), "LATE", {values[late]})
    dataset = sm.generate(SCHEMA, count=COUNT, rules=sm.PythonRule("late", not_late))
    with pytest.raises(sm.RuleCrashed, match=f"rule late cannot judge record {late}: check raised LookupError"):
        list(dataset.blocks())


def test_what_was_not_right_at_once_is_counted() -> None:
    tallies: list[Any] = []
    job = sm.generate(SCHEMA, count=COUNT).job
    for _ in line_blocks(job, Execution(block=1000), noted=tallies.append):
        pass
    total = tallies[0]
    for each in tallies[1:]:
        total.add(each)
    assert 0 < total.redrawn == total.broken["opaque"] < COUNT / 5
    assert total.document()["rules"] == {"opaque": {"redrawn": total.redrawn, "patched": 0}}
    in_others: list[Any] = []
    for _ in line_blocks(job, Execution(workers=2, block=1000), noted=in_others.append):
        pass
    assert sum(each.redrawn for each in in_others) == total.redrawn


def test_the_run_tells(tmp_path: Any) -> None:
    from pytest_specmint.output.run import write_dataset

    run = write_dataset(sm.generate(SCHEMA, count=COUNT).job, tmp_path / "out", record_files=False).run
    assert run["stats"]["records_redrawn"] == run["stats"]["rules"]["opaque"]["redrawn"] > 0
    assert run["stats"]["records_patched"] == 0
