"""The records of a recipe, made again."""

import shlex
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import GoldenMismatch, ProviderError, SpecmintError, UsageError
from pytest_specmint.golden.origin import Arguments, LlmOrigin, Origin, SchemaOrigin
from pytest_specmint.golden.packs import check_packs
from pytest_specmint.golden.rules import rules_again
from pytest_specmint.job import Job, Mode
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.locale_names import locale_tag
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.load import load_schema
from pytest_specmint.version import ENGINE_VERSION


def dataset_of(origin: Origin, root: Path) -> Dataset:
    """The dataset that an origin tells of; paths are relative to ``root``.

    Raises `GoldenMismatch` where it cannot be made any more: another schema, another engine, values that were computed.
    """
    if origin.derived or origin.schema is None or origin.arguments is None:
        raise GoldenMismatch(
            "the golden's values were computed by a test",
            hint=f"they are made by running it: {accepting(origin)}",
        )
    if origin.engine_version != ENGINE_VERSION:
        raise GoldenMismatch(
            f"the golden was made by engine version {origin.engine_version}, this is {ENGINE_VERSION}",
            hint=f"install that version, or accept the change: {accepting(origin)}",
        )
    schema = _schema(origin.schema, origin.arguments, root)
    if schema.sha256 != origin.schema.sha256:
        raise GoldenMismatch(
            f"the schema {origin.schema.path} has changed since the golden was made",
            hint=f"accept the change: {accepting(origin)}",
        )
    try:
        rules = rules_again(origin.rules, root, accepting(origin))
        job = replace(_job(schema, origin.arguments), rules=rules)
    except (ValueError, UsageError) as error:
        raise GoldenMismatch(
            f"the golden's arguments cannot be read: {error}",
            hint="restore its origin from version control, or accept the change",
        ) from None
    try:
        check_packs(origin, job, accepting(origin))
    except PackError as error:
        raise GoldenMismatch(f"the golden's pack cannot be used: {error}", hint=error.hint) from None
    return Dataset(job) if origin.llm is None else _replayed(job, origin.llm, root, accepting(origin))


def _replayed(job: Job, llm: LlmOrigin, root: Path, accept: str) -> Dataset:
    """The dataset with a language model's recorded values."""
    from pytest_specmint.enriched import EnrichedDataset
    from pytest_specmint.enrichment.model import LlmMode, LlmSource
    from pytest_specmint.enrichment.settings import LlmSettings

    if llm.cassette is None:
        raise GoldenMismatch("the golden's values came from a language model, unrecorded", hint=accept)
    settings = LlmSettings(
        mode=LlmMode(llm.mode),
        provider=llm.provider,
        model=llm.model,
        temperature=llm.temperature,
        source=LlmSource.REPLAY,
        cassette=root / llm.cassette,
        context=tuple(root / each for each in llm.context),
        explicit=frozenset(["provider", "model", "temperature"]),
    )
    dataset = EnrichedDataset(job, settings, lambda _: None)
    try:
        len(dataset.jsonl)
    except ProviderError as error:
        raise GoldenMismatch(f"the golden's values cannot be replayed: {error}", hint=error.hint) from None
    return dataset


def current_job(origin: Origin, root: Path) -> Job | None:
    """The job that an origin tells of, with its schema as it is now; None where no dataset is known."""
    if origin.schema is None or origin.arguments is None:
        return None
    return _job(_schema(origin.schema, origin.arguments, root), origin.arguments)


def current_dataset(origin: Origin, root: Path) -> Dataset | None:
    """The dataset that an origin tells of as schema and engine make it now; None where no dataset is known.

    Raises `GoldenMismatch` where the recorded answers of a language model are not there.
    """
    job = current_job(origin, root)
    if job is None or origin.llm is None:
        return None if job is None else Dataset(job)
    return _replayed(job, origin.llm, root, accepting(origin))


def accepting(origin: Origin, here: str = "") -> str:
    """The command that writes a golden anew; ``here`` is the way from where it is typed to the root directory."""
    return f"pytest {shlex.quote(here + origin.nodeid)} --specmint-update-golden"


def _schema(schema: SchemaOrigin, given: Arguments, root: Path) -> Schema:
    source = schema.value if schema.path is None else str(root / schema.path)
    folder = None if given.schema_root is None else root / given.schema_root
    try:
        return load_schema(source, schema_root=folder, draft=given.draft, view=given.view)
    except SpecmintError as error:
        raise GoldenMismatch(f"the golden's schema cannot be read: {error}", hint=error.hint) from None


def _job(schema: Schema, given: Arguments) -> Job:
    return Job(
        schema,
        given.seed,
        given.count,
        given.start,
        date.fromisoformat(given.as_of),
        given.sizes,
        Mode(given.mode),
        domain=given.domain,
        locale=locale_tag(given.locale),
    )


def checked_blocks(origin: Origin, root: Path) -> Iterator[bytes]:
    """The lines of a recipe; raises `GoldenMismatch` at the end where they are not what it says."""
    return checked(dataset_of(origin, root), origin)


def checked(dataset: Dataset, origin: Origin) -> Iterator[bytes]:
    """The lines of a dataset; raises `GoldenMismatch` at the end where they are not what the origin says."""
    hasher = sha256()
    for block in dataset.blocks():
        hasher.update(block)
        yield block
    if hasher.hexdigest() != origin.content.sha256:
        raise GoldenMismatch(
            f"made again, the records have SHA-256 {hasher.hexdigest()[:12]}…; "
            f"the recipe says {origin.content.sha256[:12]}…",
            hint="the same schema, seed and engine must give the same bytes: please report this as a bug",
        )
