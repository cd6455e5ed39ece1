"""A project with goldens, as a run of its tests leaves it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest_specmint as sm
from pytest_specmint.golden.origin import Content, Form, Origin, Subject, origin_of
from pytest_specmint.golden.place import golden_place
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.values import Values

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}
TESTS = "def test_x(): ...\n\ndef test_y(): ...\n\nclass TestK:\n    def test_m(self): ...\n"
X, Y, M = (f"tests/test_a.py::{name}" for name in ("test_x", "test_y", "TestK::test_m"))
COMMAND = f"{sys.executable} -m pytest_specmint"


class Project:
    """A directory with a schema, tests and goldens."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "tests").mkdir()
        (root / "tests" / "test_a.py").write_text(TESTS)
        self.schema(SCHEMA)

    def schema(self, schema: Any) -> None:
        (self.root / "s.json").write_text(json.dumps(schema))

    def store(self, nodeid: str, name: str = "") -> GoldenStore:
        return GoldenStore(self.root / "golden" / golden_place(nodeid, name))

    def golden(
        self,
        nodeid: str,
        *,
        seed: int = 1,
        count: int = 5,
        form: Form = Form.JSONL,
        pend: bool = False,
        name: str = "",
    ) -> bytes:
        """Write a golden, or let a change of one wait; gives its records."""
        dataset = sm.generate(self.root / "s.json", seed=seed, count=count, as_of="2026-01-01")
        values = Values(dataset)
        subject = Subject(nodeid=nodeid, root=self.root, name=name)
        origin = origin_of(subject, dataset, values.content(), form=form)
        store = self.store(nodeid, name)
        (store.pend if pend else store.write)(origin, values.blocks())
        return b"".join(values.blocks())

    def computed(self, nodeid: str, lines: bytes, *, pend: bool = False) -> None:
        """Write a golden of values that no dataset is known for."""
        from hashlib import sha256

        content = Content(records=lines.count(b"\n"), bytes=len(lines), sha256=sha256(lines).hexdigest())
        store = self.store(nodeid)
        (store.pend if pend else store.write)(Origin(nodeid=nodeid, derived=True, content=content), [lines])

    def run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self.root, env=_environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def git(self, *arguments: str) -> str:
        return self.run("git", *arguments)

    def repository(self) -> None:
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@example.com")

    def commit(self, message: str = "x") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def files(self) -> dict[str, bytes]:
        """The goldens on disk."""
        folder = self.root / "golden"
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _environment() -> dict[str, str]:
    """git without the settings of whoever runs the tests."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**mine, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
