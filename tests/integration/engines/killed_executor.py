"""A run on Spark executors in processes of their own; one of them is killed, with all that runs in it, in mid-part."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.part_tasks import Faults, Run


def main(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(folder / "faults", patch)
        run = Run("spark", folder / "out", scheduler="local-cluster[2,1,1024]")
        run.make(faults.EXECUTOR_KILLED)
        assert faults.count("executor") == 2, run.told


main(Path(sys.argv[1]))
