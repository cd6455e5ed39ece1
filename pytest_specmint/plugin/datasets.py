"""From what a marker asks for to a dataset."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.marker import GOLDEN_FORMS, NAME, UNNAMED, Asked, Marker, Merged, markers_of
from pytest_specmint.plugin.rules import rules_named
from pytest_specmint.plugin.running import attempt_at
from pytest_specmint.plugin.schemas import Asking, asking, schemas_of, told
from pytest_specmint.plugin.seeds import derived_seed, node_id
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.job import Job
    from pytest_specmint.plugin.session_data import KeptLines


def checked_markers(item: Any) -> Merged:
    """The markers of a test; `pytest.UsageError` where they were made wrong after collection."""
    merged = markers_of(item)
    if merged.mistakes:
        raise pytest.UsageError("\n".join(f"{node_id(item)}: {each}" for each in merged.mistakes))
    return merged


def datasets_asked(item: Any) -> Mapping[str, Marker]:
    """The datasets that a test asks for, by name."""
    return checked_markers(item).datasets


def dataset_names(item: Any) -> Mapping[str, Marker]:
    """The datasets that a test asks for; an error where there are none."""
    markers = datasets_asked(item)
    if not markers:
        raise pytest.UsageError(
            f'{node_id(item)}: needs @pytest.mark.{NAME}(schema="schemas/order.json", seed=1, count=10)'
        )
    return markers


def chosen_name(item: Any, fixture: str) -> str:
    """The dataset that is meant where none is named: the unnamed one, or the only one."""
    names = list(dataset_names(item))
    if UNNAMED in names or len(names) == 1:
        return UNNAMED if UNNAMED in names else names[0]
    listed = ", ".join(f'{fixture}s["{name}"]' for name in sorted(names))
    raise pytest.UsageError(f"{node_id(item)}: {fixture} is one of several: write {listed}")


def dataset_of(item: Any, name: str) -> "Dataset":
    """A dataset of a test, the same object however often it is asked for."""
    made = attempt_at(item).datasets
    if name not in made:
        marker = dataset_names(item)[name]
        with told(node_id(item)):
            job = job_of(asking(item), marker, node_id(item), marker.name)
            made[name] = session_dataset(item.config, job)
            if is_enriched(marker):
                from pytest_specmint.plugin.enriching import enriched

                made[name] = enriched(asking(item), job, marker, _golden_file(item, marker))
        item.ihook.pytest_specmint_dataset_generated(node=item, name=name, dataset=made[name])
    return made[name]


def is_enriched(asked: Asked) -> bool:
    """Whether a language model is asked for."""
    return asked.llm not in {None, "off"}


def _golden_file(item: Any, marker: Marker) -> str:
    """The golden's file below its directory, without ending."""
    from pytest_specmint.golden.place import RECORDS, golden_place

    if marker.golden is not None and marker.golden not in GOLDEN_FORMS:
        return marker.golden.removesuffix(RECORDS)
    return str(golden_place(node_id(item), marker.name))


_KEPT: pytest.StashKey["KeptLines"] = pytest.StashKey()


def session_dataset(config: pytest.Config, job: "Job") -> "Dataset":
    """The dataset of a job, made once in a session."""
    from pytest_specmint.plugin.session_data import KeptLines, SessionDataset

    kept = config.stash.get(_KEPT, None)
    if kept is None:
        kept = config.stash[_KEPT] = KeptLines()
    return SessionDataset(job, kept)


def job_of(who: Asking, asked: Asked, identity: str, name: str = "") -> "Job":
    """What is asked for, compiled: a seed that is not given follows from the identity, all else from the settings."""
    from msgspec.structs import replace

    job = _job(who, asked)
    if asked.seed is not None:
        return job
    return replace(job, seed=derived_seed(identity, name, plugin_config(who.config).seed))


_JOBS: pytest.StashKey["OrderedDict[tuple[int, Any], tuple[Asked, Job]]"] = pytest.StashKey()
MOST_JOBS = 256
"""Of how many markers the jobs are kept."""


def _job(who: Asking, asked: Asked) -> "Job":
    """The job but for its seed; made once for what asks for the same from the same place with the same schema."""
    from pytest_specmint.api import parse_day, parse_mode
    from pytest_specmint.job import Job
    from pytest_specmint.packs.chosen import domain_names
    from pytest_specmint.packs.locale_names import locale_tag

    schema = schemas_of(who.config).load(who, asked)
    known: OrderedDict[tuple[int, Any], tuple[Asked, Job]] = who.config.stash.setdefault(_JOBS, OrderedDict())
    key = id(asked), schema.identity
    if key not in known:
        config = plugin_config(who.config)
        day = parse_day(asked.as_of if asked.as_of is not None else config.as_of)
        job = Job(
            schema,
            asked.seed or 0,
            asked.count or config.count,
            asked.start,
            day,
            mode=parse_mode(asked.mode),
            domain=domain_names(asked.domain),
            locale=locale_tag(asked.locale),
            rules=rules_named(who, asked.rules),
        )
        job.plan()
        known[key] = asked, job  # what asks is held, so that nothing else gets its id
        if len(known) > MOST_JOBS:
            known.popitem(last=False)
    return known[key][1]


class Datasets(Mapping[str, "Dataset"]):
    """The datasets of a test by name, each made when it is first asked for."""

    def __init__(self, item: Any) -> None:
        self._item = item
        self._names = tuple(dataset_names(item))

    def __getitem__(self, name: str) -> "Dataset":
        if name not in self._names:
            raise KeyError(f"{name!r}; there are {', '.join(map(repr, self._names))}")
        return dataset_of(self._item, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<Datasets {', '.join(map(repr, self._names))}>"
