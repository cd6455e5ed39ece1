"""Without any pack, a person's name, e-mail and user name belong together, and so do town, state, ZIP code and phone."""

from collections import Counter
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.packs.base_vocabulary import base_vocabulary

TEXT: dict[str, Any] = {"type": "string"}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def test_people() -> None:
    document = obj(first_name=TEXT, last_name=TEXT, email={**TEXT, "format": "email"}, username=TEXT, middle_name=TEXT)
    for record in sm.generate(obj(customer=document, agent=document), seed=1, count=200):
        assert record["customer"]["last_name"] != record["agent"]["last_name"] or record["customer"] != record["agent"]
        for one in record.values():
            assert one["email"].startswith(one["first_name"].lower())
            assert one["username"].startswith(one["first_name"].lower())
            assert one["email"].endswith((".example", ".test", "example.com", "example.org", "example.net"))


SEXES = dict(base_vocabulary().tables["given_names"].rows)


def test_one_person() -> None:
    schema = obj(
        customer=obj(
            first_name=TEXT,
            last_name=TEXT,
            name=TEXT,
            full_name=TEXT,
            display_name=TEXT,
            email=TEXT,
            username=TEXT,
            handle=TEXT,
        )
    )
    for record in sm.generate(schema, seed=2, count=200):
        one = record["customer"]
        first, last = one["first_name"], one["last_name"]
        assert one["name"] == one["full_name"] == one["display_name"] == f"{first} {last}"
        for name in ("email", "username", "handle"):
            assert one[name].startswith(first.lower())


def test_sexes_suit_given_names() -> None:
    sex = {"enum": ["F", "M", "U"]}
    schema = obj(
        patient=obj(first_name=TEXT, sex=sex, gender=TEXT, title={"enum": ["Mr", "Mrs", "Dr"]}, pronouns=TEXT),
        other=obj(
            first_name=TEXT, demographics=obj(sex={"type": ["string", "null"], "enum": ["female", "male", None]})
        ),
        listed={"type": "array", "minItems": 1, "items": obj(first_name=TEXT, sex=sex)},
        apart=obj(contact_first_name=TEXT, sex=sex),
    )
    counts: Counter[str] = Counter()
    for record in sm.generate(schema, seed=1, count=3000):
        one, other = record["patient"], record["other"]
        sex_of = SEXES[one["first_name"]]
        counts[one["sex"]] += 1
        assert one["sex"] in {sex_of.upper(), "U"}
        assert one["gender"] in {{"f": "female", "m": "male"}[sex_of], "nonbinary", "not stated", "other"}
        assert one["title"] in {{"f": "Mrs", "m": "Mr"}[sex_of], "Dr"}
        assert one["pronouns"] in {{"f": "she/her", "m": "he/him"}[sex_of], "they/them"}
        stated = other["demographics"]["sex"]
        assert stated in {{"f": "female", "m": "male"}[SEXES[other["first_name"]]], None}
        assert all(each["sex"] in {SEXES[each["first_name"]].upper(), "U"} for each in record["listed"])
    assert all(850 < times < 1150 for times in counts.values()), counts
    assert {record["other"]["demographics"]["sex"] for record in sm.generate(schema, count=50)} == {
        "female",
        "male",
        None,
    }


def test_one_value_decides_for_its_object() -> None:
    schema = obj(
        first_name=TEXT, sex={"const": "F"}, other=obj(first_name=TEXT), city=TEXT, state={"const": "OR"}, zip=TEXT
    )
    rows = {row[0]: row for row in base_vocabulary().tables["places"].rows}
    names: set[str] = set()
    for record in sm.generate(schema, count=200):
        assert SEXES[record["first_name"]] == "f"
        assert rows[record["city"]][1:4:2] == ("OR", record["zip"])
        names.add(SEXES[record["other"]["first_name"]])
    assert names == {"f", "m"}
    either = obj(first_name=TEXT, sex={"anyOf": [{"const": "F"}, {"const": "M", "title": "m"}]})
    assert {SEXES[record["first_name"]] for record in sm.generate(either, count=200)} == {"f", "m"}


def test_fields_that_are_told_to_be_so() -> None:
    schema = obj(vorname={**TEXT, "x-semantic": "given_name"}, f3={"enum": ["F", "M"], "description": "Sex"})
    schema["properties"]["geschlecht"] = {"enum": ["W", "M", "D"], "x-semantic": "gender", "x-locale": "de_DE"}
    schema["properties"]["geschlecht_en"] = {"enum": ["woman", "man"], "x-semantic": "gender"}
    schema["required"] += ["geschlecht", "geschlecht_en"]
    for record in sm.generate(schema, count=100):
        sex = SEXES[record["vorname"]]
        assert record["f3"] == sex.upper()
        assert record["geschlecht_en"] == {"f": "woman", "m": "man"}[sex]


@pytest.mark.parametrize(
    "listed",
    [["M", "F"], ["m", "f", "x"], ["Male", "Female", "Unknown"], ["MALE", "FEMALE"], ["man", "woman", "none of these"]],
)
def test_spellings(listed: list[str]) -> None:
    first = {"m": "m", "f": "f", "w": "f"}
    seen = set()
    for record in sm.generate(obj(first_name=TEXT, gender={"enum": listed}), count=300):
        seen.add(record["gender"])
        said = first.get(record["gender"][0].lower())
        if record["gender"] in listed[:2]:
            assert said == SEXES[record["first_name"]]
    assert seen == set(listed)


def test_the_sex_moves_nothing_else() -> None:
    plain = obj(first_name=TEXT, email=TEXT, n={"type": "integer"})
    said = obj(first_name=TEXT, email=TEXT, n={"type": "integer"}, sex={"enum": ["F", "M"]}, honorific=TEXT)
    for before, after in zip(sm.generate(plain, count=100), sm.generate(said, count=100), strict=True):
        assert before == {name: after[name] for name in before}


def test_what_is_asked_of_the_sex_is_met() -> None:
    weighed = {"enum": ["F", "M"], "x-weights": {"F": 9, "M": 1}}
    women = sum(record["sex"] == "F" for record in sm.generate(obj(first_name=TEXT, sex=weighed), count=2000))
    assert 1740 < women < 1860
    unique = {
        **obj(sex={"enum": ["F", "M"]}, n={"type": "integer", "maximum": 9, "minimum": 0}),
        "x-unique": ["sex", "n"],
    }
    assert len({(record["sex"], record["n"]) for record in sm.generate(unique, count=20)}) == 20
    edge = [
        record["sex"]
        for record in sm.generate(obj(first_name=TEXT, sex={"enum": ["F", "M", "U"]}), count=30, mode="edge")
    ]
    assert set(edge) == {"F", "M", "U"}


def test_places() -> None:
    table = base_vocabulary().tables["places"]
    address = obj(
        street=TEXT, city=TEXT, state={**TEXT, "pattern": "^[A-Z]{2}$"}, zip={**TEXT, "pattern": "^[0-9]{5}$"}
    )
    rows = {row[0]: row for row in table.rows}
    for record in sm.generate(obj(name=TEXT, phone=TEXT, address=address), seed=1, count=200):
        where = record["address"]
        city, state, _, code, area, _ = rows[where["city"]]
        assert (where["city"], where["state"], where["zip"]) == (city, state, code)
        assert record["phone"].startswith(f"+1-{area}-555-01")


def test_every_place_is_invented_and_has_a_zip_code_that_is_not_in_use() -> None:
    table = base_vocabulary().tables["places"]
    assert len({row[3] for row in table.rows}) == len(table.rows) > 150
    assert all(row[3].startswith(("000", "003")) for row in table.rows)
    assert len({row[1] for row in table.rows}) == 50


def test_most_amounts_are_small() -> None:
    amount = {"type": "number", "minimum": 0.01, "maximum": 1_000_000, "multipleOf": 0.01}
    amounts = sorted(each["amount"] for each in sm.generate(obj(amount=amount), seed=1, count=4000))
    assert 70 < amounts[2000] < 140
    assert 0.01 < sum(each > 10_000 for each in amounts) / 4000 < 0.04
    prices = sorted(
        each["price"] for each in sm.generate(obj(price={"type": "number", "minimum": 0}), seed=1, count=4000)
    )
    assert 20 < prices[2000] < 45
