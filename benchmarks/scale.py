"""How much is measured: in full, or just enough to see that everything runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCHEMAS: Mapping[str, Path] = {
    "medium": ROOT / "schemas/benchmark/medium.json",
    "complex": ROOT / "schemas/benchmark/complex.json",
    "payment": ROOT / "schemas/fintech/payment_transaction.json",
    "catalog": ROOT / "schemas/ecommerce/product_catalog.json",
    "claim": ROOT / "schemas/healthcare/claim_837p_slim.json",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds and sizes."""

    rounds: int
    """Within one process."""
    starts: int
    """Of short commands."""
    runs: int
    """Of long commands."""
    records: int
    """Made within this process."""
    command: int
    """Made by the whole command."""
    forms: int
    """Made in each format."""
    workers: int
    """Made by two workers."""
    memory: tuple[int, ...]
    files: int
    peers: int
    long: tuple[str, ...]
    """Schemas of the parts that take longest."""
    peer_seconds: float
    """After which a peer is stopped, and not run again; what it made by then counts."""
    micro: int
    """Values of each kind."""
    growth: int
    """Records of each shape."""
    tests: int
    """Of a test suite."""
    calls: int
    """Of a language model."""
    enriched: tuple[int, int]
    """Records whose values a language model writes: some fields of these, all of those."""
    enriched_memory: tuple[int, int]
    unique: int
    """Keys of which none may stand twice."""
    parts: tuple[int, ...]
    """Records of datasets in parts."""


FULL = Scale(
    rounds=9,
    starts=21,
    runs=3,
    records=16_384,
    command=100_000,
    forms=200_000,
    workers=500_000,
    memory=(10_000, 100_000, 1_000_000),
    files=10_000,
    peers=10_000,
    long=tuple(SCHEMAS),
    peer_seconds=30,
    micro=32_768,
    growth=4096,
    tests=1000,
    calls=160,
    enriched=(1_000, 500),
    enriched_memory=(5_000, 50_000),
    unique=10_000_000,
    parts=(200_000, 2_000_000),
)
QUICK = Scale(
    rounds=1,
    starts=1,
    runs=1,
    records=2048,
    command=500,
    forms=500,
    workers=20_000,
    memory=(100, 200, 400),
    files=100,
    peers=10,
    long=("payment",),
    peer_seconds=10,
    micro=512,
    growth=64,
    tests=30,
    calls=16,
    enriched=(40, 20),
    enriched_memory=(200, 400),
    unique=100_000,
    parts=(2000, 4000),
)
