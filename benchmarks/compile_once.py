"""Run by the benchmarks: load and compile one schema in a process that has compiled another one before.

    python compile_once.py SCHEMA

Prints CPU seconds of load and compile, and of jsonschema's `check_schema` of the same file.
"""

import json
import sys
from pathlib import Path
from time import process_time

from jsonschema.validators import validator_for

import pytest_specmint as sm

OTHER = {
    "type": "object",
    "required": ["a", "b", "c", "d", "e", "f"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "string", "pattern": "^x[0-9]+$"},
        "c": {"type": "string", "format": "date-time"},
        "d": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True},
        "e": {"oneOf": [{"type": "number", "multipleOf": 0.01}, {"type": "null"}]},
        "f": {"type": "string", "maxLength": 9},
    },
}


def main() -> None:
    path = Path(sys.argv[1])
    list(sm.generate(OTHER, count=1))
    validator_for(OTHER).check_schema(OTHER)
    start = process_time()
    sm.generate(path)
    compiled = process_time()
    schema = json.loads(path.read_bytes())
    validator_for(schema).check_schema(schema)
    print(compiled - start, process_time() - compiled)


if __name__ == "__main__":
    main()
