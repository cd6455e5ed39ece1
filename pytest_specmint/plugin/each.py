"""One test per record: ``@pytest.mark.specmint_each``."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.case import Case
from pytest_specmint.plugin.datasets import checked_markers, is_enriched, job_of, session_dataset
from pytest_specmint.plugin.marker import EACH, Each, markers_of
from pytest_specmint.plugin.running import attempt_at
from pytest_specmint.plugin.schemas import asking, told
from pytest_specmint.plugin.seeds import function_id, node_id
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.near_miss import NearMiss

RECORD = "specmint_record"
KEPT = 16
"""Of how many functions the datasets are kept."""


_DATASETS: pytest.StashKey["OrderedDict[str, tuple[Each, Dataset]]"] = pytest.StashKey()


def parametrize(metafunc: pytest.Metafunc) -> None:
    """A test per record, by index: nothing is generated here. What is wrong with the marker is told by collection."""
    merged = markers_of(metafunc.definition)
    each = merged.each or Each()
    count = plugin_config(metafunc.config).count if each.count is None else each.count
    indices = [each.start] if merged.mistakes else range(each.start, each.start + count)
    metafunc.parametrize(RECORD, indices, indirect=True, ids=[f"r{index:04d}" for index in indices])


def case_of(request: pytest.FixtureRequest) -> Case:
    """The record of a test; made once however many fixtures ask for it."""
    item = request.node
    attempt = attempt_at(item)
    if attempt.case is None:
        each = checked_markers(item).each
        callspec = getattr(item, "callspec", None)
        if each is None or callspec is None or RECORD not in callspec.params:
            raise pytest.UsageError(
                f'{node_id(item)}: needs @pytest.mark.{EACH}(schema="schemas/order.json", count=20)'
            )
        attempt.case = _case(item, each, callspec.params[RECORD])
    return attempt.case


def violation_of(request: pytest.FixtureRequest) -> "NearMiss":
    """What the record of a test breaks."""
    violation = case_of(request).violation
    if violation is None:
        raise pytest.UsageError(f"{node_id(request.node)}: specmint_violation needs @pytest.mark.{EACH}(invalid=True)")
    return violation


def _case(item: Any, each: Each, index: int) -> Case:
    dataset = _dataset(item, each)
    with told(node_id(item)):
        if not each.invalid:
            return Case(index, dataset)
        from pytest_specmint.near_miss import near_miss

        return Case(index, dataset, near_miss(dataset.job, index))


def _dataset(item: Any, each: Each) -> "Dataset":
    """The records of the item's function: one dataset for all its tests."""
    made: OrderedDict[str, tuple[Each, Any]] = item.config.stash.setdefault(_DATASETS, OrderedDict())
    key = function_id(item)
    if key not in made or made[key][0] != each:
        with told(node_id(item)):
            job = job_of(asking(item), each, key)
            made[key] = each, session_dataset(item.config, job)
            if is_enriched(each):
                from pytest_specmint.golden.place import golden_place
                from pytest_specmint.plugin.enriching import enriched

                made[key] = each, enriched(asking(item), job, each, str(golden_place(key, RECORD)))
        item.ihook.pytest_specmint_dataset_generated(node=item, name=RECORD, dataset=made[key][1])
        if len(made) > KEPT:
            made.popitem(last=False)
    found: Dataset = made[key][1]
    return found
