"""Datasets of tests that a language model enriches: replayed from cassettes, or recorded when that is asked for."""

import os
import sys
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from pytest_specmint import config as configuration
from pytest_specmint.dataset import Dataset
from pytest_specmint.enriched import EnrichedDataset
from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.enrichment.settings import LlmSettings, read_settings
from pytest_specmint.golden.place import CASSETTE, golden_place
from pytest_specmint.job import Job
from pytest_specmint.plugin.marker import Asked
from pytest_specmint.plugin.schemas import Asking
from pytest_specmint.plugin.seeds import node_id
from pytest_specmint.plugin.session import golden_directory
from pytest_specmint.plugin.settings import plugin_config


def enriched(
    who: Asking,
    job: Job,
    asked: Asked,
    place: str,
    *,
    base: Dataset | None = None,
    protected: frozenset[str] = frozenset(),
) -> Dataset:
    """The dataset of a job with a language model's values, made now so that its errors come here.

    ``place`` is its golden's below the directory of goldens, without ending; the cassette is beside it.
    """
    cassette = golden_directory(who.config) / f"{place}{CASSETTE}"
    settings = replace(llm_settings(who.config), mode=LlmMode(asked.llm or "off"), cassette=cassette)
    if base is not None and base.made_by_job:
        base = None

    def warn(words: str) -> None:
        warnings.warn(pytest.PytestWarning(f"specmint: {words}"), stacklevel=2)

    made = EnrichedDataset(
        job,
        settings,
        lambda wanted: _connections(who.config).connected(wanted, warn),
        base=base,
        protected=protected,
        warn=warn,
    )
    len(made.jsonl)
    return made


def place_of(who: Asking, name: str = "factory") -> str:
    """Where the cassette of a fixture, or of calls of the factory, lies: named after the test or the file."""
    nodeid = node_id(who.node)
    if "::" not in nodeid:
        path, root = who.path, who.config.rootpath
        nodeid = f"{path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name}::{name}"
        return str(golden_place(nodeid))
    return str(golden_place(nodeid, name))


_SETTINGS: pytest.StashKey[LlmSettings] = pytest.StashKey()


def llm_settings(config: pytest.Config) -> LlmSettings:
    """Provider, model and the rest: from the environment, or the settings file in the root directory.

    Answers are replayed unless ``--specmint-llm-record``, or the setting ``llm_source``, says otherwise.
    """
    known = config.stash.get(_SETTINGS, None)
    if known is None:
        found = configuration.resolve({}, directory=config.rootpath)
        values = {name: each.value for name, each in found.items()}
        explicit = {name for name, each in found.items() if each.origin != "default"}
        ci = os.environ.get("CI", "").lower() not in {"", "0", "false"}
        known = read_settings(values, ci=ci, in_pytest=True, explicit=explicit)
        known = replace(
            known,
            context=tuple(config.rootpath / each for each in known.context),
            cache_dir=None if known.cache_dir is None else config.rootpath / known.cache_dir,
            max_cost_usd=_share(known.max_cost_usd),
        )
        if plugin_config(config).llm_record:
            known = replace(known, source=LlmSource.RECORD)
        config.stash[_SETTINGS] = known
    return known


def _share(limit: Decimal | None) -> Decimal | None:
    """What one worker of pytest-xdist may spend of a session's budget."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") or 1)
    return None if limit is None else limit / workers


# ---------------------------------------------------------------- one connection for all tests


def _told(words: str) -> None:
    """What a run may cost, and how a pull goes on: seen with ``-s``, and with a failure."""
    sys.stderr.write(f"specmint: {words}\n")


class _Shared:
    """A dispatcher that outlives the datasets that use it: budget, rates and circuits are the session's."""

    def __init__(self, dispatcher: Any) -> None:
        self._dispatcher = dispatcher

    def begin(self, sample: Any, expected: int) -> None:
        """The session's calls are as yet unknown: the first dataset's stand for them."""
        if hasattr(self._dispatcher, "begin"):
            self._dispatcher.begin(sample, expected)

    def submit(self, call: Any) -> Any:
        """Hand in a call."""
        return self._dispatcher.submit(call)

    def close(self, *, cancel: bool = False) -> None:
        """Nothing: the session closes it. What is under way of a dataset that failed ends with its deadline."""


class _Connections:
    """The session's connections, by provider and model."""

    def __init__(self) -> None:
        self._open: dict[Any, Connection | None] = {}
        self._dispatchers: list[Any] = []

    def connected(self, settings: LlmSettings, warn: Callable[[str], None]) -> Connection | None:
        """The connection of these settings, made once."""
        key = replace(settings, mode=LlmMode.OFF, cassette=None)
        if key not in self._open:
            from pytest_specmint.enrichment.connect import connect

            found = connect(replace(settings, mode=LlmMode.FIELDS), say=_told, warn=warn)
            if found is not None:
                self._dispatchers.append(found.dispatcher)
                found = replace(found, dispatcher=_Shared(found.dispatcher))
            self._open[key] = found
        return self._open[key]

    def close(self) -> None:
        for dispatcher in self._dispatchers:
            dispatcher.close(cancel=True)
        self._dispatchers.clear()
        self._open.clear()


_CONNECTIONS: pytest.StashKey[_Connections] = pytest.StashKey()


def _connections(config: pytest.Config) -> _Connections:
    known = config.stash.get(_CONNECTIONS, None)
    if known is None:
        known = config.stash[_CONNECTIONS] = _Connections()
        config.add_cleanup(known.close)
    return known
