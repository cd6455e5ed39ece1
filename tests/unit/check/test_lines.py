"""Reading JSON Lines."""

from collections.abc import Iterable

import pytest

from pytest_specmint.check import lines as module
from pytest_specmint.check.lines import Line, parse_strict, read_lines


def read(*chunks: bytes) -> list[Line]:
    return list(read_lines(chunks))


def defects(data: bytes) -> list[tuple[int, str | None]]:
    return [(line.number, line.defect) for line in read(data)]


def test_values() -> None:
    assert read(b'{"a":1}\n[2]\nnull\n"x"\n') == [Line(1, {"a": 1}), Line(2, [2]), Line(3), Line(4, "x")]


def test_last_line_feed_may_be_missing() -> None:
    assert read(b"1\n2") == [Line(1, 1), Line(2, 2)]


def test_carriage_returns() -> None:
    assert read(b"1\r\n2\r\n") == [Line(1, 1), Line(2, 2)]


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n\n", b" \r\n\t\n"])
def test_nothing(data: bytes) -> None:
    assert read(data) == []


def test_empty_lines_at_the_end_are_skipped() -> None:
    assert read(b"1\n\n \n") == [Line(1, 1)]


def test_empty_lines_between_are_defects() -> None:
    assert defects(b"1\n\n \n2\n\n") == [(1, None), (2, "empty line"), (3, "empty line"), (4, None)]


def test_empty_lines_before_are_defects() -> None:
    assert defects(b"\n1\n") == [(1, "empty line"), (2, None)]


def test_byte_order_mark() -> None:
    ((number, defect),) = defects(b'\xef\xbb\xbf{"a":1}\n')
    assert number == 1
    assert defect is not None
    assert defect.startswith("byte order mark")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"NaN", "NaN is not a JSON number"),
        (b'{"a":Infinity}', "Infinity is not a JSON number"),
        (b"[-Infinity]", "-Infinity is not a JSON number"),
        (b'{"a":1,"b":2,"a":3}', "key 'a' occurs twice"),
        (b'[{"x":{"y":1,"y":1}}]', "key 'y' occurs twice"),
        (b'{"a":}', "not JSON: Expecting value"),
        (b"{'a':1}", "not JSON"),
        (b"1 2", "not JSON: Extra data"),
        (b"\xff\xfe", "not UTF-8"),
        (b'"\xe9"', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":1', "not JSON"),
    ],
)
def test_defects(raw: bytes, words: str) -> None:
    good, bad, after = read(b"0\n" + raw + b"\n1\n")
    assert (good.value, after.value) == (0, 1)
    assert bad.number == 2
    assert words in (bad.defect or "")


def test_words_are_short() -> None:
    name = "x" * 1000
    (line,) = read(f'{{"{name}":1,"{name}":2}}\n'.encode())
    assert len(line.defect or "") < 200


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_chunks_do_not_matter(size: int) -> None:
    data = '{"ä":"\U0001f600"}\r\n\n[1,2,3]\n\xff'.encode() + b"\n\xff\n7"
    chunks: Iterable[bytes] = (data[i : i + size] for i in range(0, len(data), size))
    assert list(read_lines(chunks)) == read(data)


def test_line_separators_of_unicode_do_not_end_lines() -> None:
    assert read('"a\u2028b\u0085c"\n'.encode()) == [Line(1, "a\u2028b\u0085c")]


def test_long_lines_are_defects_in_flat_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE", 10)
    (first, *_) = read(b'"' + b"a" * 30 + b'"\n')
    assert first.defect == "line longer than 10 bytes"


def test_strict_parsing() -> None:
    assert parse_strict(b'{"a":[1,2.5,"x",null,true]}') == {"a": [1, 2.5, "x", None, True]}
    with pytest.raises(ValueError, match="occurs twice"):
        parse_strict(b'{"a":1,"a":1}')


def test_big_integers_stay_exact() -> None:
    assert read(b"123456789012345678901234567890\n")[0].value == 123456789012345678901234567890
