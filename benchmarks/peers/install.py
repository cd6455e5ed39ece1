"""Install the peers, each into a throw-away environment of its own.

    python benchmarks/peers/install.py [DIRECTORY]

The directory defaults to $SPECMINT_PEERS, else to `specmint-peers` in the user's cache. What cannot be installed is named
and left out; the comparison then says so in its table. Nothing else is touched: delete the directory to be rid of them.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
PYPI = {
    "jsf": ["jsf==0.11.2"],
    "polyfactory": ["polyfactory==3.5.0", "datamodel-code-generator==0.89.0", "email-validator"],
    "hypothesis-jsonschema": ["hypothesis-jsonschema==0.23.1", "hypothesis==6.170.0"],
}
NPM = {"json-schema-faker": "json-schema-faker@0.6.3"}
READY = "READY"
"""Written last: an environment without it is not used."""


def home() -> Path:
    """Where the environments are."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("SPECMINT_PEERS") or cache / "specmint-peers")


def main() -> int:
    """Give 1 when something is missing."""
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else home()
    missing = []
    for name, packages in PYPI.items():
        if not _done(name, where, partial(_python, packages)):
            missing.append(name)
    for name, package in NPM.items():
        if not _done(name, where, partial(_node, package)):
            missing.append(name)
    print(f"in {where}; missing: {', '.join(missing) or 'none'}")
    return bool(missing)


def _done(name: str, where: Path, install: Callable[[Path], None]) -> bool:
    place = where / name
    if (place / READY).exists():
        return True
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    print(f"installing {name}", flush=True)
    try:
        install(place)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"NOT INSTALLED: {name}: {error}", file=sys.stderr)
        return False
    (place / READY).touch()
    return True


def _python(packages: list[str], place: Path) -> None:
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages], check=True)
    subprocess.run([python, "-m", "compileall", "-q", place / "lib"], check=False, stdout=subprocess.DEVNULL)


def _node(package: str, place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise FileNotFoundError("node and npm are not installed")
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", place, package], check=True)
    shutil.copy(HERE / "json_schema_faker.mjs", place)  # imports are looked up from where the script lies


if __name__ == "__main__":
    sys.exit(main())
