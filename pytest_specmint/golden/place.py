"""Where the golden of a test lives."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_specmint.marker import marker_of

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_NAME = 80


def golden_directory(config: Any) -> Path:
    """The golden directory: the ini option ``specmint_golden_dir``, relative to the root directory."""
    return Path(config.rootpath) / str(config.getini("specmint_golden_dir"))


def golden_path(item: Any) -> Path:
    """``DIRECTORY/module/test-hash.jsonl``, or what the marker's ``golden=`` says.

    The hash of the node id keeps apart what the name cannot: parameters with separators, long ids, modules of the same
    name.
    """
    directory = golden_directory(item.config)
    marker = marker_of(item)
    if marker is not None and marker.golden is not None:
        return directory / marker.golden
    readable = _UNSAFE.sub("_", item.nodeid.partition("::")[2]).strip("_")[:LONGEST_NAME]
    digest = sha256(item.nodeid.encode()).hexdigest()[:8]
    return directory / Path(item.path).stem / f"{readable}-{digest}.jsonl"
