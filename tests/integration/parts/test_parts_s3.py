"""Datasets in parts in an object store: a real S3 server, which may fail; and in memory."""

import os
import signal
import time
from itertools import cycle

import pytest
from cluster import PARTS, Box, Store, ended, kill, until

OUTAGE = 10.0


def test_the_store_has_what_a_directory_has(box: Box, store: Store, whole: dict[str, bytes]) -> None:
    ran = box.generate("-o", store.url("out"), "--workers", "2")
    assert ran.code == 0, ran.err
    assert store.files("out") == whole
    assert ran.err.endswith(f"in {store.url('out')}\n")


def test_large_parts_are_sent_in_pieces(box: Box, store: Store, root: object) -> None:
    import json

    wide = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 300}}}
    (box.directory / "small.json").write_text(json.dumps(wide))
    ran = box.generate("-o", store.url("out"), count=65_536)
    assert ran.code == 0, ran.err
    assert store.etag("out/part-00000.jsonl").endswith("-3")  # so many pieces of 8 MiB
    assert "<Upload>" not in store.uploads()
    assert box.generate("-o", "here", count=65_536).code == 0
    assert store.files("out") == box.files("here")


def test_a_store_that_fails_for_ten_seconds(box: Box, store: Store, whole: dict[str, bytes]) -> None:
    run = box.begin("-o", store.url("out"))
    until(lambda: "_specmint/part-00000.json" in store.names("out"))
    end = time.monotonic() + OUTAGE
    answers = cycle([500, 503])
    store.failing = lambda _method, _path: next(answers) if time.monotonic() < end else None
    ran = ended(run)
    assert ran.code == 0, ran.err
    assert time.monotonic() > end
    assert store.files("out") == whole


def test_a_killed_run_is_continued(box: Box, store: Store, whole: dict[str, bytes]) -> None:
    run = box.begin("-o", store.url("out"))
    until(lambda: "_specmint/part-00001.json" in store.names("out"))
    kill(run)
    assert "manifest.json" not in store.names("out")
    assert "_specmint/lock.json" in store.names("out")
    ran = box.generate("-o", store.url("out"), "--resume", "--workers", "2")
    assert ran.code == 0, ran.err
    assert "kept)" in ran.err
    assert store.files("out") == whole
    sent = [path for method, path in store.asked if method == "PUT" and path.endswith("part-00000.jsonl")]
    assert len(sent) == 1


def test_two_runs_at_one_url(box: Box, store: Store, whole: dict[str, bytes]) -> None:
    first = box.begin("-o", store.url("out"))
    until(lambda: "_specmint/part-00000.json" in store.names("out"))
    os.kill(first.pid, signal.SIGSTOP)
    second = box.generate("-o", store.url("out"))
    os.kill(first.pid, signal.SIGCONT)
    assert second.code == 6
    assert f"{store.url('out')} is being written by another run: process {first.pid}, since " in second.err
    assert ended(first).code == 0
    assert store.files("out") == whole


def test_no_bucket_and_no_permission(box: Box, store: Store) -> None:
    ran = box.generate("-o", "s3://there-is-no-such-bucket/out", count=10)
    assert ran.code == 6
    assert "cannot write s3://there-is-no-such-bucket/out/_specmint/lock.json" in ran.err
    store.failing = lambda _method, _path: 403
    ran = box.generate("-o", store.url("out"), count=10)
    assert ran.code == 6
    assert "check the address, credentials and permissions" in ran.err
    assert store.names("out") == []


def test_shards_in_the_store_are_merged(box: Box, store: Store, whole: dict[str, bytes]) -> None:
    for k in range(1, 3):
        assert box.generate("-o", store.url(f"shard-{k}"), "--shard", f"{k}/2").code == 0
    ran = box.run("merge", *(store.url(f"shard-{k}") for k in (2, 1)), "-o", store.url("all"))
    assert ran.code == 0, ran.err
    assert store.files("all") == whole
    assert f"parts {PARTS}, tree sha256" in ran.err


def test_memory_is_of_one_process(box: Box) -> None:
    pytest.importorskip("fsspec", reason='URLs need fsspec: pip install "pytest-specmint[cloud]"')
    ran = box.generate("-o", "memory://out")
    assert ran.code == 0, ran.err
    ran = box.generate("-o", "memory://out", "--workers", "2")
    assert ran.code == 1
    assert "memory:// is of one process alone" in ran.err


def test_an_unknown_protocol(box: Box) -> None:
    pytest.importorskip("fsspec", reason='URLs need fsspec: pip install "pytest-specmint[cloud]"')
    ran = box.generate("-o", "carrier-pigeon://out")
    assert ran.code == 1
    assert "carrier-pigeon" in ran.err
    assert "hint: s3://bucket/path" in ran.err
