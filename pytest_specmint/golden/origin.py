"""Where a golden comes from: the document that stands beside its records, or instead of them.

A golden's origin says what its dataset was made from and what came of it. Beside a file of records it explains a
difference; alone it is a *recipe*, from which the records can be made again.
"""

import os
from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.dataset import Dataset
from pytest_specmint.engine.settings import USUAL_SIZES, Sizes
from pytest_specmint.errors import InvalidData
from pytest_specmint.golden.rules import RulesOrigin, rules_origins
from pytest_specmint.job import Job
from pytest_specmint.output.manifest import pretty
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.version import ENGINE_VERSION

if TYPE_CHECKING:
    from pytest_specmint.enrichment.facts import LlmFacts

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
    sizes: Sizes = USUAL_SIZES
    domain: tuple[str, ...] = ()
    """Names of packs that were asked for; those that the schema names are not among them."""
    locale: str = ""
    """The locale that was asked for; the one that the schema names is not."""


class PackOrigin(Struct, frozen=True, kw_only=True):
    """A pack that words, meanings and rules came from."""

    name: str
    version: str
    sha256: str
    """Of its files: a pack may change without a new version."""


class LocaleOrigin(Struct, frozen=True, kw_only=True):
    """A locale that words came from."""

    name: str
    version: str
    sha256: str
    """Of its files."""


class LlmOrigin(Struct, frozen=True, kw_only=True):
    """A language model that values came from."""

    mode: str
    provider: str
    model: str
    temperature: float
    prompt: int
    """Version of what it was told."""
    context: tuple[str, ...] = ()
    """Files of background, relative to the root directory."""
    cassette: str | None = None
    """Where its answers are recorded, relative to the root directory,"""
    sha256: str = ""
    """and the digest of that file."""


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
    schema: SchemaOrigin | None = None
    """None where no dataset is known that the values were computed from."""
    arguments: Arguments | None = None
    content: Content
    packs: tuple[PackOrigin, ...] = ()
    """The packs besides the base; they are written only where there are some."""
    rules: tuple[RulesOrigin, ...] = ()
    """Rules besides those of schema and packs; likewise."""
    locales: tuple[LocaleOrigin, ...] = ()
    """The locales, the dataset's own one first; they are written only where there are some."""
    llm: LlmOrigin | None = None
    """Likewise."""

    def document(self) -> bytes:
        """The origin as it stands in a file."""
        built = msgspec.to_builtins(self)
        for name in ("packs", "rules", "locales", "llm"):
            if not built[name]:
                del built[name]
        for name in ("domain", "locale") if self.arguments is not None else ():
            if not built["arguments"][name]:
                del built["arguments"][name]
        return pretty(built)


def read_origin(data: bytes, path: str) -> Origin:
    """The origin that a file holds; raises `InvalidData`."""
    try:
        return msgspec.json.decode(data, type=Origin)
    except msgspec.MsgspecError as error:
        raise InvalidData(
            f"{path} is not the origin of a golden: {error}",
            hint="restore it from version control, or write it anew: pytest --specmint-update-golden",
        ) from None


class Subject(Struct, frozen=True, kw_only=True):
    """Whose golden it is, and what a dataset does not know of how it was asked for."""

    nodeid: str
    root: Path
    """The directory that paths in origins are relative to."""
    here: Path | None = None
    """The directory where pytest was started, to which a schema's own path and commands are relative; else the root."""
    name: str = ""
    draft: str | None = None
    schema_root: str | None = None


def origin_of(
    subject: Subject, dataset: Dataset | None, content: Content, *, derived: bool = False, form: Form = Form.JSONL
) -> Origin:
    """The origin of a dataset, or of values computed from it."""
    return Origin(
        nodeid=subject.nodeid,
        name=subject.name,
        form=form,
        derived=derived,
        schema=None if dataset is None else _schema_origin(dataset.schema, subject),
        arguments=None if dataset is None else _arguments(dataset.job, subject),
        content=content,
        packs=() if dataset is None else _pack_origins(dataset.job),
        rules=() if dataset is None else rules_origins(dataset.job, _rule_files(dataset.job, subject)),
        locales=() if dataset is None else _locale_origins(dataset.job),
        llm=None if dataset is None else _llm_origin(dataset.llm, subject),
    )


def _llm_origin(facts: "LlmFacts | None", subject: Subject) -> LlmOrigin | None:
    if facts is None:
        return None
    return LlmOrigin(
        mode=facts.mode,
        provider=facts.provider,
        model=facts.model,
        temperature=facts.temperature,
        prompt=facts.prompt,
        context=tuple(relative(each, subject.root) for each in facts.context),
        cassette=None if facts.cassette is None else relative(facts.cassette, subject.root),
        sha256=facts.sha256,
    )


def _rule_files(job: Job, subject: Subject) -> dict[str, str]:
    """The paths of rules files as they are given, with what is written for them."""
    here = subject.here or Path()
    return {rule.source: relative(here / rule.source, subject.root) for rule in job.rules if rule.source}


def _pack_origins(job: Job) -> tuple[PackOrigin, ...]:
    return tuple(PackOrigin(name=each.name, version=each.version, sha256=each.sha256) for each in job.packs())


def _locale_origins(job: Job) -> tuple[LocaleOrigin, ...]:
    return tuple(LocaleOrigin(name=each.tag, version=each.version, sha256=each.sha256) for each in job.locales())


def _schema_origin(schema: Schema, subject: Subject) -> SchemaOrigin:
    path = None
    if schema.source is not None:
        path = relative((subject.here or Path()) / schema.source, subject.root) + schema.place.removesuffix("#")
    return SchemaOrigin(
        sha256=schema.sha256,
        path=path,
        value=schema.document if path is None else None,
        properties=properties(schema.documents),
    )


def _arguments(job: Job, subject: Subject) -> Arguments:
    return Arguments(
        seed=job.seed,
        count=job.count,
        start=job.start,
        as_of=job.as_of.isoformat(),
        mode=job.mode.value,
        draft=subject.draft,
        view=job.schema.view,
        schema_root=subject.schema_root and relative((subject.here or Path()) / subject.schema_root, subject.root),
        sizes=job.sizes,
        domain=job.domain,
        locale=job.locale,
    )


def relative(path: Path, root: Path) -> str:
    """A path as it is written in files that go from machine to machine: from the root directory, with slashes."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def properties(documents: Mapping[str, Json]) -> dict[str, str]:
    """Short digests of what schemas name, properties and definitions: by JSON pointer, outermost first.

    Pointers into other documents than the main one begin with the document's name and ``#``.
    """
    found: dict[str, str] = {}
    queue = deque((f"{name}#" if name else "", document) for name, document in documents.items())
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
