"""Datasets by name, each made after those that it refers to."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

from pytest_specmint.dataset import Dataset
from pytest_specmint.job import Job


class Datasets(Mapping[str, Dataset]):
    """Lazy datasets whose records refer to each other; each is what it would be alone, and may be cut and indexed."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = dict(jobs)
        self._made = {name: Dataset(job) for name, job in self._jobs.items()}

    def __getitem__(self, name: str) -> Dataset:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __repr__(self) -> str:
        return f"<Datasets {', '.join(f'{name}: {len(each)}' for name, each in self._made.items())}>"

    def write(self, directory: str | PathLike[str], *, record_files: bool | None = None) -> Path:
        """Write each dataset below the directory under its name, and a manifest above; whole or not at all.

        Record files are on by default up to 10,000 records. Raises `OutputError`.
        """
        from pytest_specmint.datasets.write import write_datasets

        write_datasets(self._jobs, Path(directory), record_files=record_files)
        return Path(directory)
