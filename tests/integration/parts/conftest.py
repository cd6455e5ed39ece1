"""What the tests of datasets in parts share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Box, Cluster, Store, cluster, moto


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an undisturbed run by one process."""
    made = Box(tmp_path_factory.mktemp("whole"))
    ran = made.generate("-o", "whole")
    assert ran.code == 0, ran.err
    return made.files("whole")


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    pytest.importorskip("s3fs", reason='object stores need s3fs: pip install "pytest-specmint[s3]"')
    pytest.importorskip("moto", reason="the S3 server of these tests is moto's: pip install 'moto[server]'")
    with moto() as port:
        yield port


@pytest.fixture
def store(s3_port: int, box: Box, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A bucket, and the program that knows its address."""
    made = Store(s3_port, f"b{abs(hash(request.node.name)) % 10**9}")
    box.more.update(made.environment)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def dask(box: Box) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    needs_dask()
    with cluster(box) as made:
        yield made


def needs_dask() -> None:
    pytest.importorskip("distributed", reason='clusters of Dask need: pip install "pytest-specmint[dask]"')
