"""polyfactory over the pydantic models that datamodel-code-generator writes: SCHEMA COUNT SEED OUT.

The models are written beside OUT, once per schema.
"""

import importlib.util
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

schema, count, seed, out = sys.argv[1:]
models = Path(out).parent / f"models_{sha256(Path(schema).read_bytes()).hexdigest()[:16]}.py"
if not models.exists():
    program = Path(sys.executable).with_name("datamodel-codegen")
    options = [
        "--input-file-type",
        "jsonschema",
        "--output-model-type",
        "pydantic_v2.BaseModel",
        "--class-name",
        "Root",
    ]
    more = ["--use-annotated", "--field-constraints", "--target-python-version", "3.11"]
    subprocess.run([program, "--input", schema, "--output", models, *options, *more], check=True)

from polyfactory.factories.pydantic_factory import ModelFactory  # noqa: E402

spec = importlib.util.spec_from_file_location("root_models", models)
module = importlib.util.module_from_spec(spec)
sys.modules["root_models"] = module
spec.loader.exec_module(module)


class Factory(ModelFactory[module.Root]):
    """Records as the models allow them."""

    __check_model__ = False


Factory.seed_random(int(seed))
with Path(out).open("w", encoding="utf-8") as file:
    for _ in range(int(count)):
        record = Factory.build().model_dump(mode="json", by_alias=True, exclude_none=True)
        file.write(json.dumps(record) + "\n")
