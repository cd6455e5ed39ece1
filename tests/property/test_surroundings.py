"""The bytes do not depend on the surroundings: hash seed, time zone, locale, directory, date, process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm

SURROUNDINGS: list[dict[str, str]] = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/New_York", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
]


@pytest.mark.parametrize(
    "schema", ["fintech/payment_transaction.json", "ecommerce/product_catalog.json", "benchmark/complex.json"]
)
def test_one_digest_in_all_surroundings(schema: str, schemas: Path, tmp_path: Path) -> None:
    path = schemas / schema
    digests = {sm.generate(path, seed=11, count=300).sha256}
    for number, surroundings in enumerate(SURROUNDINGS):
        directory = tmp_path / str(number)
        directory.mkdir()
        command = [
            sys.executable,
            "-m",
            "pytest_specmint",
            "generate",
            "--schema",
            str(path),
            "--seed",
            "11",
            "--count",
            "300",
            "--stdout",
        ]
        done = subprocess.run(
            command, capture_output=True, check=True, cwd=directory, env={**os.environ, **surroundings}
        )
        digests.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(digests) == 1


def test_searched_patterns_do_not_follow_the_hash_seed(tmp_path: Path) -> None:
    """Back-references are searched by rstr, which lists negated classes in the order of a set."""
    (tmp_path / "s.json").write_text(r'{"type": "string", "pattern": "^([^a-f]{2})x\\1$"}')
    command = [
        sys.executable,
        "-m",
        "pytest_specmint",
        "generate",
        "--schema",
        "s.json",
        "--count",
        "20",
        "--stdout",
        "-q",
    ]
    outputs = {
        subprocess.run(
            command, capture_output=True, check=True, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_the_clock_does_not_matter(monkeypatch: Any, schemas: Path) -> None:
    import time

    before = sm.generate(schemas / "fintech" / "payment_transaction.json", seed=3, count=20).jsonl
    monkeypatch.setattr(time, "time", lambda: 4_000_000_000.0)
    assert sm.generate(schemas / "fintech" / "payment_transaction.json", seed=3, count=20).jsonl == before


def test_as_of_moves_dates_and_is_part_of_the_identity(schemas: Path) -> None:
    path = schemas / "fintech" / "payment_transaction.json"
    early, late = sm.generate(path, seed=3, as_of="2020-06-01"), sm.generate(path, seed=3, as_of="2030-06-01")
    assert all(record["timestamp"] < "2020-06-01" for record in early)
    assert all("2029-06-01" < record["timestamp"] < "2030-06-01" for record in late)
    assert early.manifest["dataset_id"] != late.manifest["dataset_id"]


def test_yaml_and_layout_do_not_matter(schemas: Path, tmp_path: Path) -> None:
    import json

    import yaml

    document = json.loads((schemas / "fintech" / "payment_transaction.json").read_text())
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(document))
    (tmp_path / "s.json").write_text(json.dumps(document, indent=7))
    datasets = [
        sm.generate(source, seed=5, count=20) for source in (tmp_path / "s.yaml", tmp_path / "s.json", document)
    ]
    assert len({dataset.sha256 for dataset in datasets}) == 1
    assert len({dataset.schema.sha256 for dataset in datasets}) == 1
