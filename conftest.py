"""Fixtures of the repository's own tests."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent
os.environ["SPECMINT_PLAN_CACHE"] = "off"  # the tests leave the user's cache alone


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background: tests here press Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

NEIGHBOURS = ("asyncio", "hypothesispytest", "insta", "pytest_cov", "randomly", "rerunfailures")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """pytest in a directory of its own, without the plugins that happen to be installed beside ours."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in NEIGHBOURS))
    return pytester


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def schemas() -> Path:
    return ROOT / "schemas"


@pytest.fixture
def schema_file(tmp_path: Path) -> Callable[..., str]:
    """Write a schema and give its path."""

    def write(schema: Any, name: str = "schema.json") -> str:
        path = tmp_path / name
        path.write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def specmint(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run the command line as a user would, in a directory of its own."""

    def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest_specmint", *arguments]
        options.setdefault("cwd", tmp_path)
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)

    return run


@pytest.fixture
def installed_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Install a pack as another distribution would: its module and its entry point, in a directory of its own.

    ``files`` are those of the pack beside pack.json, by their paths; ``about`` changes what pack.json says; gives the
    pack's folder. What was installed before under the same distribution name is replaced.
    """

    def install(
        name: str, files: Mapping[str, str] | None = None, *, dist: str = "", value: str = "", **about: Any
    ) -> Path:
        dist = dist or f"acme-{name}"
        module = dist.replace("-", "_")
        site = tmp_path / "site" / dist
        shutil.rmtree(site, ignore_errors=True)
        said = {"name": name, "version": "1.0", "title": name, "description": name, "licence": "MIT", **about}
        described = {"__init__.py": "", "pack.json": json.dumps(said, indent=1), **(files or {})}
        for path, text in described.items():
            file = site / module / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        info = site / f"{module}-{said['version']}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: {said['version']}\n")
        (info / "entry_points.txt").write_text(f"[specmint.packs]\n{name} = {value or module}\n")
        monkeypatch.syspath_prepend(str(site))
        sys.modules.pop(module, None)
        _forget_packs()
        return site / module

    yield install
    _forget_packs()


@pytest.fixture
def installed_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a module with rules as another distribution would: ``install(source, dist="acme", name="RULE")``."""

    def install(source: str, *, dist: str = "acme_rules", **entries: str) -> None:
        site = tmp_path / "site" / dist
        shutil.rmtree(site, ignore_errors=True)
        info = site / f"{dist}-2.1.dist-info"
        info.mkdir(parents=True)
        (site / f"{dist}.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 2.1\n")
        lines = [f"{name} = {dist}:{target}\n" for name, target in entries.items()]
        (info / "entry_points.txt").write_text("[specmint.rules]\n" + "".join(lines))
        monkeypatch.syspath_prepend(str(site))
        sys.modules.pop(dist, None)
        _forget_packs()

    yield install
    _forget_packs()


def _forget_packs() -> None:
    """What a process has read of packs and rules, once others are installed."""
    from pytest_specmint import job
    from pytest_specmint.packs import chosen, registry, vocabulary
    from pytest_specmint.rules import installed, placed

    packs = (registry._installed, registry.pack_named, chosen.packs_of, vocabulary.vocabulary_of)
    for cached in (*packs, job._plan, job._enforced, installed.offers, placed.own):
        cached.cache_clear()
