"""What a field counts as: by its name, by x-semantic, by its description; and where `inspect` says it is from."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.engine.called import NUMBERS, by_semantic
from pytest_specmint.engine.described import described
from pytest_specmint.engine.outline import Row, outline
from pytest_specmint.errors import SchemaError
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.goal import Term

TEXT: dict[str, Any] = {"type": "string"}
PHRASES = base_vocabulary().phrases


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def values(field: Any, name: str = "f17", **options: Any) -> list[Any]:
    return [record[name] for record in sm.generate(obj(**{name: field}), **{"count": 60, **options})]


def told(schema: Any, path: str) -> dict[str, Any]:
    rows: dict[str, Row] = {row.path: row for row in outline(sm.generate(schema).job.plan()).rows}
    facts = {fact.key: fact.value for fact in rows[path].facts}
    return {key: facts[key] for key in ("meaning", "toldBy", "locale") if key in facts}


# ---------------------------------------------------------------- x-semantic


def test_a_field_counts_as_one_that_is_called_so() -> None:
    for kind, name in (("given_name", "first_name"), ("currency", "currency"), ("time_zone", "time_zone")):
        assert set(values({**TEXT, "x-semantic": kind})) <= {each for each in values({**TEXT}, name, count=3000)}


def test_every_kind_is_known() -> None:
    schema = load_schema({"type": "string"})
    for kind in (*(each.kind for each in base_vocabulary().meanings), *NUMBERS):
        called = by_semantic(kind, schema, (Term("#"),), base_vocabulary())
        found = base_vocabulary().meaning(called.name, called.parent)
        assert found is not None
        assert found.kind == kind or kind in NUMBERS, (kind, called)
        assert (called.told_by, called.kind) == ("x-semantic", kind)


@pytest.mark.parametrize("none", [False, "none"])
def test_none(none: Any) -> None:
    assert told(obj(city={**TEXT, "x-semantic": none}), "$.city") == {"toldBy": "x-semantic"}
    towns = base_vocabulary().tables["places"].column("city")
    assert not set(values({**TEXT, "x-semantic": none}, "city")) & set(towns)
    assert max(values({"type": "integer", "x-semantic": none}, "age", count=400)) > 500


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("given_nam", "did you mean 'given_name'"),
        ("firstName", "did you mean 'given_name'"),
        ("zip", "did you mean 'postal_code'"),
        ("qwxz", "inspect"),
        (True, "given_name"),
        (7, "given_name"),
        (None, "given_name"),
        (["given_name"], "given_name"),
    ],
)
def test_an_unknown_kind_is_an_error_of_the_schema(value: Any, hint: str) -> None:
    schema = obj(a=TEXT, b={"type": "array", "minItems": 1, "items": {**TEXT, "x-semantic": value}})
    with pytest.raises(SchemaError, match="is no kind of field") as caught:
        sm.generate(schema)
    assert caught.value.pointer == "#/properties/b/items/x-semantic"
    assert hint in str(caught.value.hint)


def test_type_pattern_format_and_length_hold() -> None:
    assert {type(each) for each in values({"type": "integer", "x-semantic": "given_name"})} == {int}
    assert all(len(each) <= 3 for each in values({**TEXT, "maxLength": 3, "x-semantic": "given_name"}))
    assert all(each.isdigit() for each in values({**TEXT, "pattern": "^[0-9]{4}$", "x-semantic": "city"}))
    assert all(each[:4].isdigit() for each in values({**TEXT, "format": "date", "x-semantic": "city"}))
    assert set(values({"enum": ["a", "b"], "x-semantic": "city"})) == {"a", "b"}
    e164 = values({**TEXT, "pattern": r"^\+[1-9]\d{6,14}$", "x-semantic": "phone"})
    assert all("55501" in each for each in e164)


def test_numbers() -> None:
    assert {18, 90} >= {min(ages := values({"type": "integer", "x-semantic": "age"}, count=4000)), max(ages)}
    assert max(values({"type": "integer", "x-semantic": "age", "maximum": 40}, count=400)) <= 40
    assert all(-90 <= each <= 90 for each in values({"type": "number", "x-semantic": "latitude"}, count=400))
    amounts = sorted(values({"type": "number", "minimum": 0.01, "maximum": 1e6, "x-semantic": "money"}, count=2000))
    assert 60 < amounts[1000] < 160
    assert told(obj(n={"type": "number", "minimum": 0, "x-semantic": "money"}), "$.n") == {
        "meaning": "money",
        "toldBy": "x-semantic",
    }


def test_dates_of_birth_lie_where_births_do() -> None:
    years = [int(each[:4]) for each in values({**TEXT, "format": "date", "x-semantic": "birth_date_text"}, count=300)]
    assert years == [
        int(each[:4]) for each in values({**TEXT, "format": "date", "description": "Date of birth"}, count=300)
    ]
    assert min(years) < 1960
    assert max(years) < 2010


def test_lists_and_definitions_say_it_for_their_items_and_users() -> None:
    field = {"type": "array", "items": TEXT, "minItems": 2, "x-semantic": "email"}
    assert all("@" in each for listed in values(field) for each in listed)
    schema = {**obj(a={"$ref": "#/$defs/mail"}), "$defs": {"mail": {**TEXT, "x-semantic": "email"}}}
    assert all("@" in record["a"] for record in sm.generate(schema, count=20))


def test_an_object_counts_as_what_its_fields_are_below() -> None:
    plain = obj(thing={**obj(name=TEXT)})
    said = obj(thing={**obj(name=TEXT), "x-semantic": "company"})
    assert told(plain, "$.thing.name")["meaning"] != "company_name_below_organization"
    assert told(said, "$.thing.name") == {"meaning": "company_name_below_organization", "toldBy": "name and parent"}


def test_fields_that_are_told_share_rows_with_those_that_are_named() -> None:
    schema = obj(a={**TEXT, "x-semantic": "given_name"}, b={**TEXT, "x-semantic": "city"}, email=TEXT, zip=TEXT)
    rows = {row[0]: row for row in base_vocabulary().tables["places"].rows}
    for record in sm.generate(schema, count=50):
        assert record["email"].startswith(record["a"].lower())
        assert rows[record["b"]][3] == record["zip"]


def test_kinds_of_packs(installed_pack: Any) -> None:
    top = "# Cargo.\n# Source: here\n# Licence: MIT\n"
    meaning = '[{"kind": "cargo", "names": ["cargo"], "templates": ["{cargo}"]}]'
    installed_pack("logistics", {"cargo.txt": f"{top}grain\n", "semantics.json": meaning})
    assert set(values({**TEXT, "x-semantic": "cargo"}, domain="logistics")) == {"grain"}
    with pytest.raises(SchemaError):
        values({**TEXT, "x-semantic": "cargo"})


def test_nothing_is_said_to_be_ignored() -> None:
    from pytest_specmint.schema.notices import notices

    schema = obj(a={**TEXT, "x-semantic": "city", "x-locale": "de_DE"})
    assert notices(load_schema(schema)) == ()


# ---------------------------------------------------------------- descriptions


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Patient's date of birth", "birth_date_text"),
        ("The patient\u2019s date of birth, as on the card", "birth_date_text"),
        ("Date of birth of the insured person.", "birth_date_text"),
        ("ABA routing number", "routing_number"),
        ("E-mail address", "email"),
        ("The email address used for receipts", "email"),
        ("Customer email", "email"),
        ("mobile phone number (with country code)", "phone"),
        ("IBAN", "iban"),
        ("Primary account number", "card_number"),
        ("Primary phone number", "phone"),
        ("ZIP code", "postal_code"),
        ("National Provider Identifier", "npi"),
        ("First name", "given_name"),
        ("Gender", "gender"),
        ("DOB", "birth_date_text"),
        # what only speaks of it
        ("Whether the date of birth is known", None),
        ("Date of birth format", None),
        ("Type of email address", None),
        ("Hash of the phone number", None),
        ("Encrypted social security number", None),
        ("Email template", None),
        ("City of the plant", None),
        ("The number of email addresses", None),
        ("Email address or phone number", None),
        ("Sends an email to the customer", None),
        ("Identifier of the customer", None),
        ("関連書ISBN", None),
        ("", None),
        ("...", None),
        ("Account number type", None),
        ("An opaque value. Not a phone number", None),
    ],
)
def test_phrases(text: str, kind: str | None) -> None:
    assert described(text, PHRASES, number=False) == kind


@pytest.mark.parametrize(
    ("text", "kind"), [("Age in years", "age"), ("Latitude", "latitude"), ("Date of birth", None), ("Ages", None)]
)
def test_phrases_of_numbers(text: str, kind: str | None) -> None:
    assert described(text, PHRASES, number=True) == kind


def test_every_phrase_is_of_a_kind_and_found() -> None:
    kinds = {meaning.kind for meaning in base_vocabulary().meanings}
    for part, number in (("texts", False), ("numbers", True)):
        for kind, phrases in PHRASES[part].items():
            assert kind in (NUMBERS if number else kinds)
            for phrase in phrases:
                assert described(phrase, PHRASES, number=number) == kind


@pytest.mark.parametrize("name", ["f17", "val", "code", "value", "field_number", "some_id"])
def test_where_the_name_says_nothing(name: str) -> None:
    field = {**TEXT, "description": "Customer's e-mail address"}
    assert all("@" in each for each in values(field, name))
    assert told(obj(**{name: field}), f"$.{name}") == {"meaning": "email", "toldBy": "description"}
    assert told(obj(**{name: {**TEXT, "title": "E-mail"}}), f"$.{name}") == {"meaning": "email", "toldBy": "title"}


def test_not_where_the_name_or_x_semantic_says_it() -> None:
    field = {**TEXT, "description": "E-mail address"}
    assert told(obj(city=field), "$.city") == {"meaning": "city", "toldBy": "name"}
    assert told(obj(f17={**field, "x-semantic": "city"}), "$.f17") == {"meaning": "city", "toldBy": "x-semantic"}
    assert told(obj(f17={**field, "x-semantic": False}), "$.f17") == {"toldBy": "x-semantic"}


def test_a_description_changes_nothing_else() -> None:
    schema = obj(f17=TEXT, other=TEXT, n={"type": "integer"}, f18={**TEXT, "description": "What it is for"})
    said = {**schema, "properties": {**schema["properties"], "f17": {**TEXT, "description": "IBAN"}}}
    before, after = list(sm.generate(schema, count=40)), list(sm.generate(said, count=40))
    assert [{**each, "f17": 0} for each in before] == [{**each, "f17": 0} for each in after]
    assert [each["f17"] for each in before] != [each["f17"] for each in after]


def test_a_number_by_its_description() -> None:
    ages = values({"type": "integer", "description": "Age in years"}, count=400)
    assert all(18 <= age <= 90 for age in ages)
    assert told(obj(x={"type": "integer", "description": "Age in years"}), "$.x") == {
        "meaning": "age",
        "toldBy": "description",
    }


def test_what_inspect_says_of_names() -> None:
    schema = obj(customer=obj(name=TEXT, first_name=TEXT), zzz=TEXT)
    assert told(schema, "$.customer.name") == {"meaning": "person_name_below_person", "toldBy": "name and parent"}
    assert told(schema, "$.customer.first_name") == {"meaning": "given_name", "toldBy": "name"}
    assert told(schema, "$.zzz") == {}
    assert told(obj(a={**TEXT, "x-semantic": "city", "x-locale": "de_DE"}), "$.a")["locale"] == "de_DE"
