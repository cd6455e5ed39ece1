"""Documents that commands print, judged by the JSON Schemas that stand beside the commands' source."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

import pytest_specmint.cli

PLACE = Path(pytest_specmint.cli.__file__).parent
ENDING = ".schema.json"


def form(command: str) -> Path:
    """Where the schema of what a command prints is, by what is typed after the program's name."""
    return PLACE / f"{command.replace(' ', '/')}{ENDING}"


@cache
def _validator(command: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(form(command).read_text(encoding="utf-8")), validate_formats=True)


def read(command: str, text: str) -> Any:
    """The document that a command printed, which is one of its kind."""
    found = json.loads(text)
    _validator(command).validate(found)
    return found
