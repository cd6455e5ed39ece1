"""Projects of users, run by pytest within pytest."""

# pytester forgets what a run within this process imported: what is here already costs once.
import json

import hypothesis.internal.observability  # noqa: F401
import pytest

import pytest_specmint.api
import pytest_specmint.golden.golden
import pytest_specmint.golden.summary
import pytest_specmint.near_miss
import pytest_specmint.overrides.compose  # noqa: F401


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users' runs, whatever runs these tests; files are rewritten faster than byte code is told to be out of date."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")


ORDER = {
    "type": "object",
    "required": ["id", "amount", "customer", "items"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 0, "maximum": 9999},
        "customer": {"$ref": "customer.json"},
        "items": {"type": "array", "minItems": 1, "maxItems": 5, "items": {"type": "integer", "minimum": 1}},
        "note": {"type": "string", "maxLength": 20},
    },
}
CUSTOMER = {
    "type": "object",
    "required": ["name", "country"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "minLength": 1}, "country": {"enum": ["AT", "DE", "FR"]}},
}


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """Two schemas: an order, and the customer that it refers to."""
    folder = pytester.mkdir("schemas")
    (folder / "order.json").write_text(json.dumps(ORDER))
    (folder / "customer.json").write_text(json.dumps(CUSTOMER))
    return pytester


def printed(lines: list[str], word: str) -> list[str]:
    """What tests printed after a word, under ``-s``."""
    return [line[line.index(word) + len(word) :].rstrip(". ").strip() for line in lines if word in line]
