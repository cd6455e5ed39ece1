"""What `--json` prints has a JSON Schema: one per command, strict, and beside the command's source."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from tests import documents
from tests.command_line import every_command

COMMANDS = [name for name, command in every_command() if any("--json" in option.opts for option in command.params)]
BESIDES = {"survey"}
"""Forms of commands that have several: `inspect` of a dataset."""
OPEN = {
    ("benchmark", "#/$defs/timing"),  # closed where it is used, which is where more may be added to it
    ("inspect", "#/$defs/facts/properties/distribution"),  # each kind has parameters of its own
}
FORMS = {
    path.relative_to(documents.PLACE).as_posix().removesuffix(documents.ENDING).replace("/", " "): path
    for path in documents.PLACE.rglob(f"*{documents.ENDING}")
}


def objects(node: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas that name properties, with their places; not those that only tell branches of a `oneOf` apart."""
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            yield place, node
        for key, value in node.items():
            yield from objects(value, f"{place}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from objects(value, f"{place}/{number}")


def test_every_command_with_json_has_a_schema_and_every_schema_a_command() -> None:
    assert {"golden list", "cassette refresh", "packs show", "doctor"} <= set(COMMANDS)
    assert set(FORMS) == {*COMMANDS, *BESIDES}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_schema_is_strict(name: str) -> None:
    schema = json.loads(FORMS[name].read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)
    assert f"specmint-cli {'inspect' if name in BESIDES else name} " in schema["title"]
    found = list(objects(schema))
    assert found
    for place, node in found:
        assert ("additionalProperties" in node) != ((name, place) in OPEN), place
        assert set(node.get("required", ())) <= set(node["properties"]), place
    assert not jsonschema_rs.is_valid(schema, {})
    assert not jsonschema_rs.is_valid(schema, [])
