"""Near misses: valid records changed so that each breaks exactly one keyword of the schema.

They are made to test validators and APIs. Near miss i depends on the schema, the seed, the day that counts as today and
i alone. Over a dataset they go round through everything in the schema that can be broken.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from pytest_specmint.job import Job
from pytest_specmint.near_miss.search import Broken, search_of

BLOCK = 256
"""Valid records per block."""


class NearMiss(Struct, frozen=True):
    """A record that breaks one keyword: which, where it stands in the schema and where the record breaks it."""

    record: Any
    index: int
    keyword: str
    schema_pointer: str
    """The keyword's absolute place, ``#/$defs/Line/properties/quantity/minimum``; before ``#`` the document, if it is
    not the main one."""
    instance_pointer: str
    message: str
    """The validator's words."""


class Unbreakable(Struct, frozen=True):
    """A keyword that near misses cannot break by itself, and why."""

    keyword: str
    schema_pointer: str
    reason: str


def near_misses(job: Job) -> Iterator[NearMiss]:
    """The near misses ``start … start + count - 1`` of a job.

    Raises `UnsupportedSchema` where the schema leaves nothing to break.
    """
    search = search_of(job)
    for start, count in job.ranges(BLOCK):
        for index, record in enumerate(search.records(start, count), start):
            yield _named(index, search.at(index, record))


def near_miss(job: Job, index: int) -> NearMiss:
    """The near miss with this index of the job's schema, seed and day, whatever range the job covers."""
    search = search_of(job)
    return _named(index, search.at(index, search.records(index, 1)[0]))


def unbreakable(job: Job) -> tuple[Unbreakable, ...]:
    """The keywords of the schema that no near miss breaks, after a bounded search, each with the reason."""
    search = search_of(job)
    probed = ((aim.target, search.probe(number)) for number, aim in enumerate(search.aims))
    return tuple(
        Unbreakable(target.keyword, target.pointer, reason) for target, reason in probed if isinstance(reason, str)
    )


def label(miss: NearMiss) -> dict[str, Any]:
    """What is said about a near miss in the file beside the records."""
    return {
        "index": miss.index,
        "keyword": miss.keyword,
        "schema_pointer": miss.schema_pointer,
        "instance_pointer": miss.instance_pointer,
        "message": miss.message,
    }


def _named(index: int, broken: Broken) -> NearMiss:
    target = broken.target
    return NearMiss(broken.record, index, target.keyword, target.pointer, broken.pointer, broken.message)


__all__ = ["NearMiss", "Unbreakable", "label", "near_miss", "near_misses", "unbreakable"]
