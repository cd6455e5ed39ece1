"""Where the golden of a test lives: a name that says whose it is, and that no other test gets. Light to import."""

import re
from hashlib import sha256
from pathlib import PurePosixPath

ORIGIN = ".golden.json"
"""The ending of the document that says what a golden was made from."""
RECORDS = ".jsonl"
CASSETTE = ".cassette.jsonl"
"""The ending of a language model's recorded answers, for tests that ask one."""
PENDING = ".pending"
"""Follows the ending of what waits for review."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{i}" for port in ("COM", "LPT") for i in range(10))})
"""Names that Windows keeps for devices, whatever follows after a dot."""
LONGEST = 80
"""Characters of a name before its hash."""
_HASH = 8


def golden_place(nodeid: str, name: str = "") -> PurePosixPath:
    """Directory and name, without an ending, of a test's golden: ``tests/test_orders/TestTotal.test_sum``.

    ``name`` is the dataset's, where a test has several. Parameters, and whatever else had to be changed for a file
    system, bring a short hash of the node id: then no two tests share a place.
    """
    module, _, test = nodeid.partition("::")
    function, bracket, parameters = test.partition("[")
    plain = ".".join(filter(None, (function.replace("::", "."), name)))
    readable = [*module.removesuffix(".py").split("/"), "-".join(filter(None, (plain, parameters.removesuffix("]"))))]
    parts = [_safe(part) for part in readable]
    if bracket or parts != readable:
        parts[-1] += "-" + sha256(f"{nodeid}\n{name}".encode()).hexdigest()[:_HASH]
    return PurePosixPath(*parts)


def _safe(text: str) -> str:
    text = _UNSAFE.sub("_", text).strip("._")[:LONGEST] or "_"
    return f"_{text}" if text.partition(".")[0].upper() in _RESERVED else text
