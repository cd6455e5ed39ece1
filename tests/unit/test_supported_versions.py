"""The oldest releases that pyproject.toml allows are those that the tox environment ``lowest`` installs."""

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

NAMES = ["pytest", "syrupy", "pytest-asyncio", "pytest-cov", "pytest-insta", "pytest-randomly", "pytest-rerunfailures", "pytest-xdist"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_lowest_is_the_lowest_that_is_allowed(root: Path, name: str) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = [*project["dependencies"], *project["optional-dependencies"]["neighbours"]]
    (floor,) = (found[1] for each in allowed if (found := re.match(rf"{name}>=([0-9.]+),<", each)))
    tox = ConfigParser(interpolation=None)
    tox.read(root / "tox.ini", encoding="utf-8")
    (pin,) = (found[1] for each in tox["testenv:lowest"]["deps"].split() if (found := re.match(rf"{name}==(.+)", each)))
    assert f"{pin.removesuffix('.*')}.0".startswith(f"{floor}.")
