"""Datasets whose records have columns of every type: for tests of data frames on clusters."""

from typing import Any

import pytest_specmint as sm
from pytest_specmint.dataset import Dataset

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
        "small": {"type": "integer", "minimum": -5, "maximum": 5},
        "ok": {"type": "boolean"},
        "price": {"type": "number", "minimum": 0, "maximum": 1000, "multipleOf": 0.01},
        "ratio": {"type": "number", "minimum": 0, "maximum": 1},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "note": {"type": ["string", "null"], "maxLength": 9},
        "any": {},
        "who": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "maxLength": 5},
                "big": {"type": "integer", "minimum": 2**63, "maximum": 2**64 - 1},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
        "lines": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "no": {"type": "integer", "minimum": 1, "maximum": 2**64 - 1},
                    "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
                },
                "required": ["no"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["id", "small", "ok", "price", "day", "lines"],
    "additionalProperties": False,
}
COUNT, RECORDS = 2500, 1000
"""Three partitions, the last one short."""


def dataset(**options: Any) -> Dataset:
    return sm.generate(SCHEMA, seed=4, count=COUNT, **options)


def rows(made: Dataset) -> list[dict[str, Any]]:
    """The records as Arrow's rows."""
    found: list[dict[str, Any]] = made.to_arrow().read_all().to_pylist()
    return found
