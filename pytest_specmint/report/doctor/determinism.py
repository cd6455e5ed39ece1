"""Whether this machine makes the bytes that every machine makes: a schema of all kinds of values, and their digest."""

from typing import Any

from pytest_specmint.report.doctor.row import Level, Row
from pytest_specmint.version import ENGINE_VERSION

SEED, COUNT = 20250101, 300
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{6}-(a|bb|ccc)$", "x-unique": True},
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "at": {"type": "string", "format": "date-time"},
        "born": {"type": "string", "format": "date", "x-dist": {"kind": "normal", "mean": "1980-06-01", "sd": 3000}},
        "amount": {"type": "number", "minimum": 0.01, "maximum": 100000, "multipleOf": 0.01, "x-dist": "lognormal"},
        "ratio": {"type": "number", "minimum": -1, "maximum": 1},
        "wait": {"type": "number", "minimum": 0, "x-dist": {"kind": "exponential", "mean": 7.5}},
        "state": {"enum": ["new", "paid", "sent"], "x-weights": [6, 3, 1]},
        "big": {"type": "integer", "minimum": -(2**70), "maximum": 2**70},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 9}}},
            "maxItems": 4,
        },
        "any": {"oneOf": [{"type": "null"}, {"type": "boolean"}, {"type": "string", "format": "uuid"}]},
    },
    "required": ["id", "at", "born", "amount", "wait", "items"],
    "x-rules": [{"id": "born-before", "assert": "born + years(18) <= at"}],
}
DIGEST = "2df8aa76761a0b205f7b216cb0f8768ffcfe8ea7970c355a1e820f2e5817d0d7"
"""SHA-256 of the canonical lines under the engine of `DIGEST_ENGINE`."""
DIGEST_ENGINE = 5


def determinism() -> Row:
    """Make the records and compare their digest."""
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.engine.settings import AS_OF
    from pytest_specmint.job import Job
    from pytest_specmint.schema.load import load_schema

    found = Dataset(Job(load_schema(SCHEMA), SEED, COUNT, 0, AS_OF)).sha256
    if found == DIGEST and ENGINE_VERSION == DIGEST_ENGINE:
        return Row("determinism", Level.PASS, f"{COUNT} records of a built-in schema have the digest {DIGEST[:16]}")
    return Row(
        "determinism",
        Level.FAIL,
        f"{COUNT} records of a built-in schema have the digest {found[:16]}, everywhere else {DIGEST[:16]}",
        "reinstall pytest-specmint; if that does not help, please report it with the output of doctor --json",
    )
