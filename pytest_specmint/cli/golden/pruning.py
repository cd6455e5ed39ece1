"""`specmint-cli golden prune`: goldens whose test is certainly gone."""

import sys
from pathlib import Path

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.place import Place, place_of
from pytest_specmint.cli.golden.words import print_json, print_lines
from pytest_specmint.errors import UsageError
from pytest_specmint.golden.gone import Judge, reader
from pytest_specmint.golden.listing import Listed


def prune_goldens(
    *, dry_run: bool, yes: bool, as_json: bool, directory: str | None, root: str | None, debug: bool = False
) -> None:
    """Remove goldens whose test is gone, with what waits for them; where nobody can be asked, only with ``yes``."""
    if dry_run and yes:
        raise UsageError("--dry-run removes nothing, --yes removes at once", hint="pass one of them")
    place = place_of(directory, root)
    goldens = place.goldens()
    if root is None:
        _check_root(goldens, place)
    found = _found(goldens, place)
    if not as_json:
        print_lines([f"{each.path}: {why}" for each, why in found])
    removed = bool(found) and not dry_run and (yes or _agreed(len(found), as_json=as_json))
    if removed:
        for each, _ in found:
            each.store.remove(cassette=True)
            _remove_empty(each.store.place.parent, place.directory)
    if as_json:
        unused = [{"path": each.path, "nodeid": _nodeid(each), "reason": why} for each, why in found]
        print_json({"unused": unused, "removed": removed})
        return
    if found and not removed:
        click.echo("nothing was removed; pass --yes to remove them", err=True)
    summary({"goldens": f"{len(goldens):,}", "unused": f"{len(found):,}", "removed": len(found) if removed else 0})


def _found(goldens: list[Listed], place: Place) -> list[tuple[Listed, str]]:
    judge = Judge(reader(place.root))
    judged = ((each, judge.gone(_nodeid(each))) for each in goldens)
    return [(each, why) for each, why in judged if why is not None]


def _nodeid(golden: Listed) -> str:
    """The test of a golden; empty where anything about it cannot be read, or it has no origin."""
    if golden.fault:
        return ""
    origin = golden.pending or golden.origin
    return "" if origin is None else origin.nodeid


def _check_root(goldens: list[Listed], place: Place) -> None:
    """Raise `UsageError` where no test file at all is found: then it is rather the directory that is wrong."""
    modules = {nodeid.partition("::")[0] for each in goldens if (nodeid := _nodeid(each))}
    if modules and not any((place.root / module).exists() for module in modules):
        raise UsageError(
            f"of the files that {len(goldens):,} goldens name as their tests' none is in {place.root}",
            hint="run this in the directory that pytest calls rootdir; if it is that one, say so: --root .",
        )


def _agreed(number: int, *, as_json: bool) -> bool:
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return click.confirm(f"Remove {number:,}?", default=False)


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a directory that has become empty, and those above it, up to the goldens' own."""
    while folder != top and top in folder.parents:
        try:
            folder.rmdir()
        except OSError:  # not empty
            return
        folder = folder.parent
