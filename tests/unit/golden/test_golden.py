"""The golden as a test sees it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SamplingError, UsageError
from pytest_specmint.golden.golden import Golden, Terms
from pytest_specmint.golden.origin import Form, Subject
from pytest_specmint.golden.outcome import State, outcome_from_json
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.update import Action

SCHEMA = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 99}}}


class Place:
    """A golden's place, at which tests come by one after the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = GoldenStore(root / "golden" / "x")

    def golden(self, action: Action = Action.COMPARE, nodeid: str = "t.py::x", **more: Any) -> Golden:
        terms = {name: more.pop(name) for name in ("form", "max_bytes") if name in more}
        subject = Subject(nodeid=nodeid, root=self.root)
        return Golden(self.store, subject, Terms(action=action, **terms), **more)

    def write(self, values: Any, **more: Any) -> None:
        golden = self.golden(Action.WRITE, **more)
        assert golden == values
        assert golden.settle(passed=True)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def dataset(count: int = 5, **more: Any) -> sm.Dataset:
    return sm.generate(SCHEMA, **{"seed": 1, **more}, count=count)


class TestComparing:
    def test_what_was_written_is_equal_from_either_side(self, place: Place) -> None:
        place.write(dataset())
        golden = place.golden()
        assert dataset() == golden
        assert golden == list(dataset())
        assert golden == tuple(dataset())
        assert golden == iter(list(dataset()))
        assert golden.explain() == []
        assert golden.section() is None

    def test_values_of_any_kind(self, place: Place) -> None:
        place.write([1, "a", None, [True], {"b": 1, "a": 2}])
        assert place.golden() == [1, "a", None, (True,), {"a": 2, "b": 1}]
        assert place.golden() != [1, "a", None, [1], {"a": 2, "b": 1}]

    @pytest.mark.parametrize("other", [1, "1\n", b"1\n", {"a": 1}, None, {1, 2}])
    def test_what_is_no_series_of_values_is_simply_unequal(self, place: Place, other: object) -> None:
        place.write([1])
        golden = place.golden()
        assert golden != other
        assert golden.settle(passed=True) is None

    def test_values_that_json_does_not_know(self, place: Place) -> None:
        with pytest.raises(UsageError, match="record 1 cannot be compared"):
            assert place.golden() == [1, {1, 2}]

    def test_missing(self, place: Place) -> None:
        golden = place.golden()
        assert not golden.exists
        assert golden != [1]
        assert golden.explain() == [
            "golden golden/x.jsonl does not exist",
            "write it:  pytest t.py::x --specmint-update-golden",
        ]
        assert repr(golden) == "<Golden golden/x.jsonl (missing)>"
        outcome = golden.settle(passed=False)
        assert outcome is not None
        assert outcome.state is State.MISSING

    def test_another_seed(self, place: Place) -> None:
        place.write(dataset(seed=1))
        golden = place.golden(nodeid="t.py::x[a b]")
        assert golden != dataset(seed=2)
        words = golden.explain()
        assert words[0] == "5 of 5 records differ: a in 5"
        assert words[1].startswith("  record 0 /a: ")
        assert words[2] == "cause:     seed 1 -> 2"
        assert words[3].startswith("reproduce: specmint-cli generate --schema SCHEMA.json --seed 2 --index 0 ")
        assert words[4] == "accept:    pytest 't.py::x[a b]' --specmint-update-golden"
        section = golden.section()
        assert section is not None
        assert "record 4\n  /a: " in section

    def test_edited_by_hand(self, place: Place) -> None:
        place.write(dataset())
        place.store.records_path.write_bytes(b"[]\n" * 5)
        golden = place.golden()
        assert golden != dataset()
        assert "changed by other means" in golden.explain()[2]

    def test_without_an_origin(self, place: Place) -> None:
        place.write(dataset())
        place.store.origin_path.unlink()
        assert place.golden() == dataset()
        golden = place.golden()
        assert golden != dataset(seed=2)
        assert "kept without its origin" in golden.explain()[2]

    def test_computed_values_say_so(self, place: Place) -> None:
        place.write([1], base=dataset)
        golden = place.golden(base=dataset)
        assert golden != [2]
        assert any("the code under test" in line for line in golden.explain())

    def test_a_judge_decides(self, place: Place) -> None:
        place.write([1])
        assert place.golden(judge=lambda actual: True) == [2]
        assert place.golden(judge=lambda actual: False) != [1]


class TestWriting:
    def test_nothing_is_written_before_the_test_has_passed(self, place: Place) -> None:
        golden = place.golden(Action.WRITE)
        assert golden == dataset()
        assert not place.store.exists
        outcome = golden.settle(passed=False)
        assert outcome is not None
        assert (outcome.state, place.store.exists) == (State.UNWRITTEN, False)
        outcome = golden.settle(passed=True)
        assert outcome is not None
        assert (outcome.state, place.store.exists) == (State.WRITTEN, True)

    def test_what_is_the_same_is_not_written_again(self, place: Place) -> None:
        place.write(dataset())
        before = [path.stat().st_mtime_ns for path in (place.store.records_path, place.store.origin_path)]
        place.write(dataset())
        assert [path.stat().st_mtime_ns for path in (place.store.records_path, place.store.origin_path)] == before

    def test_two_kinds_of_data_for_one_golden(self, place: Place) -> None:
        golden = place.golden(Action.WRITE)
        assert golden == [1]
        assert golden == [1]
        with pytest.raises(UsageError, match="different data") as caught:
            assert golden == [2]
        assert "name=" in str(caught.value.hint)

    def test_a_change_waits_for_review_until_it_is_gone(self, place: Place) -> None:
        place.write([1])
        golden = place.golden(Action.PEND)
        assert golden == [2]
        outcome = golden.settle(passed=True)
        assert outcome is not None
        assert outcome.state is State.PENDING
        assert b"".join(place.store.pending_blocks()) == b"2\n"
        again = place.golden(Action.PEND)
        assert again == [1]
        again.settle(passed=True)
        assert place.store.pending() is None

    def test_invalid_records_are_not_written(self, place: Place) -> None:
        class Wrong(sm.Dataset):
            def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
                yield from super().blocks()
                if check_all:
                    raise SamplingError("record 4 is invalid")

        golden = place.golden(Action.WRITE)
        assert golden == Wrong(dataset().job)
        with pytest.raises(SamplingError):
            golden.settle(passed=True)
        assert not place.store.exists


class TestForms:
    def test_a_recipe_is_compared_and_explained(self, place: Place) -> None:
        place.write(dataset(), form=Form.RECIPE)
        assert not place.store.keeps_records
        assert place.golden() == dataset()
        golden = place.golden()
        assert golden != dataset(seed=2)
        assert golden.explain()[0] == "5 of 5 records differ: a in 5"

    def test_a_recipe_whose_schema_has_changed(self, place: Place) -> None:
        schema = place.root / "s.json"
        schema.write_text('{"type": "integer"}')
        place.write(sm.generate(schema, count=3), form=Form.RECIPE)
        schema.write_text('{"type": "integer", "minimum": 7}')
        golden = place.golden()
        assert golden != sm.generate(schema, count=3)
        words = golden.explain()
        assert "cannot be made again" in words[0]
        assert words[1] == "cause:     schema changed, outside its named properties"

    def test_above_a_size_a_dataset_becomes_a_recipe(self, place: Place) -> None:
        place.write(dataset(), max_bytes=10)
        assert not place.store.keeps_records
        place.write(dataset(), max_bytes=10, form=Form.JSONL)
        assert place.store.keeps_records

    def test_computed_values_cannot_become_one(self, place: Place) -> None:
        with pytest.raises(UsageError, match="specmint_max_golden_bytes"):
            assert place.golden(Action.WRITE, max_bytes=3) == ["long enough"]
        with pytest.raises(UsageError, match="recipe"):
            assert place.golden(Action.WRITE, form=Form.RECIPE) == [1]
        assert place.golden(max_bytes=3) != ["long enough"]


def test_outcomes_travel(place: Place) -> None:
    place.write(dataset())
    golden = place.golden()
    assert golden != dataset(seed=2)
    outcome = golden.settle(passed=False)
    assert outcome is not None
    assert outcome_from_json(outcome.as_json()) == outcome


def test_the_explanation_fits_what_pytest_shows(place: Place) -> None:
    names = [f"a_rather_long_name_of_a_field_{i}" * 3 for i in range(30)]
    schema = {"type": "object", "required": names, "properties": {name: {"type": "integer"} for name in names}}
    place.write(sm.generate(schema, count=5, as_of=date(2025, 1, 1)))
    other = {**schema, "properties": {name: {"type": "number"} for name in names}}
    golden = place.golden(
        nodeid="tests/some/where/test_orders.py::TestOrders::test_that_has_a_long_name[and-parameters]"
    )
    assert golden != sm.generate(other, count=5)
    words = golden.explain()
    assert len(words) <= 6
    assert sum(map(len, words)) <= 560
    assert words[-1].endswith("--specmint-update-golden")
