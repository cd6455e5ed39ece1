"""The least change that makes a value fit."""

from typing import Any

import pytest

from pytest_specmint.enrichment.patch import patched


@pytest.mark.parametrize(
    ("value", "schema", "made"),
    [
        (150, {"type": "integer", "maximum": 99}, 99),
        (-1, {"type": "integer", "minimum": 0}, 0),
        (2.6, {"type": "integer"}, 3),
        (5.0, {"type": "integer"}, 5),
        (7, {"type": "integer", "multipleOf": 5}, 5),
        (1, {"type": "integer", "multipleOf": 5, "minimum": 3}, 5),
        (19.999, {"type": "number", "multipleOf": 0.01}, 20.0),
        (0.1, {"type": "number", "minimum": 0.5}, 0.5),
        (10, {"type": "integer", "exclusiveMaximum": 10}, 9),
        (0, {"type": "integer", "exclusiveMinimum": 0}, 1),
        (3, {"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4),
        ("shipped", {"enum": ["Shipped", "New"]}, "Shipped"),
        ("abcdef", {"maxLength": 3}, "abc"),
        (["a", "b", "a", "c"], {"uniqueItems": True, "maxItems": 2}, ["a", "b"]),
        ([1, 200], {"items": {"type": "integer", "maximum": 9}}, [1, 9]),
        (
            {"a": 500, "z": 1},
            {"properties": {"a": {"maximum": 9, "type": "integer"}}, "additionalProperties": False},
            {"a": 9},
        ),
    ],
)
def test_it_is_moved_as_little_as_needed(value: Any, schema: Any, made: Any) -> None:
    found, words = patched(value, schema, value)
    assert found == made
    assert type(found) is type(made)
    assert words


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("x", {"enum": ["a", "A"]}),
        ("a", {"enum": ["A", "a "]}),
        (True, {"type": "integer"}),
        (None, {"type": "string"}),
        ("fine", {"maxLength": 9}),
        (5, {"type": "integer"}),
        (10**30, {"type": "integer", "multipleOf": 7}),
        ({"a": 1}, {"type": "object"}),
        ("x", True),
    ],
)
def test_what_cannot_be_helped_stays(value: Any, schema: Any) -> None:
    found, _ = patched(value, schema, value)
    assert found == value or isinstance(found, str)


@pytest.mark.parametrize(
    ("text", "current", "made"),
    [("42", 1, 42), (" 3.5 ", 1.5, 3.5), ("1e999", 1.5, "1e999"), ("nan", 1.5, "nan"), ("٤", 1, "٤"), ("4x", 1, "4x")],
)
def test_a_number_that_was_written_as_a_text(text: str, current: Any, made: Any) -> None:
    assert patched(text, {"type": "number"}, current)[0] == made
