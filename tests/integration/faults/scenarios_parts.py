"""Faults of datasets in parts; those of clusters and stores need real ones, and are in tests/integration/parts."""

import os
import re
import signal
import subprocess
from pathlib import Path

from box import Box, Ran
from scenarios import fault, without

PARTS = ("--part-records", "65536")
COUNT = ("--count", str(4 * 65_536))


def begun(box: Box, *arguments: str, workers: str = "1") -> "tuple[subprocess.Popen[bytes], int]":
    """A run in mid-part, and the process that makes one."""
    given = ("generate", "--schema", "person.json", *COUNT, *PARTS, "--workers", workers, "--out", "out", *arguments)
    child = box.begun(*given)
    box.await_file("out/.part-*.specmint-*", child)
    found = [re.fullmatch(r".*-([0-9]+)-[0-9]+", path.name) for path in (box.directory / "out").glob(".part-*")]
    return child, next((int(each[1]) for each in found if each is not None), child.pid)


def lines(box: Box) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((box.directory / "out").glob("part-*")))


def whole(box: Box, ran: Ran) -> Ran:
    """What an undisturbed run writes."""
    assert box.generate(*COUNT, "--no-record-files", "--out", "one").code == 0
    assert lines(box) == (box.directory / "one" / "dataset.jsonl").read_bytes()
    assert sorted(path.name for path in (box.directory / "out").iterdir()) == [
        "manifest.json",
        *(f"part-{number:05d}.jsonl" for number in range(4)),
        "run.json",
    ]
    return ran


@fault("parts-killed")
def _(box: Box) -> Ran:
    child, _ = begun(box)
    child.kill()
    box.ended(child)
    assert not (box.directory / "out" / "manifest.json").exists()
    return whole(box, box.generate(*COUNT, *PARTS, "--out", "out", "--resume"))


@fault("parts-killed-unasked")
def _(box: Box) -> Ran:
    child, _ = begun(box)
    child.kill()
    box.ended(child)
    return box.generate(*COUNT, *PARTS, "--out", "out")


@fault("parts-worker-dies")
def _(box: Box) -> Ran:
    child, worker = begun(box, workers="2")
    os.kill(worker, signal.SIGKILL)
    return whole(box, box.ended(child))


@fault("parts-interrupt")
def _(box: Box) -> Ran:
    child, _ = begun(box)
    child.send_signal(signal.SIGINT)
    ran = box.ended(child)
    assert not [path for path in (box.directory / "out").iterdir() if path.name.startswith((".", "manifest"))]
    whole(box, box.generate(*COUNT, *PARTS, "--out", "out", "--resume"))
    return ran


@fault("parts-damaged")
def _(box: Box) -> Ran:
    assert box.generate(*COUNT, *PARTS, "--out", "out").code == 0
    part = box.directory / "out" / "part-00002.jsonl"
    part.write_bytes(part.read_bytes()[:-1])
    return whole(box, box.generate(*COUNT, *PARTS, "--out", "out", "--resume"))


@fault("parts-foreign-directory")
def _(box: Box) -> Ran:
    thesis = Path(box.directory / "out" / "thesis.txt")
    thesis.parent.mkdir()
    thesis.write_text("mine")
    ran = box.generate(*PARTS, "--out", "out", "--overwrite")
    assert [path.name for path in thesis.parent.iterdir()] == ["thesis.txt"]
    return ran


@fault("merge-gap")
def _(box: Box) -> Ran:
    for k in (1, 3):
        assert box.generate("--count", "9", "--shard", f"{k}/3", "--out", f"shard-{k}").code == 0
    return box.run("merge", "shard-1", "shard-3", "--out", "out")


@fault("merge-damaged")
def _(box: Box) -> Ran:
    for k in (1, 2):
        assert box.generate("--count", "8", "--shard", f"{k}/2", "--out", f"shard-{k}").code == 0
    data = box.directory / "shard-2" / "dataset.jsonl"
    data.write_bytes(data.read_bytes().replace(b"P-", b"Q-", 1))
    ran = box.run("merge", "shard-1", "shard-2", "--out", "out")
    assert not list((box.directory / "out").iterdir())
    return ran


@fault("extra-dask-missing")
def _(box: Box) -> Ran:
    return without(box, "distributed", "--engine", "dask")


@fault("extra-cloud-missing")
def _(box: Box) -> Ran:
    return without(box, "fsspec", "--out", "memory://out")
