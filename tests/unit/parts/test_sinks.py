"""Places for files: whole under their names, or not there. The same for a directory, a store, and a file server."""

import errno
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_specmint.errors import OutputError, UsageError
from pytest_specmint.parts.sink import LocalSink, Sink, is_url, sink_at


def test_a_file_is_there_when_it_is_published(sink: Sink) -> None:
    with sink.staged("part") as staged:
        staged.file.write(b"whole")
        assert (sink.size("part"), dict(sink.sizes())) == (None, {})
        staged.publish()
    assert (sink.read("part"), sink.size("part"), dict(sink.sizes())) == (b"whole", 5, {"part": 5})


def test_one_that_is_not_leaves_nothing(sink: Sink) -> None:
    sink.write("part", b"before")
    with suppress(RuntimeError), sink.staged("part") as staged:
        staged.file.write(b"half")
        raise RuntimeError
    assert (sink.read("part"), dict(sink.sizes())) == (b"before", {"part": 6})


def test_small_files(sink: Sink) -> None:
    assert sink.read("below/one") is None
    sink.write("below/one", b"1")
    assert not sink.create("below/one", b"2")
    assert sink.create("below/two", b"2")
    assert (sink.read("below/one"), sink.read("below/two")) == (b"1", b"2")
    assert sorted(sink.sizes()) == ["below/one", "below/two"]
    with sink.opened("below/two") as file:
        assert file.read() == b"2"
    for name in ("below/one", "below/two", "below/three"):
        sink.remove(name)
    sink.tidy()
    assert dict(sink.sizes()) == {}


def test_what_dead_workers_left_is_tidied(tmp_path: Path) -> None:
    sink = LocalSink(tmp_path)
    for name in (".part-00000.jsonl.specmint-host-1-2", "_specmint/.run.json.specmint-host-1-2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    assert dict(sink.sizes()) == {}
    sink.tidy()
    assert list(tmp_path.iterdir()) == []


def test_reading_what_is_not_there(sink: Sink) -> None:
    with pytest.raises(OutputError), sink.opened("nothing"):
        pass


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write"):
        sink_at(str(tmp_path / "file" / "below")).write("part", b"")


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("s3://bucket/path", True),
        ("memory://x", True),
        ("simplecache::s3://bucket", True),
        ("out", False),
        ("/absolute/out", False),
        ("C:\\out", False),
        ("./a:b", False),
    ],
)
def test_urls(target: str, url: bool) -> None:
    assert is_url(target) is url


def test_file_urls_are_directories(tmp_path: Path) -> None:
    sink = sink_at(f"file://{tmp_path}/with%20space")
    assert isinstance(sink, LocalSink)
    sink.write("part", b"1")
    assert (tmp_path / "with space" / "part").read_bytes() == b"1"


def test_a_store_whose_client_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec", reason='URLs need: pip install "pytest-specmint[cloud]"')
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(UsageError) as told:
        sink_at("gs://bucket/path")
    assert told.value.hint == 'pip install "pytest-specmint[gcs]"'


def test_secrets_in_a_url_are_not_shown() -> None:
    pytest.importorskip("fsspec", reason='URLs need: pip install "pytest-specmint[cloud]"')
    with pytest.raises(UsageError) as told:
        sink_at("nothing://user:hunter2@host/path")
    assert "hunter2" not in str(told.value)


def test_a_full_temporary_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason='URLs need: pip install "pytest-specmint[cloud]"')
    sink = sink_at("memory://full")

    def full(*_: object, **__: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    with pytest.raises(OutputError, match="No space left on device") as told, sink.staged("part"):
        pass
    assert "TMPDIR" in (told.value.hint or "")
