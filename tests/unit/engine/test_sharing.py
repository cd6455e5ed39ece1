"""Fields of one object share the row of a table and the entries of lists; other objects have their own."""

from typing import Any

import pytest

from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.tables import Table
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.schema.load import load_schema

TOWNS = [
    ("Ashford", "OR", "00312"),
    ("Birchley", "WA", "00317"),
    ("Cedarton", "TX", "00355"),
    ("Dunmere", "OR", "00390"),
]
GOODS = [("Lamp", "Home", "10", "30"), ("Phone", "Electronics", "300", "900"), ("Tablet", "Electronics", "200", "800")]
LISTS = {
    "given": ("Ann", "Ben", "Cleo"),
    "family": ("Doe", "Poe", "Roe"),
    "nouns": ("thing",),
    **{f"towns.{name}": tuple(row[i] for row in TOWNS) for i, name in enumerate(("city", "state", "zip"))},
    **{f"goods.{name}": tuple(row[i] for row in GOODS) for i, name in enumerate(("name", "kind", "low", "high"))},
}
MEANINGS = (
    Meaning("city", ("city",), ("{towns.city}",)),
    Meaning("state", ("state",), ("{towns.state}",)),
    Meaning("zip", ("zip",), ("{towns.zip}",)),
    Meaning("phone", ("phone",), ("{towns.state}-555-01{00..99}",)),
    Meaning("full name", ("name",), ("{@given} {@family}",), ("person", "patient", "people")),
    Meaning("email", ("email",), ("{@given|lower}.{@family|lower}@example.com",)),
    Meaning("product", ("product",), ("{goods.name}",)),
    Meaning("kind", ("kind",), ("{goods.kind}",)),
    Meaning("price", ("price",), ("{goods.low}..{goods.high}",)),
    Meaning("any", ("*",), ("{nouns}",)),
)
TABLE = Table("goods", ("name", "kind", "low", "high"), tuple(GOODS))
VOCABULARY = Vocabulary(LISTS, MEANINGS, {"goods": TABLE})
TEXT = {"type": "string"}
BY_CITY = {city: (state, code) for city, state, code in TOWNS}
BY_PRODUCT = {name: (kind, float(low), float(high)) for name, kind, low, high in GOODS}


def plan(schema: Any) -> Plan:
    return compile_plan(load_schema(schema), EngineSettings(VOCABULARY))


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def test_a_row_is_shared_within_an_object_and_its_components() -> None:
    person = obj(name=TEXT, email={**TEXT, "format": "email"}, phone=TEXT, address=obj(city=TEXT, state=TEXT, zip=TEXT))
    records = plan(obj(patient=person, person=person)).records(1, 0, 200)
    for record in records:
        for one in record.values():
            address = one["address"]
            assert BY_CITY[address["city"]] == (address["state"], address["zip"])
            assert one["phone"].startswith(f"{address['state']}-555-01")
            given, family = one["name"].split()
            assert one["email"] == f"{given.lower()}.{family.lower()}@example.com"
    assert any(each["patient"]["address"] != each["person"]["address"] for each in records)
    assert {each["patient"]["address"]["city"] for each in records} == set(BY_CITY)


def test_items_have_rows_of_their_own() -> None:
    schema = obj(city=TEXT, people={"type": "array", "minItems": 2, "items": obj(city=TEXT, state=TEXT)})
    records = plan(schema).records(1, 0, 100)
    for record in records:
        assert all(BY_CITY[each["city"]][0] == each["state"] for each in record["people"])
    assert any(record["people"][0]["city"] != record["people"][1]["city"] for record in records)


def test_rows_suit_patterns_lengths_and_listed_values_of_all_fields() -> None:
    schema = obj(city={**TEXT, "maxLength": 7}, state={"enum": ["OR", "TX"]}, zip={**TEXT, "pattern": "^003[0-5]"})
    records = plan(schema).records(1, 0, 100)
    assert {each["city"] for each in records} == {"Ashford"}
    assert all(BY_CITY[each["city"]] == (each["state"], each["zip"]) for each in records)


def test_where_no_row_suits_all_each_field_is_valid() -> None:
    schema = obj(city={**TEXT, "pattern": "^B"}, state={"enum": ["OR", "TX"]})
    records = plan(schema).records(1, 0, 100)
    assert {each["city"] for each in records} == {"Birchley"}
    assert {each["state"] for each in records} == {"OR", "TX"}


@pytest.mark.parametrize(
    "price", [{"type": "number", "multipleOf": 0.01, "minimum": 0}, {"type": "integer", "maximum": 700}]
)
def test_numbers_lie_within_the_bounds_of_the_row(price: Any) -> None:
    records = plan(obj(product=TEXT, kind=TEXT, price=price)).records(1, 0, 300)
    for record in records:
        kind, low, high = BY_PRODUCT[record["product"]]
        assert record["kind"] == kind
        assert low <= record["price"] <= high
    assert len({each["price"] for each in records}) > 100


def test_ranges_agree_and_another_field_moves_none() -> None:
    schema = obj(city=TEXT, state=TEXT, price={"type": "integer"})
    made = plan(schema)
    assert made.records(1, 10, 5) == made.records(1, 0, 20)[10:15]
    more = plan(obj(city=TEXT, state=TEXT, price={"type": "integer"}, product=TEXT)).records(1, 0, 20)
    assert [(each["city"], each["state"]) for each in more] == [
        (each["city"], each["state"]) for each in made.records(1, 0, 20)
    ]


def test_optional_fields_and_unions() -> None:
    schema = {"type": "object", "properties": {"city": {"type": ["string", "null"]}, "state": TEXT}}
    for record in plan(schema).records(1, 0, 200):
        if record.get("city") is not None and "state" in record:
            assert BY_CITY[record["city"]][0] == record["state"]


def test_items_of_a_list_get_rows_of_the_group_that_the_record_has() -> None:
    rows = tuple((f"{kind}{i}", kind) for kind in "ABC" for i in range(5))
    table = Table("parts", ("part", "kind"), rows, group="kind")
    lists = {"nouns": ("x",), "parts.part": tuple(row[0] for row in rows), "parts.kind": tuple(row[1] for row in rows)}
    meanings = (
        Meaning("kind", ("kind",), ("{parts.kind}",)),
        Meaning("part", ("part", "codes"), ("{parts.part}",)),
        Meaning("any", ("*",), ("{nouns}",)),
    )
    texts = {"type": "array", "items": TEXT, "minItems": 3, "uniqueItems": True}
    lines = {"type": "array", "items": obj(part=TEXT, kind=TEXT), "minItems": 2}
    settings = EngineSettings(Vocabulary(lists, meanings, {"parts": table}))
    records = compile_plan(load_schema(obj(kind=TEXT, codes=texts, lines=lines)), settings).records(1, 0, 200)
    for record in records:
        kinds = {each[0] for each in record["codes"]} | {each["part"][0] for each in record["lines"]}
        assert kinds == {record["kind"]} == {each["kind"] for each in record["lines"]}
        assert len(set(record["codes"])) == len(record["codes"])
    assert {record["kind"] for record in records} == {"A", "B", "C"}
    assert any(len({each["part"] for each in record["lines"]}) > 1 for record in records)
