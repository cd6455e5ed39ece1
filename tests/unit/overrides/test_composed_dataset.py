from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import UsageError
from pytest_specmint.overrides.dataset import ComposedDataset


def test_composed_records_are_not_written_as_a_dataset_that_a_job_makes(tmp_path: Path) -> None:
    plain = sm.generate({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}, count=3)
    composed = ComposedDataset(plain.job, b'{"n":1}\n{"n":2}\n{"n":3}\n', "n")
    with pytest.raises(UsageError, match="given from outside"):
        composed.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()
