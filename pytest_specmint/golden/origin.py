"""Where a golden comes from: the document that stands beside its records, or instead of them.

A golden's origin says what its dataset was made from and what came of it. Beside a file of records it explains a
difference; alone it is a *recipe*, from which the records can be made again.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import InvalidData
from pytest_specmint.job import Job
from pytest_specmint.output.manifest import pretty
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.version import ENGINE_VERSION

SHOWN = 400
"""Properties that are listed one by one, the outermost first; others count as part of those."""
_DIGITS = 12
_NAMED = ("properties", "patternProperties", "$defs", "definitions")


class Form(StrEnum):
    """How a golden is kept."""

    JSONL = "jsonl"
    RECIPE = "recipe"


class SchemaOrigin(Struct, frozen=True, kw_only=True):
    """The schema that a dataset was made from."""

    sha256: str
    path: str | None = None
    """Relative to the root directory, with a pointer if there is one; None where it was given as a value."""
    value: Any = None
    """The schema itself where it has no path."""
    properties: dict[str, str] = {}
    """Short digests of its properties by JSON pointer, so that a change can be named."""


class Arguments(Struct, frozen=True, kw_only=True):
    """What the dataset was asked for; as `pytest_specmint.generate` takes it."""

    seed: int
    count: int
    start: int = 0
    as_of: str
    mode: str = "usual"
    draft: str | None = None
    view: str | None = None
    schema_root: str | None = None
    sizes: dict[str, float] = {}


class Content(Struct, frozen=True, kw_only=True):
    """What came of it, as canonical JSON Lines."""

    records: int
    bytes: int
    sha256: str


class Origin(Struct, frozen=True, kw_only=True):
    """What a golden was made from, and what came of it."""

    nodeid: str
    """The test that compares itself with the golden; empty where none is known."""
    name: str = ""
    """The dataset's name where a test has several."""
    form: Form = Form.JSONL
    derived: bool = False
    """Whether the golden holds values that the test computed from the dataset, not its records."""
    engine_version: int = ENGINE_VERSION
    schema: SchemaOrigin
    arguments: Arguments
    content: Content

    def document(self) -> bytes:
        """The origin as it stands in a file."""
        return pretty(msgspec.to_builtins(self))


def read_origin(data: bytes, path: str) -> Origin:
    """The origin that a file holds; raises `InvalidData`."""
    try:
        return msgspec.json.decode(data, type=Origin)
    except msgspec.MsgspecError as error:
        raise InvalidData(
            f"{path} is not the origin of a golden: {error}",
            hint="restore it from version control, or write it anew: pytest --specmint-update-golden",
        ) from None


def origin_of(dataset: Dataset, content: Content, *, nodeid: str, path: str | None, **given: Any) -> Origin:
    """The origin of a dataset, or of values computed from it.

    ``path`` is the schema's, None where it was given as a value; ``given`` are further fields of the origin and, of
    the arguments, those that a dataset does not know: ``draft`` and ``schema_root``.
    """
    known = {key: given.pop(key) for key in ("draft", "schema_root") if key in given}
    schema = dataset.schema
    return Origin(
        nodeid=nodeid,
        schema=SchemaOrigin(
            sha256=schema.sha256,
            path=path,
            value=None if path is not None else schema.document,
            properties=properties(schema.document),
        ),
        arguments=arguments_of(dataset.job, **known),
        content=content,
        **given,
    )


def arguments_of(job: Job, *, draft: str | None = None, schema_root: str | None = None) -> Arguments:
    """What a job was asked for."""
    return Arguments(
        seed=job.seed,
        count=job.count,
        start=job.start,
        as_of=job.as_of.isoformat(),
        mode=job.mode.value,
        draft=draft,
        view=job.schema.view,
        schema_root=schema_root,
        sizes=msgspec.structs.asdict(job.sizes),
    )


def content_of(blocks: Iterator[bytes], records: int) -> Content:
    """Size and digest of canonical lines."""
    hasher, size = sha256(), 0
    for block in blocks:
        hasher.update(block)
        size += len(block)
    return Content(records=records, bytes=size, sha256=hasher.hexdigest())


def properties(document: Json) -> dict[str, str]:
    """Short digests of what a schema names: its properties and definitions, by JSON pointer, outermost first."""
    found: dict[str, str] = {}
    queue = deque([("", document)])
    while queue and len(found) < SHOWN:
        pointer, node = queue.popleft()
        for place, child, named in _children(pointer, node):
            if named and len(found) < SHOWN:
                found[place] = sha256(canonical_bytes(child)).hexdigest()[:_DIGITS]
            queue.append((place, child))
    return found


def _children(pointer: str, node: Json) -> Iterator[tuple[str, Json, bool]]:
    """What stands directly in a node, and whether the schema gave it a name."""
    if isinstance(node, list):
        yield from ((f"{pointer}/{i}", child, False) for i, child in enumerate(node))
    elif isinstance(node, Mapping):
        named = pointer.rpartition("/")[2] in _NAMED
        for key, child in sorted(node.items()):
            yield f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", child, named
