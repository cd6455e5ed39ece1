"""The goldens on disk and their tests."""

from pathlib import Path

from pytest_specmint.golden.kept import kept
from pytest_specmint.golden.origin import Content, Form, Origin
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.unused import Kept


def write(place: Path, nodeid: str, form: Form = Form.JSONL) -> None:
    origin = Origin(nodeid=nodeid, form=form, content=Content(records=1, bytes=2, sha256="0"))
    GoldenStore(place).write(origin, [b"1\n"])


def test_records_recipes_and_what_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "golden"
    write(folder / "b" / "two", "b.py::two")
    write(folder / "a" / "one", "a.py::one", Form.RECIPE)
    write(folder / "of-nobody", "")
    for name, text in {"broken": "{", "list": "[]", "number": '{"nodeid": 1}'}.items():
        (folder / f"{name}.golden.json").write_text(text)
    (folder / "alone.jsonl").write_text("1\n")
    assert list(kept(folder, tmp_path)) == [
        Kept("golden/a/one.golden.json", "a.py::one"),
        Kept("golden/b/two.jsonl", "b.py::two"),
    ]


def test_files_of_other_modules_are_not_opened(tmp_path: Path) -> None:
    write(tmp_path / "golden" / "tests" / "test_a" / "one", "tests/test_a.py::one")
    asked = []
    assert list(kept(tmp_path / "golden", tmp_path, lambda module: bool(asked.append(module)))) == []
    assert asked == ["tests/test_a.py"]


def test_no_directory(tmp_path: Path) -> None:
    assert list(kept(tmp_path / "golden", tmp_path)) == []
