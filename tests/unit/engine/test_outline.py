"""A plan as a tree to read."""

import datetime as dt
import importlib
import inspect
import pkgutil
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from pytest_specmint.engine import nodes
from pytest_specmint.engine.describe import DESCRIBERS, describe
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.number import BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.object import ObjectNode, Slot
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import TemplateText
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.outline import Outline, Row, classes, outline
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.engine.templates import parse_template
from pytest_specmint.engine.wording import (
    name_step,
    name_words,
    number_words,
    printable,
    share_words,
    value_words,
    values_words,
)
from pytest_specmint.job import Job
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.shape import ArrayShape

DAY = dt.date(2025, 1, 1)


def plan_of(schema: Any) -> Plan:
    return Job(load_schema(schema), 0, 1, 0, DAY).plan()


def rows(schema: Any, depth: int | None = None) -> dict[str, Row]:
    return {row.path: row for row in outline(plan_of(schema), depth).rows}


def lines(row: Row) -> list[str]:
    return [line for fact in row.facts for line in fact.lines]


def data(row: Row) -> dict[str, Any]:
    return {fact.key: fact.value for fact in row.facts}


def alone(node: Node, *others: Node) -> Row:
    return outline(Plan((node, *others), 0)).rows[0]


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def test_every_class_of_node_has_a_row() -> None:
    found = set()
    for module in pkgutil.iter_modules(nodes.__path__):
        content = vars(importlib.import_module(f"{nodes.__name__}.{module.name}")).values()
        for each in filter(inspect.isclass, content):
            sample = getattr(each, "sample", None)
            if sample and list(inspect.signature(sample).parameters) == ["self", "plan", "keys", "depth"]:
                found.add(each)
    assert found - {Node} == set(DESCRIBERS)


def test_what_a_node_comes_from_says_nothing_about_its_values() -> None:
    plain, told = Integers(0, 9), Integers(0, 9, 1, Origin(load_numbers(), "age"))
    lines = [Plan((node,), 0).lines(1, 0, 20) for node in (plain, told)]
    assert lines[0] == lines[1]


def load_numbers() -> Any:
    from pytest_specmint.schema.sets.numbers import Numbers

    return Numbers()


class TestScalars:
    @pytest.mark.parametrize(
        ("schema", "kind", "words"),
        [
            ({"type": "null"}, "null", "null"),
            ({"type": "boolean"}, "boolean", "boolean"),
            ({"enum": [True, False]}, "boolean", "boolean"),
            ({"const": True}, "boolean", "boolean, always true"),
            ({"const": "a"}, "string", 'string, always "a"'),
            ({"const": [1]}, "array", "array, always [1]"),
            ({"const": {"a": 1}}, "object", 'object, always {"a": 1}'),
            ({"enum": ["a", "b"]}, "string", "string, one of 2 values"),
            ({"enum": [1, 2.5]}, "number", "number, one of 2 values"),
            ({"enum": [1, "a", None]}, "one of", "one of 3 values"),
            ({"enum": [[1], [2]]}, "array", "array, one of 2 values"),
            ({"type": "integer", "minimum": 1, "maximum": 12}, "integer", "integer from 1 to 12"),
            ({"type": "integer", "minimum": 1, "maximum": 3}, "integer", "integer, one of 3 values"),
            ({"type": "integer", "minimum": -5, "maximum": 500}, "integer", "integer from -5 to 500"),
            (
                {"type": "integer", "minimum": 0, "maximum": 1000, "multipleOf": 5},
                "integer",
                "integer from 0 to 1000 in steps of 5",
            ),
            (
                {"type": "number", "minimum": 0, "exclusiveMaximum": 100, "multipleOf": 0.25},
                "number",
                "number from 0 to 99.75 in steps of 0.25",
            ),
            ({"type": "string", "maxLength": 0}, "string", 'string, always ""'),
            ({"type": "array", "maxItems": 0}, "array", "empty array"),
            ({"type": "object", "additionalProperties": False}, "object", "empty object"),
        ],
    )
    def test_kind_and_words(self, schema: Any, kind: str, words: str) -> None:
        row = rows(schema)["$"]
        assert (row.kind, row.words) == (kind, words)

    def test_first_values_and_how_many(self) -> None:
        row = rows({"enum": [f"v{i}" for i in range(30)]})["$"]
        assert lines(row) == ['"v0", "v1", "v2", "v3", "v4" and 25 more']
        assert data(row) == {"values": ["v0", "v1", "v2", "v3", "v4"], "count": 30}

    def test_long_and_unprintable_values(self) -> None:
        row = alone(Choice(("x" * 200, "\x1b[31m\n")))
        assert lines(row) == [f'"{"x" * 59}... (202 characters), "\\u001b[31m\\n"']

    def test_bounds_by_default(self) -> None:
        row = rows({"type": "number"})["$"]
        assert row.words == "number from 0 to 1000 in steps of 0.01"
        assert lines(row) == [
            "no minimum: 0 by default",
            "no maximum: 1000 by default",
            "no multipleOf: the step is a default",
        ]
        assert data(row)["defaults"] == ["minimum", "maximum"]

    def test_bounds_by_the_name(self) -> None:
        row = rows(record(customerAge={"type": "integer", "minimum": 21}))["$.customerAge"]
        assert row.words == "integer from 21 to 90"
        assert lines(row) == ["no maximum: 90 as usual for 'age'"]
        assert data(row)["meaning"] == "age"

    def test_bounds_of_the_schema_are_not_called_defaults(self) -> None:
        row = rows(record(age={"type": "integer", "minimum": 0, "maximum": 1000}))["$.age"]
        assert lines(row) == []

    def test_numbers_beyond_words(self) -> None:
        row = alone(BigNumbers(0, 10**400 + 1, Fraction(1)))
        assert row.words == "integer from 0 to 100000000000... (401 digits)"
        assert data(row)["maximum"] == 10**400
        assert alone(Decimals(1, 100, 1, 3)).kind == "number"

    def test_never(self) -> None:
        schema = {"type": "integer", "minimum": 0, "maximum": 99, "not": {"enum": [3, 5]}}
        assert "never 3, 5" in lines(rows(schema)["$"])
        multiples = rows({"type": "integer", "minimum": 0, "maximum": 99, "not": {"multipleOf": 7}})["$"]
        assert "never a multiple of 7" in lines(multiples)
        assert 'never "ab"' in lines(rows({"type": "string", "not": {"const": "ab"}})["$"])

    def test_suggestions(self) -> None:
        row = rows({"type": "string", "maxLength": 9, "examples": ["a", "b"]})["$"]
        assert row.kind == "string"
        assert 'in 50 % of cases one that the schema suggests: "a", "b"' in lines(row)
        assert data(row)["suggested"] == {"share": 0.5, "values": ["a", "b"], "count": 2}


class TestTexts:
    def test_pattern_and_length(self) -> None:
        row = rows({"type": "string", "pattern": "^[a-z]+$", "minLength": 3, "maxLength": 8})["$"]
        assert row.words == "string"
        assert lines(row) == ["3 to 8 characters", "pattern ^[a-z]+$"]
        assert data(row) == {"minLength": 3, "maxLength": 8, "patterns": ["^[a-z]+$"]}

    @pytest.mark.parametrize(
        ("bounds", "line"),
        [
            ({"minLength": 3}, "at least 3 characters"),
            ({"minLength": 1}, "at least 1 character"),
            ({"maxLength": 40}, "at most 40 characters"),
            ({"minLength": 4, "maxLength": 4}, "exactly 4 characters"),
        ],
    )
    def test_length(self, bounds: Any, line: str) -> None:
        assert line in lines(rows({"type": "string", **bounds})["$"])

    def test_several_patterns_are_a_line_each(self) -> None:
        schema = {"type": "string", "allOf": [{"pattern": "^a"}, {"pattern": "z$"}], "not": {"pattern": "m"}}
        assert lines(rows(schema)["$"]) == ["pattern ^a", "pattern z$", "never with a match of m"]

    def test_the_length_of_a_format_goes_without_saying(self) -> None:
        assert lines(rows({"type": "string", "format": "uuid"})["$"]) == ["format uuid"]
        assert lines(rows({"type": "string", "format": "email"})["$"]) == ["format email"]
        assert lines(rows({"type": "string", "format": "email", "maxLength": 40})["$"]) == [
            "at most 40 characters",
            "format email",
        ]

    def test_meaning_and_word_lists(self) -> None:
        row = rows(record(person=record(lastName={"type": "string"})))["$.person.lastName"]
        assert lines(row) == ["meaning: family name, by its name", "drawn from {@family_names}"]
        assert data(row) == {
            "presence": 1.0,
            "meaning": "family_name",
            "toldBy": "name",
            "templates": ["{@family_names}"],
        }

    def test_meaning_within_a_pattern(self) -> None:
        row = rows(record(zip={"type": "string", "pattern": "^[0-9]{5}$"}))["$.zip"]
        assert lines(row) == ["pattern ^[0-9]{5}$", "meaning: postal code, by its name", "drawn from {places.zip}"]

    def test_a_name_that_means_nothing(self) -> None:
        row = rows(record(zzz={"type": "string"}))["$.zzz"]
        assert "meaning" not in data(row)
        assert lines(row)[0] == "drawn from {nouns}"

    def test_texts_that_do_not_fit(self) -> None:
        row = rows(record(description={"type": "string", "maxLength": 3}))["$.description"]
        assert lines(row)[-1] == "cut or continued where the length asks for it"

    def test_many_forms(self) -> None:
        strings = load_strings()
        texts = tuple(f"form {i}" for i in range(9))
        node = TemplateText(tuple(parse_template(text, {}) for text in texts), origin=Origin(strings, "", texts))
        assert lines(alone(node))[-2:] == ["or from form 4", "or from 4 further forms"]

    def test_without_origin(self) -> None:
        assert lines(alone(TemplateText((parse_template("ab", {}),), 1, 3))) == ["1 to 3 characters"]


def load_strings() -> Any:
    from pytest_specmint.schema.sets.strings import Strings

    return Strings()


class TestArrays:
    def test_bounds_and_uniqueness(self) -> None:
        found = rows({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 1, "maxItems": 3, "uniqueItems": True})
        assert found["$"].words == "array of 1 to 3 items"
        assert lines(found["$"]) == ["items are unique"]
        assert found["$[*]"].kind == "integer"

    def test_repetition(self) -> None:
        found = rows({"type": "array", "items": {"enum": [1, 2]}, "not": {"uniqueItems": True}, "maxItems": 5})
        assert lines(found["$"]) == ["at least two items are equal"]

    def test_exact_size(self) -> None:
        assert rows({"type": "array", "minItems": 2, "maxItems": 2})["$"].words == "array of exactly 2 items"

    def test_positions(self) -> None:
        found = rows({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "maxItems": 4})
        assert [path for path in found if path.count("[") == 1 and "(" not in path] == ["$", "$[0]", "$[1]", "$[2:]"][
            1:
        ]

    def test_equal_positions_are_one_row(self) -> None:
        schema = {"type": "array", "contains": {"const": 1}, "minContains": 3, "items": {"enum": [1, 2]}}
        found = rows(schema)
        assert found["$[0:3]"].words == "integer, always 1"
        assert found["$[3:]"].words == "integer, one of 2 values"

    @pytest.mark.parametrize(
        ("stated", "line"),
        [
            (None, ["no maxItems: at most 4 more than the minimum"]),
            (9000, ["up to 9000 items are allowed: at most 4 more than the minimum are made"]),
            (5, []),
        ],
    )
    def test_sizes_by_default(self, stated: int | None, line: list[str]) -> None:
        shape = ArrayShape((), (), 1, stated, unique=False, repeated=False)
        node = ArrayNode((), Items(1), 1, 5, origin=Origin(shape))
        assert lines(alone(node, Choice((None,)))) == line


class TestObjects:
    def test_presence(self) -> None:
        schema = {"type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "null"}}, "required": ["a"]}
        found = rows(schema)
        assert lines(found["$.a"]) == []
        assert lines(found["$.b"]) == ["optional: in 90 % of objects"]
        assert (data(found["$.a"]), data(found["$.b"])) == ({"presence": 1.0}, {"presence": 0.9})

    def test_counts_only_where_they_matter(self) -> None:
        names = {name: {"type": "null"} for name in "abcd"}
        schema = {"type": "object", "properties": names, "minProperties": 2, "maxProperties": 3}
        assert lines(rows(schema)["$"]) == ["at least 2 properties", "at most 3 properties"]
        assert lines(rows({**schema, "maxProperties": 1, "minProperties": 1})["$"]) == [
            "at least 1 property",
            "at most 1 property",
        ]
        assert lines(rows({"type": "object", "properties": names, "required": ["a"], "minProperties": 1})["$"]) == []

    def test_dependencies(self) -> None:
        names = {name: {"type": "null"} for name in ("a", "b", "c d")}
        schema = {"type": "object", "properties": names, "dependentRequired": {"a": ["b", "c d"], "b": ["a"]}}
        assert lines(rows(schema)["$"]) == ['where a is, so are b and "c d"', "where b is, so is a"]
        assert data(rows(schema)["$"])["dependencies"] == [["a", "b"], ["a", "c d"], ["b", "a"]]

    def test_many_dependencies(self) -> None:
        slots = tuple(Slot(f"n{i:02}", np.uint64(i), 1, 0.9) for i in range(40))
        pairs = tuple((f"n{i:02}", f"n{i + 1:02}") for i in range(39))
        row = alone(ObjectNode(slots, implications=pairs), Choice((None,)))
        assert len(lines(row)) == 21
        assert lines(row)[-1] == "and 19 such dependencies more"
        assert len(data(row)["dependencies"]) == 39

    def test_further_properties(self) -> None:
        found = rows({"type": "object", "additionalProperties": {"type": "null"}})
        assert lines(found["$"]) == ["1 to 3 further properties, named like alpha, bravo, charlie"]
        assert list(found) == ["$", "$.*"]
        assert found["$.*"].label == "*"

    def test_further_properties_of_several_kinds(self) -> None:
        patterns = {"^i_": {"type": "null"}, "^s_": {"type": "boolean"}}
        found = rows({"type": "object", "patternProperties": patterns, "additionalProperties": False})
        kinds = {row.kind for path, row in found.items() if path.startswith("$.* (like ")}
        assert kinds == {"null", "boolean"}

    def test_further_properties_that_are_not_made(self) -> None:
        found = rows({**record(a={"type": "null"}), "additionalProperties": {"type": "string"}})
        assert lines(found["$"]) == ["further properties are allowed, none are made"]
        assert list(found) == ["$", "$.a"]

    def test_names_that_are_no_words(self) -> None:
        found = rows(record(**{"first name": {"type": "null"}, "it's": {"type": "null"}, "\x1b": {"type": "null"}}))
        assert {row.path: row.label for row in found.values()} == {
            "$": "$",
            "$['first name']": '"first name"',
            "$['it\\'s']": '"it\'s"',
            "$['\\u001b']": '"\\u001b"',
        }


class TestUnions:
    def test_weights(self) -> None:
        found = rows({"type": ["string", "null"]})
        assert found["$"].words == "one of 2 ways"
        assert {row.label: row.kind for row in found.values()} == {
            "$": "one of",
            "(1) 90.9 %": "string",
            "(2) 9.1 %": "null",
        }
        assert [data(row).get("share") for row in found.values()] == [None, 0.909091, 0.0909091]

    def test_true_is_anything(self) -> None:
        kinds = {row.kind for row in outline(plan_of(True), 1).rows[1:]}
        assert kinds == {"null", "boolean", "number", "string", "array", "object"}

    def test_almost_always_and_almost_never(self) -> None:
        node = UnionNode((Alternative(1, 1.0, 0), Alternative(1, 1e-9, 0)))
        found = outline(Plan((node, Choice((None,))), 0))
        assert [row.label for row in found.rows[1:]] == ["(1) over 99.9 %", "(2) under 0.01 %"]


class TestTelling:
    """What is told once, and where recursion leads."""

    BIG = record(**{name: {"type": "integer", "minimum": 0} for name in "abcde"})
    SMALL = record(a={"type": "null"}, b={"type": "boolean"})

    def test_told_once(self) -> None:
        found = rows(record(first=self.BIG, second=self.BIG))
        assert found["$.second"].see == "$.first"
        assert not found["$.second"].back
        assert "$.second.a" not in found

    def test_small_values_are_told_again(self) -> None:
        found = rows(record(first=self.SMALL, second=self.SMALL))
        assert "$.second.a" in found
        assert not found["$.second"].see

    def test_presence_is_told_everywhere(self) -> None:
        schema = {**record(first=self.BIG), "properties": {"first": self.BIG, "second": self.BIG}}
        assert lines(rows(schema)["$.second"]) == ["optional: in 90 % of objects"]

    def test_different_meanings_are_not_the_same(self) -> None:
        text = {"type": "string"}
        five = {name: text for name in ("w", "x", "y", "z")}
        found = rows(record(one=record(**five, email=text), two=record(**five, phone=text)))
        assert not found["$.two"].see

    def test_recursion_leads_back(self) -> None:
        tree = {"type": "object", "properties": {"next": {"$ref": "#"}, "v": {"type": "null"}}}
        found = outline(plan_of(tree))
        assert found.recursive
        back = [row for row in found.rows if row.back]
        assert back
        assert all(row.path.startswith(row.see) and row.path != row.see for row in back)
        assert "optional: in 90 % of objects (by depth of recursion 90 %, 45 %, 0 %)" in lines(back[0])

    def test_nothing_leads_back_without_recursion(self) -> None:
        assert not outline(plan_of(self.BIG)).recursive

    @pytest.mark.parametrize(
        "schema",
        [
            True,
            {"$ref": "https://json-schema.org/draft/2020-12/schema"},
            {"type": "array", "items": {"$ref": "#"}},
            {"type": "object", "additionalProperties": {"$ref": "#"}},
            {"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}, "minItems": 1}]},
        ],
    )
    def test_every_reference_leads_to_a_row_that_tells_more(self, schema: Any) -> None:
        plan = plan_of(schema)
        found = outline(plan)
        by_path = {row.path: row for row in found.rows}
        assert len(by_path) == len(found.rows)
        for row in found.rows:
            if row.see:
                assert not by_path[row.see].see
                assert (by_path[row.see].kind, by_path[row.see].words) == (row.kind, row.words)
                assert row.back == (row.path.startswith(row.see) and row.path[len(row.see)] in ".[(")
        assert len(found.rows) <= 4 * len(plan.nodes)

    @pytest.mark.parametrize("depth", range(4))
    def test_depth(self, depth: int) -> None:
        schema = record(a=record(b=record(c=record(d={"type": "null"}), e={"type": "null"})), f={"type": "null"})
        found = outline(plan_of(schema), depth).rows
        assert max(row.depth for row in found) == depth
        hidden = {row.path: row.hidden for row in found if row.hidden}
        assert hidden == [{"$": 2}, {"$.a": 1}, {"$.a.b": 2}, {"$.a.b.c": 1}][depth]

    def test_what_is_hidden_is_not_referred_to(self) -> None:
        found = rows(record(a=record(deep=self.BIG), b=self.BIG), 2)
        assert found["$.a.deep"].hidden == 5
        assert not found["$.b"].see
        assert "$.b.c" in found

    def test_names_that_begin_alike(self) -> None:
        found = rows(record(a=self.BIG, ab=record(c=self.BIG)))
        assert found["$.ab.c"].see == "$.a"
        assert not found["$.ab.c"].back

    def test_facts_have_each_key_once(self) -> None:
        for schema in (True, self.BIG, {"enum": list(range(0, 90, 3)), "not": {"const": 3}}):
            for row in outline(plan_of(schema)).rows:
                assert len(data(row)) == len(row.facts)

    def test_deep_plans(self) -> None:
        links = tuple(ObjectNode((Slot("n", np.uint64(1), i + 1),)) for i in range(3000))
        found = outline(Plan((*links, Choice((None,))), 0), 50)
        assert len(found.rows) == 51

    def test_the_same_every_time(self) -> None:
        assert outline(plan_of(True)) == outline(plan_of(True))
        assert isinstance(outline(plan_of(True)), Outline)


def test_classes_are_the_coarsest_that_tell_apart() -> None:
    def slot(name: str, node: int) -> Slot:
        return Slot(name, np.uint64(0), node)

    plan = Plan(
        (
            ObjectNode((slot("a", 1), slot("b", 2), slot("c", 3))),
            ObjectNode((slot("x", 4),)),
            ObjectNode((slot("x", 5),)),
            ObjectNode((slot("x", 6),)),
            Choice((None,)),
            Choice((None,)),
            Choice(("y",)),
        ),
        0,
    )
    found = classes([describe(plan, index) for index in range(7)])
    assert found[1] == found[2] != found[3]
    assert found[4] == found[5] != found[6]


class TestWording:
    @pytest.mark.parametrize(
        ("share", "words"),
        [
            (1.0, "100 %"),
            (0.9, "90 %"),
            (1 / 3, "33.3 %"),
            (0.0018, "0.18 %"),
            (0.002, "0.2 %"),
            (0.00001, "under 0.01 %"),
            (0.99999, "over 99.9 %"),
            (0.0, "0 %"),
            (0.1, "10 %"),
        ],
    )
    def test_shares(self, share: float, words: str) -> None:
        assert share_words(share) == words

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (1, "1"),
            (0.1, "0.1"),
            (Fraction(1, 4), "0.25"),
            (-(10**60), "-10000000000... (61 digits)"),
            (1e300, "1e+300"),
        ],
    )
    def test_numbers(self, number: Any, words: str) -> None:
        assert number_words(number) == words

    def test_values(self) -> None:
        assert values_words(["a", 1, None, True]) == '"a", 1, null, true'
        assert value_words({"é": "\u202e"}) == '{"é": "\\u202e"}'
        assert printable("a\tb\ud800") == "a\\tb\\ud800"

    @pytest.mark.parametrize(
        ("name", "words", "step"),
        [
            ("plain_1", "plain_1", ".plain_1"),
            ("$ref", "$ref", "['$ref']"),
            ("größe", "größe", "['größe']"),
            ("a b", '"a b"', "['a b']"),
            ("", '""', "['']"),
            ("a'b\\", '"a\'b\\\\"', "['a\\'b\\\\']"),
        ],
    )
    def test_names(self, name: str, words: str, step: str) -> None:
        assert (name_words(name), name_step(name)) == (words, step)
