"""Tests against a real model: marked ``live``, and only run where they are asked for (``pytest -m live``)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import ModelServer, NotToBeHad

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    """The model, with one slot: the same seed gives the same text."""
    try:
        server = ModelServer().start()
    except NotToBeHad as reason:
        if os.environ.get("SPECMINT_LIVE") == "required":
            pytest.fail(f"no real model: {reason}")
        pytest.skip(f"NO REAL MODEL: {reason}")
    yield server
    server.stop()
