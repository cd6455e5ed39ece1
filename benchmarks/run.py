"""Generation and verification beside `orjson.dumps` of the same records, in one run; a markdown table.

    python benchmarks/run.py [--records 8192] [--rounds 7] [--schemas benchmark/medium,…]

Each round measures all three in turn, the ratios are taken round by round, and the median is printed: what the machine
does besides touches all three alike. CPU seconds of this process, compilation apart.
"""

import argparse
import platform
import statistics
import time
from pathlib import Path

import orjson

import pytest_specmint as sm
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.pipeline import BLOCK

ROOT = Path(__file__).parents[1]
DEFAULT = "benchmark/medium,benchmark/complex,fintech/payment_transaction,ecommerce/product_catalog,healthcare/claim_837p_slim"


def cpu(action) -> tuple[float, object]:
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def measure(schema: str, records: int, rounds: int) -> str:
    compiling, dataset = cpu(lambda: sm.generate(ROOT / "schemas" / f"{schema}.json", seed=1, count=records))
    plan, verifier = dataset.job.plan(), Verifier(dataset.schema)
    plan.records(1, 0, BLOCK)
    rows = []
    for _ in range(rounds):
        seconds = [0.0, 0.0, 0.0]
        for start, count in dataset.job.ranges(
            BLOCK
        ):  # block by block, as the pipeline runs: all three find warm caches
            making, block = cpu(lambda: plan.records(1, start, count))
            dumping, _ = cpu(lambda: [orjson.dumps(record) for record in block])
            verifying, wrong = cpu(lambda: verifier.failures(block))
            assert not wrong
            seconds = [a + b for a, b in zip(seconds, (making, dumping, verifying), strict=True)]
        rows.append(seconds)
    making, dumping, _ = (statistics.median(row[i] for row in rows) for i in range(3))
    ratio = statistics.median(row[0] / row[1] for row in rows)
    check = statistics.median(row[2] / row[1] for row in rows)
    return (
        f"| {schema} | {records / making:,.0f} | {records / dumping:,.0f} | {ratio:.2f} | {check:.2f} "
        f"| {compiling * 1000:.0f} ms |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=8192)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--schemas", default=DEFAULT)
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}\n")
    print(
        "| schema | generation, records/s | orjson.dumps, records/s | generation ÷ orjson | verification ÷ orjson | compile |"
    )
    print("|---|---|---|---|---|---|")
    for schema in arguments.schemas.split(","):
        print(measure(schema, arguments.records, arguments.rounds), flush=True)


if __name__ == "__main__":
    main()
