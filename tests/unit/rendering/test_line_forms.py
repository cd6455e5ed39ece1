"""Lines compressed, and in one JSON array."""

import gzip
import json
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.array import ARRAY
from pytest_specmint.rendering.format import Format, Task
from pytest_specmint.rendering.gzip import CHUNK, GZIP

LINES = b"".join(b'{"n":%d}\n' % i for i in range(200_000))


def made(form: Format, *blocks: bytes) -> bytes:
    rendering = form.begin(Task(date(2025, 1, 1)))
    return b"".join([*[bytes(rendering.block(memoryview(each))) for each in blocks], rendering.end()])


def read(form: Format, data: bytes) -> bytes:
    assert form.read is not None
    return b"".join(form.read(BytesIO(data), None))


@pytest.mark.parametrize("form", [GZIP, "zstd"])
def test_compressed_bytes_do_not_depend_on_how_they_came(form: Any) -> None:
    if form == "zstd":
        pytest.importorskip("zstandard")
        from pytest_specmint.rendering.zstd import ZSTD

        form = ZSTD
    assert len(LINES) > 2 * CHUNK
    whole = made(form, LINES)
    at = LINES.index(b"\n", 777_777) + 1
    assert made(form, LINES[:at], b"", LINES[at:]) == whole
    assert read(form, whole) == LINES
    assert read(form, whole + whole) == LINES * 2  # files put one behind the other are one
    assert read(form, made(form)) == b""
    with pytest.raises(InvalidData, match=r"not a (gzip|Zstandard) file"):
        read(form, b"something else")


def test_gzip_says_no_time_and_no_name(tmp_path: Path) -> None:
    data = made(GZIP, b"1\n")
    assert data[:10] == bytes([31, 139, 8, 0, 0, 0, 0, 0, 0, 255])
    assert gzip.decompress(data) == b"1\n"
    (tmp_path / "x.gz").write_bytes(made(GZIP, LINES))
    assert subprocess.run(["gzip", "-t", str(tmp_path / "x.gz")], capture_output=True).returncode == 0


def test_gzip_that_is_cut_short() -> None:
    with pytest.raises(InvalidData, match="not a gzip file"):
        read(GZIP, made(GZIP, LINES)[:-20])


def test_an_array_is_one_json_text_with_a_record_a_line() -> None:
    assert made(ARRAY, b"1\n", b'{"a":2}\n"x"\n') == b'[\n1,\n{"a":2},\n"x"\n]\n'
    assert made(ARRAY) == made(ARRAY, b"") == b"[]\n"
    assert json.loads(made(ARRAY, LINES))[-1] == {"n": 199_999}
    assert read(ARRAY, made(ARRAY, LINES)) == LINES
    assert read(ARRAY, b"[]\n") == b""


@pytest.mark.parametrize(
    "text",
    ['[{"b":1,"a":[2]},3]', '[\n  {\n    "b": 1,\n    "a": [2]\n  },\n  3\n]\n', ' [{"b":1,"a":[2]}\n,3]', "[\n[\n]]"],
)
def test_arrays_of_others_are_read_too(text: str) -> None:
    values = json.loads(text)
    assert [json.loads(line) for line in read(ARRAY, text.encode()).splitlines()] == values
    assert read(ARRAY, text.encode()) == b"".join(
        json.dumps(each, sort_keys=True, separators=(",", ":")).encode() + b"\n" for each in values
    )


@pytest.mark.parametrize(
    ("text", "why"), [("{}", "a JSON array is needed, not dict"), ("[1,", "not JSON"), ("[\n1,\n2\n", "does not end")]
)
def test_what_is_no_array(text: str, why: str) -> None:
    with pytest.raises(InvalidData, match=why):
        read(ARRAY, text.encode())
