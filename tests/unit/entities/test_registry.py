"""Records of related datasets by index: the same however they come about, within bounds of memory."""

import pickle
from typing import Any

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.cells import values
from pytest_specmint.engine.nodes.reference import NOBODY, Demand, Measure, Part, Wanted
from pytest_specmint.entities import registry as registries
from pytest_specmint.entities.registry import Registry
from pytest_specmint.pipeline.blocks import BlockMaker, recipe_of
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.goal import Term

SCHEMA = {
    "type": "object",
    "required": ["id", "at", "tags", "price"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{5}$"},
        "at": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
        "price": {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01},
        "note": {"type": "string"},
    },
}
NARROW = load_schema({"$defs": {"cheap": {"type": "number", "maximum": 10}}})
ID, WHOLE, NOTE, SOME = Part(("id",)), Part(), Part(("note",)), Part((), ("id", "note"))
PRICE, AT, TAGS, LISTED = (
    Measure(("price",), "number", 2),
    Measure(("at",), "time"),
    Measure(("tags",), "length"),
    Measure(("tags", "0"), "value", 0, ('"b"', '"a"')),
)
CHEAP, NOTED = Demand(Part(("price",)), (Term("#/$defs/cheap"),)), Demand(NOTE)
WANTED = Wanted((ID, WHOLE, NOTE, SOME), (PRICE, AT, TAGS, LISTED), (CHEAP, NOTED))


class Counting:
    """Makes records, and counts them."""

    def __init__(self, count: int) -> None:
        self.job = sm.generate(SCHEMA, seed=4, count=count).job
        self.maker = BlockMaker(recipe_of(self.job))
        self.made: list[int] = []

    def __call__(self, index: Any) -> bytes:
        self.made.append(len(index))
        return self.maker.at(index)


def registry(count: int = 500) -> tuple[Registry, Counting, list[Any]]:
    make = Counting(count)
    return Registry(make, count, WANTED, NARROW), make, list(sm.generate(SCHEMA, seed=4, count=count))


def at(*index: int) -> Any:
    return np.array(index, dtype=np.int64)


def test_texts_of_parts() -> None:
    found, _, records = registry()
    some = at(7, 3, 7, 499)
    assert values(found.texts(ID, some), exact=False) == [records[i]["id"] for i in some]
    assert values(found.texts(WHOLE, some), exact=False) == [records[i] for i in some]
    kept = [{name: records[i][name] for name in ("id", "note") if name in records[i]} for i in some]
    assert values(found.texts(SOME, some), exact=False) == kept


def test_a_part_that_is_not_there_is_a_hole() -> None:
    found, _, records = registry()
    lacking = next(i for i, each in enumerate(records) if "note" not in each)
    having = next(i for i, each in enumerate(records) if "note" in each)
    assert found.texts(NOTE, at(lacking, having)).any(axis=1).tolist() == [False, True]


def test_nobody_has_nothing() -> None:
    found, _, _ = registry()
    some = at(NOBODY, 5)
    assert found.texts(ID, some).any(axis=1).tolist() == [False, True]
    assert found.measured(PRICE, some).known.tolist() == [False, True]
    assert found.suits(NOTED, at(NOBODY)).tolist() == [False]
    assert found.texts(ID, at()).shape[0] == 0


def test_numbers() -> None:
    found, _, records = registry()
    some = at(*range(100))
    assert found.measured(PRICE, some).values.tolist() == [round(records[i]["price"] * 100) for i in some]
    assert found.measured(TAGS, some).values.tolist() == [len(records[i]["tags"]) for i in some]
    moments = np.array([np.datetime64(records[i]["at"][:-1]) for i in some])
    apart = (moments - moments[0]).astype("timedelta64[s]").astype(np.int64)
    seconds = found.measured(AT, some).values
    assert (seconds - seconds[0]).tolist() == apart.tolist()
    note = found.measured(LISTED, some)
    firsts = [records[i]["tags"][:1] for i in some]
    assert note.known.tolist() == [bool(each) for each in firsts]
    assert note.values[note.known].tolist() == ["ba".index(each[0]) for each in firsts if each]


def test_what_suits() -> None:
    found, _, records = registry()
    some = at(*range(200))
    assert found.suits(CHEAP, some).tolist() == [records[i]["price"] <= 10 for i in some]
    assert found.suits(NOTED, some).tolist() == ["note" in records[i] for i in some]


def test_few_are_made_alone_and_many_together() -> None:
    found, make, records = registry(5000)
    found.texts(ID, at(1, 4000))
    assert make.made == [2]
    found.texts(NOTE, at(1, 4000))  # what was asked last is remembered
    assert make.made == [2]
    found.texts(ID, at(*range(1024, 1024 + 200)))
    assert make.made == [2, 1024]
    every = values(found.texts(ID, at(*range(5000))), exact=False)
    assert every == [each["id"] for each in records]
    assert sum(make.made) <= 5000 + 2
    found.texts(ID, at(*range(0, 5000, 7)))
    assert sum(make.made) <= 5000 + 2


def test_asked_often_enough_a_block_is_made() -> None:
    found, make, _ = registry(5000)
    for start in range(0, 140, 10):
        found.texts(ID, at(*range(start, start + 10)))
    assert 1024 in make.made


def test_blocks_are_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "ROOM", 300_000)
    found, make, records = registry(6000)
    for order in (range(6000), range(5999, -1, -1)):
        ids = values(found.texts(ID, at(*order)), exact=False)
        assert ids == [records[i]["id"] for i in order]
    assert len(found._blocks) < 6
    assert found._bytes <= 300_000 + 200_000
    assert sum(make.made) > 6000


def test_it_can_be_sent_to_other_processes() -> None:
    job = sm.generate(SCHEMA, seed=4, count=50).job
    found = Registry(BlockMaker(recipe_of(job)).at, 50, WANTED, NARROW)
    found.texts(ID, at(1))
    copy = pickle.loads(pickle.dumps(found))
    assert values(copy.texts(ID, at(1, 2)), exact=False) == values(found.texts(ID, at(1, 2)), exact=False)
