"""Documents that commands print, judged by the JSON Schemas that stand beside the commands' source."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

import pytest_specmint.cli


@cache
def _validator(name: str) -> Any:
    path = Path(pytest_specmint.cli.__file__).with_name(f"{name}.schema.json")
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


def read(name: str, text: str) -> Any:
    """The document, which is one of this kind."""
    found = json.loads(text)
    _validator(name).validate(found)
    return found
