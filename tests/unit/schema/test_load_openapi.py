"""OpenAPI documents: every record is judged by a JSON Schema written by hand from the words of the specification."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import pytest_specmint as sm
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.errors import SchemaError, UnsatisfiableSchema, UsageError
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.load import load_schema

NAMED = "#/components/schemas/"


def document(schemas: str, version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    """An OpenAPI document around some schemas, with things beside them that are none."""
    return {
        "openapi": version,
        "info": {"title": "Shop", "version": "1.0.0"},
        "paths": {
            "/orders/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"responses": {200: {"description": "ok"}, "default": {"$ref": "#/components/responses/Gone"}}},
            }
        },
        "components": {"schemas": yaml.safe_load(schemas), "responses": {"Gone": {"description": "gone"}}},
        **more,
    }


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Any]:
    """Load a schema of a document, which is written to a file first."""

    def loaded(content: Any, pointer: str, name: str = "api.yaml", **options: Any) -> Any:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False) if name.endswith("yaml") else json.dumps(content))
        return load_schema(f"{path}{pointer}", **options)

    return loaded


@dataclass(frozen=True)
class Case:
    """Schemas, which of them is meant, and what the specification says of its values, as plain JSON Schema."""

    name: str
    schemas: str
    pointer: str
    meaning: dict[str, Any]
    version: str = "3.0.3"
    must_occur: Callable[[Any], bool] = lambda record: True
    """Something that some records have."""


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


PETS = """
Pet:
  type: object
  required: [petType, name]
  properties:
    petType: {type: string}
    name: {type: string, maxLength: 40}
  discriminator: {propertyName: petType}
Cat:
  description: A cat
  allOf:
    - $ref: '#/components/schemas/Pet'
    - type: object
      required: [huntingSkill]
      properties:
        huntingSkill: {type: string, enum: [clueless, lazy, adventurous, aggressive], default: lazy}
Dog:
  allOf:
    - $ref: '#/components/schemas/Pet'
    - type: object
      required: [packSize]
      properties: {packSize: {type: integer, format: int32, minimum: 0}}
"""
CAT = {
    "properties": {
        "petType": {"const": "Cat"},
        "huntingSkill": {"enum": ["clueless", "lazy", "adventurous", "aggressive"]},
    },
    "required": ["petType", "huntingSkill"],
}
DOG = {
    "properties": {"petType": {"const": "Dog"}, "packSize": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}},
    "required": ["petType", "packSize"],
}
PET = {"type": "object", "required": ["petType", "name"], "properties": {"name": text(maxLength=40)}}
PAYMENTS = """
Card: {type: object, required: [method, last4], properties: {method: {type: string}, last4: {type: string, pattern: '^[0-9]{4}$'}}}
Transfer: {type: object, required: [method], properties: {method: {type: string}, reference: {type: string}}}
Payment:
  oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Transfer'}]
  discriminator:
    propertyName: method
    mapping: {card: '#/components/schemas/Card', wire: Transfer, sepa: '#/components/schemas/Transfer'}
"""
CARD = {"required": ["method", "last4"], "properties": {"last4": text(pattern="^[0-9]{4}$")}}

CASES = [
    Case(
        "nullable where a type is stated",
        "Order: {type: object, required: [note], properties: {note: {type: string, nullable: true}}}",
        "Order",
        {"type": "object", "required": ["note"], "properties": {"note": {"type": ["string", "null"]}}},
        must_occur=lambda record: record["note"] is None,
    ),
    Case(
        "nullable enum: null only where it is listed",
        """
        Order:
          type: object
          required: [state, mark]
          properties:
            state: {type: string, nullable: true, enum: [open, shipped]}
            mark: {type: string, nullable: true, enum: [a, null]}
        """,
        "Order",
        {
            "required": ["state", "mark"],
            "properties": {"state": {"enum": ["open", "shipped"]}, "mark": {"enum": ["a", None]}},
        },
        must_occur=lambda record: record["mark"] is None,
    ),
    Case(
        "nullable beside allOf changes nothing that the reference forbids",
        """
        Address: {type: object, required: [city], properties: {city: {type: string}}}
        Customer:
          type: object
          required: [home, work]
          properties:
            home: {nullable: true, allOf: [{$ref: '#/components/schemas/Address'}]}
            work: {$ref: '#/components/schemas/Optional'}
        Optional: {type: object, nullable: true}
        """,
        "Customer",
        {
            "required": ["home", "work"],
            "properties": {"home": {"type": "object", "required": ["city"]}, "work": {"type": ["object", "null"]}},
        },
        must_occur=lambda record: record["work"] is None,
    ),
    Case(
        "bounds that exclude by true and false",
        """
        Price:
          type: object
          required: [net, tax, rate]
          properties:
            net: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true}
            tax: {type: integer, minimum: 3, exclusiveMinimum: false, maximum: 4, exclusiveMaximum: true}
            rate: {type: integer, exclusiveMaximum: true, maximum: 1, minimum: 0}
        """,
        "Price",
        {
            "required": ["net", "tax", "rate"],
            "properties": {
                "net": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                "tax": {"const": 3},
                "rate": {"const": 0},
            },
        },
    ),
    Case(
        "siblings of references are ignored",
        """
        Name: {type: string, maxLength: 5}
        Tag: {type: object, required: [name], properties: {name: {$ref: '#/components/schemas/Name', minLength: 99, nullable: true}}}
        """,
        "Tag",
        {"required": ["name"], "properties": {"name": text(maxLength=5)}},
    ),
    Case(
        "discriminator with a mapping",
        PAYMENTS,
        "Payment",
        {
            "oneOf": [
                {**CARD, "properties": {**CARD["properties"], "method": {"const": "card"}}},
                {"required": ["method"], "properties": {"method": {"enum": ["wire", "sepa"]}}},
            ]
        },
        must_occur=lambda record: record["method"] == "sepa",
    ),
    Case(
        "discriminator without mapping, in anyOf",
        PAYMENTS.replace("oneOf", "anyOf").partition("    mapping")[0],
        "Payment",
        {
            "oneOf": [
                {**CARD, "properties": {**CARD["properties"], "method": {"const": "Card"}}},
                {"required": ["method"], "properties": {"method": {"const": "Transfer"}}},
            ]
        },
        must_occur=lambda record: record["method"] == "Card",
    ),
    Case(
        "a parent that others extend stands for them all",
        PETS,
        "Pet",
        {**PET, "oneOf": [CAT, DOG, {"properties": {"petType": {"const": "Pet"}}}]},
        must_occur=lambda record: record["petType"] == "Dog" and "packSize" in record,
    ),
    Case(
        "a child bears its own name",
        PETS,
        "Cat",
        {**PET, "allOf": [CAT]},
    ),
    Case(
        "a parent whose mapping leaves it out",
        PETS.replace(
            "{propertyName: petType}", "{propertyName: petType, mapping: {cat: Cat, dog: '#/components/schemas/Dog'}}"
        ),
        "Pet",
        {
            **PET,
            "oneOf": [
                {**CAT, "properties": {**CAT["properties"], "petType": {"const": "cat"}}},
                {**DOG, "properties": {**DOG["properties"], "petType": {"const": "dog"}}},
            ],
        },
        must_occur=lambda record: record["petType"] == "cat",
    ),
    Case(
        "grandchildren, and a parent used within its own family",
        PETS
        + """
Lion:
  allOf:
    - $ref: '#/components/schemas/Cat'
    - {type: object, required: [pride], properties: {pride: {type: array, maxItems: 2, items: {$ref: '#/components/schemas/Cat'}}}}
""",
        "Cat",
        {
            "$ref": "#/$defs/Cat",
            "$defs": {
                "Cat": {
                    **PET,
                    "required": ["petType", "name", "huntingSkill"],
                    "properties": {**PET["properties"], "huntingSkill": CAT["properties"]["huntingSkill"]},
                    "oneOf": [
                        {"properties": {"petType": {"const": "Cat"}}},
                        {
                            "properties": {
                                "petType": {"const": "Lion"},
                                "pride": {"type": "array", "items": {"$ref": "#/$defs/Cat"}},
                            },
                            "required": ["pride"],
                        },
                    ],
                }
            },
        },
        must_occur=lambda record: record["petType"] == "Lion",
    ),
    Case(
        "oneOf in the parent that its branches extend",
        """
        Event:
          type: object
          required: [kind, at]
          properties: {kind: {type: string}, at: {type: string, format: date-time}}
          discriminator: {propertyName: kind, mapping: {made: Made, gone: Gone}}
          oneOf: [{$ref: '#/components/schemas/Made'}, {$ref: '#/components/schemas/Gone'}]
        Made: {allOf: [{$ref: '#/components/schemas/Event'}, {required: [by], properties: {by: {type: string}}}]}
        Gone: {allOf: [{$ref: '#/components/schemas/Event'}, {properties: {why: {type: string}}}]}
        """,
        "Event",
        {
            "type": "object",
            "required": ["kind", "at"],
            "properties": {"at": text(format="date-time")},
            "oneOf": [
                {"properties": {"kind": {"const": "made"}, "by": text()}, "required": ["by"]},
                {"properties": {"kind": {"const": "gone"}, "why": text()}},
            ],
        },
        must_occur=lambda record: record["kind"] == "gone",
    ),
    Case(
        "recursion",
        """
        Category:
          type: object
          required: [name]
          properties:
            name: {type: string}
            parent: {$ref: '#/components/schemas/Category'}
            children: {type: array, items: {$ref: '#/components/schemas/Category'}}
          additionalProperties: false
        """,
        "Category",
        {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": text(),
                "parent": {"$ref": "#"},
                "children": {"type": "array", "items": {"$ref": "#"}},
            },
        },
        must_occur=lambda record: "parent" in record,
    ),
    Case(
        "3.1: types in lists, const, references with siblings",
        """
        Money: {type: object, required: [amount], properties: {amount: {type: number, exclusiveMinimum: 0}}}
        Line:
          type: object
          required: [kind, price, note]
          properties:
            kind: {const: line}
            price: {$ref: '#/components/schemas/Money', required: [currency], properties: {currency: {enum: [EUR, USD]}}}
            note: {type: [string, 'null']}
        """,
        "Line",
        {
            "required": ["kind", "price", "note"],
            "properties": {
                "kind": {"const": "line"},
                "price": {
                    "type": "object",
                    "required": ["amount", "currency"],
                    "properties": {
                        "amount": {"exclusiveMinimum": 0, "type": "number"},
                        "currency": {"enum": ["EUR", "USD"]},
                    },
                },
                "note": {"type": ["string", "null"]},
            },
        },
        version="3.1.0",
        must_occur=lambda record: record["note"] is None,
    ),
    Case(
        "3.1: nullable says nothing",
        "Order: {type: object, required: [note], properties: {note: {type: string, nullable: true}}}",
        "Order",
        {"required": ["note"], "properties": {"note": text()}},
        version="3.1.1",
    ),
    Case(
        "3.1: discriminator with a mapping",
        PAYMENTS,
        "Payment",
        {
            "oneOf": [
                {**CARD, "properties": {**CARD["properties"], "method": {"const": "card"}}},
                {"required": ["method"], "properties": {"method": {"enum": ["wire", "sepa"]}}},
            ]
        },
        version="3.1.0",
    ),
    Case(
        "3.1: inheritance",
        PETS,
        "Pet",
        {**PET, "oneOf": [CAT, DOG, {"properties": {"petType": {"const": "Pet"}}}]},
        version="3.1.0",
        must_occur=lambda record: record["petType"] == "Cat",
    ),
    Case(
        "3.1: identifiers and anchors within components",
        """
        Order:
          $id: https://example.com/order
          type: object
          required: [line, size]
          properties: {line: {$ref: '#line'}, size: {$ref: 'size'}}
          $defs: {line: {$anchor: line, const: 7}, size: {$id: size, const: 8}}
        """,
        "Order",
        {"required": ["line", "size"], "properties": {"line": {"const": 7}, "size": {"const": 8}}},
        version="3.1.0",
    ),
]


@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_records_mean_what_the_specification_says(case: Case, name: str, load: Callable[..., Any]) -> None:
    schema = load(document(case.schemas, case.version), NAMED + case.pointer, name)
    records = list(sm.generate(schema, seed=11, count=120))
    judge = jsonschema.Draft202012Validator(case.meaning, format_checker=jsonschema.FormatChecker())
    for record in records:
        judge.validate(record)
    assert any(map(case.must_occur, records))
    assert schema.dialect == f"OpenAPI {case.version}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_independent_validator_reads_the_same(case: Case, load: Callable[..., Any]) -> None:
    """Values that are no records of the schema are told as the hand-written meaning tells them."""
    schema = load(document(case.schemas, case.version), NAMED + case.pointer)
    verifier = Verifier(schema)
    judge = jsonschema.Draft202012Validator(case.meaning, format_checker=jsonschema.FormatChecker())
    for record in sm.generate(schema, seed=5, count=20):
        for name in [*record, "surplus"]:
            changed = {key: value for key, value in record.items() if key != name}
            assert (verifier.failures([changed]) == []) == judge.is_valid(changed), changed
            changed = {**record, name: "Bird"}
            if name != "surplus" or schema.at(schema.place).get("additionalProperties") is False:
                assert (verifier.failures([changed]) == []) == judge.is_valid(changed), changed


class TestViews:
    SCHEMAS = """
    Account:
      type: object
      required: [id, login, password]
      properties:
        id: {type: integer, minimum: 1, readOnly: true}
        login: {type: string}
        password: {type: string, writeOnly: true}
        created: {$ref: '#/components/schemas/Stamp'}
        owner: {allOf: [{$ref: '#/components/schemas/Person'}]}
      additionalProperties: false
    Stamp: {type: string, format: date-time, readOnly: true}
    Person:
      allOf:
        - {type: object, required: [number, name]}
        - {type: object, properties: {number: {type: integer, readOnly: true}, name: {type: string}}}
      required: [number]
    """

    @pytest.mark.parametrize(
        ("view", "always", "never"),
        [
            (None, {"id", "login", "password"}, set()),
            ("request", {"login", "password"}, {"id", "created"}),
            ("response", {"id", "login"}, {"password"}),
        ],
    )
    @pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
    def test_leaves_out(
        self, load: Callable[..., Any], view: str | None, always: set[str], never: set[str], version: str
    ) -> None:
        schema = load(document(self.SCHEMAS, version), NAMED + "Account", view=view)
        records = list(sm.generate(schema, count=60))
        assert all(always <= record.keys() and not never & record.keys() for record in records)
        owners = [record["owner"] for record in records if "owner" in record]
        assert owners
        assert all(("number" in owner) is (view != "request") and "name" in owner for owner in owners)
        assert schema.view == view

    def test_what_is_left_out_is_refused(self, load: Callable[..., Any]) -> None:
        schema = load(document(self.SCHEMAS), NAMED + "Account", view="request")
        report = sm.validate(schema, [{"login": "a", "password": "b"}, {"login": "a", "password": "b", "id": 1}])
        assert (report.valid, report.invalid) == (1, 1)

    def test_what_another_schema_requires(self, load: Callable[..., Any]) -> None:
        """A property that a reference requires may be declared as read-only around the reference."""
        schemas = """
        Base: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
        Middle: {allOf: [{$ref: '#/components/schemas/Base'}]}
        User: {allOf: [{$ref: '#/components/schemas/Middle'}, {properties: {id: {type: integer, readOnly: true}}}]}
        Both: {type: object, required: [base, user], properties: {base: {$ref: '#/components/schemas/Base'}, user: {$ref: '#/components/schemas/User'}}}
        """
        for record in sm.generate(load(document(schemas), NAMED + "Both", view="request"), count=10):
            assert record["base"].keys() == {"id", "name"}
            assert record["user"].keys() == {"name"}

    def test_within_a_family(self, load: Callable[..., Any]) -> None:
        schemas = PETS.replace("name: {type: string,", "name: {type: string, readOnly: true,")
        records = list(sm.generate(load(document(schemas), NAMED + "Pet", view="request"), count=40))
        assert {record["petType"] for record in records} == {"Pet", "Cat", "Dog"}
        assert not any("name" in record for record in records)

    def test_the_digest_covers_the_view(self, load: Callable[..., Any]) -> None:
        content = document(self.SCHEMAS)
        digests = [load(content, NAMED + "Account", view=view).sha256 for view in (None, "request", "response")]
        assert len(set(digests)) == 3
        assert digests[0] == load_schema_digest(content)

    def test_plain_schemas_have_views(self) -> None:
        content = {
            "type": "object",
            "required": ["a", "b"],
            "properties": {"a": {"readOnly": True}, "b": {"type": "null"}},
        }
        assert list(sm.generate(load_schema(content, view="request"), count=3)) == [{"b": None}] * 3
        draft = load_schema({**content, "$schema": "http://json-schema.org/draft-07/schema#"}, view="request")
        assert list(sm.generate(draft, count=3)) == [{"b": None}] * 3

    def test_a_discriminator_that_is_left_out_is_not_asked_for(self, load: Callable[..., Any]) -> None:
        schemas = PETS.replace("petType: {type: string}", "petType: {type: string, readOnly: true}")
        schema = load(document(schemas), NAMED + "Dog", view="request")
        assert all({"name", "packSize"} == record.keys() for record in sm.generate(schema, count=20))

    @pytest.mark.parametrize("view", ["", "both", "Request"])
    def test_unknown(self, view: str) -> None:
        with pytest.raises(UsageError, match="unknown view") as caught:
            load_schema({}, view=view)
        assert caught.value.hint == "known are: request, response"


def load_schema_digest(content: dict[str, Any]) -> str:
    """The digest of a document whatever is made of it."""
    from pytest_specmint.schema.load import digest

    return digest({"": json.loads(json.dumps(content))})


class TestSwagger:
    CONTENT = {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "paths": {},
        "definitions": {
            "Pet": {
                "type": "object",
                "discriminator": "petType",
                "required": ["petType"],
                "properties": {
                    "petType": {"type": "string"},
                    "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                },
            },
            "Cat": {
                "allOf": [
                    {"$ref": "#/definitions/Pet"},
                    {"required": ["fur"], "properties": {"fur": {"type": "string"}}},
                ]
            },
        },
    }

    def test_definitions(self, load: Callable[..., Any]) -> None:
        schema = load(self.CONTENT, "#/definitions/Pet")
        records = list(sm.generate(schema, count=40))
        assert {record["petType"] for record in records} == {"Pet", "Cat"}
        assert all("fur" in record for record in records if record["petType"] == "Cat")
        assert all(record.get("age", 1) > 0 for record in records)
        assert schema.dialect == "Swagger 2.0"

    def test_version_that_yaml_reads_as_a_number(self, load: Callable[..., Any]) -> None:
        assert load({**self.CONTENT, "swagger": 2.0}, "#/definitions/Cat").dialect == "Swagger 2.0"


class TestHints:
    @pytest.mark.parametrize(
        ("version", "stated"),
        [("3.0.3", {"example": "EUR"}), ("3.1.0", {"examples": ["EUR"]}), ("3.1.0", {"example": "EUR"})],
    )
    def test_examples_occur(self, load: Callable[..., Any], version: str, stated: dict[str, Any]) -> None:
        content = document("{}", version)
        content["components"]["schemas"]["Code"] = {"type": "string", **stated}
        records = list(sm.generate(load(content, NAMED + "Code"), count=50))
        assert 5 < records.count("EUR") < 50

    def test_examples_by_name_are_passed_over(self, load: Callable[..., Any]) -> None:
        content = document("Code: {type: integer, maximum: 9, examples: {one: {value: 1}}}")
        assert list(sm.generate(load(content, NAMED + "Code"), count=5))

    def test_a_component_is_titled_by_its_name(self, load: Callable[..., Any]) -> None:
        schema = load(document("Customer: {type: object}\nNamed: {title: Own, type: object}"), NAMED + "Customer")
        assert schema.at(schema.place)["title"] == "Customer"
        assert load(document("Named: {title: Own}"), NAMED + "Named").at(NAMED + "Named")["title"] == "Own"


class TestPlaces:
    def test_pointers_stay(self, load: Callable[..., Any]) -> None:
        schemas = """
        Order: {type: object, required: [total], properties: {total: {allOf: [{$ref: '#/components/schemas/Sum'}, {maximum: 2}]}}}
        Sum: {type: integer, minimum: 3}
        """
        with pytest.raises(UnsatisfiableSchema) as caught:
            sm.generate(load(document(schemas), NAMED + "Order"))
        assert caught.value.pointer == "#/components/schemas/Order/properties/total"

    def test_schemas_of_operations(self, load: Callable[..., Any]) -> None:
        content = document("Size: {type: integer, minimum: 4, maximum: 5}")
        content["paths"]["/orders/{id}"]["parameters"][0]["schema"] = {"$ref": "#/components/schemas/Size"}
        schema = load(content, "#/paths/~1orders~1{id}/parameters/0/schema")
        assert set(sm.generate(schema, count=20)) == {4, 5}
        assert "title" not in schema.at(schema.place)

    def test_only_what_is_reached_is_judged(self, load: Callable[..., Any]) -> None:
        content = document("Good: {type: integer}\nBad: {type: nonsense}\nWorse: {$ref: '#/components/schemas/None'}")
        assert list(sm.generate(load(content, NAMED + "Good"), count=2))
        with pytest.raises(SchemaError, match="not a valid JSON Schema") as caught:
            check_schema(load(content, NAMED + "Bad"))
        assert caught.value.pointer == "#/components/schemas/Bad/type"

    def test_a_reference_into_a_list(self, load: Callable[..., Any]) -> None:
        schemas = """
        A: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/B/allOf/1/x-parts/b'}}}
        B: {allOf: [{type: object}, {x-parts: {b: {type: integer, minimum: 4, maximum: 4}}}]}
        C: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
        """
        assert list(sm.generate(load(document(schemas), NAMED + "C"), count=2)) == [{"a": 4}] * 2

    def test_a_metaschema(self, load: Callable[..., Any]) -> None:
        schemas = (
            "A: {type: object, required: [s], properties: {s: {$ref: 'https://json-schema.org/draft/2020-12/schema#'}}}"
        )
        verifier = Verifier(load(document(schemas, "3.1.0"), NAMED + "A"))
        assert verifier.failures([{"s": {"type": "string"}}, {"s": {"type": "text"}}]) == [1]

    def test_names_that_need_escapes(self, load: Callable[..., Any]) -> None:
        content = document("{}")
        content["components"]["schemas"] = {
            "a/b": {"$ref": "#/components/schemas/c~0d%20%C3%A9%25"},
            "c~d é%": {"type": "integer", "minimum": 3, "maximum": 3},
        }
        assert list(sm.generate(load(content, "#/components/schemas/a~1b"), count=1)) == [3]

    def test_a_mapping_has_no_pointer(self) -> None:
        with pytest.raises(SchemaError, match="an OpenAPI document is no schema itself") as caught:
            load_schema(document("Order: {}"))
        assert caught.value.hint == "write FILE#/components/schemas/Order"

    def test_the_draft_is_decided_by_the_version(self, load: Callable[..., Any]) -> None:
        with pytest.raises(UsageError, match="decides the draft"):
            load(document("A: {}"), NAMED + "A", draft="7")

    def test_translated_schemas_survive_other_processes(self, load: Callable[..., Any]) -> None:
        import pickle

        schema = load(document(PETS), NAMED + "Pet")
        again = pickle.loads(pickle.dumps(schema))
        assert again == schema
        assert list(sm.generate(again, count=5)) == list(sm.generate(schema, count=5))


class TestDialects:
    @pytest.mark.parametrize(
        ("stated", "value"),
        [
            (None, ["x", 7]),
            ("https://spec.openapis.org/oas/3.1/dialect/base", ["x", 7]),
            ("https://json-schema.org/draft/2020-12/schema", ["x", 7]),
            ("http://json-schema.org/draft-07/schema#", ["x", 7]),
        ],
    )
    def test_of_the_document(self, load: Callable[..., Any], stated: str | None, value: Any) -> None:
        tuples = "items" if stated and "draft-07" in stated else "prefixItems"
        rest = "additionalItems" if tuples == "items" else "items"
        content = document("{}", "3.1.0", **({"jsonSchemaDialect": stated} if stated else {}))
        content["components"]["schemas"]["Pair"] = {
            "type": "array",
            "minItems": 2,
            tuples: [{"const": "x"}, {"const": 7}],
            rest: False,
        }
        assert list(sm.generate(load(content, NAMED + "Pair"), count=1)) == [value]

    def test_of_a_schema(self, load: Callable[..., Any]) -> None:
        schemas = """
        Old:
          $schema: http://json-schema.org/draft-07/schema#
          type: object
          required: [a]
          properties: {a: {$ref: '#/components/schemas/Seven', const: 8}}
        Seven: {const: 7}
        """
        assert list(sm.generate(load(document(schemas, "3.1.0"), NAMED + "Old"), count=2)) == [{"a": 7}] * 2

    @pytest.mark.parametrize(
        ("content", "pointer", "words"),
        [
            (document("A: {}", "4.0.0"), "#/openapi", "unknown openapi version '4.0.0'"),
            ({"swagger": "1.2", "definitions": {"A": {}}}, "#/swagger", "unknown swagger version '1.2'"),
            (
                document("A: {}", "3.1.0", jsonSchemaDialect="https://e.org/x"),
                "#/jsonSchemaDialect",
                "unknown jsonSchema",
            ),
            (document("A: {}", "3.1.0", jsonSchemaDialect=7), "#/jsonSchemaDialect", "unknown jsonSchemaDialect 7"),
        ],
    )
    def test_unknown(self, load: Callable[..., Any], content: Any, pointer: str, words: str) -> None:
        with pytest.raises(SchemaError, match=words) as caught:
            load(content, NAMED + "A")
        assert caught.value.pointer == pointer
        assert "known are" in (caught.value.hint or "")

    def test_a_property_called_openapi_makes_no_document(self) -> None:
        assert load_schema({"openapi": {"type": "string"}, "const": 1}).dialect == "2020-12"


class TestFamilies:
    """What is less usual among discriminators."""

    def _kinds(self, load: Callable[..., Any], schemas: str, name: str = "P") -> set[tuple[str, str]]:
        """The names that occur, each with the letters of the properties beside it."""
        records = list(sm.generate(load(document(schemas), NAMED + name), count=60))
        return {(record["k"], "".join(sorted(record.keys() - {"k"}))) for record in records}

    PLAIN = """
    C: {type: object, required: [k, c], properties: {k: {type: string}, c: {type: integer}}}
    D: {type: object, required: [k, d], properties: {k: {type: string}, d: {type: integer}}}
    """

    def test_branches_through_another_name(self, load: Callable[..., Any]) -> None:
        schemas = "P: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/D'}], discriminator: {propertyName: k}}"
        schemas += "\nA: {$ref: '#/components/schemas/C'}" + self.PLAIN.replace("\n    ", "\n")
        assert self._kinds(load, schemas) == {("A", "c"), ("D", "d")}

    def test_a_mapping_through_another_name(self, load: Callable[..., Any]) -> None:
        schemas = """
        P: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k, mapping: {x: A}}}
        A: {$ref: '#/components/schemas/C'}
        C: {allOf: [{$ref: '#/components/schemas/P'}, {required: [c], properties: {c: {type: integer}}}]}
        """
        assert self._kinds(load, schemas) == {("x", "c")}

    def test_one_within_another(self, load: Callable[..., Any]) -> None:
        schemas = "P: {oneOf: [{$ref: '#/components/schemas/Q'}, {$ref: '#/components/schemas/R'}], discriminator: {propertyName: k}}"
        schemas += "\nQ: {oneOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/D'}], discriminator: {propertyName: k}}"
        schemas += "\nR: {type: object}" + self.PLAIN.replace("\n    ", "\n")
        assert self._kinds(load, schemas) == {("C", "c"), ("D", "d"), ("R", "")}

    def test_a_branch_that_stands_for_its_children(self, load: Callable[..., Any]) -> None:
        schemas = """
        P:
          oneOf: [{$ref: '#/components/schemas/Q'}, {$ref: '#/components/schemas/D'}]
          discriminator: {propertyName: k, mapping: {c: C, d: D}}
        Q: {allOf: [{$ref: '#/components/schemas/P'}, {type: object, properties: {k: {type: string}}}]}
        C: {allOf: [{$ref: '#/components/schemas/Q'}, {required: [c], properties: {c: {type: integer}}}]}
        D: {type: object, required: [k, d], properties: {k: {type: string}, d: {type: integer}}}
        """
        assert self._kinds(load, schemas) == {("c", "c"), ("d", "d")}

    def test_values_of_the_branches_own(self, load: Callable[..., Any]) -> None:
        """Where a schema's own values forbid its name, its own values count."""
        schemas = self.PLAIN.replace("k: {type: string}, c", "k: {type: string, enum: [cc]}, c")
        schemas = (
            "P: {oneOf: [{$ref: '#/components/schemas/C'}, {$ref: '#/components/schemas/D'}], discriminator: {propertyName: k}}"
            + schemas.replace("\n    ", "\n")
        )
        assert self._kinds(load, schemas) == {("cc", "c"), ("D", "d")}

    def test_a_parent_that_lists_its_children_is_none_of_them(self, load: Callable[..., Any]) -> None:
        schemas = """
        P: {type: object, required: [k], properties: {k: {type: string, enum: [C, D]}}, discriminator: {propertyName: k}}
        C: {allOf: [{$ref: '#/components/schemas/P'}, {required: [c], properties: {c: {type: integer}}}]}
        D: {allOf: [{$ref: '#/components/schemas/P'}]}
        """
        assert self._kinds(load, schemas) == {("C", "c"), ("D", "")}

    def test_two_parents(self, load: Callable[..., Any]) -> None:
        schemas = """
        P: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k, mapping: {one: C}}}
        Q: {type: object, properties: {q: {type: string}}, discriminator: {propertyName: q, mapping: {two: C}}}
        C: {allOf: [{$ref: '#/components/schemas/P'}, {$ref: '#/components/schemas/Q'}]}
        """
        assert list(sm.generate(load(document(schemas), NAMED + "C"), count=2)) == [{"k": "one", "q": "two"}] * 2

    def test_a_wrapper_is_no_child(self, load: Callable[..., Any]) -> None:
        """`allOf` around one reference, as 3.0 needs it for a description, means the parent with all its children."""
        schemas = (
            PETS
            + "Owner: {type: object, required: [pet], properties: {pet: {description: Loved, allOf: [{$ref: '#/components/schemas/Pet'}]}}}"
        )
        pets = [record["pet"] for record in sm.generate(load(document(schemas), NAMED + "Owner"), count=60)]
        assert {pet["petType"] for pet in pets} == {"Pet", "Cat", "Dog"}
        assert all("packSize" in pet for pet in pets if pet["petType"] == "Dog")

    def test_null_beside_a_name(self, load: Callable[..., Any]) -> None:
        schemas = "P: {type: object, nullable: true, properties: {k: {type: string}}, discriminator: {propertyName: k}}"
        schema = load(document(schemas), NAMED + "P")
        assert Verifier(schema).failures([None, {"k": "P"}, {"k": "Q"}, {}]) == [2, 3]

    @pytest.mark.parametrize(
        "schemas",
        [
            "A: {$ref: '#/components/schemas/A'}",
            "A: {allOf: [{$ref: '#/components/schemas/A'}], discriminator: {propertyName: k}}",
        ],
    )
    def test_circles(self, load: Callable[..., Any], schemas: str) -> None:
        with pytest.raises(SchemaError, match="refers to itself"):
            sm.generate(load(document(schemas), NAMED + "A"))


@pytest.mark.parametrize(
    ("schemas", "pointer", "words", "hint"),
    [
        ("A: {type: [string, integer]}", "A/type", "type is one name", "nullable: true"),
        ("A: {type: 'null'}", "A/type", "and not null", "nullable: true"),
        ("A: {type: string, nullable: maybe}", "A/nullable", "true or false", "nullable: true"),
        ("A: {type: integer, exclusiveMinimum: 5}", "A/exclusiveMinimum", "true or false", "minimum: 5"),
        ("A: {oneOf: [{type: object}], discriminator: {}}", "A/discriminator", "names a property", "propertyName"),
        ("A: {discriminator: {propertyName: a, mapping: [x]}}", "A/discriminator/mapping", "for each value", "VALUE"),
        (
            "A: {oneOf: [{$ref: '#/components/schemas/Cat'}], discriminator: {propertyName: a, mapping: {x: Kat}}}\nCat: {}",
            "A/discriminator/mapping/x",
            "maps 'x' to 'Kat'",
            "there is Cat",
        ),
        ("A: {$ref: '#/components/schemas/Ordr'}\nOrder: {}", "A", "points to nothing", "#/components/schemas/Order"),
        ("A: {properties: {b: {$ref: 'https://example.com/b'}}}", "A/properties/b", "never fetched", "--schema-root"),
        ("A: {properties: {b: {type: text}}}", "A/properties/b/type", "not a valid JSON Schema", "metaschema"),
    ],
)
def test_mistakes(load: Callable[..., Any], schemas: str, pointer: str, words: str, hint: str) -> None:
    with pytest.raises(SchemaError, match=words) as caught:
        check_schema(load(document(schemas), NAMED + "A"))
    assert caught.value.pointer == NAMED + pointer
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("pointer", "words", "hint"),
    [
        ("", "its schemas are Order, Customer", "#/components/schemas/Order"),
        (
            "#/components/schemas/Custmer",
            "has no schema '#/components/schemas/Custmer'",
            "#/components/schemas/Customer",
        ),
        ("#/components/schemas/customer", "has no schema", "#/components/schemas/Customer"),
        ("#/components/schemas/zzz", "has no schema", "there are: Order, Customer"),
        ("#/components/schemas", "has no schema", "there are: Order, Customer"),
        ("#/components", "has no schema", "Order"),
        ("#/info", "has no schema", "Order"),
        ("#Order", "is not a JSON pointer", "write FILE#/components/schemas/Order"),
    ],
)
def test_pointers_to_no_schema(load: Callable[..., Any], pointer: str, words: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load(document("Order: {type: object}\nCustomer: {type: object}"), pointer)
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")


def test_no_schemas_at_all(load: Callable[..., Any]) -> None:
    with pytest.raises(SchemaError, match="is no schema itself") as caught:
        load({"openapi": "3.0.0", "paths": {}}, "")
    assert "hold no schemas" in (caught.value.hint or "")


class TestFiles:
    def _write(self, root: Path, files: dict[str, Any]) -> None:
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content if isinstance(content, str) else json.dumps(content))

    def test_schemas_in_files_of_their_own(self, tmp_path: Path) -> None:
        """Files without a version or draft are of the dialect of the document that refers to them."""
        self._write(
            tmp_path,
            {
                "api.yaml": yaml.safe_dump(document("Order: {$ref: 'models/order.yaml'}")),
                "models/order.yaml": "type: object\nrequired: [n, lines]\nproperties:\n  n: {type: integer, minimum: 1, "
                "exclusiveMinimum: true, maximum: 2}\n  lines: {$ref: 'shared.yaml#/Line'}\n",
                "models/shared.yaml": "Line: {type: string, nullable: true}\n",
            },
        )
        schema = load_schema(f"{tmp_path}/api.yaml{NAMED}Order")
        assert set(schema.documents) == {"", "models/order.yaml", "models/shared.yaml"}
        records = list(sm.generate(schema, count=60))
        assert all(record["n"] == 2 for record in records)
        assert {type(record["lines"]) for record in records} == {str, type(None)}

    def test_plain_schemas_keep_their_draft(self, tmp_path: Path) -> None:
        self._write(
            tmp_path,
            {
                "api.yaml": yaml.safe_dump(document("Pair: {$ref: 'pair.json'}\nEmpty: {$ref: 'new.json#/$defs/x'}")),
                "pair.json": {
                    "$schema": "http://json-schema.org/draft-07/schema#",
                    "type": "array",
                    "items": [{"$ref": "#/definitions/one"}, {"const": 2, "nullable": True, "type": "integer"}],
                    "additionalItems": False,
                    "minItems": 2,
                    "definitions": {"one": {"const": 1}},
                },
                "new.json": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "$defs": {"x": {"const": None}},
                },
            },
        )
        assert list(sm.generate(f"{tmp_path}/api.yaml{NAMED}Pair", count=2)) == [[1, 2]] * 2
        assert list(sm.generate(f"{tmp_path}/api.yaml{NAMED}Empty", count=1)) == [None]

    def test_plain_schemas_may_refer_to_apis(self, tmp_path: Path) -> None:
        self._write(
            tmp_path,
            {
                "api.yaml": yaml.safe_dump(document("Note: {type: string, nullable: true}")),
                "main.json": {"type": "array", "minItems": 9, "items": {"$ref": f"api.yaml{NAMED}Note"}},
            },
        )
        schema = load_schema(tmp_path / "main.json")
        assert schema.dialect == "2020-12"
        values = {type(value) for record in sm.generate(schema, count=20) for value in record}
        assert values == {str, type(None)}

    def test_discriminators_across_files(self, tmp_path: Path) -> None:
        self._write(
            tmp_path,
            {
                "api.yaml": yaml.safe_dump(
                    document(
                        "Pet: {oneOf: [{$ref: 'cat.yaml'}, {$ref: 'more.yaml#/components/schemas/Dog'}], discriminator: "
                        "{propertyName: kind, mapping: {cat: cat.yaml}}}"
                    )
                ),
                "cat.yaml": "{type: object, required: [kind], properties: {kind: {type: string}}}",
                "more.yaml": yaml.safe_dump(
                    document("Dog: {type: object, required: [kind], properties: {kind: {type: string}}}", "3.1.0")
                ),
            },
        )
        records = list(sm.generate(f"{tmp_path}/api.yaml{NAMED}Pet", count=40))
        assert {record["kind"] for record in records} == {"cat", "Dog"}

    def test_children_in_files_that_only_a_mapping_names(self, tmp_path: Path) -> None:
        self._write(
            tmp_path,
            {
                "api.yaml": yaml.safe_dump(
                    document(
                        "Pet: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: "
                        "{propertyName: kind, mapping: {cat: pets/cat.yaml, dog: 'pets/more.yaml#/Dog'}}}"
                    )
                ),
                "pets/cat.yaml": "allOf: [{$ref: '../api.yaml#/components/schemas/Pet'}, {required: [fur], properties: {fur: {type: string}}}]",
                "pets/more.yaml": "Dog: {type: object, required: [size], properties: {size: {type: integer}}}",
            },
        )
        records = list(sm.generate(f"{tmp_path}/api.yaml{NAMED}Pet", count=40))
        assert {record["kind"] for record in records} == {"cat", "dog"}
        assert all(("fur" in record) is (record["kind"] == "cat") for record in records)
        assert all("size" in record for record in records if record["kind"] == "dog")

    def test_a_missing_file(self, tmp_path: Path) -> None:
        self._write(tmp_path, {"api.yaml": yaml.safe_dump(document("A: {properties: {b: {$ref: 'b.yaml'}}}"))})
        with pytest.raises(SchemaError, match=r"b\.yaml does not exist") as caught:
            load_schema(f"{tmp_path}/api.yaml{NAMED}A")
        assert caught.value.pointer == NAMED + "A/properties/b"

    def test_files_beyond_the_schemas_are_left_alone(self, tmp_path: Path) -> None:
        content = document("A: {const: 1}")
        content["paths"]["/x"] = {"$ref": "paths/none.yaml"}
        self._write(tmp_path, {"api.yaml": yaml.safe_dump(content)})
        assert load_schema(f"{tmp_path}/api.yaml{NAMED}A").documents.keys() == {""}


def test_the_draft_of_translated_schemas(load: Callable[..., Any]) -> None:
    assert load(document("A: {}"), NAMED + "A").draft is Draft.D2020
