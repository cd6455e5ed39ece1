"""Rules wherever a schema has them: on the record itself, through references, on objects inside of it."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.mend.fixed import fixed_fields
from pytest_specmint.rules.placed import own
from pytest_specmint.rules.sentences import sentences_of
from pytest_specmint.schema.load import load_schema

SMALL = {"type": "integer", "minimum": 0, "maximum": 99}
PAIR: dict[str, Any] = {
    "type": "object",
    "required": ["low", "high"],
    "properties": {"low": SMALL, "high": SMALL},
    "x-rules": [{"id": "order", "assert": "low < high", "sentences": "Low is below high"}],
    "x-cross-field-rules": ["Low is below high"],
}


def holds(pair: Any) -> bool:
    return bool(pair["low"] < pair["high"])


def an_object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


@pytest.mark.parametrize(
    "schema",
    [
        PAIR,
        {"$ref": "#/$defs/pair", "$defs": {"pair": PAIR}},
        {"allOf": [PAIR, {"title": "pair"}]},
        {"allOf": [{"$ref": "#/$defs/pair"}], "$defs": {"pair": {"allOf": [PAIR]}}},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": "#/definitions/pair",
            "definitions": {"pair": PAIR},
        },
    ],
)
def test_on_the_record_itself(schema: Any) -> None:
    dataset = sm.generate(schema, count=100)
    assert all(map(holds, dataset))
    assert dataset.manifest["rules"] == {
        "enforced": ["order"],
        "by_drawing_again": [],
        "left_to_chance": [],
        "unenforced_sentences": [],
    }


def test_on_objects_inside_of_the_record() -> None:
    schema = an_object(
        {"one": {"$ref": "#/$defs/pair"}, "deep": an_object({"two": {"$ref": "#/$defs/pair"}})},
        **{"$defs": {"pair": PAIR}},
    )
    dataset = sm.generate(schema, count=100)
    assert all(holds(each["one"]) and holds(each["deep"]["two"]) for each in dataset)
    assert dataset.manifest["rules"]["enforced"] == ["deep.two.order", "one.order"]
    (one, two) = sm.validate(schema, [{"one": {"low": 3, "high": 2}, "deep": {"two": {"low": 1, "high": 2}}}]).rules
    assert str(one.examples[0]) == "record 1: one.high = 2, one.low = 3"
    assert bool(two)


def test_on_the_items_of_lists() -> None:
    rows = {
        "type": "array",
        "maxItems": 4,
        "items": an_object({"pair": PAIR, "pairs": {"type": "array", "maxItems": 3, "items": PAIR}}),
    }
    dataset = sm.generate(an_object({"rows": rows}), count=100)
    inner = [pair for record in dataset for row in record["rows"] for pair in (row["pair"], *row["pairs"])]
    assert len(inner) > 200
    assert all(map(holds, inner))
    assert dataset.manifest["rules"]["enforced"] == ["rows.pair.order", "rows.pairs.order"]


def test_its_names_are_those_of_its_own_object() -> None:
    """Also `record`, so that a schema means the same wherever it is used; and `each` is a list of its own."""
    order = an_object(
        {
            "class": {"enum": ["A", "B"]},
            "n": SMALL,
            "xs": {"type": "array", "minItems": 1, "maxItems": 3, "items": SMALL},
        },
        **{
            "x-rules": [
                {"id": "b", "when": "record['class'] == 'B'", "then": "n >= 50"},
                {"id": "sum", "derive": {"n": "sum(x for x in xs)"}},
            ]
        },
    )
    held = an_object({"orders": {"type": "array", "minItems": 1, "maxItems": 2, "items": order}, "n": SMALL})
    for record in sm.generate(held, count=60):
        assert all(
            each["n"] == sum(each["xs"]) and (each["class"] == "A" or each["n"] >= 50) for each in record["orders"]
        )
    items = {"id": "lines", "each": "lines", "assert": "n <= record.most"}
    inside = an_object(
        {"most": SMALL, "lines": {"type": "array", "maxItems": 3, "items": an_object({"n": SMALL})}},
        **{"x-rules": [items]},
    )
    for record in sm.generate(an_object({"part": inside}), count=60):
        assert all(line["n"] <= record["part"]["most"] for line in record["part"]["lines"])


def test_what_it_cannot_mean_inside_of_a_list() -> None:
    lines = {"type": "array", "items": an_object({"n": SMALL})}
    row = an_object(
        {"most": SMALL, "lines": lines}, **{"x-rules": [{"id": "r", "each": "lines", "assert": "n <= record.most"}]}
    )
    schema = an_object({"rows": {"type": "array", "items": row}})
    with pytest.raises(RuleError, match="record cannot be meant here") as caught:
        sm.generate(schema)
    assert caught.value.pointer == "#/properties/rows/items/x-rules/0/assert"
    row["x-rules"] = [{"id": "r", "scope": "dataset", "assert": "avg(most) > 3"}]
    with pytest.raises(RuleError, match="the items of a list are no dataset"):
        sm.generate(schema)
    row["x-rules"] = [{"id": "r", "each": "lines", "assert": "n > 50"}]
    assert all(
        line["n"] > 50 for each in sm.generate(schema, count=50) for row in each["rows"] for line in row["lines"]
    )


def test_an_unknown_name_is_told_with_its_place() -> None:
    pair = {**PAIR, "x-rules": [{"id": "order", "assert": "low < hihg"}]}
    with pytest.raises(RuleError, match=r"the schema has no field one\.hihg") as caught:
        sm.generate(an_object({"one": pair}))
    assert caught.value.hint == "did you mean high?"
    assert caught.value.pointer == "#/properties/one/x-rules/0/assert"


IGNORED = [
    ({"oneOf": [PAIR, {"type": "string"}]}, ["#/oneOf/0/x-rules"]),
    ({"anyOf": [PAIR, {"type": "string"}]}, ["#/anyOf/0/x-rules"]),
    ({"if": PAIR, "then": True}, ["#/if/x-rules"]),
    (an_object({}, additionalProperties=PAIR), ["#/additionalProperties/x-rules"]),
    (an_object({}, patternProperties={"^a": PAIR}), ["#/patternProperties/^a/x-rules"]),
    ({"type": "array", "prefixItems": [PAIR]}, ["#/prefixItems/0/x-rules"]),
    ({"not": PAIR}, ["#/not/x-rules"]),
    ({"$defs": {"unused": PAIR}}, []),
    ({"properties": {"x": {"enum": [PAIR]}}, "default": PAIR}, []),
]


@pytest.mark.parametrize(("schema", "places"), IGNORED)
def test_what_only_some_records_meet_is_ignored_and_told(schema: Any, places: list[str]) -> None:
    found = own(load_schema(schema))
    assert [each.pointer for each in found.ignored] == places
    assert not found.rules
    assert [place.replace("/x-rules", "/x-cross-field-rules/0") for place in places] == [
        place for _, place in found.sentences
    ]


def test_what_contains_its_like_holds_them_at_the_top() -> None:
    tree = {**PAIR, "properties": {**PAIR["properties"], "next": {"$ref": "#"}}}
    found = own(load_schema(tree))
    assert [rule.id for rule in found.rules] == ["order"]
    assert [each.pointer for each in found.ignored] == ["#/x-rules"]
    assert all(map(holds, sm.generate(tree, count=50)))


def test_a_schema_with_many_ways_to_nothing_is_no_trouble() -> None:
    """Only what leads to rules is followed: here two ways at each of forty levels lead to none."""
    levels: dict[str, Any] = {
        f"l{i}": {"properties": {"a": {"$ref": f"#/$defs/l{i + 1}"}, "b": {"$ref": f"#/$defs/l{i + 1}"}}}
        for i in range(40)
    }
    schema = {**PAIR, "properties": {**PAIR["properties"], "z": {"$ref": "#/$defs/l0"}}, "$defs": {**levels, "l40": {}}}
    assert len(own(load_schema(schema)).rules) == 1
    schema["$defs"]["l40"] = PAIR
    with pytest.raises(RuleError, match="more than 20,000 ways lead"):
        own(load_schema(schema))


def test_malformed_ones_are_told_wherever_they_stand() -> None:
    with pytest.raises(RuleError, match="rules are a list") as caught:
        own(load_schema({"oneOf": [{"x-rules": 3}]}))
    assert caught.value.pointer == "#/oneOf/0/x-rules"


def test_sentences_are_found_wherever_they_stand() -> None:
    schema = load_schema(
        an_object(
            {"one": PAIR, "text": {"type": "string", "x-cross-field-rules": {"style": "Texts are polite"}}},
            **{"x-cross-field-rules": "Everything is fine"},
        )
    )
    found = sentences_of(schema, own(schema).rules)
    assert [(each.text, each.pointer, each.rules) for each in found] == [
        ("Everything is fine", "#/x-cross-field-rules", ()),
        ("Low is below high", "#/properties/one/x-cross-field-rules/0", ("one.order",)),
        ("Texts are polite", "#/properties/text/x-cross-field-rules/style", ()),
    ]


def test_values_given_by_hand_keep_them() -> None:
    from pytest_specmint.overrides.compose import composed
    from pytest_specmint.overrides.read import EachOf, read_overrides

    job = sm.generate(PAIR, count=5).job
    assert all(map(holds, composed(job, read_overrides({"/low": 90}, {}))))
    each = composed(job, read_overrides({"/low": EachOf([90, 95, 1, 97, 98])}, {}))
    assert [record["low"] for record in each] == [90, 95, 1, 97, 98]
    assert all(map(holds, each))
    with pytest.raises(sm.SpecmintError, match="rule order leaves no value"):
        composed(job, read_overrides({"/low": 99}, {}))


def test_unique_fields_are_known_by_their_routes() -> None:
    schema = an_object(
        {
            "a": {"x-unique": True},
            "o": an_object({"b": {}, "c": {}}, **{"x-unique": [["b", "c"]]}),
            "r": {"x-ref": "customers"},
        },
        **{"anyOf": [{"properties": {"z": {"x-unique": True}}}, {}], "x-unique": ["p", "q"]},
    )
    assert fixed_fields(load_schema(schema)) == {("a",), ("o", "b"), ("o", "c"), ("r",), ("z",), ("p",), ("q",)}
