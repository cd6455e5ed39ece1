"""Nanoseconds per value of each kind of node, from the smallest schema that has one."""

from collections.abc import Mapping
from typing import Any

import orjson
from engine import blocks, job_of, lines
from measure import cpu, middle, ratio
from result import Bench, Figure, Outcome

_INTEGERS = {f"field_{i}": {"type": "integer", "minimum": 0, "maximum": 999} for i in range(8)}
_SMALL = {"type": "integer", "minimum": 0, "maximum": 99}

KINDS: Mapping[str, tuple[dict[str, Any], int]] = {
    "integer": ({"type": "integer", "minimum": 0, "maximum": 100_000}, 1),
    "integer, any": ({"type": "integer"}, 1),
    "decimal, cents": ({"type": "number", "minimum": 0, "maximum": 10_000, "multipleOf": 0.01}, 1),
    "number": ({"type": "number", "minimum": -90, "maximum": 90}, 1),
    "boolean": ({"type": "boolean"}, 1),
    "enum": ({"enum": ["new", "paid", "shipped", "delivered", "returned"]}, 1),
    "const": ({"const": "fixed"}, 1),
    "text, free": ({"type": "string"}, 1),
    "text, 20 to 200 long": ({"type": "string", "minLength": 20, "maxLength": 200}, 1),
    "text of a template (a name)": ({"type": "string", "title": "Full name"}, 1),
    "pattern, fixed length": ({"type": "string", "pattern": "^[A-Z]{2}[0-9]{8}$"}, 1),
    "pattern, open": ({"type": "string", "pattern": "^(foo|ba[rz])+-[a-z0-9]*$"}, 1),
    "date": ({"type": "string", "format": "date"}, 1),
    "date-time": ({"type": "string", "format": "date-time"}, 1),
    "uuid": ({"type": "string", "format": "uuid"}, 1),
    "email": ({"type": "string", "format": "email"}, 1),
    "uri": ({"type": "string", "format": "uri"}, 1),
    "ipv4": ({"type": "string", "format": "ipv4"}, 1),
    "array of 8 integers, per item": ({"type": "array", "items": _SMALL, "minItems": 8, "maxItems": 8}, 8),
    "array of 0 to 16 integers, per item": ({"type": "array", "items": _SMALL, "minItems": 0, "maxItems": 16}, 8),
    "array of 8 different integers, per item": (
        {"type": "array", "items": _SMALL, "minItems": 8, "maxItems": 8, "uniqueItems": True},
        8,
    ),
    "array of contained items, per item": (
        {"type": "array", "items": _SMALL, "contains": {"minimum": 50}, "minItems": 8, "maxItems": 8},
        8,
    ),
    "tuple of 4, per item": (
        {
            "type": "array",
            "prefixItems": [_SMALL, {"type": "boolean"}, _SMALL, {"type": "null"}],
            "items": False,
            "minItems": 4,
        },
        4,
    ),
    "object of 8 required members, per member": (
        {"type": "object", "properties": _INTEGERS, "required": list(_INTEGERS), "additionalProperties": False},
        8,
    ),
    "object of 8 optional members, per member": (
        {"type": "object", "properties": _INTEGERS, "additionalProperties": False},
        8,
    ),
    "object with free names, per member": (
        {
            "type": "object",
            "patternProperties": {"^k[0-9]{3}$": _SMALL},
            "additionalProperties": False,
            "minProperties": 4,
            "maxProperties": 4,
        },
        4,
    ),
    "union of types": (
        {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "format": "date"}, {"type": "null"}]},
        1,
    ),
    "union by a discriminator, per member": (
        {
            "type": "object",
            "required": ["kind", "size"],
            "properties": {"kind": {"enum": ["a", "b"]}, "size": {"type": "integer", "minimum": 0, "maximum": 99}},
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"size": {"maximum": 9}}},
            "additionalProperties": False,
        },
        2,
    ),
}
"""For each kind a schema, and how many values of that kind a record has (on average where that varies)."""


def part(bench: Bench) -> Outcome:
    """A line per kind."""
    found = Outcome()
    for name, (schema, each) in KINDS.items():
        bench.say(name)
        making, dumping = _seconds(schema, max(64, bench.scale.micro // each), bench.scale.rounds)
        values = max(64, bench.scale.micro // each) * each
        nanoseconds = middle([seconds * 1e9 / values for seconds in making])
        found.figures += [
            Figure(0, "ns per value", name, nanoseconds, "ns"),
            Figure(0, "÷ orjson.dumps", name, ratio(making, dumping), "x"),
        ]
    return found


def _seconds(schema: dict[str, Any], records: int, rounds: int) -> tuple[list[float], list[float]]:
    """CPU seconds of lines and of dumps of the same values, block by block in turn."""
    job = job_of(schema, records)
    plan = job.plan()
    making, dumping = [], []
    for number in range(rounds + 1):
        totals = [0.0, 0.0]
        for start, count in blocks(job):
            spent, block = cpu(lambda: lines(plan, start, count))
            totals[0] += spent
            values = [orjson.loads(line) for line in block.splitlines()]
            totals[1] += cpu(lambda: [orjson.dumps(value) for value in values])[0]
        if number:  # the first one warms
            making.append(totals[0])
            dumping.append(totals[1])
    return making, dumping
