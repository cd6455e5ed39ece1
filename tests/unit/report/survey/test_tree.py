import pytest

from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.report.survey.tree import MOST_NAMES, Fields, step


def _reports(*blocks: list[object]) -> dict[str, object]:
    fields = Fields(base_vocabulary())
    for block in blocks:
        fields.add(block)
    return {each.path: each for each in fields.reports()}


@pytest.mark.parametrize(
    ("path", "name", "joined"),
    [
        ("", "a", "a"),
        ("a", "b", "a.b"),
        ("a[]", "b", "a[].b"),
        ("", "odd name", 'record["odd name"]'),
        ("a", 'q"\\', 'a["q\\"\\\\"]'),
        ("a", "*", "a.*"),
    ],
)
def test_paths_are_written_as_rules_write_them(path: str, name: str, joined: str) -> None:
    assert step(path, name) == joined


def test_presence_is_by_what_is_around() -> None:
    found = _reports([{"a": {"b": 1}}, {"a": {}}], [{}, {"a": {"b": None}}])
    assert list(found) == ["a", "a.b"]
    assert (found["a"].places, found["a"].present) == (4, 3)
    assert (found["a.b"].places, found["a.b"].present, found["a.b"].nulls) == (3, 2, 1)


def test_items_stand_at_one_path_and_lengths_at_their_array() -> None:
    found = _reports([{"l": [1, 2]}, {"l": []}, {"l": [{"x": "y"}]}])
    assert list(found) == ["l", "l[]", "l[].x"]
    assert (found["l"].items.least, found["l"].items.greatest, found["l"].items.mean) == (0, 2, 1.0)
    assert dict(found["l[]"].kinds) == {"integer": 2, "object": 1}
    assert found["l[].x"].places == 1


def test_records_that_are_no_objects_have_a_row() -> None:
    found = _reports(["a", "bb", 3])
    assert list(found) == [""]
    assert dict(found[""].kinds) == {"string": 2, "integer": 1}


def test_a_map_does_not_become_a_field_for_each_key() -> None:
    found = _reports([{f"k{i}": i for i in range(MOST_NAMES + 50)}])
    assert len(found) == MOST_NAMES + 1
    assert found["*"].present == 50


def test_the_same_in_one_block_and_in_many() -> None:
    records = [{"n": i % 7, "s": f"v{i % 11}", "d": f"2024-01-{1 + i % 28:02d}"} for i in range(500)]
    whole = _reports(records)
    parts = _reports(*(records[i : i + 61] for i in range(0, 500, 61)))
    for path, report in whole.items():
        other = parts[path]
        assert (report.distinct, report.common, report.kinds) == (other.distinct, other.common, other.kinds)
        if report.numbers:
            assert report.numbers.mean == pytest.approx(other.numbers.mean)
            assert report.numbers.deviation == pytest.approx(other.numbers.deviation)
            assert report.numbers.quantiles == other.numbers.quantiles


def test_numbers_of_every_size() -> None:
    found = _reports([{"n": 10**400}, {"n": -(2**70)}, {"n": 1e-320}, {"n": True}, {"n": 2.0}])
    assert dict(found["n"].kinds) == {"integer": 3, "number": 1, "boolean": 1}
    assert found["n"].numbers.count == 3
    assert found["n"].distinct == 5


def test_moments_are_of_texts_that_are_dates() -> None:
    found = _reports([{"d": "2024-02-29", "t": "2024-01-01T00:00:10Z"}, {"d": "2024-03-01", "t": "soon"}])
    assert found["d"].moment_form == "date"
    assert found["d"].moments.greatest - found["d"].moments.least == 1
    assert found["t"].moments is None


def test_what_names_say_is_checked() -> None:
    found = _reports([{"email": "a@b.example"}, {"email": "nobody"}])
    assert found["email"].kind == "email"
    assert found["email"].plausible == (1, 2)
