"""Where the commands find goldens: pytest's root directory, the directory of goldens, and the ones that are named."""

import os
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from pytest_specmint.errors import UsageError
from pytest_specmint.golden.listing import Listed, listed
from pytest_specmint.golden.origin import relative
from pytest_specmint.golden.store import store_of

DIRECTORY = "golden"
_KEY = "specmint_golden_dir"
_TABLES: Mapping[str, tuple[str, ...]] = {
    "pytest.toml": ("pytest",),
    ".pytest.toml": ("pytest",),
    "pytest.ini": ("pytest",),
    ".pytest.ini": ("pytest",),
    "pyproject.toml": ("tool", "pytest"),
    "tox.ini": ("pytest",),
    "setup.cfg": ("tool:pytest",),
}
"""The files that pytest reads its settings from, the first that has any wins; and where in them these stand."""
_NEAR = 3


class Place(Struct, frozen=True):
    """Where goldens are, and the options that say so again in another command."""

    root: Path
    directory: Path
    options: str = ""

    def goldens(self) -> list[Listed]:
        """All of them, by path; a note on standard error where there is not even a directory."""
        if not self.directory.is_dir():
            where = relative(self.directory, self.root)
            click.echo(f"note: there is no directory {where} in {self.root}; see --dir and --root", err=True)
            return []
        return list(listed(self.directory, self.root))

    def pending(self) -> list[Listed]:
        """Those with a change that waits."""
        return [each for each in self.goldens() if waits(each)]


def waits(golden: Listed) -> bool:
    """Whether a change waits, be it readable or not."""
    return golden.store.pending_origin_path.exists()


def place_of(directory: str | None, root: str | None) -> Place:
    """The place that the options mean; raises `UsageError`."""
    top = Path(os.path.abspath(root or "."))  # noqa: PTH100 - symbolic links stay as they are written
    if not top.is_dir():
        raise UsageError(f"--root {root} is not a directory", hint="name the directory that pytest calls rootdir")
    given = {"--dir": directory, "--root": root}
    options = "".join(f" {name} {shlex.quote(value)}" for name, value in given.items() if value is not None)
    chosen = directory if directory is not None else _from_ini(top) or DIRECTORY
    return Place(top, Path(os.path.abspath(top / chosen)), options)  # noqa: PTH100


def _from_ini(root: Path) -> str | None:
    for name, table in _TABLES.items():
        path = root / name
        if not path.is_file():
            continue
        try:
            found = _section(path, table)
        except (OSError, ValueError, LookupError) as error:
            raise UsageError(
                f"{name} cannot be read: {error}", hint="correct it, or say where goldens are: --dir"
            ) from None
        if found is not None:
            value = found.get(_KEY)
            return None if value is None else str(value)
    return None


def _section(path: Path, table: tuple[str, ...]) -> Mapping[str, Any] | None:
    """pytest's settings in a file; None where it has none."""
    if path.suffix != ".toml":
        return _ini_section(path, table[0])
    content: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in table:
        content = content.get(name)
        if not isinstance(content, dict):
            return None
    old = content.get("ini_options")
    return old if isinstance(old, dict) else content


def _ini_section(path: Path, name: str) -> Mapping[str, Any] | None:
    from iniconfig import IniConfig, ParseError

    try:
        sections = IniConfig(str(path)).sections
    except ParseError as error:
        raise ValueError(str(error)) from None
    if name in sections:
        return sections[name]
    return {} if path.suffix == ".ini" and path.stem.endswith("pytest") else None


# ---------------------------------------------------------------- naming goldens


def chosen(place: Place, names: Iterable[str], *, everything: bool, verb: str) -> list[Listed]:
    """The changes that are named, or all; raises `UsageError` for a name for which nothing waits."""
    names = list(names)
    if not names and not everything:
        raise UsageError(f"nothing was named to {verb}", hint="name goldens or their tests, or pass --all")
    if names and everything:
        raise UsageError("--all leaves nothing to name", hint="pass --all, or names")
    pending = place.pending()
    if everything:
        return pending
    found: dict[str, Listed] = {}
    for name in names:
        matches = [each for each in pending if _is_meant(each, name, place)]
        if not matches:
            raise UsageError(f"nothing is pending for {name}", hint=_near(name, pending))
        found.update((each.path, each) for each in matches)
    return [each for each in pending if each.path in found]


def one(place: Place, name: str) -> Listed:
    """The golden that a name means; raises `UsageError` where there is none, or several."""
    goldens = place.goldens()
    found = [each for each in goldens if _is_meant(each, name, place)]
    if not found:
        return _without_origin(place, name, goldens)
    exact = [each for each in found if name in _nodeids(each)]
    if len(exact or found) > 1:
        paths = ", ".join(each.path for each in found[:_NEAR])
        raise UsageError(f"{name} means {len(found)} goldens", hint=f"name one of them: {paths}")
    return (exact or found)[0]


def _without_origin(place: Place, name: str, goldens: list[Listed]) -> Listed:
    """A file of records that has no origin can be shown too."""
    path = Path(os.path.abspath(name))  # noqa: PTH100
    store = store_of(path)
    if path.is_file() and store.keeps_records and path.name in (store.records_path.name,):
        return Listed(relative(path, place.root), store, None, None)
    raise UsageError(f"there is no golden named {name}", hint=_near(name, goldens))


def _is_meant(golden: Listed, name: str, place: Place) -> bool:
    """Whether a name means a golden: any of its files, a directory above it, its test, or a pattern of either."""
    if "::" in name and any(each == name or each.startswith((f"{name}[", f"{name}::")) for each in _nodeids(golden)):
        return True
    store, path = golden.store, Path(name)
    if _real(store.place) in (_real(path), _real(store_of(path).place)):
        return True
    if path.is_dir():
        return path.resolve() in _real(store.place).parents
    files = (store.origin_path, store.records_path, store.pending_origin_path, store.pending_records_path)
    pattern = path.as_posix()
    return any(fnmatchcase(relative(file, base), pattern) for file in files for base in (place.root, Path.cwd()))


def _real(path: Path) -> Path:
    """A path by which it can be compared, whatever links lead to it."""
    return Path(os.path.realpath(path.parent), path.name)


def _nodeids(golden: Listed) -> set[str]:
    return {origin.nodeid for origin in (golden.origin, golden.pending) if origin is not None and origin.nodeid}


def _near(name: str, goldens: list[Listed]) -> str:
    """The hint for a name that means nothing."""
    if not goldens:
        return "there is none at all; is this pytest's root directory? See --dir and --root"
    known = {each.path: each.path for each in goldens}
    known |= {Path(each.path).name: each.path for each in goldens}
    known |= {nodeid: nodeid for each in goldens for nodeid in _nodeids(each)}
    near = [known[each] for each in get_close_matches(name, known, _NEAR)]
    near += [known[each] for each in get_close_matches(Path(name).name, known, _NEAR)]
    if near:
        return f"did you mean {', '.join(dict.fromkeys(near))}?"
    shown = [each.path for each in goldens[:_NEAR]]
    more = f" and {len(goldens) - _NEAR} more" if len(goldens) > _NEAR else ""
    return f"there are {', '.join(shown)}{more}"
