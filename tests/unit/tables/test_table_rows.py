"""Records as rows of cells: what is flattened, and what the rest holds."""

from typing import Any

import pytest

from pytest_specmint.schema.load import load_schema
from pytest_specmint.tables.derive import record_of
from pytest_specmint.tables.flat import layout_of
from pytest_specmint.tables.rows import NOTHING, Failed, Records, Rows, read_value


def layout(properties: dict[str, Any], required: str = "", *, rest: bool = False) -> Any:
    schema = {"type": "object", "properties": properties, "required": required.split()}
    return layout_of(record_of(load_schema(schema)), rest=rest)


def names(properties: dict[str, Any], required: str = "") -> list[str]:
    return [each.name for each in layout(properties, required).columns]


TEXT = {"type": "string"}


def nested(required: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": required.split(), **more}


def test_objects_with_a_property_that_is_always_there_are_flattened() -> None:
    assert names({"o": nested("a"), "x": TEXT}) == ["o.a", "o.b", "x"]
    assert names({"o": nested("b")}, "o") == ["o.a", "o.b"]


@pytest.mark.parametrize(
    "schema",
    [
        nested(),
        nested("a", type=["object", "null"]),
        nested("a", patternProperties={"^x": TEXT}),
        {**nested("a"), "properties": {"a": {"type": ["string", "null"]}, "b": TEXT}},
        {"type": "array", "items": nested("a")},
        {"type": ["object", "string"]},
    ],
)
def test_others_are_one_cell(schema: Any) -> None:
    assert names({"o": schema}) == ["o"]


def test_objects_within_objects() -> None:
    inner = {"type": "object", "required": ["k", "o"], "properties": {"k": TEXT, "o": nested("a")}}
    assert names({"p": inner}) == ["p.k", "p.o.a", "p.o.b"]
    hollow = {"type": "object", "required": ["o"], "properties": {"o": nested("a")}}
    assert names({"p": hollow}) == ["p"]  # no cell of its own would say that it is there


def test_dots_in_names_are_told_from_dots_between_them() -> None:
    assert names({"o.a": TEXT, "o": nested("a"), "back\\slash": TEXT}) == ["back\\\\slash", "o.a", "o.b", "o\\.a"]


def rows(found: Any, *lines: bytes) -> list[Any]:
    def convert(text: bytes) -> bytes:
        from pytest_specmint.tables.unfit import Misfit

        if text.startswith(b"7"):
            raise Misfit("no sevens")
        return text

    return [list(row) for row in Rows(found, lambda _: convert).of(b"".join(line + b"\n" for line in lines))]


def test_cells_hold_the_texts() -> None:
    found = layout({"o": nested("a"), "x": TEXT})
    made = rows(found, b'{"o":{"a":"1","b":"2"},"x":"3"}', b'{"x":""}', b'{"o":{"a":"4"}}')
    assert made == [[b'"1"', b'"2"', b'"3"'], [None, None, b'""'], [b'"4"', None, None]]


@pytest.mark.parametrize(
    ("line", "pointer", "why"),
    [
        (b'{"o":{"b":"2"}}', "/o/a", "it is missing"),
        (b'{"o":"no"}', "/o", "it is no object"),
        (b'{"y":1}', "/y", "no such property"),
        (b'{"x":7}', "/x", "no sevens"),
        (b"[1]", "", "Expected object, got array"),
    ],
)
def test_without_a_rest_what_does_not_fit_is_an_error_that_names_the_record(
    line: bytes, pointer: str, why: str
) -> None:
    with pytest.raises(Failed, match=why) as caught:
        rows(layout({"o": nested("a"), "x": TEXT}), b'{"x":"1"}', line)
    assert (caught.value.position, caught.value.misfit.pointer) == (1, pointer)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b'{"o":{"b":"2"},"x":"3"}', [None, b'"2"', b'"3"', None]),
        (b'{"o":{},"x":"3"}', [None, None, b'"3"', b'{"o":{}}']),
        (b'{"o":"no"}', [None, None, None, b'{"o":"no"}']),
        (b'{"o":{"a":"1","c":[2]},"y":{"z":1}}', [b'"1"', None, None, b'{"o":{"c":[2]},"y":{"z":1}}']),
        (b'{"o":{"a":7,"b":"2"},"x":7}', [None, b'"2"', None, b'{"o":{"a":7},"x":7}']),
    ],
)
def test_the_rest_holds_what_no_column_does(line: bytes, row: list[Any]) -> None:
    found = layout({"o": nested("a"), "x": TEXT}, rest=True)
    assert rows(found, b'{"x":"1"}', line)[1] == row
    values = [NOTHING if cell is None else read_value(cell) for cell in row[:-1]]
    assert Records(found.columns).line(values, row[-1]) == line + b"\n"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "-" + "9" * 30 + "e999", "x", "01"])
def test_what_is_no_json_is_no_value(text: str) -> None:
    with pytest.raises(ValueError):
        read_value(text)


def test_integers_of_any_size_are_read_in_full() -> None:
    assert read_value(str(2**80)) == 2**80
