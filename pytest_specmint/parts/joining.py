"""Whether datasets are consecutive ranges of one: decisions on their manifests alone."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct

from pytest_specmint.errors import InvalidData
from pytest_specmint.parts.description import without_outcome
from pytest_specmint.parts.layout import LEAF
from pytest_specmint.parts.place import differences


class Piece(Struct, frozen=True):
    """A dataset to be joined with others."""

    named: str
    """As the user calls it."""
    manifest: Mapping[str, Any]

    @property
    def start(self) -> int:
        """The index of its first record."""
        return int(self.manifest["gen"]["start"])

    @property
    def count(self) -> int:
        """Its records."""
        return int(self.manifest["dataset"]["records"])

    @property
    def end(self) -> int:
        """The index after its last record."""
        return self.start + self.count

    @property
    def is_in_parts(self) -> bool:
        """Whether it is files by their own manifest, not one."""
        return "parts" in self.manifest

    @property
    def form(self) -> str:
        """The name of its files' format."""
        return str(self.manifest["parts"]["format"]) if self.is_in_parts else "jsonl"


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces by their records; raises `InvalidData` where they are not the consecutive ranges of one dataset."""
    first, *others = ordered = sorted(pieces, key=lambda piece: (piece.start, piece.end))
    for each in others:
        _check_same(first, each)
    for one, other in pairwise(ordered):
        if other.start < one.end:
            raise InvalidData(
                f"{one.named} and {other.named} both hold record {other.start}", hint="give each range once"
            )
        if other.start > one.end:
            raise InvalidData(
                f"records {one.end} to {other.start - 1} are missing: between {one.named} and {other.named}",
                hint="give the dataset that holds them, too",
            )
    _check_shards(ordered)
    if first.is_in_parts:
        for each in ordered:
            if (each.start - first.start) % LEAF:
                raise InvalidData(
                    f"{each.named} begins at record {each.start}, no multiple of {LEAF:,} after {first.start}",
                    hint="parts are joined where they were made by --shard, or begin at such a multiple",
                )
    return ordered


def _check_same(first: Piece, other: Piece) -> None:
    if first.is_in_parts != other.is_in_parts or first.form != other.form:
        raise InvalidData(
            f"{first.named} and {other.named} are not cut and written alike",
            hint="make all of them by the same options",
        )
    one, two = (_unranged(each.manifest) for each in (first, other))
    if names := list(differences(one, two)):
        raise InvalidData(
            f"{first.named} and {other.named} are not of one dataset: they differ in {', '.join(names)}",
            hint="join what was made of one schema, under one seed, as of one day, by one engine",
        )


def _check_shards(ordered: Sequence[Piece]) -> None:
    shards = [piece.manifest.get("shard") for piece in ordered]
    if not all(isinstance(shard, dict) for shard in shards):
        return
    whole = {(shard["of"], shard["whole_start"], shard["whole_count"]) for shard in shards if shard is not None}
    if len(whole) > 1:
        raise InvalidData("these are not the shards of one dataset", hint="give all of K/N, with one N")
    ((of, start, count),) = whole
    there = {shard["number"] for shard in shards if shard is not None}
    missing = [f"{number}/{of}" for number in range(1, of + 1) if number not in there]
    if missing or ordered[0].start != start or ordered[-1].end != start + count:
        raise InvalidData(
            f"shard {', '.join(missing[:5])}{' …' * (len(missing) > 5)} is missing", hint="make it, and give it, too"
        )


def _unranged(manifest: Mapping[str, Any]) -> dict[str, Any]:
    told = without_outcome(manifest)
    return {**told, "gen": {**told["gen"], "start": None, "count": None}}


def joined_description(ordered: Sequence[Piece]) -> dict[str, Any]:
    """What decides the whole."""
    told = without_outcome(ordered[0].manifest)
    whole = {"start": ordered[0].start, "count": ordered[-1].end - ordered[0].start}
    return {**told, "gen": {**told["gen"], **whole}}
