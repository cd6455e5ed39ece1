"""Blocks of lines to files."""

import os
from datetime import date
from pathlib import Path

import pytest

from pytest_specmint.job import Job
from pytest_specmint.output.blocks import Block
from pytest_specmint.output.writers import WRITERS
from pytest_specmint.schema.load import load_schema


def job(count: int, start: int = 0) -> Job:
    return Job(load_schema({"type": "integer"}), 1, count, start, date(2025, 1, 1))


def write(name: str, directory: Path, what: Job, *blocks: bytes) -> dict[str, bytes]:
    writer = WRITERS[name](directory, what)
    for block in blocks:
        writer.write(Block(block.count(b"\n"), block, block.replace(b"\n", b"!\n")))
    writer.close()
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_jsonl_is_the_lines(tmp_path: Path) -> None:
    assert write("jsonl", tmp_path, job(3), b"1\n2\n", b"3\n") == {"dataset.jsonl": b"1\n2\n3\n"}


def test_violations_are_the_labels(tmp_path: Path) -> None:
    assert write("violations", tmp_path, job(3), b"1\n2\n", b"3\n") == {"violations.jsonl": b"1!\n2!\n3!\n"}


def test_records_are_numbered_from_one_across_blocks(tmp_path: Path) -> None:
    files = write("records", tmp_path, job(3), b"1\n2\n", b"3\n")
    assert files == {"record_0001.json": b"1\n", "record_0002.json": b"2\n", "record_0003.json": b"3\n"}


def test_records_of_a_part_keep_their_place(tmp_path: Path) -> None:
    assert list(write("records", tmp_path, job(2, start=41), b"1\n2\n")) == [
        "record_0042.json",
        "record_0043.json",
    ]


@pytest.mark.parametrize(
    ("start", "count", "first"),
    [
        (0, 9_999, "record_0001.json"),
        (0, 10_000, "record_00001.json"),
        (9_998, 1, "record_9999.json"),
        (99_999, 1, "record_100000.json"),
    ],
)
def test_names_are_padded_to_the_last_number(tmp_path: Path, start: int, count: int, first: str) -> None:
    assert list(write("records", tmp_path, job(count, start), b"0\n")) == [first]


def test_line_separators_inside_texts_do_not_split_records(tmp_path: Path) -> None:
    line = '"a\u2028b\u0085c\x1c"\n'.encode()
    assert write("records", tmp_path, job(1), line) == {"record_0001.json": line}


def test_a_system_that_takes_a_part_gets_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: whole(descriptor, bytes(data[:3])))
    assert write("records", tmp_path, job(1), b'"abcdefgh"\n') == {"record_0001.json": b'"abcdefgh"\n'}
