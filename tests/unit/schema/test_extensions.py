"""The table of extension keywords is complete, and what it says of places is so."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.schema.extensions import EXTENSIONS, Where
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.notices import Kind, Notice, notices

PACKAGE = Path(sm.__file__).parent
ANYWHERE = (Where.VALUE, Where.OBJECT)


def test_every_keyword_that_the_code_names_is_in_the_table_and_the_other_way_round() -> None:
    named = {
        node.value
        for path in PACKAGE.rglob("*.py")
        if path.name != "extensions.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"x-[a-z-]+", node.value)
    }
    headers = ("x-api-", "x-ratelimit-")  # of HTTP
    assert {name for name in named - {"x-"} if not name.startswith(headers)} == EXTENSIONS.keys()


def test_every_row_is_whole(root: Path) -> None:
    for name, row in EXTENSIONS.items():
        assert row.name == name
        assert row.words.endswith(".")
        assert (root / "docs" / row.page).is_file(), row.page


def told(schema: Any, name: str) -> list[Notice]:
    return [each for each in notices(load_schema(schema)) if each.name == name]


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_where_it_is_heeded_nothing_is_told(name: str) -> None:
    row = EXTENSIONS[name]
    inside = {"type": "object", "properties": {"a": {name: []}}}
    assert told({name: []}, name) == []
    by_reference = {"$ref": "#/$defs/o", "$defs": {"o": {"type": "object", name: []}}}
    if row.where in ANYWHERE:
        assert told(inside, name) == told(by_reference, name) == []
    else:
        (notice,) = told(inside, name)
        assert notice == Notice(Kind.IDLE, name, ("#/properties/a",), f"it is heeded {row.where}")
        assert bool(told(by_reference, name)) == (row.where in {Where.RECORD, Where.RECORD_OR_TOP})


@pytest.mark.parametrize("name", [name for name, row in EXTENSIONS.items() if row.where not in ANYWHERE])
def test_at_the_top_of_a_document_whose_part_is_meant(name: str, schema_file: Any) -> None:
    path = schema_file({name: [], "$defs": {"o": {"type": "object", "properties": {"self": {"$ref": "#"}}}}})
    found = [each for each in notices(load_schema(f"{path}#/$defs/o")) if each.name == name]
    assert bool(found) == (EXTENSIONS[name].where not in {Where.RECORD_OR_TOP, Where.THROUGH_OR_TOP})


def test_near_names_are_proposed() -> None:
    for name in EXTENSIONS:
        (notice,) = told({f"{name[:-1]}": 1}, name[:-1])
        assert (notice.kind, notice.note) == (Kind.EXTENSION, f"did you mean {name}?")
