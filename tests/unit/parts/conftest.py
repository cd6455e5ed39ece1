"""What the tests of parts share: places, and a small job."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from pytest_specmint.job import Job
from pytest_specmint.output.formats import JSONL, task_of
from pytest_specmint.parts.make import Content, Work, work_of
from pytest_specmint.parts.sink import Sink, sink_at
from pytest_specmint.pipeline.blocks import recipe_of
from pytest_specmint.schema.load import load_schema

SMALL = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer", "minimum": 0, "maximum": 10**9}},
}


@pytest.fixture(params=["directory", "memory", "local"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """A place of each kind."""
    return sink_at(str(tmp_path / "sink")) if request.param == "directory" else of_url(request.param, tmp_path)


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    """A place of each kind that is behind a URL."""
    return of_url(request.param, tmp_path)


def of_url(protocol: str, directory: Path) -> Sink:
    """In memory, or a store that shows what is half there."""
    pytest.importorskip("fsspec", reason='URLs need: pip install "pytest-specmint[cloud]"')
    return sink_at(f"memory://{uuid4().hex}" if protocol == "memory" else f"local://{directory / 'sink'}")


@pytest.fixture
def job(schema_file: Callable[..., str]) -> Job:
    return Job(load_schema(schema_file(SMALL)), 7, 1000, 5, date(2025, 1, 1))


@pytest.fixture
def work(job: Job, tmp_path: Path) -> Work:
    content = Content(recipe_of(job), JSONL, task_of(job))
    return work_of("run-1", str(tmp_path / "out"), content, plan="plan-1")
