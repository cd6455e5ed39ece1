"""Denials are noted first and taken out last: what remains is the same, but large schemas stay small."""

import json
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.goal import NOTHING, Term
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import Branch, Literals
from pytest_specmint.schema.settle.apart import apart, marked, same, within
from pytest_specmint.schema.settle.denials import denied, excluding

ROOT = (Term("#"),)


def canonical(schema: Any) -> Canonicaliser:
    return Canonicaliser(load_schema(schema))


def kind(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"kind": {"const": value}, **more}, "required": ["kind"]}


def test_denied() -> None:
    assert denied(()) == NOTHING
    assert denied((Term("#/a"),)) == (Term("#/a", positive=False),)
    assert denied((Term("#/a", positive=False),)) == (Term("#/a"),)


class TestApart:
    @pytest.fixture
    def comparer(self) -> Canonicaliser:
        return canonical({"oneOf": [kind("a"), kind("b"), kind("a", x={"type": "string"})]})

    def test_by_a_required_constant(self, comparer: Canonicaliser) -> None:
        first, second, third = (marked(comparer, comparer.open((Term(f"#/oneOf/{i}"),))[0]) for i in range(3))
        assert first.marks == {"kind": frozenset({'"a"'})}
        assert apart(comparer, first, second)
        assert not apart(comparer, first, third)

    def test_literals_are_not_compared_as_python_does(self) -> None:
        assert not within(Literals((1,)), Literals((True,)))
        assert within(Literals((1,)), Literals((2, 1)))

    def test_sets_with_denials_are_never_the_same(self, comparer: Canonicaliser) -> None:
        plain, denying = Branch(Objects()), Branch(Objects(), unless=(ROOT,))
        assert same(marked(comparer, plain), marked(comparer, plain))
        assert not same(marked(comparer, plain), marked(comparer, denying))


class TestExcluding:
    def test_whole_kinds_are_settled_at_once(self) -> None:
        opener = canonical({"not": {"type": ["string", "null"]}})
        left = excluding(opener, [(Term("#/not"),)], "#")
        assert [type(branch.set).__name__ for branch in left] == ["Literals", "Numbers", "Arrays", "Objects"]
        assert [branch.unless for branch in left[1:]] == [(), (), ()]

    def test_the_rest_is_noted(self) -> None:
        opener = canonical({"not": {"type": "string", "minLength": 3}})
        left = excluding(opener, [(Term("#/not"),)], "#")
        assert [branch.unless for branch in left if branch.unless] == [((Term("#/not"),),)]

    def test_opened_for_a_value_nothing_is_left_denied(self) -> None:
        union = canonical({"type": "string", "not": {"minLength": 3}}).open(ROOT)
        assert [(branch.set.max_length, branch.unless) for branch in union] == [(2, ())]


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [kind("a"), kind("b"), kind("c")]},
        {"allOf": [{"required": ["kind"]}, {"oneOf": [{"properties": kind(x)["properties"]} for x in "abc"]}]},
        {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["a", "b"]}]},
        {"type": "integer", "not": {"oneOf": [{"minimum": 5}, {"multipleOf": 2}]}},
        {"type": "integer", "not": {"anyOf": [{"minimum": 50}, {"maximum": 2}, {"const": 7}]}},
        {"type": "object", "not": {"properties": {"a": {"type": "string"}}}},
        {"type": "object", "patternProperties": {"^x": False}, "not": {"patternProperties": {"^y": False}}},
        {"if": {"type": "string"}, "then": {"minLength": 3}, "else": {"not": {"type": "boolean"}}},
    ],
)
def test_what_remains_is_valid(schema: dict[str, Any]) -> None:
    dataset = sm.generate(schema, count=60)
    assert sm.validate(schema, list(dataset)).invalid == 0
    assert len({json.dumps(record) for record in dataset}) > 1


def test_a_hundred_conditions_on_one_property() -> None:
    conditions = [
        {"if": {"properties": {"kind": {"const": f"k{i}"}}}, "then": {"properties": {"size": {"const": i}}}}
        for i in range(100)
    ]
    schema = {"type": "object", "required": ["kind", "size"], "properties": {"kind": {"type": "string"}}}
    records = list(sm.generate({**schema, "allOf": conditions}, count=50))
    assert len(records) == 50  # multiplied out, the conditions would never end
    assert all(record["size"] == int(record["kind"][1:]) for record in records if record["kind"][1:].isdigit())


def test_a_self_reference_in_one_branch_leaves_the_others() -> None:
    schema = {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "integer"}]}}, "$ref": "#/$defs/a"}
    canon = canonical(schema)
    assert [type(branch.set).__name__ for branch in canon.open(ROOT)] == ["Numbers"]


def test_a_paradox_is_refused() -> None:
    with pytest.raises(sm.SchemaError, match="refers to itself"):
        sm.generate({"not": {"$ref": "#"}})


def test_more_ways_are_tried_where_the_first_lead_to_nothing() -> None:
    names = [f"p{i:02d}" for i in range(30)]
    is_a = {"properties": {name: {"const": "a"} for name in names}}
    differs = [{"properties": {name: {"not": {"const": "a"}}}, "required": [name]} for name in names[:20]]
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": names,
        "allOf": [{"not": is_a}, {"not": {"anyOf": differs}}],
    }
    for record in sm.generate(schema, count=20):
        assert all(record[name] == "a" for name in names[:20])
        assert any(record[name] != "a" for name in names[20:])


def test_what_a_circle_left_out_is_not_remembered() -> None:
    circle = {"anyOf": [{"$ref": "#/$defs/b"}, {"type": "integer"}]}
    schema = {"$defs": {"a": circle, "b": {"allOf": [{"$ref": "#/$defs/a"}, {"minimum": 3}]}}}
    canon = canonical(schema)
    assert canon.open((Term("#/$defs/a"),))
    assert [type(branch.set).__name__ for branch in canon.open((Term("#/$defs/b"),))] == ["Numbers"]
