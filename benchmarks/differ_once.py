"""Run by the benchmarks: compare a dataset with a golden of which every record has changed, and explain it.

    python differ_once.py SCHEMA COUNT

Prints CPU seconds of comparing and explaining, and by how many MB the process grew.
"""

import resource
import sys
import tempfile
from pathlib import Path
from time import process_time

import pytest_specmint as sm
from pytest_specmint.golden.golden import Golden, Terms
from pytest_specmint.golden.origin import Form, Subject
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.update import Action


def main() -> None:
    path, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as place:
        store = GoldenStore(Path(place) / "golden")
        subject = Subject(nodeid="test_it.py::test_it", root=Path(place))
        writing = Golden(store, subject, Terms(action=Action.WRITE, form=Form.JSONL))
        assert writing == sm.generate(path, seed=1, count=count)
        writing.settle(passed=True)
        changed, golden = sm.generate(path, seed=2, count=count), Golden(store, subject, Terms())
        before, start = _peak(), process_time()
        assert golden != changed
        assert golden.explain()
        assert golden.section()
        print(process_time() - start, _peak() - before)


def _peak() -> float:
    """In MB; the system counts KiB, on macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main()
