"""The goldens below a directory."""

from pathlib import Path

from pytest_specmint.golden.listing import listed
from pytest_specmint.golden.origin import Content, Form, Origin
from pytest_specmint.golden.store import GoldenStore


def origin(nodeid: str, form: Form = Form.JSONL) -> Origin:
    return Origin(nodeid=nodeid, form=form, content=Content(records=1, bytes=2, sha256="0"))


def test_goldens_recipes_pending_ones_and_broken_ones(tmp_path: Path) -> None:
    folder = tmp_path / "golden"
    GoldenStore(folder / "b" / "two").write(origin("b.py::two"), [b"1\n"])
    GoldenStore(folder / "a" / "one").write(origin("a.py::one", Form.RECIPE), [])
    GoldenStore(folder / "c" / "new").pend(origin("c.py::new"), [b"1\n"])
    (folder / "broken.golden.json").write_text("{")
    (folder / "alone.jsonl").write_text("1\n")
    found = list(listed(folder, tmp_path))
    assert [each.path for each in found] == [
        "golden/a/one.golden.json",
        "golden/b/two.jsonl",
        "golden/broken.golden.json",
        "golden/c/new.jsonl",
    ]
    assert "golden/broken" in found[2].fault.replace("\\", "/")
    assert (found[3].origin, found[3].pending) == (None, origin("c.py::new"))


def test_no_directory(tmp_path: Path) -> None:
    assert list(listed(tmp_path / "golden", tmp_path)) == []


def test_a_change_can_be_read_though_the_golden_cannot(tmp_path: Path) -> None:
    store = GoldenStore(tmp_path / "golden" / "x")
    store.pend(origin("t.py::x"), [b"1\n"])
    store.origin_path.write_text("garbage")
    (found,) = listed(tmp_path / "golden", tmp_path)
    assert found.origin is None
    assert found.pending is not None
    assert "is not the origin" in found.fault
