"""The engine ray, on a real cluster of this machine."""

from collections.abc import Iterator

import pytest

from pytest_specmint.errors import UsageError
from tests.engine_laws import EngineLaws
from tests.part_tasks import Faults, Run

ray = pytest.importorskip("ray", reason='the engine ray is not tested: pip install "pytest-specmint[ray]"')
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Ray's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    """A cluster of this process for all tests, whose workers know formats that go wrong."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        faults = Faults(tmp_path_factory.mktemp("ray") / "faults", patch)
        ray.shutdown()  # whatever other tests of this process have left
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=80_000_000,
            log_to_driver=False,
            logging_level="error",
        )
        yield faults
        ray.shutdown()


class TestRay(EngineLaws):
    engine = "ray"
    given_up = r"Ray has given up on part 1: OutputError: .*[Nn]o space left"

    def test_a_cluster_of_ones_own_is_used_and_left(self, made: Run) -> None:
        made.make()
        made.check()
        assert ray.is_initialized()

    @pytest.mark.filterwarnings("ignore:Ray Client connection timed out:UserWarning")  # Ray's own, at times
    def test_an_address_where_nothing_is(self, made: Run) -> None:
        made = Run("ray", made.target, scheduler="ray://127.0.0.1:9")
        with pytest.raises(UsageError, match=r"ray://127\.0\.0\.1:9") as caught:
            made.make()
        assert caught.value.hint
