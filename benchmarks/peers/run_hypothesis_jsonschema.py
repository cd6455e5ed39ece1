"""hypothesis-jsonschema, as a source of records and not of tests: SCHEMA COUNT SEED OUT."""

import json
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis_jsonschema import from_schema

schema, count, number, out = sys.argv[1:]
with Path(out).open("w", encoding="utf-8") as file:

    @seed(int(number))
    @settings(
        max_examples=int(count),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(from_schema(json.loads(Path(schema).read_bytes())))
    def write(record):
        file.write(json.dumps(record) + "\n")

    write()
