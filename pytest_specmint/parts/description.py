"""The manifest of a dataset in parts. Its id follows from the records alone, not from how they are cut and written."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from pytest_specmint.output.manifest import dataset_id
from pytest_specmint.parts.digest import root
from pytest_specmint.parts.done import PartDone
from pytest_specmint.shards import Shard

TREE = "tree_sha256"
"""In the manifest: the tree digest, in place of the digest of the one file that there is not."""


def parts_manifest(
    described: Mapping[str, Any], form: str, parts: Sequence[PartDone], shard: Shard | None = None
) -> dict[str, Any]:
    """The manifest of all parts in order; ``described`` is what decides the dataset, ``form`` the format's name."""
    body: dict[str, Any] = {
        "dataset": {
            "bytes": sum(part.line_bytes for part in parts),
            "records": sum(part.count for part in parts),
            TREE: root(leaf for part in parts for leaf in part.as_leaves()),
        },
        **described,
    }
    identity = dataset_id(body)
    body["parts"] = {"files": [_file(part) for part in parts], "format": form}
    if shard is not None:
        body["shard"] = asdict(shard)
    return {"dataset_id": identity, **body}


def _file(part: PartDone) -> dict[str, Any]:
    return {
        "bytes": part.bytes,
        "file": part.file,
        "leaves": list(part.leaves),
        "line_bytes": part.line_bytes,
        "number": part.number,
        "records": part.count,
        "sha256": part.sha256,
        "start": part.start,
    }


def parts_of(manifest: Mapping[str, Any]) -> list[PartDone]:
    """The parts that a manifest lists; raises `KeyError`, `TypeError`, `ValueError` where it is damaged."""
    return [
        PartDone(
            number=int(each["number"]),
            start=int(each["start"]),
            count=int(each["records"]),
            file=str(each["file"]),
            bytes=int(each["bytes"]),
            sha256=str(each["sha256"]),
            line_bytes=int(each["line_bytes"]),
            leaves=tuple(map(str, each["leaves"])),
        )
        for each in manifest["parts"]["files"]
    ]


def without_outcome(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the dataset of a manifest."""
    told = {"dataset", "dataset_id", "parts", "rendered", "shard"}
    return {name: value for name, value in manifest.items() if name not in told}
