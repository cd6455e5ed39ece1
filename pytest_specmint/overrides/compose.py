"""Datasets with overrides: constants by the schema, values per record put in their place; nothing invalid leaves."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import InvalidData, SpecmintError, UsageError
from pytest_specmint.job import Job
from pytest_specmint.overrides.constrain import blamed, constrained, is_contradiction
from pytest_specmint.overrides.dataset import ComposedDataset
from pytest_specmint.overrides.read import Override
from pytest_specmint.pipeline.judge import failures, verifier_of
from pytest_specmint.schema.loading.files import copied
from pytest_specmint.schema.sets.values import Json

REDRAWN = 256
"""For how many records of a dataset a schema of their own is compiled, where a value of theirs decides others."""


def composed(job: Job, overrides: Sequence[Override], *, validate: bool = True) -> Dataset:
    """The dataset of a job, with overrides.

    Constants are part of the schema: every record is valid by construction. Values per record are put in; a record
    that they would make invalid is drawn anew under a schema that demands them. Raises `UsageError` for a source that
    is too short, and the engine's errors, naming the override, where no valid record has the values. Without
    ``validate`` all is put in as it is.
    """
    _check_lengths(overrides, job.count)
    if not validate:
        base = list(Dataset(job))
        return _kept(job, [_patched(record, overrides, i) for i, record in enumerate(base)], overrides)
    if not overrides:
        return _ready(job)
    met = _compiled(job, overrides)
    sources = [each for each in overrides if each.per_record]
    if not sources:
        return _made(met, overrides)
    verifier = verifier_of(met.schema, met.enforced().rules)
    records = [_patched(record, sources, i) for i, record in enumerate(Dataset(met))]
    wrong = failures(verifier, records, range(len(records)))
    if len(wrong) > REDRAWN:
        raise _invalid(verifier, records[wrong[0]], wrong[0], sources)
    for i in wrong:
        records[i] = _redrawn(job, overrides, i)
    return _kept(met, records, overrides)


def _ready(job: Job) -> Dataset:
    job.plan()
    return Dataset(job)


def _compiled(job: Job, overrides: Sequence[Override]) -> Job:
    """The job of the schema met with the overrides; an error names those that contradict it."""
    met = msgspec.structs.replace(job, schema=constrained(job.schema, overrides))
    try:
        met.plan()
    except SpecmintError as error:
        if not is_contradiction(error):
            raise
        raise blamed(error, _guilty(job, overrides)) from error
    return met


def _guilty(job: Job, overrides: Sequence[Override]) -> Sequence[Override]:
    """The first override that contradicts the schema by itself; all of them where none does."""
    job.plan()  # a schema without records is not the overrides' fault
    for each in overrides:
        try:
            msgspec.structs.replace(job, schema=constrained(job.schema, [each])).plan()
        except SpecmintError:
            return [each]
    return overrides


def _made(met: Job, overrides: Sequence[Override]) -> Dataset:
    """The dataset of a constrained schema, its records made now, so that their errors come here and name overrides."""
    try:
        return ComposedDataset(met, Dataset(met).jsonl, _words(overrides))
    except SpecmintError as error:
        if not is_contradiction(error):
            raise
        raise blamed(error, overrides) from error


def _check_lengths(overrides: Sequence[Override], count: int) -> None:
    for each in overrides:
        if each.per_record and len(each.value) < count:
            raise UsageError(
                f"{each.origin} {each.pointer} has {len(each.value)} values for {count} records",
                hint=f"make it count={count} or more, or ask for fewer records",
            )


def _patched(record: Json, overrides: Sequence[Override], index: int) -> Json:
    for each in overrides:
        value = copied(each.value[index] if each.per_record else each.value)
        record = _put(record, each.tokens, value, each)
    return record


def _put(record: Json, tokens: Sequence[str], value: Json, override: Override) -> Json:
    """The record with the value at the path; objects on the way are made where they are missing."""
    if not tokens:
        return value
    token, *rest = tokens
    if isinstance(record, list):
        index = int(token) if token.isascii() and token.isdigit() else len(record) + 1
        if index > len(record):
            raise UsageError(
                f"{override}: an array of {len(record)} items has no {token!r} on the way",
                hint="items are put in, or added at the end",
            )
        below = _put(record[index] if index < len(record) else {}, rest, value, override)
        return [*record[:index], below, *record[index + 1 :]]
    held = record if isinstance(record, dict) else {}
    below = _put(held.get(token, {}), rest, value, override)
    return dict(sorted({**held, token: below}.items()))


def _redrawn(job: Job, overrides: Sequence[Override], index: int) -> Json:
    """The record of an index under a schema that demands this record's values."""
    own = [replace(each, value=each.value[index]) if each.per_record else each for each in overrides]
    one = job.part(index, 1)
    try:
        return Dataset(_compiled(one, own))[0]
    except SpecmintError as error:
        raise type(error)(f"record {index}: {error.message}", pointer=error.pointer, hint=error.hint) from error


def _invalid(verifier: Verifier, record: Json, index: int, sources: Sequence[Override]) -> InvalidData:
    violation = next(iter(verifier.violations(record, 1)), "rejected")
    named = ", ".join(f"{each.origin} {each.pointer}" for each in sources)
    return InvalidData(
        f"record {index} is invalid with its values of {named}: {violation}",
        hint="the values must fit the schema; validate=False hands them out as they are",
    )


def _kept(job: Job, records: Sequence[Json], overrides: Sequence[Override]) -> Dataset:
    lines = b"".join(canonical_bytes(record) + b"\n" for record in records)
    return ComposedDataset(job, lines, _words(overrides))


def _words(overrides: Sequence[Override]) -> str:
    return ", ".join(
        f"{each.origin} {each.pointer}" + (" (a value per record)" if each.per_record else "") for each in overrides
    )
