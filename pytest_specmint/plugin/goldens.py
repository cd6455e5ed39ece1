"""The goldens of a test: opened when a fixture asks for them, settled when the test is over."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_specmint.plugin.datasets import chosen_name, dataset_of, datasets_asked
from pytest_specmint.plugin.marker import GOLDEN_FORMS, UNNAMED, Marker
from pytest_specmint.plugin.running import attempt_at
from pytest_specmint.plugin.schemas import asking, directory_named
from pytest_specmint.plugin.seeds import node_id
from pytest_specmint.plugin.session import golden_directory, golden_session
from pytest_specmint.plugin.settings import plugin_config

if TYPE_CHECKING:
    from pytest_specmint.golden.golden import Golden, Terms
    from pytest_specmint.golden.origin import Subject
    from pytest_specmint.golden.store import GoldenStore


def golden_meant(item: Any) -> "Golden":
    """What ``specmint_golden`` is: the golden of the only dataset, or of the unnamed one, or of the test itself."""
    return golden_of(item, chosen_name(item, "specmint_golden") if datasets_asked(item) else UNNAMED)


def golden_of(item: Any, name: str) -> "Golden":
    """The golden of one of a test's datasets, the same object however often it is asked for."""
    from pytest_specmint.golden.golden import Golden

    opened = attempt_at(item).goldens
    if name not in opened:
        marker = datasets_asked(item).get(name)
        store = _store(item, name, marker)
        opened[name] = Golden(
            store,
            _subject(item, name, marker),
            _terms(item, store, marker),
            base=partial(_base, item, name, marker),
            judge=partial(_judged, item, opened, name),
        )
    return opened[name]


def _store(item: Any, name: str, marker: Marker | None) -> "GoldenStore":
    from pytest_specmint.golden.place import RECORDS, golden_place
    from pytest_specmint.golden.store import GoldenStore

    directory = golden_directory(item.config)
    if marker is not None and marker.golden is not None and marker.golden not in GOLDEN_FORMS:
        return GoldenStore(directory / marker.golden.removesuffix(RECORDS))
    place = directory / golden_place(node_id(item), name)
    golden_session(item.config).claim(place, node_id(item))
    return GoldenStore(place)


def _subject(item: Any, name: str, marker: Marker | None) -> "Subject":
    from pytest_specmint.golden.origin import Subject

    given = None if marker is None else marker.schema_root
    return Subject(
        nodeid=node_id(item),
        root=item.config.rootpath,
        here=item.config.invocation_params.dir,
        name=name,
        draft=None if marker is None or marker.draft is None else str(marker.draft),
        schema_root=None if given is None else str(directory_named(asking(item), given)),
    )


def _terms(item: Any, store: "GoldenStore", marker: Marker | None) -> "Terms":
    from pytest_specmint.golden.golden import Terms
    from pytest_specmint.golden.origin import Form

    config = plugin_config(item.config)
    asked = None if marker is None else marker.golden
    return Terms(
        action=config.update.action(node_id(item), exists=store.exists),
        form=None if asked is None else Form(asked) if asked in GOLDEN_FORMS else Form.JSONL,
        max_bytes=config.max_golden_bytes,
    )


def _base(item: Any, name: str, marker: Marker | None) -> Any:
    return None if marker is None else dataset_of(item, name)


def _judged(item: Any, opened: Mapping[str, Any], name: str, actual: Any) -> bool | None:
    verdict: bool | None = item.ihook.pytest_specmint_golden_compare(node=item, golden=opened[name], actual=actual)
    return verdict


class Goldens(Mapping[str, "Golden"]):
    """The goldens of a test by the names of its datasets."""

    def __init__(self, item: Any) -> None:
        self._item = item
        self._names = tuple(datasets_asked(item)) or (UNNAMED,)

    def __getitem__(self, name: str) -> "Golden":
        if name not in self._names:
            raise KeyError(f"{name!r}; there are {', '.join(map(repr, self._names))}")
        return golden_of(self._item, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<Goldens {', '.join(map(repr, self._names))}>"
