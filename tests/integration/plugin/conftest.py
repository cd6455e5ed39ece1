"""Projects of users, run by pytest within pytest."""

# pytester forgets what a run within this process imported: what is here already costs once.
import hypothesis.internal.observability  # noqa: F401
import pytest

import pytest_specmint.api
import pytest_specmint.golden.golden
import pytest_specmint.golden.summary
import pytest_specmint.near_miss
import pytest_specmint.overrides.compose  # noqa: F401


@pytest.fixture(autouse=True)
def _outside_of_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users' runs, whatever runs these tests."""
    monkeypatch.delenv("CI", raising=False)
