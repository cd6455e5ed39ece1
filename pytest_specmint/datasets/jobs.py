"""From names to jobs: each dataset after those that it refers to, so that none is asked for what is not known."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.datasets.entry import Entry
from pytest_specmint.engine.settings import USUAL_SIZES, Sizes
from pytest_specmint.errors import SpecmintError, UsageError
from pytest_specmint.job import Job, RelatedJob, needs_of
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.relations.order import in_order
from pytest_specmint.schema.load import load_schema


class Common(Struct, frozen=True):
    """What holds for all datasets that do not say otherwise."""

    seed: int
    count: int
    as_of: date
    sizes: Sizes = USUAL_SIZES
    domain: tuple[str, ...] = ()


def jobs_of(entries: Sequence[Entry], common: Common, main: tuple[str, Job] | None = None) -> dict[str, Job]:
    """The jobs by name, each after those that it refers to, its plan compiled; ``main`` is one that is known already.

    Raises `SchemaError` for references in a circle (named) or to what there is not, and what compiling raises: the
    message then begins with the name of the dataset.
    """
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"there are two datasets {name!r}", hint="NAME=FILE gives one of them another name")
    plain = {entry.name: _told(entry.name, _plain, entry, common) for entry in entries}
    plain |= {} if main is None else dict([main])
    needs = {name: _told(name, needs_of, job) for name, job in plain.items()}
    made: dict[str, Job] = {}
    for name in in_order(needs):
        own = needs_of(plain[name])
        known = tuple(RelatedJob(other, job) for other, job in made.items() if other in own)
        made[name] = _told(
            name, _finished, replace(plain[name], related=known), [other for other in plain if other != name]
        )
    return made


def _plain(entry: Entry, common: Common) -> Job:
    schema = load_schema(entry.schema, schema_root=entry.schema_root, draft=entry.draft, view=entry.view)
    return Job(
        schema,
        common.seed if entry.seed is None else entry.seed,
        common.count if entry.count is None else entry.count,
        0,
        common.as_of,
        common.sizes,
        rules=_rules(entry.rules),
        domain=common.domain if entry.domain is None else domain_names(entry.domain),
        links=entry.links,
        series=entry.series,
    )


def _rules(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    from pytest_specmint.rules.given import given_rules

    return given_rules(given)


def _finished(job: Job, names: Sequence[str]) -> Job:
    job = replace(job, known=tuple(names))
    job.plan()
    return job


def _told(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """The work; its errors say which dataset they are about."""
    try:
        return work(*arguments)
    except SpecmintError as error:
        error.message = f"{name}: {error.message}"
        raise


def in_names(jobs: Mapping[str, Job], name: str) -> Job:
    """The job of a name; raises `UsageError`, with the nearest, if there is none."""
    if name in jobs:
        return jobs[name]
    from pytest_specmint.schema.loading.near import nearest

    near = nearest(name, jobs, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(jobs)}"
    raise UsageError(f"there is no dataset {name!r}", hint=hint)
