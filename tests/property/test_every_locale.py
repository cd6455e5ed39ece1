"""In every locale: nothing that could be real, everything valid, one person and one town of one piece."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.es import postal_code

import pytest_specmint as sm
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.locale_names import locale_tags
from pytest_specmint.packs.locales import locale_named
from pytest_specmint.packs.vocabularies import Vocabularies

TEXT: dict[str, Any] = {"type": "string"}
HOST = re.compile(r"([a-z0-9-]+\.)*(example\.(com|net|org)|example|test)")
FORMS = {
    "de_DE": (r"\d{5}", r"\+49 [\d ]+"),
    "en_GB": (r"[A-Z]{2}\d \d[A-Z]{2}", r"\+44 [\d ]+"),
    "en_US": (r"\d{5}", r"\+1-\d{3}-555-01\d\d"),
    "es_ES": (r"\d{5}", r"\+34 \d{3}( \d\d){3}"),
    "fr_FR": (r"\d{5}", r"\+33 [1-5]( \d\d){4}"),
    "hi_IN": (r"\d{6}", r"\+91 \d{2,3} \d{7,8}"),
    "ja_JP": (r"\d{3}-\d{4}", r"\+81 \d{1,2}-\d{3,4}-\d{4}"),
}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


PERSON = {
    **obj(
        first_name=TEXT,
        last_name=TEXT,
        full_name=TEXT,
        display_name=TEXT,
        email={**TEXT, "format": "email", "pattern": "^[ -~]+$"},
        contact_email={**TEXT, "format": "email"},
        username={**TEXT, "pattern": "^[a-z0-9.-]+$"},
        sex={"enum": ["M", "F", "X"]},
        title={"enum": ["Mr", "Ms", "Dr"]},
        phone=TEXT,
        work_phone=TEXT,
        e164={**TEXT, "x-semantic": "phone", "pattern": r"^\+[1-9]\d{6,14}$"},
        address=obj(street=TEXT, city=TEXT, state=TEXT, zip=TEXT, country={**TEXT, "pattern": "^[A-Z]{2}$"}),
        shipping=obj(street_name=TEXT, house_number=TEXT, postal_code=TEXT),
        home_address=TEXT,
        company=TEXT,
        currency={**TEXT, "pattern": "^[A-Z]{3}$"},
        notes=TEXT,
        description={**TEXT, "maxLength": 60},
    ),
    "title": "Customer",
}


def given_names(tag: str) -> dict[str, tuple[str, str]]:
    if tag == "en_US":
        return {name: (name.lower(), sex) for name, sex in base_vocabulary().tables["given_names"].rows}
    return {name: (plain, sex) for name, plain, sex in locale_named(tag).tables["given"].rows}


def towns(tag: str) -> dict[str, tuple[str, str, str]]:
    """Of each town its region, its code, and how its telephone numbers begin."""
    if tag == "en_US":
        return {row[0]: (row[1], row[3], f"+1-{row[4]}") for row in base_vocabulary().tables["places"].rows}
    table = locale_named(tag).tables["towns"]
    names = (table.column(name) for name in ("state_name", "zip", "phone"))
    return {city: each for city, *each in zip(table.column("city"), *names, strict=True)}


@pytest.mark.parametrize("tag", locale_tags())
def test_five_thousand_records(tag: str) -> None:
    dataset = sm.generate(PERSON, seed=11, count=5000, locale=tag)
    people, places = given_names(tag), towns(tag)
    zip_form, phone_form = FORMS[tag]
    for record in dataset:
        first, last = record["first_name"], record["last_name"]
        plain, sex = people[first]
        both = f"{last} {first}" if tag == "ja_JP" else f"{first} {last}"
        assert record["full_name"] == record["display_name"] == both
        name = record["email"].partition("@")[0]
        assert name.startswith(plain)
        assert record["username"].startswith(plain)
        for email in (record["email"], record["contact_email"]):
            assert email.isascii()
            assert HOST.fullmatch(email.partition("@")[2])
        assert record["sex"] in {sex.upper(), "X"}
        assert record["title"] in {{"f": "Ms", "m": "Mr"}[sex], "Dr"}
        where = record["address"]
        assert [where["state"], where["zip"]] == list(places[where["city"]])[:2]
        assert record["phone"].startswith(places[where["city"]][2])
        assert re.fullmatch(zip_form, where["zip"])
        assert re.fullmatch(zip_form, record["shipping"]["postal_code"])
        assert all(re.fullmatch(phone_form, record[each]) for each in ("phone", "work_phone"))
        if tag == "es_ES":
            assert postal_code.is_valid(where["zip"])
    audit = sm.audit(dataset)
    assert audit, [each for tally in audit.tallies.values() for each in tally.examples]
    assert audit.tallies["phone"].looked_at >= 15000
    assert {record["sex"] for record in dataset} == {"F", "M", "X"}
    assert len({record["first_name"] for record in dataset}) == len(people)
    assert len({record["address"]["city"] for record in dataset}) == len(places)


@pytest.mark.parametrize("tag", locale_tags())
def test_every_meaning(tag: str) -> None:
    """Every kind of field under each of its first names, in every locale: valid, and nothing that could be real."""
    properties: dict[str, Any] = {}
    for meaning in Vocabularies(())[tag].meanings:
        for name in meaning.names[:2]:
            plain = name.replace("*_", "other_").replace("*", "anything")
            place = properties
            if any(meaning.parents):
                parent = properties.setdefault(f"in_{meaning.parents[0]}", obj())
                place = parent["properties"]
                parent["required"] = sorted({*place, plain})
            place[plain] = TEXT
    dataset = sm.generate(obj(**properties), seed=5, count=60, locale=tag)
    assert [example for tally in sm.audit(dataset).tallies.values() for example in tally.examples] == []


LENGTHS = st.none() | st.integers(0, 12)
FIELDS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 6),
        "maxLength": st.integers(6, 30),
        "pattern": st.sampled_from(["^[a-z ]+$", "^[A-Z]{2,3}$", "^[0-9-]+$", "^.{3,9}$", "[aeiou]", "^[^a-z]*$"]),
        "x-locale": st.sampled_from(locale_tags()),
        "x-semantic": st.sampled_from(
            ["given_name", "city", "phone", "gender", "none", "company", "honorific", "note"]
        ),
        "description": st.sampled_from(["Date of birth", "E-mail address", "City", "Nothing special"]),
    },
)
NAMES = st.sampled_from(["first_name", "city", "zip", "f17", "email", "sex", "phone", "state", "name", "value"])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, FIELDS, min_size=1, max_size=5), st.sampled_from([None, *locale_tags()]))
def test_whatever_is_asked_all_is_valid_and_the_same_again(properties: dict[str, Any], locale: str | None) -> None:
    schema = {**obj(**properties), "title": "Customer"}
    try:
        dataset = sm.generate(schema, seed=1, count=40, locale=locale)
    except sm.UnsatisfiableSchema:
        return
    lines = b"".join(dataset.blocks(check_all=True))
    assert sm.validate(schema, lines)
    assert lines == sm.generate(schema, seed=1, count=40, locale=locale).jsonl
    assert lines.splitlines()[7] == sm.generate(schema, seed=1, count=1, start=7, locale=locale).jsonl.strip()


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(NAMES, st.sampled_from([TEXT, {"enum": ["F", "M"]}]), min_size=2, max_size=6),
    st.sampled_from(locale_tags()),
    st.data(),
)
def test_the_locale_of_one_field_moves_no_other(properties: dict[str, Any], tag: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(properties)))
    changed = {**properties, name: {**properties[name], "x-locale": tag}}
    before, after = (list(sm.generate(obj(**each), seed=3, count=30)) for each in (properties, changed))
    assert [{**each, name: 0} for each in before] == [{**each, name: 0} for each in after]
