"""Goldens on disk."""

import os
from pathlib import Path

import pytest

from pytest_specmint.errors import InvalidData, OutputError
from pytest_specmint.golden.origin import Content, Form, Origin
from pytest_specmint.golden.store import GoldenStore


def origin(form: Form = Form.JSONL, digest: str = "0") -> Origin:
    return Origin(nodeid="t.py::x", form=form, content=Content(records=1, bytes=2, sha256=digest))


@pytest.fixture
def store(tmp_path: Path) -> GoldenStore:
    return GoldenStore(tmp_path / "golden" / "test_a" / "test_x.y")


def files(store: GoldenStore) -> list[str]:
    return sorted(path.name for path in store.place.parent.iterdir())


def test_nothing_there(store: GoldenStore) -> None:
    assert not store.exists
    assert (store.origin(), store.pending()) == (None, None)
    assert store.path.name == "test_x.y.jsonl"
    with pytest.raises(OutputError):
        list(store.blocks())


def test_records_with_their_origin(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n", b"2\n"])
    assert files(store) == ["test_x.y.golden.json", "test_x.y.jsonl"]
    assert b"".join(store.blocks()) == b"1\n2\n"
    assert store.origin() == origin()
    assert (store.exists, store.keeps_records, store.path) == (True, True, store.records_path)


def test_a_recipe_takes_the_place_of_records_and_back(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.write(origin(Form.RECIPE), [b"1\n"])
    assert files(store) == ["test_x.y.golden.json"]
    assert (store.exists, store.keeps_records, store.path) == (True, False, store.origin_path)
    store.write(origin(), [b"1\n"])
    assert files(store) == ["test_x.y.golden.json", "test_x.y.jsonl"]


@pytest.mark.parametrize("form", list(Form))
def test_a_change_waits_and_is_accepted(store: GoldenStore, form: Form) -> None:
    store.write(origin(), [b"1\n"])
    store.pend(origin(form, "1"), [b"2\n"])
    assert b"".join(store.blocks()) == b"1\n"
    assert store.pending() == origin(form, "1")
    store.accept()
    assert store.origin() == origin(form, "1")
    assert store.pending() is None
    assert store.keeps_records == (form is Form.JSONL)
    assert not [name for name in files(store) if name.endswith(".pending")]


def test_half_an_acceptance_is_completed_by_the_next(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.pend(origin(digest="1"), [b"2\n"])
    (store.place.parent / "test_x.y.jsonl.pending").replace(store.records_path)  # as a crash would leave it
    store.accept()
    assert b"".join(store.blocks()) == b"2\n"
    assert store.origin() == origin(digest="1")


def test_a_change_is_rejected(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.pend(origin(), [b"2\n"])
    store.reject()
    store.reject()
    assert files(store) == ["test_x.y.golden.json", "test_x.y.jsonl"]


def test_a_change_to_a_recipe_leaves_no_records_waiting(store: GoldenStore) -> None:
    store.pend(origin(), [b"2\n"])
    store.pend(origin(Form.RECIPE), [b"2\n"])
    assert files(store) == ["test_x.y.golden.json.pending"]


def test_it_is_removed_with_all_that_waits(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.pend(origin(), [b"2\n"])
    store.remove()
    assert files(store) == []


def test_recorded_answers_go_only_where_the_test_is_gone(store: GoldenStore) -> None:
    store.cassette_path.parent.mkdir(parents=True, exist_ok=True)
    store.cassette_path.write_text("{}")
    store.remove()
    assert store.cassette_path.name.endswith(".cassette.jsonl")
    assert store.cassette_path.exists()
    store.remove(cassette=True)
    assert not store.cassette_path.exists()


def test_a_writer_that_fails_leaves_the_golden_as_it_was(store: GoldenStore) -> None:
    def failing():  # type: ignore[no-untyped-def]
        yield b"3\n"
        raise OSError(28, "No space left on device")

    store.write(origin(), [b"1\n"])
    with pytest.raises(OutputError, match="No space left"):
        store.write(origin(digest="1"), failing())
    assert b"".join(store.blocks()) == b"1\n"
    assert store.origin() == origin()
    assert files(store) == ["test_x.y.golden.json", "test_x.y.jsonl"]


def test_garbage_where_the_origin_should_be(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.origin_path.write_bytes(b"{")
    with pytest.raises(InvalidData):
        store.origin()


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_read_only_directory(store: GoldenStore) -> None:
    store.write(origin(), [b"1\n"])
    store.place.parent.chmod(0o555)
    try:
        with pytest.raises(OutputError):
            store.write(origin(), [b"2\n"])
    finally:
        store.place.parent.chmod(0o755)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("step", ["unlink", "replace"])
def test_an_acceptance_that_was_cut_off_is_completed(
    store: GoldenStore, form: Form, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(origin(), [b"1\n"])
    store.pend(origin(form, "1"), [b"2\n"])
    done = getattr(Path, step)

    def cut_off(path: Path, *arguments: object, **options: object) -> None:
        done(path, *arguments, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, cut_off)
        if not (form is Form.JSONL and step == "unlink"):
            with pytest.raises(KeyboardInterrupt):
                store.accept()
    store.accept()
    assert store.origin() == origin(form, "1")
    assert store.pending() is None
    assert store.keeps_records == (form is Form.JSONL)
    assert [each for each in files(store) if each.endswith(".pending")] == []
