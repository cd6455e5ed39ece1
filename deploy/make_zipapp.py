"""Make one file that is the command line: ``python deploy/make_zipapp.py [dist/specmint.pyz]``; tox -e zipapp does.

The package is built from this checkout; what it needs is taken from the environment that this runs in, so nothing is
fetched. shiv makes the file: what is compiled, numpy and its kin, cannot be imported from within a zip file, so all is
unpacked into the user's cache (~/.shiv, or SHIV_ROOT) when it is first run. It serves the Python version and the
platform that it was made on.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
NAME = "pytest-specmint"
EXTRAS = ("infer", "llm")
"""What the command line may be asked for besides."""
INTERPRETER = "/usr/bin/env python3"


def needed(name: str, extras: Iterable[str] = EXTRAS) -> dict[str, Distribution]:
    """The distributions that another needs, all the way down, by their names; without itself."""
    found: dict[str, Distribution] = {}
    todo, seen = [Requirement(f"{name}[{','.join(extras)}]")], set()
    while todo:
        requirement = todo.pop()
        key = (_plain(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            each = distribution(requirement.name)
        except PackageNotFoundError:
            wanted = f'pip install "{name}[{",".join(extras)}]"'
            raise SystemExit(f"{requirement.name} is not installed: {wanted}") from None
        found[key[0]] = each
        todo += _requirements(each, key[1])
    del found[_plain(name)]
    return found


def _requirements(of: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for text in of.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": each}) for each in {"", *extras}):
            yield requirement


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def copy_files(of: Distribution, site: Path) -> None:
    """Copy what a distribution installed beside its own description; its scripts stay behind."""
    for file in of.files or ():
        source = Path(str(of.locate_file(file)))
        if {"..", "__pycache__"} & {*file.parts} or not source.is_file():
            continue
        target = site.joinpath(*file.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def make(target: Path) -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory(prefix="specmint-zipapp-") as folder:
        site, wheels = Path(folder, "site"), Path(folder, "wheels")
        _run("-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels), cwd=ROOT)
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
        for each in needed(NAME).values():
            copy_files(each, site)
        target.parent.mkdir(parents=True, exist_ok=True)
        options = ["--site-packages", str(site), "--entry-point", "pytest_specmint.cli.start:run"]
        _run(
            "-m", "shiv.cli", *options, "--python", INTERPRETER, "--compressed", "--output-file", str(target.absolute())
        )


def _run(*arguments: str, cwd: Path | None = None) -> None:
    done = subprocess.run([sys.executable, *arguments], check=False, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "specmint.pyz")
