"""OpenAPI documents and schema roots, as a user meets them on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

SHOP = """\
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /orders:
    post:
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
      responses: {201: {description: created}}
components:
  schemas:
    Order:
      type: object
      required: [id, placed, lines, payment]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        placed: {type: string, format: date-time}
        note: {type: string, nullable: true}
        lines: {type: array, minItems: 1, maxItems: 3, items: {$ref: '#/components/schemas/Line'}}
        payment: {$ref: '#/components/schemas/Payment'}
      additionalProperties: false
    Line:
      type: object
      required: [sku, quantity]
      properties:
        sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$', example: ABC-1234}
        quantity: {type: integer, format: int32, minimum: 0, exclusiveMinimum: true, maximum: 99}
    Payment:
      type: object
      required: [method]
      properties: {method: {type: string}}
      discriminator: {propertyName: method, mapping: {card: Card, invoice: Invoice}}
    Card:
      allOf:
        - $ref: '#/components/schemas/Payment'
        - {type: object, required: [last4], properties: {last4: {type: string, pattern: '^[0-9]{4}$'}}}
    Invoice:
      allOf:
        - $ref: '#/components/schemas/Payment'
        - {type: object, required: [due], properties: {due: {type: string, format: date}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return "shop.yaml"


def records(done: Any) -> list[Any]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_generate_and_validate(specmint: Any, shop: str, tmp_path: Path) -> None:
    source = f"{shop}#/components/schemas/Order"
    done = specmint("generate", "--schema", source, "--count", "60", "--seed", "3", "--out", "out")
    assert done.returncode == 0, done.stderr
    orders = [json.loads(line) for line in (tmp_path / "out" / "dataset.jsonl").read_text().splitlines()]
    assert {order["payment"]["method"] for order in orders} == {"card", "invoice"}
    for order in orders:
        assert ("last4" in order["payment"]) is (order["payment"]["method"] == "card")
        assert all(1 <= line["quantity"] <= 99 for line in order["lines"])
    assert any(line["sku"] == "ABC-1234" for order in orders for line in order["lines"])
    assert specmint("validate", "--schema", source, "--dataset", "out").returncode == 0
    broken = {**orders[0], "payment": {"method": "cash"}}
    (tmp_path / "broken.jsonl").write_text(json.dumps(broken) + "\n")
    assert specmint("validate", "--schema", source, "--dataset", "broken.jsonl").returncode == 3


def test_one_record_is_that_of_the_whole(specmint: Any, shop: str) -> None:
    source = f"{shop}#/components/schemas/Order"
    whole = records(specmint("generate", "--schema", source, "--seed", "3", "--count", "5", "--stdout", "--quiet"))
    assert records(specmint("generate", "--schema", source, "--seed", "3", "--index", "4")) == whole[4:]


def test_workers_know_the_schema(specmint: Any, shop: str) -> None:
    arguments = (
        "generate",
        "--schema",
        f"{shop}#/components/schemas/Payment",
        "--count",
        "20000",
        "--stdout",
        "--quiet",
    )
    assert specmint(*arguments).stdout == specmint(*arguments, "--workers", "2").stdout


def test_a_request_body(specmint: Any, shop: str) -> None:
    pointer = "#/paths/~1orders/post/requestBody/content/application~1json/schema"
    assert {"id", "lines"} <= records(specmint("generate", "--schema", shop + pointer, "--index", "0"))[0].keys()


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        (
            "",
            ["an OpenAPI document is no schema itself", "Order, Line, Payment", "shop.yaml#/components/schemas/Order"],
        ),
        ("#/components/schemas/Odrer", ["has no schema", "shop.yaml#/components/schemas/Order"]),
        ("#Order", ["is not a JSON pointer", "#/components/schemas/Order"]),
    ],
)
def test_what_is_meant_is_said(specmint: Any, shop: str, pointer: str, words: list[str]) -> None:
    done = specmint("generate", "--schema", shop + pointer, "--stdout")
    assert done.returncode == 2
    assert all(each in done.stderr for each in words), done.stderr
    assert "Traceback" not in done.stderr


def test_a_root_of_several_documents(specmint: Any, tmp_path: Path) -> None:
    files = {
        "main.json": {"type": "object", "required": ["m"], "properties": {"m": {"$ref": "https://example.com/money"}}},
        "deep/money.json": {
            "$id": "https://example.com/money",
            "$schema": "http://json-schema.org/draft-07/schema#",
            "const": 5,
        },
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    found = specmint("generate", "--schema", "main.json", "--schema-root", ".", "--count", "1", "--stdout", "--quiet")
    assert [each["m"] for each in records(found)] == [5]
    refused = specmint("generate", "--schema", "main.json", "--stdout")
    assert refused.returncode == 2
    assert "--schema-root DIR" in refused.stderr
    assert specmint("generate", "--schema", "main.json", "--schema-root", "nowhere", "--stdout").returncode == 1
