"""References while records are made: which record is meant, what depends on it, how often each comes."""

from collections import Counter
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.engine.references import path_text, sites_of
from pytest_specmint.job import Mode
from pytest_specmint.pipeline.blocks import recipe_of

PERSON = {
    "type": "object",
    "required": ["id", "name", "city", "born", "sex", "score"],
    "properties": {
        "id": {"type": "string", "pattern": "^P[0-9]{5}$", "x-unique": True},
        "name": {"type": "string"},
        "city": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "sex": {"enum": ["F", "M"]},
        "score": {"type": "integer", "minimum": 0, "maximum": 1000},
    },
}


def made(
    properties: Any, *, people: int = 40, count: int = 400, rules: Any = (), seed: int = 1, **more: Any
) -> sm.Dataset:
    schema = {"type": "object", "required": list(properties), "properties": properties, "x-rules": list(rules), **more}
    if not rules:
        del schema["x-rules"]
    return sm.generate(schema, seed=seed, count=count, related={"people": persons(people)})


def persons(count: int = 40) -> sm.Dataset:
    return sm.generate(PERSON, seed=9, count=count)


def by_id(count: int = 40) -> dict[str, Any]:
    return {each["id"]: each for each in persons(count)}


# ---------------------------------------------------------------- which record is meant


def test_fields_of_one_object_mean_the_same_record() -> None:
    known = by_id()
    properties = {name: {"x-ref": f"people#/{name}"} for name in ("id", "name", "city")}
    for each in made({**properties, "whole": {"x-ref": "people"}}):
        person = known[each["id"]]
        assert (each["name"], each["city"], each["whole"]) == (person["name"], person["city"], person)


def test_components_belong_to_their_object() -> None:
    known = by_id()
    address = {"type": "object", "required": ["city"], "properties": {"city": {"x-ref": "people#/city"}}}
    for each in made({"id": {"x-ref": "people#/id"}, "home_address": address}):
        assert each["home_address"]["city"] == known[each["id"]]["city"]


def test_objects_mean_records_of_their_own() -> None:
    known = by_id()
    party = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"x-ref": "people#/id"}, "name": {"x-ref": "people#/name"}},
    }
    records = list(made({"sender": party, "receiver": party}))
    for each in records:
        for side in ("sender", "receiver"):
            assert each[side]["name"] == known[each[side]["id"]]["name"]
    same = sum(each["sender"]["id"] == each["receiver"]["id"] for each in records)
    assert same < len(records) / 10


def test_roles_of_one_object() -> None:
    known = by_id()
    properties = {
        "doctor": {"x-ref": {"dataset": "people#/id", "as": "doctor"}},
        "doctor_name": {"x-ref": {"dataset": "people#/name", "as": "doctor"}},
        "patient": {"x-ref": {"dataset": "people#/id", "as": "patient"}},
    }
    records = list(made(properties))
    assert all(each["doctor_name"] == known[each["doctor"]]["name"] for each in records)
    assert sum(each["doctor"] == each["patient"] for each in records) < len(records) / 10


def test_a_named_role_holds_in_objects_and_lists_within() -> None:
    known = by_id()
    buyer = {"x-ref": {"dataset": "people#/id", "as": "buyer"}}
    name = {"x-ref": {"dataset": "people#/name", "as": "buyer"}}
    details = {"type": "object", "required": ["name"], "properties": {"name": name}}
    properties = {
        "buyer": buyer,
        "invoice": details,
        "lines": {"type": "array", "minItems": 1, "maxItems": 3, "items": details},
    }
    for each in made(properties):
        expected = known[each["buyer"]]["name"]
        assert each["invoice"]["name"] == expected
        assert all(line["name"] == expected for line in each["lines"])


def test_items_mean_records_of_their_own() -> None:
    known = by_id()
    line = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"x-ref": "people#/id"}, "name": {"x-ref": "people#/name"}},
    }
    properties = {
        "lines": {"type": "array", "minItems": 3, "maxItems": 3, "items": line},
        "friends": {
            "type": "array",
            "minItems": 2,
            "maxItems": 4,
            "uniqueItems": True,
            "items": {"x-ref": "people#/id"},
        },
    }
    records = list(made(properties))
    for each in records:
        assert all(line["name"] == known[line["id"]]["name"] for line in each["lines"])
        assert len(set(each["friends"])) == len(each["friends"])
        assert set(each["friends"]) <= known.keys()
    assert sum(len({line["id"] for line in each["lines"]}) == 3 for each in records) > len(records) * 0.8


def test_maps_refer_too() -> None:
    properties = {"scores": {"type": "object", "additionalProperties": {"x-ref": "people#/score"}}}
    known = {each["score"] for each in persons()}
    values = [value for each in made(properties) for value in each["scores"].values()]
    assert values
    assert set(values) <= known


def test_where_references_stand() -> None:
    line = {"type": "object", "required": ["id"], "properties": {"id": {"x-ref": "people#/id"}}}
    address = {"type": "object", "required": ["city"], "properties": {"city": {"x-ref": "people#/city"}}}
    properties = {"id": {"x-ref": "people#/id"}, "lines": {"type": "array", "items": line}, "address": address}
    found = {(path_text(site.owner), path_text(site.path)) for site in sites_of(made(properties).job.plan())}
    assert found == {("the record", "id"), ("lines[]", "id"), ("the record", "address.city")}


# ---------------------------------------------------------------- what depends on it


def test_dates_follow_those_referred_to() -> None:
    properties = {
        "person": {"x-ref": "people"},
        "visit": {"type": "object", "required": ["day"], "properties": {"day": {"type": "string", "format": "date"}}},
    }
    made_ = made(properties, rules=[{"id": "born", "assert": "person.born + years(18) <= visit.day"}])
    recipe = recipe_of(made_.job)
    assert not recipe.plan.left
    assert all(int(each["visit"]["day"][:4]) - int(each["person"]["born"][:4]) >= 18 for each in made_)


def test_numbers_are_calculated_from_those_referred_to() -> None:
    properties = {
        "person": {"x-ref": "people#/id"},
        "score": {"x-ref": "people#/score"},
        "bonus": {"type": "integer", "minimum": 1, "maximum": 9},
        "total": {"type": "integer"},
    }
    made_ = made(properties, rules=[{"id": "total", "derive": {"total": "score * 2 + bonus"}}])
    assert not made_.job.plan().left
    known = by_id()
    for each in made_:
        assert each["total"] == known[each["person"]]["score"] * 2 + each["bonus"]


def test_sums_over_lists_of_references() -> None:
    line = {
        "type": "object",
        "required": ["id", "score", "times", "sum"],
        "properties": {
            "id": {"x-ref": "people#/id"},
            "score": {"x-ref": "people#/score"},
            "times": {"type": "integer", "minimum": 1, "maximum": 5},
            "sum": {"type": "integer"},
        },
    }
    properties = {"lines": {"type": "array", "minItems": 1, "maxItems": 4, "items": line}, "total": {"type": "integer"}}
    rules = [
        {"id": "line", "each": "lines", "derive": {"item.sum": "item.score * item.times"}},
        {"id": "total", "derive": {"total": "sum(each.sum for each in lines)"}},
    ]
    made_ = made(properties, rules=rules)
    assert not made_.job.plan().left
    known = by_id()
    for each in made_:
        assert all(line["sum"] == known[line["id"]]["score"] * line["times"] for line in each["lines"])
        assert each["total"] == sum(line["sum"] for line in each["lines"])


def test_conditions_on_listed_values_that_are_referred_to() -> None:
    properties = {"person": {"x-ref": "people"}, "ward": {"enum": ["A", "B", "C"]}}
    made_ = made(properties, rules=[{"id": "ward", "when": "person.sex == 'F'", "then": "ward == 'A'"}])
    records = list(made_)
    assert all(each["ward"] == "A" for each in records if each["person"]["sex"] == "F")
    assert {each["ward"] for each in records if each["person"]["sex"] == "M"} == {"A", "B", "C"}


def test_a_rule_about_what_is_referred_to_alone_chooses_records() -> None:
    properties = {"person": {"x-ref": "people"}}
    made_ = made(properties, rules=[{"id": "high", "assert": "person.score >= 500"}])
    high = {each["id"] for each in persons() if each["score"] >= 500}
    assert {each["person"]["id"] for each in made_} == high


def test_bounds_of_dates_choose_records_too() -> None:
    properties = {"person": {"x-ref": "people"}, "day": {"type": "string", "format": "date"}}
    rules = [{"id": "age", "assert": "date(1960, 1, 1) <= person.born <= as_of - years(30)"}]
    made_ = made(properties, rules=rules)
    assert not made_.job.drawn_again()
    fitting = {each["id"] for each in persons() if "1960-01-01" <= each["born"] <= "1995-01-01"}
    assert 5 < len(fitting) < 38
    assert {each["person"]["id"] for each in made_} == fitting


def test_records_beside_which_there_is_no_room_are_not_chosen() -> None:
    early = {"type": "string", "format": "date"}
    rules = [{"id": "first", "assert": "day <= date(1975, 12, 31)"}, {"id": "born", "assert": "person.born <= day"}]
    made_ = made({"person": {"x-ref": "people"}, "day": early}, rules=rules)
    assert not made_.job.drawn_again()
    assert {each["person"]["id"] for each in made_} == {
        each["id"] for each in persons() if each["born"] <= "1975-12-31"
    }


def test_rules_between_two_references_are_drawn_again() -> None:
    properties = {
        "old": {"x-ref": {"dataset": "people", "as": "old"}},
        "young": {"x-ref": {"dataset": "people", "as": "young"}},
    }
    made_ = made(properties, rules=[{"id": "older", "assert": "old.born < young.born"}], count=100)
    assert made_.job.plan().left == ("older",)
    assert all(each["old"]["born"] < each["young"]["born"] for each in made_)


# ---------------------------------------------------------------- how often


def test_all_alike_by_default() -> None:
    counts = Counter(each["id"] for each in made({"id": {"x-ref": "people#/id"}}, people=10, count=5000))
    assert len(counts) == 10
    assert max(counts.values()) < 1.25 * min(counts.values())


def test_by_rank() -> None:
    ref = {"dataset": "people#/id", "dist": {"kind": "zipf", "exponent": 1}}
    counts = Counter(each["id"] for each in made({"id": {"x-ref": ref}}, people=10, count=20000))
    ranked = [counts[each["id"]] for each in persons(10)]
    assert ranked == sorted(ranked, reverse=True)
    assert 1.7 < ranked[0] / ranked[1] < 2.3


@pytest.mark.parametrize(
    ("dist", "words"),
    [
        ("zpf", "unknown kind 'zpf'"),
        ({"kind": "zipf", "exponet": 1}, "no parameter 'exponet'"),
        ({"kind": "categorical", "weights": [1, 2]}, "dist takes"),
        ({"kind": "normal", "mean": 1e9, "sd": 1}, "nothing of the distribution lies there"),
    ],
)
def test_distributions_that_are_none(dist: Any, words: str) -> None:
    with pytest.raises(sm.SchemaError, match=words) as caught:
        made({"id": {"x-ref": {"dataset": "people#/id", "dist": dist}}})
    assert caught.value.pointer == "#/properties/id/x-ref/dist"


@pytest.mark.parametrize(
    "ref", [{"x-ref": {"dataset": "people#/id", "unique": True}}, {"x-ref": "people#/id", "x-unique": True}]
)
def test_each_once_at_most(ref: Any) -> None:
    records = made({"id": ref, "name": {"x-ref": "people#/name"}}, count=40)
    assert len({each["id"] for each in records}) == 40
    assert all(each["name"] == by_id()[each["id"]]["name"] for each in records)


def test_too_few_for_each_its_own() -> None:
    records = made({"id": {"x-ref": {"dataset": "people#/id", "unique": True}}}, count=41)
    with pytest.raises(sm.UnsatisfiableSchema) as caught:
        list(records)
    assert "41 records are to refer to one of people each, but there are 40" in str(caught.value)
    assert caught.value.pointer == "#/properties/id/x-ref"


def test_unique_within_a_list_is_refused() -> None:
    items = {"x-ref": {"dataset": "people#/id", "unique": True}}
    with pytest.raises(sm.UnsupportedSchema, match="unique within a list") as caught:
        made({"ids": {"type": "array", "items": items}})
    assert "uniqueItems" in (caught.value.hint or "")


def test_pairs_that_are_unique() -> None:
    properties = {
        "doctor": {"x-ref": {"dataset": "people#/id", "as": "doctor"}},
        "patient": {"x-ref": {"dataset": "people#/id", "as": "patient"}},
        "doctor_name": {"x-ref": {"dataset": "people#/name", "as": "doctor"}},
    }
    records = list(made(properties, people=20, count=400, **{"x-unique": ["doctor", "patient"]}))
    assert len({(each["doctor"], each["patient"]) for each in records}) == 400
    assert all(each["doctor_name"] == by_id(20)[each["doctor"]]["name"] for each in records)
    with pytest.raises(sm.UnsatisfiableSchema, match="401 records"):
        list(made(properties, people=20, count=401, **{"x-unique": ["doctor", "patient"]}))


# ---------------------------------------------------------------- other ways of making records


def test_boundary_records_join_too() -> None:
    address = {
        "type": "object",
        "required": ["city", "zip"],
        "properties": {"city": {"x-ref": "people#/city"}, "zip": {"enum": ["a", "b"]}},
    }
    schema = {
        "type": "object",
        "required": ["id", "address"],
        "properties": {
            "id": {"x-ref": "people#/id"},
            "address": address,
            "name": {"x-ref": "people#/name"},
            "n": {"type": "integer", "minimum": 1, "maximum": 5},
            "lines": {
                "type": "array",
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "required": ["id", "q"],
                    "properties": {"id": {"x-ref": "people#/id"}, "q": {"type": "integer"}},
                },
            },
        },
    }
    known = by_id()
    edges = sm.generate(schema, count=60, mode=Mode.EDGE, related={"people": persons()})
    assert len(edges.job.targets()) > 15
    for each in edges:
        assert each["address"]["city"] == known[each["id"]]["city"]
        assert each.get("name", known[each["id"]]["name"]) == known[each["id"]]["name"]
        assert all(line["id"] in known for line in each.get("lines", ()))


def test_another_seed_of_the_related_dataset_is_another_dataset() -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"x-ref": "people#/id"}}}
    one, other = (sm.generate(schema, related={"people": sm.generate(PERSON, seed=seed)}) for seed in (1, 2))
    assert one.job.plan() is other.job.plan()
    assert not {each["id"] for each in one} & {each["id"] for each in other}


def test_the_command_names_what_is_related() -> None:
    data = made({"id": {"x-ref": "people#/id"}})
    assert "--related people=SCHEMA.json:40:9" in data.command(3)
