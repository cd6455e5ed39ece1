"""Datasets by name: how they are named, and whether what is on disk holds together."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.check.lines import Line
from pytest_specmint.datasets.events import sequenced
from pytest_specmint.datasets.integrity import Joined, integrity
from pytest_specmint.datasets.related import name_of, related_entry
from pytest_specmint.errors import UsageError
from pytest_specmint.relations.series import read_series

PERSON = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "maximum": 999, "x-unique": True},
        "name": {"type": "string"},
    },
}
LETTER = {
    "type": "object",
    "required": ["from", "to"],
    "properties": {
        "from": {"x-ref": {"dataset": "people#/id", "as": "sender"}},
        "from_name": {"x-ref": {"dataset": "people#/name", "as": "sender"}},
        "to": {"type": "array", "minItems": 1, "items": {"x-ref": "people#/id"}},
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customers.json", ("customers", "customers.json", None, None)),
        ("a/b/customers.yaml:500", ("customers", "a/b/customers.yaml", 500, None)),
        ("customers.json:500:7", ("customers", "customers.json", 500, 7)),
        ("buyers=people.json:5", ("buyers", "people.json", 5, None)),
        ("people.json#/$defs/person:5", ("person", "people.json#/$defs/person", 5, None)),
        (r"C:\data\customers.json:5", (None, r"C:\data\customers.json", 5, None)),
        ("c=C:/data/customers.json:5:6", ("c", "C:/data/customers.json", 5, 6)),
    ],
)
def test_related_datasets(text: str, expected: tuple[Any, ...]) -> None:
    if expected[0] is None:
        text, expected = f"customers={text}", ("customers", *expected[1:])
    entry = related_entry(text)
    assert (entry.name, entry.schema, entry.count, entry.seed) == expected


@pytest.mark.parametrize("text", ["", "=x.json", "1st.json", "a b.json"])
def test_what_names_none(text: str) -> None:
    with pytest.raises(UsageError):
        related_entry(text)


def test_names_of_files() -> None:
    assert name_of("dir/orders.schema.json") == "orders"


def datasets(count: int = 50) -> sm.Datasets:
    return sm.generate_datasets(
        {"people": {"schema": PERSON, "count": 30}, "letters": {"schema": LETTER, "count": count}}
    )


def joined(changed: dict[int, Any], people: Any = None) -> list[Joined]:
    made = datasets()
    records: dict[str, list[Any]] = {"people": people or list(made["people"]), "letters": list(made["letters"])}
    for number, values in changed.items():
        records["letters"][number] = {**records["letters"][number], **values}

    def read(name: str) -> Iterable[Line]:
        return (Line(number, value) for number, value in enumerate(records[name], 1))

    return integrity("letters", made["letters"].job, read)


def test_what_joins() -> None:
    single, listed = sorted(joined({}), key=lambda each: each.paths)
    assert (single.paths, single.checked, bool(single)) == (("from", "from_name"), 50, True)
    assert listed.paths == ("to[]",)
    assert listed.checked > 50
    assert "all join" in str(listed)


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({"from": 1000}, ("from", "from_name")),
        ({"from_name": "Nobody At All"}, ("from", "from_name")),
        ({"to": [0]}, ("to[]",)),
    ],
)
def test_what_does_not(values: Any, paths: tuple[str, ...]) -> None:
    found = joined({6: values})
    assert [(each.paths, each.broken, each.examples) for each in found if not each] == [(paths, 1, (7,))]


def test_a_name_of_another_record_does_not_join() -> None:
    people = list(datasets()["people"])
    letters = list(datasets()["letters"])
    number = next(i for i, each in enumerate(letters) if "from_name" in each)
    other = next(each["id"] for each in people if each["name"] != letters[number]["from_name"])
    (broken,) = [each for each in joined({number: {"from": other}}) if not each]
    assert (broken.broken, broken.examples) == (1, (number + 1,))


SERIES = read_series(
    {
        "of": "people",
        "events": 3,
        "order": "at",
        "number": "n",
        "running": {"field": "sum", "amount": "x", "opening": 1},
    },
    "#/x-series",
)


def events(*changed: tuple[int, dict[str, Any]], key: tuple[str, ...] | None = ("id",)) -> list[str]:
    rows = [
        {"id": id_, "at": f"2024-01-0{n}", "n": n, "x": 2, "sum": 1 + 2 * n} for id_ in ("a", "b") for n in (1, 2, 3)
    ]
    for number, values in changed:
        rows[number] |= values
    report = sequenced("visits", SERIES, key, [Line(number, row) for number, row in enumerate(rows, 1)])
    assert report.checked == 6
    assert bool(report) is not bool(report.examples)
    return report.examples


def test_events_that_follow() -> None:
    assert events() == []
    assert events(key=None) == []


@pytest.mark.parametrize(
    ("number", "values", "words"),
    [
        (1, {"at": "2023-01-01"}, "line 2: at falls"),
        (2, {"n": 7}, "line 3: n does not count on"),
        (0, {"sum": 2}, "line 1: sum does not add up"),
        (4, {"x": 2.5}, "line 5: sum does not add up"),
        (4, {"x": None}, "line 5: sum cannot be summed"),
        (5, {"id": "a"}, 'line 6: events of "a" stand apart'),
    ],
)
def test_events_that_do_not(number: int, values: Any, words: str) -> None:
    assert events((number, values))[0] == words


def test_from_python(tmp_path: Path) -> None:
    made = datasets()
    assert list(made) == ["people", "letters"]
    assert repr(made) == "<Datasets people: 30, letters: 50>"
    made.write(tmp_path / "out", record_files=False)
    manifest = json.loads((tmp_path / "out" / "letters" / "manifest.json").read_bytes())
    assert manifest == made["letters"].manifest
    assert manifest["related"]["people"]["dataset_id"] == made["people"].manifest["dataset_id"]
    assert made["letters"][7] == list(made["letters"])[7]


def test_entries_from_python() -> None:
    with pytest.raises(UsageError, match="no setting 'conut'"):
        sm.generate_datasets({"people": {"schema": PERSON, "conut": 3}})
    with pytest.raises(UsageError, match="a mapping from names"):
        sm.generate_datasets({"datasets": []})
    assert len(sm.generate_datasets({"people": {"schema": PERSON}}, count=4)["people"]) == 4
