"""What is shipped makes nothing that could be real: schemas, and every meaning of the vocabulary."""

import re
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.formats.checked import CHECKED
from pytest_specmint.formats.table import FORMATS
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.safety.table import KINDS

SCHEMAS = [
    "healthcare/claim_837p_slim", "healthcare/patient_encounter", "fintech/payment_transaction", "fintech/loan_application",
    "ecommerce/customer_order", "ecommerce/product_catalog", "benchmark/medium", "benchmark/complex",
    "edge_cases/complex_patterns",
]  # fmt: skip


def real(dataset: sm.Dataset) -> list[Any]:
    audit = sm.audit(dataset)
    assert audit.looked_at > len(dataset) / 2
    return [example for tally in audit.tallies.values() for example in tally.examples]


@pytest.mark.parametrize("mode", ["usual", "edge"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_shipped_schemas(root: Path, name: str, mode: str) -> None:
    assert real(sm.generate(root / "schemas" / f"{name}.json", seed=99, count=500, mode=mode)) == []


def test_meanings_and_formats() -> None:
    """Every kind of field under each of its first names, and every format."""
    properties: dict[str, Any] = {f"of_{name}": {"type": "string", "format": name} for name in FORMATS}
    for meaning in base_vocabulary().meanings:
        for name in meaning.names[:3]:
            plain = name.replace("*_", "other_").replace("*", "anything")
            place = properties
            if any(meaning.parents):
                parent = f"in_{meaning.parents[0]}"
                place = properties.setdefault(parent, {"type": "object", "properties": {}})["properties"]
            place[plain] = {"type": "string"}
    for each in properties.values():
        if "properties" in each:
            each["required"] = sorted(each["properties"])
    schema = {"type": "object", "properties": properties, "required": sorted(properties)}
    assert real(sm.generate(schema, seed=99, count=100)) == []


def test_the_page_about_it_says_what_happens(root: Path) -> None:
    page = (root / "docs" / "safety.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "docs/safety.md", "exec"), {})
    names = re.search(r"`\{check:npi\}`: (.*?)\.", page)
    assert names is not None
    assert re.findall(r"`(\w+)`", names[1]) == list(CHECKED)
    rows = re.findall(r"^\| ([^|]+) \| by name", page, re.MULTILINE)
    assert len(rows) == len(KINDS) - 1  # e-mail and URL share one
