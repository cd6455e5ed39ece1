"""`specmint-cli schema infer`, as a newcomer calls it: example data in, a schema out, more data from it."""

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.cli.main import main
from pytest_specmint.report.infer import infer

ROOT = Path(__file__).parents[3]
ORDERS = [
    {
        "id": i,
        "state": ("open", "paid", "sent")[i % 3],
        "at": f"2024-0{1 + i % 9}-11",
        "lines": [{"q": i % 5 + 1}] * (i % 4),
        "note": f"n{i}",
    }
    | ({"extra": None if i % 8 else "x" * i} if i % 4 == 0 else {})
    for i in range(40)
]


def _infer(capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = main(["schema", "infer", *arguments])
    out, err = capfd.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in ORDERS))
    return path


def test_what_is_found(orders: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = _infer(capfd, str(orders), "--title", "Order")
    assert found["title"] == "Order"
    properties = found["properties"]
    assert properties["id"] == {"type": "integer", "minimum": 0, "maximum": 39}
    assert properties["state"] == {"type": "string", "enum": ["open", "paid", "sent"]}
    assert properties["at"] == {"type": "string", "format": "date"}
    assert (properties["lines"]["minItems"], properties["lines"]["maxItems"]) == (0, 3)
    assert properties["lines"]["items"]["properties"]["q"]["maximum"] == 5
    assert properties["note"] == {"type": "string", "minLength": 2, "maxLength": 3}
    assert set(found["required"]) == {"id", "state", "at", "lines", "note"}
    assert properties["extra"]["type"] == ["null", "string"]


def test_the_way_of_a_newcomer(orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "infer", "orders.jsonl", "--out", "schema.json"]) == 0
    assert main(["validate", "--schema", "schema.json", "--dataset", "orders.jsonl"]) == 0
    assert main(["schema", "lint", "schema.json"]) == 0
    assert main(["generate", "--schema", "schema.json", "--count", "50", "--out", "out", "-q"]) == 0
    assert sm.validate("schema.json", "out")


@pytest.mark.parametrize("golden", sorted((ROOT / "golden").rglob("*.jsonl")), ids=lambda path: path.parent.name)
def test_goldens_meet_what_is_made_of_them(golden: Path, capfd: pytest.CaptureFixture[str]) -> None:
    schema = _infer(capfd, str(golden))
    assert sm.validate(schema, golden)
    assert len(sm.generate(schema, count=20).jsonl.splitlines()) == 20


def test_standard_input_and_compressed_files(
    orders: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "orders.jsonl.gz"
    packed.write_bytes(gzip.compress(orders.read_bytes()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(orders.read_bytes())))
    assert _infer(capfd, "-") == _infer(capfd, str(packed)) == _infer(capfd, str(orders))


@pytest.mark.parametrize(
    ("content", "code", "words"), [("", 3, "no records"), ('{"a": 1}\nnonsense\n', 3, "line 2: not JSON")]
)
def test_what_is_no_data_is_refused(
    content: str, code: int, words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.jsonl").write_text(content)
    assert main(["schema", "infer", str(tmp_path / "d.jsonl")]) == code
    assert words in capfd.readouterr().err


def test_without_the_library_the_extra_is_named(
    orders: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "genson", None)
    assert main(["schema", "infer", str(orders)]) == 1
    assert "pytest-specmint[infer]" in capfd.readouterr().err


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=8)
    | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_VALUES, min_size=1, max_size=30))
def test_any_records_meet_their_schema(records: list[Any]) -> None:
    schema = infer(["".join(json.dumps(each) + "\n" for each in records).encode()], enum_limit=10)
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    for record in records:
        assert validator.is_valid(record), (schema, record)
