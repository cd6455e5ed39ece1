"""Datasets in parts in Google's and Azure's object stores: against servers on loopback that speak as these do."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from cluster import PARTS, Box, answers, free_port, kill, until

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The account that Azurite has for tests, as its documentation tells it."""


EMULATOR = """
import http.server
http.server.HTTPServer = http.server.ThreadingHTTPServer  # by itself it answers one client at a time
from gcp_storage_emulator.server import create_server
create_server("127.0.0.1", {port}, True, default_bucket="box").run()
"""


class Elsewhere(NamedTuple):
    url: str
    names: Callable[[], Iterable[str]]
    read: Callable[[str], bytes]
    remove: Callable[[str], object]

    def files(self, name: str) -> dict[str, bytes]:
        """As `Box.files`."""
        found = {each[len(name) + 1 :]: each for each in self.names() if each.startswith(f"{name}/")}
        return {short: self.read(each) for short, each in sorted(found.items()) if short != "run.json"}


@pytest.fixture(params=["google", "azure"])
def elsewhere(request: pytest.FixtureRequest, box: Box, tmp_path: Path) -> Iterator[Elsewhere]:
    start = {"google": google, "azure": azure}[request.param]
    with start(box, tmp_path) as found:
        yield found


@contextmanager
def google(box: Box, _: Path) -> Iterator[Elsewhere]:
    pytest.importorskip("gcsfs", reason='gs:// is not tested: pip install "pytest-specmint[gcs]"')
    pytest.importorskip("gcp_storage_emulator", reason="gs:// is not tested: pip install gcp-storage-emulator")
    port = free_port()
    with running([sys.executable, "-c", EMULATOR.format(port=port)], port):
        address = f"http://127.0.0.1:{port}"
        box.more["STORAGE_EMULATOR_HOST"] = address
        objects = f"{address}/storage/v1/b/box/o"

        def asked(url: str, method: str = "GET") -> bytes:
            with urlopen(Request(url, method=method), timeout=30) as answer:
                return bytes(answer.read())

        yield Elsewhere(
            "gs://box",
            lambda: [each["name"] for each in json.loads(asked(objects)).get("items", [])],
            lambda name: asked(f"{objects}/{quote(name, safe='')}?alt=media"),
            lambda name: asked(f"{objects}/{quote(name, safe='')}", "DELETE"),
        )


@contextmanager
def azure(box: Box, place: Path) -> Iterator[Elsewhere]:
    adlfs = pytest.importorskip("adlfs", reason='az:// is not tested: pip install "pytest-specmint[azure]"')
    server = shutil.which("azurite-blob")
    if server is None:
        pytest.skip("az:// is not tested: npm install --global azurite")
    port = free_port()
    given = ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(place / "azurite")]
    given += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    with running([server, *given], port):
        box.more["AZURE_STORAGE_CONNECTION_STRING"] = said = (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"BlobEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
        )
        files = adlfs.AzureBlobFileSystem(connection_string=said)
        files.mkdir("box")
        yield Elsewhere(
            "az://box",
            lambda: [each.partition("/")[2] for each in files.find("box")],
            lambda name: bytes(files.cat_file(f"box/{name}")),
            lambda name: files.rm_file(f"box/{name}"),
        )


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        until(lambda: answers(port))
        yield
    finally:
        kill(process)


def test_the_store_has_what_a_directory_has(box: Box, elsewhere: Elsewhere, whole: dict[str, bytes]) -> None:
    out = f"{elsewhere.url}/out"
    ran = box.generate("-o", out, "--workers", "2")
    assert ran.code == 0, ran.err
    assert elsewhere.files("out") == whole

    ran = box.generate("-o", out)
    assert (ran.code, "holds a dataset already" in ran.err) == (6, True)
    elsewhere.remove("out/part-00001.jsonl")
    ran = box.generate("-o", out, "--resume")
    assert ran.code == 0, ran.err
    assert f"parts {PARTS} ({PARTS - 1} kept)" in ran.err
    assert elsewhere.files("out") == whole


def test_a_place_that_is_not_there(box: Box, elsewhere: Elsewhere) -> None:
    ran = box.generate("-o", f"{elsewhere.url}-that-is-not-there/out", count=10)
    assert ran.code == 6
    assert "_specmint/lock.json: " in ran.err
    assert "check the address, credentials and permissions" in ran.err
