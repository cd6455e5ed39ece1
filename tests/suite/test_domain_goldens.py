"""The goldens of the three domains, byte for byte, with their manifests; laid out as section 17.1 of the design says."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.output.manifest import pretty

DOMAINS = [
    ("healthcare", "claim_837p_slim", 1337, 100),
    ("healthcare", "patient_encounter", 42, 60),
    ("fintech", "payment_transaction", 2024, 50),
    ("fintech", "loan_application", 5555, 40),
    ("ecommerce", "product_catalog", 9999, 200),
    ("ecommerce", "customer_order", 7777, 60),
]
CASES = [
    pytest.param(
        domain,
        schema,
        marks=pytest.mark.specmint(
            schema=f"schemas/{domain}/{schema}.json",
            seed=seed,
            count=count,
            golden=f"{domain}/seed_{seed}_count_{count}.jsonl",
        ),
        id=schema,
    )
    for domain, schema, seed, count in DOMAINS
]


@pytest.mark.parametrize(("domain", "schema"), CASES)
def test_the_domain_is_as_reviewed(domain: str, schema: str, specmint_dataset: Any, specmint_golden: Any) -> None:
    assert specmint_dataset == specmint_golden


@pytest.mark.parametrize(("domain", "schema", "seed", "count"), DOMAINS)
def test_the_manifest_describes_the_golden(
    domain: str, schema: str, seed: int, count: int, root: Path, request: pytest.FixtureRequest
) -> None:
    import pytest_specmint as sm

    folder = root / "golden" / domain
    source = root / "schemas" / domain / f"{schema}.json"
    made = pretty(sm.generate(source, seed=seed, count=count).manifest)
    path = folder / f"manifest_{seed}_{count}.json"
    if request.config.getoption("--specmint-update-golden"):
        path.write_bytes(made)
        (folder / source.name).write_bytes(source.read_bytes())
    assert path.read_bytes() == made
    assert (folder / source.name).read_bytes() == source.read_bytes()
    digest = sha256((folder / f"seed_{seed}_count_{count}.jsonl").read_bytes()).hexdigest()
    assert f'"sha256": "{digest}"' in made.decode()
