"""The goldens of a test, by the names of its datasets."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_specmint.plugin.datasets import dataset_names
from pytest_specmint.plugin.marker import GOLDEN_FORMS, Marker
from pytest_specmint.plugin.running import attempt_at
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.golden import Golden


def golden_of(item: Any, name: str) -> "Golden":
    """The golden of one of a test's datasets, the same object however often it is asked for."""
    from pytest_specmint.golden.golden import golden_for
    from pytest_specmint.golden.store import GoldenStore

    opened = attempt_at(item).goldens
    if name not in opened:
        marker = dataset_names(item)[name]
        store = GoldenStore(item)
        store.path = _path(store.path, marker, item)
        update = plugin_config(item.config).update_golden
        opened[name] = golden_for(store.path, store.read(), update=update, nodeid=item.nodeid), store
    return opened[name][0]


def _path(usual: Path, marker: Marker, item: Any) -> Path:
    if marker.golden is not None and marker.golden not in GOLDEN_FORMS:
        config = plugin_config(item.config)
        return Path(item.config.rootpath) / config.golden_dir / marker.golden
    return usual.with_name(f"{usual.stem}.{marker.name}.jsonl") if marker.name else usual


def close_goldens(item: Any) -> None:
    """Write what is to be written, if the test passed."""
    attempt = attempt_at(item)
    for golden, store in attempt.goldens.values():
        if golden.pending is not None and attempt.passed:
            store.write(golden.pending)
            item.ihook.pytest_specmint_golden_updated(config=item.config, node=item, path=store.path)
    attempt.goldens.clear()


class Goldens(Mapping[str, "Golden"]):
    """The goldens of a test by the names of its datasets."""

    def __init__(self, item: Any) -> None:
        self._item = item
        self._names = tuple(dataset_names(item))

    def __getitem__(self, name: str) -> "Golden":
        if name not in self._names:
            raise KeyError(f"{name!r}; there are {', '.join(map(repr, self._names))}")
        return golden_of(self._item, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
