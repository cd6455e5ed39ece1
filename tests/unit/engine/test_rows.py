"""Rows of tables beyond one object: weights, parts and lists, numbers and dates, listed values of any kind."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.tables import Table
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.schema.load import load_schema
from tests.unit.engine.goodness import fits

TEXT = {"type": "string"}
MONEY = {"type": "number", "minimum": 0.01, "maximum": 1_000_000, "multipleOf": 0.01}


def table(name: str, columns: str, *rows: str, group: str = "", weight: str = "") -> Table:
    return Table(name, tuple(columns.split()), tuple(tuple(row.split()) for row in rows), group=group, weight=weight)


KINDS = table("kinds", "kind label factor places weight", "a A 1 2 6", "b B 150 0 3", "c C 1/2 2 1", weight="weight")
GOODS = table(
    "goods",
    "name shelf tag use low high",
    *(f"g{i} s{i % 3} t{i} u{i} {10 * i + 1} {10 * i + 9}" for i in range(12)),
)
PATIENTS = table("patients", "id young old flag level", "p1 20 30 true 1", "p2 60 70 false 2", "p3 80 85 false 3")
PARTS = table("parts", "part set note", *(f"{s}{i} {s} note-{s}{i}" for s in "xyz" for i in range(4)), group="set")


def settings(*meanings: Meaning) -> EngineSettings:
    tables = {each.name: each for each in (KINDS, GOODS, PATIENTS, PARTS)}
    lists: dict[str, tuple[str, ...]] = {"nouns": ("noun",), "names": ("ann", "ben", "cleo", "dora")}
    lists |= {f"{name}.{column}": each.column(column) for name, each in tables.items() for column in each.columns}
    vocabulary = Vocabulary(lists, (*meanings, Meaning("any", ("*",), ("{nouns}",))), tables)
    return EngineSettings(vocabulary)


def plan(schema: Any, **templates: Any) -> Plan:
    """The plan of a schema; a field's templates by its name, ``parent__name`` for those below a parent."""
    meanings = []
    for name, said in templates.items():
        parent, _, own = name.rpartition("__")
        listed = (said,) if isinstance(said, str) else tuple(said)
        meanings.append(Meaning(name, (own,), listed, (parent,) if parent else ()))
    return compile_plan(load_schema(schema), settings(*meanings))


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def several(items: Any, least: int = 0, most: int = 6, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most, **more}


# ---------------------------------------------------------------- weights


def test_rows_come_by_their_weights() -> None:
    records = plan(obj(kind=TEXT), kind="{kinds.kind}").records(1, 0, 6000)
    assert fits(Counter(each["kind"] for each in records), {"a": 6, "b": 3, "c": 1})


def test_weights_count_among_the_rows_that_suit() -> None:
    records = plan(obj(kind={"enum": ["b", "c"]}), kind="{kinds.kind}").records(1, 0, 6000)
    assert fits(Counter(each["kind"] for each in records), {"b": 3, "c": 1})


def test_unions_of_objects_weigh_as_their_rows() -> None:
    ways = [obj(kind={"const": "a"}, n={"type": "integer"}), obj(kind={"enum": ["b", "c"]}, t=TEXT)]
    records = plan({"oneOf": ways}, kind="{kinds.kind}").records(1, 0, 6000)
    assert fits(Counter(each["kind"] for each in records), {"a": 6, "b": 3, "c": 1})


# ---------------------------------------------------------------- parts and lists of an object


def test_parts_have_the_row_of_what_is_around_them() -> None:
    schema = obj(name=TEXT, place=obj(shelf=TEXT, deep=obj(use=TEXT)))
    made = plan(schema, name="{goods.name}", shelf="{^goods.shelf}", use="{^goods.use}").records(1, 0, 200)
    for record in made:
        number = int(record["name"][1:])
        assert record["place"]["shelf"] == f"s{number % 3}"
    # what stands two objects down is not looked for so far up, but agrees with the object around it
    assert {each["place"]["deep"]["use"] for each in made} == {f"u{i}" for i in range(12)}


def test_without_anything_around_parts_agree_among_themselves() -> None:
    made = plan(obj(name=TEXT, shelf=TEXT), name="{^goods.name}", shelf="{^goods.shelf}").records(1, 0, 200)
    assert all(f"s{int(each['name'][1:]) % 3}" == each["shelf"] for each in made)


def test_outward_entries_of_lists() -> None:
    made = plan(obj(name=TEXT, inner=obj(alias=TEXT)), name="{@names}", alias="{^names}").records(1, 0, 100)
    assert all(each["name"] == each["inner"]["alias"] for each in made)


@pytest.mark.parametrize("unique", [False, True])
def test_what_is_told_of_one_thing_in_a_list_is_told_once(unique: bool) -> None:
    tags = several(TEXT, most=10, uniqueItems=unique)
    made = plan(obj(name=TEXT, tags=tags), name="{goods.name}", tags=["{^goods.tag}", "{^goods.use}", "{^goods.shelf}"])
    seen = set()
    for record in made.records(1, 0, 300):
        number = int(record["name"][1:])
        assert set(record["tags"]) <= {f"t{number}", f"u{number}", f"s{number % 3}"}
        assert len(set(record["tags"])) == len(record["tags"])
        seen.add(len(record["tags"]))
    assert seen == {0, 1, 2, 3}


def test_items_have_different_rows_as_long_as_there_are_such() -> None:
    lines = several(obj(name=TEXT, use=TEXT), least=2, most=20)
    made = plan(obj(lines=lines), name="{goods.name}", use="{goods.use}").records(1, 0, 300)
    for record in made:
        names = [line["name"] for line in record["lines"]]
        assert len(set(names)) == len(names) <= 12
        assert all(line["use"][1:] == line["name"][1:] for line in record["lines"])
    assert max(len(each["lines"]) for each in made) == 12
    assert fits(Counter(line["name"] for each in made for line in each["lines"][:2]), {f"g{i}": 1 for i in range(12)})


def test_more_items_than_rows_where_the_schema_asks_for_them() -> None:
    made = plan(obj(lines=several(obj(name=TEXT), 15, 15)), name="{goods.name}").records(1, 0, 20)
    assert all(len({line["name"] for line in each["lines"]}) == 12 for each in made)
    valid = plan(obj(codes=several(TEXT, 12, 12, uniqueItems=True)), codes="{goods.name}").records(1, 0, 20)
    assert all(len(set(each["codes"])) == 12 for each in valid)


def test_rows_with_weights_may_come_again_within_a_list() -> None:
    made = plan(obj(kinds=several(obj(kind=TEXT), 8, 8)), kind="{kinds.kind}").records(1, 0, 500)
    counts = Counter(each["kind"] for record in made for each in record["kinds"])
    assert fits(counts, {"a": 6, "b": 3, "c": 1})


def test_the_first_item_has_the_row_around_its_list_and_all_are_of_its_group() -> None:
    schema = obj(part=TEXT, codes=several(TEXT, 1, 9), lines=several(obj(piece=TEXT, note=TEXT), 1, 9))
    made = plan(schema, part="{parts.part}", codes="{parts.part}", piece="{parts.part}", note="{parts.note}")
    for record in made.records(1, 0, 300):
        pieces = [line["piece"] for line in record["lines"]]
        assert record["codes"][0] == pieces[0] == record["part"]
        assert {each[0] for each in (*record["codes"], *pieces)} == {record["part"][0]}
        assert len(set(pieces)) == len(pieces) <= 4
        assert all(line["note"] == f"note-{line['piece']}" for line in record["lines"])


def test_items_are_numbered() -> None:
    lines = several(obj(rank={"type": "integer", "minimum": 1}, name=TEXT), most=7)
    for record in plan(obj(lines=lines), rank="{#}", name="{goods.name}").records(1, 0, 100):
        assert [line["rank"] for line in record["lines"]] == [*range(1, len(record["lines"]) + 1)]
    alone = plan(obj(rank={"type": "integer", "minimum": 1, "maximum": 9}), rank="{#}").records(1, 0, 100)
    assert len({each["rank"] for each in alone}) > 1


def test_ranges_agree() -> None:
    schema = obj(part=TEXT, lines=several(obj(piece=TEXT), 1, 9), tags=several(TEXT, most=3), kind=TEXT)
    made = plan(
        schema, part="{parts.part}", piece="{parts.part}", tags=["{^parts.part}", "{^parts.note}"], kind="{kinds.kind}"
    )
    assert made.records(3, 40, 20) == made.records(3, 0, 100)[40:60]


# ---------------------------------------------------------------- numbers and dates


def test_amounts_have_the_scale_of_what_is_shown() -> None:
    schema = obj(kind=TEXT, amount=MONEY)
    made = plan(schema, kind="{kinds.kind}", amount="* {kinds.factor}, {kinds.places} places").records(1, 0, 4000)
    of = {kind: sorted(each["amount"] for each in made if each["kind"] == kind) for kind in "abc"}
    assert all(amount == int(amount) for amount in of["b"])
    assert min(map(min, of.values())) >= 0.01
    assert max(map(max, of.values())) <= 1_000_000
    a, b, c = (each[len(each) // 2] for each in of.values())
    assert 80 < b / a < 260
    assert 0.3 < c / a < 0.8


def test_amounts_that_show_no_row_stay_as_they_are() -> None:
    with_scale = plan(obj(amount=MONEY), amount="* {kinds.factor}, {kinds.places} places").records(1, 0, 200)
    low = plan(obj(amount=MONEY), amount="? {goods.low}..{goods.high}").records(1, 0, 200)
    assert with_scale == low
    assert max(each["amount"] for each in low) > 150


def test_several_bounds_and_a_scale_at_once() -> None:
    schema = obj(kind={"const": "b"}, name=TEXT, amount=MONEY)
    said = ["? {goods.low}..{goods.high}", "* {kinds.factor}, {kinds.places} places", "{1..99}.{00..99}"]
    for record in plan(schema, kind="{kinds.kind}", name="{goods.name}", amount=said).records(1, 0, 300):
        number = int(record["name"][1:])
        assert 150 * (10 * number + 1) <= record["amount"] <= 150 * (10 * number + 9)
        assert record["amount"] == int(record["amount"])


def test_texts_do_not_take_what_is_said_for_numbers() -> None:
    said = ["* {kinds.factor}", "{1..99}.{00..99}"]
    made = plan(obj(kind=TEXT, amount=TEXT), kind="{kinds.kind}", amount=said).records(1, 0, 50)
    assert all(float(each["amount"]) < 100 for each in made)
    alone = plan(obj(amount=TEXT), amount="? {goods.low}..{goods.high}").records(1, 0, 20)
    assert all(each["amount"].isdigit() for each in alone)


def test_dates_by_age() -> None:
    schema = obj(id=TEXT, born={"type": "string", "format": "date"})
    made = plan(schema, id="{patients.id}", born="{patients.young}..{patients.old} years ago").records(1, 0, 300)
    ages = {"p1": (20, 30), "p2": (60, 70), "p3": (80, 85)}
    for record in made:
        low, high = ages[record["id"]]
        days = (date(2025, 1, 1) - date.fromisoformat(record["born"])).days
        assert low * 365.2 <= days <= high * 365.3
    assert len({each["born"] for each in made}) > 250


# ---------------------------------------------------------------- listed values


def test_listed_numbers_and_truth_values_are_of_the_row() -> None:
    schema = obj(id=TEXT, flag={"type": "boolean"}, level={"enum": [1, 2, 3]})
    made = plan(schema, id="{patients.id}", flag="{patients.flag}", level="{patients.level}").records(1, 0, 200)
    assert {(each["id"], each["flag"], each["level"]) for each in made} == {
        *(("p1", True, 1), ("p2", False, 2), ("p3", False, 3))
    }


def test_listed_values_in_another_spelling() -> None:
    two = table("two", "word", "in-progress", "done")
    vocabulary = Vocabulary(
        {"nouns": ("noun",), "two.word": two.column("word")},
        (Meaning("word", ("word", "again"), ("{two.word}",)), Meaning("any", ("*",), ("{nouns}",))),
        {"two": two},
    )
    schema = obj(word={"enum": ["IN_PROGRESS", "DONE"]}, again={"enum": ["In Progress", "Done"]})
    for record in compile_plan(load_schema(schema), EngineSettings(vocabulary)).records(1, 0, 50):
        assert record["word"].replace("_", " ").title() == record["again"]


def test_a_single_value_narrows_the_row_and_unknown_ones_are_left_alone() -> None:
    made = plan(obj(shelf={"const": "s1"}, name=TEXT), shelf="{goods.shelf}", name="{goods.name}").records(1, 0, 100)
    assert {each["name"] for each in made} == {"g1", "g4", "g7", "g10"}
    made = plan(obj(shelf={"enum": ["s1", "other"]}, name=TEXT), shelf="{goods.shelf}", name="{goods.name}").records(
        1, 0, 100
    )
    assert {each["shelf"] for each in made} == {"s1", "other"}
    assert len({each["name"] for each in made}) == 12


def test_rows_of_two_tables_that_tell_the_same_agree() -> None:
    people = Table("people", ("name", "sex"), (("ann", "f"), ("bea", "f"), ("cal", "m"), ("dan", "m")), tells="sex")
    rows = tuple((f"v{i}", "FMU"[i % 3], "1") for i in range(9))
    visits = Table("visits", ("id", "sex", "weight"), rows, weight="weight", tells="sex")
    lists = {f"{each.name}.{c}": each.column(c) for each in (people, visits) for c in each.columns}
    said = {"name": "{people.name}", "doctor": "{people.name}", "visit": "{visits.id}", "sex": "{^visits.sex}"}
    meanings = tuple(Meaning(name, (name,), (template,)) for name, template in said.items())
    vocabulary = Vocabulary({"nouns": ("noun",), **lists}, meanings, {"people": people, "visits": visits})
    schema = obj(visit=TEXT, patient=obj(name=TEXT, sex={"enum": ["F", "M", "U"]}), staff=obj(doctor=TEXT))
    made = compile_plan(load_schema(schema), EngineSettings(vocabulary)).records(1, 0, 600)
    of = dict(people.rows)
    for record in made:
        patient = record["patient"]
        assert patient["sex"] == "FMU"[int(record["visit"][1:]) % 3]
        assert patient["sex"] in {of[patient["name"]].upper(), "U"}
    assert {(each["patient"]["sex"], of[each["patient"]["name"]]) for each in made} == {
        *(("F", "f"), ("M", "m"), ("U", "f"), ("U", "m"))
    }
    # who does not show it, need not agree
    assert {(each["patient"]["sex"], of[each["staff"]["doctor"]]) for each in made} >= {("F", "m"), ("M", "f")}
    unlike = compile_plan(load_schema(obj(patient=obj(name=TEXT))), EngineSettings(vocabulary)).records(1, 0, 600)
    agreed = sum(one["patient"]["name"] == other["patient"]["name"] for one, other in zip(unlike, made, strict=True))
    assert agreed > 200  # names that agree already stay as they are
