"""Run as a process of its own: enrich so many records by a scripted model, and print the seconds and the calls.

python benchmarks/enrich_once.py SCHEMA MODE RECORDS REQUESTS-A-SECOND LATENCY
"""

import json
import sys
import time

from pytest_specmint import generate
from pytest_specmint.enrichment.connect import Line
from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.enricher import Enricher
from pytest_specmint.enrichment.model import Call, LlmMode, Sampling
from pytest_specmint.enrichment.providers.protocol import Model
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.resolve import Ready
from pytest_specmint.enrichment.settings import LlmSettings


def main(schema: str, mode: str, records: int, rate: float, latency: float) -> None:
    def script(call: Call, _: int) -> Step:
        return Step(
            json.dumps({name: value(each) for name, each in call.answer_schema["properties"].items()}), latency=latency
        )

    provider = ScriptedProvider(script, keep=0)
    settings = LlmSettings(mode=LlmMode(mode), max_rps=rate, workers=3)
    line = Line((Ready(provider, Model("scripted")),), settings, lambda _: None)
    connection = Connection("scripted", "scripted", line, Sampling("scripted"), takes_seed=True)
    enricher = Enricher(generate(schema, count=records, seed=5).job, settings, lambda _: connection)
    start = time.perf_counter()
    size = sum(len(block.lines) for block in enricher.blocks())
    seconds = time.perf_counter() - start
    told = enricher.told()
    print(json.dumps({"seconds": seconds, "bytes": size, "calls": told.run["calls"], "values": told.run["values"]}))


def value(schema: dict) -> object:
    """The simplest one that a schema allows, as far as the measured ones need it."""
    if "enum" in schema:
        return schema["enum"][0]
    kinds = {"array": [], "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}
    return kinds.get(schema.get("type"), ("Quill and Marsh " * 20)[: schema.get("maxLength", 40)].strip())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
