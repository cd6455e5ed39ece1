"""However lines and bytes come, they are given back in the same pieces."""

import random
from itertools import pairwise

import pytest

from pytest_specmint.rendering import pieces
from pytest_specmint.rendering.pieces import Chunks, Pieces


def cut(data: bytes, ends: list[int], draw: random.Random) -> list[bytes]:
    marks = sorted({0, len(data), *draw.sample(ends, min(5, len(ends)))})
    return [data[a:b] for a, b in pairwise(marks)]


@pytest.mark.parametrize("largest", [1, 40, 1 << 20])
def test_pieces_follow_from_the_records_alone(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    monkeypatch.setattr(pieces, "LARGEST", largest)
    draw = random.Random(largest)
    lines = [b"x" * draw.randrange(30) + b"\n" for _ in range(100)]
    data, ends = b"".join(lines), []
    for line in lines:
        ends.append((ends[-1] if ends else 0) + len(line))
    found = []
    for _ in range(20):
        gathered = Pieces(7)
        made = [piece for block in [b"", *cut(data, ends, draw)] for piece in gathered.add(memoryview(block))]
        found.append([*made, gathered.rest()])
    assert all(each == found[0] for each in found)
    assert b"".join(found[0]) == data
    counts = [each.count(b"\n") for each in found[0]]
    assert max(counts) <= 7
    for piece in found[0][:-1]:
        assert piece.count(b"\n") == 7 or len(piece) >= largest
        assert len(piece[: piece[:-1].rfind(b"\n") + 1]) < largest


def test_chunks_are_of_one_size() -> None:
    data = bytes(range(256)) * 9
    for seed in range(9):
        gathered = Chunks(100)
        parts = cut(data, list(range(1, len(data))), random.Random(seed))
        made = [chunk for part in parts for chunk in gathered.add(part)]
        assert {len(each) for each in made} == {100}
        assert b"".join([*made, gathered.rest()]) == data
