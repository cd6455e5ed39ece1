"""Canonical bytes."""

import json
from typing import Any

import pytest

from pytest_specmint.canonical_json import canonical_bytes, canonical_lines


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"b": 1, "a": 2}, b'{"a":2,"b":1}', id="keys-sorted"),
        pytest.param({"a": 1, "A": 2, "_": 3}, b'{"A":2,"_":3,"a":1}', id="order-of-code-points"),
        pytest.param(
            {"\U0001f600": 1, "\uffee": 2},
            '{"\uffee":2,"\U0001f600":1}'.encode(),
            id="code-points-not-utf16-units",
        ),
        pytest.param({"z": {"b": [], "a": {}}}, b'{"z":{"a":{},"b":[]}}', id="nested-keys-sorted"),
        pytest.param([{"b": 1, "a": 2}], b'[{"a":2,"b":1}]', id="sorted-inside-arrays"),
        pytest.param("Zoë", '"Zoë"'.encode(), id="utf8-unescaped"),
        pytest.param('a"\\\n\t\x01/', b'"a\\"\\\\\\n\\t\\u0001/"', id="only-demanded-escapes"),
        pytest.param(0.1, b"0.1", id="shortest-float"),
        pytest.param(1.0, b"1.0", id="whole-float-keeps-point"),
        pytest.param(1e16, b"1e16", id="exponent"),
        pytest.param(["e+", -1.5e300, 1e-7], b'["e+",-1.5e300,1e-7]', id="exponents"),
        pytest.param(-0.5, b"-0.5", id="negative"),
        pytest.param(2**63, b"9223372036854775808", id="unsigned-64"),
        pytest.param(2**64, b"18446744073709551616", id="beyond-64-bits"),
        pytest.param(-(2**63) - 1, b"-9223372036854775809", id="below-64-bits"),
        pytest.param(10**40, b"1" + b"0" * 40, id="huge"),
        pytest.param(
            {"b": [10**30], "a": {"d": -(10**30), "c": True}},
            b'{"a":{"c":true,"d":-1' + b"0" * 30 + b'},"b":[1' + b"0" * 30 + b"]}",
            id="huge-nested-and-sorted",
        ),
        pytest.param([None, True, False], b"[null,true,false]", id="constants"),
        pytest.param([], b"[]", id="empty-array"),
    ],
)
def test_bytes_of_value(value: Any, expected: bytes) -> None:
    assert canonical_bytes(value) == expected
    assert json.loads(expected) == value


def test_key_order_of_the_input_does_not_matter() -> None:
    assert canonical_bytes({"x": 1, "y": {"p": 1, "q": 2}}) == canonical_bytes({"y": {"q": 2, "p": 1}, "x": 1})


def test_one_line_per_record() -> None:
    assert canonical_lines([{"a": 1}, None, 10**20]) == b'{"a":1}\nnull\n100000000000000000000\n'


def test_no_records_no_bytes() -> None:
    assert canonical_lines([]) == b""


def test_lines_hold_no_line_feed_inside() -> None:
    assert canonical_lines(["a\nb"]).count(b"\n") == 1


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_bytes({"a": object()})
