"""Blocks from several processes: in order, whatever happens to the processes."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from pytest_specmint.errors import SamplingError, WorkerError
from pytest_specmint.pipeline import workers
from pytest_specmint.pipeline.workers import SLOT, in_order, may_fork

TASKS = [(i, 10 + i) for i in range(12)]


@pytest.fixture(params=["fork", "spawn"], autouse=True)
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "spawn":
        monkeypatch.setattr(workers, "may_fork", lambda: False)
    elif not workers.may_fork():
        monkeypatch.setattr(workers, "may_fork", lambda: hasattr(os, "fork"))


def slower_at_first(start: int, count: int) -> bytes:
    time.sleep(0.05 if start == 0 else 0)
    return b"%d %d\n" % (start, count)


def large(start: int, count: int) -> bytes:
    return bytes([65 + start]) * (SLOT + 1 if start == 1 else 100)


def failing(start: int, count: int) -> bytes:
    if start == 3:
        raise SamplingError("record 3 is impossible", pointer="#/a", hint="relax it")
    return b"."


def dying(start: int, count: int) -> bytes:
    if start == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return b"."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # forking beside another thread, as test runners may have
class TestInOrder:
    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_results_come_in_the_order_of_the_tasks(self, count: int) -> None:
        expected = [b"%d %d\n" % task for task in TASKS]
        assert list(map(bytes, in_order(slower_at_first, TASKS, count))) == expected

    def test_no_tasks_no_results(self) -> None:
        assert list(in_order(slower_at_first, [], 2)) == []

    def test_a_block_beyond_its_slot_arrives_too(self) -> None:
        assert list(map(len, in_order(large, TASKS[:4], 2))) == [100, SLOT + 1, 100, 100]

    def test_a_block_is_gone_when_the_next_is_asked_for(self) -> None:
        results = in_order(slower_at_first, TASKS, 2)
        first = next(results)
        assert bytes(first) == b"0 10\n"
        next(results)
        with pytest.raises(ValueError, match="released"):
            bytes(first)
        results.close()  # type: ignore[attr-defined]

    def test_what_a_process_raises_is_raised_here(self) -> None:
        results = in_order(failing, TASKS, 2)
        assert [bytes(next(results)) for _ in range(3)] == [b"."] * 3
        with pytest.raises(SamplingError, match="record 3 is impossible @ #/a") as caught:
            next(results)
        assert caught.value.hint == "relax it"

    def test_a_process_that_dies_is_an_error_that_says_what_to_do(self) -> None:
        with pytest.raises(WorkerError, match="a worker process ended by signal 9") as caught:
            list(in_order(dying, TASKS, 2))
        assert "--workers" in str(caught.value.hint)

    def test_no_more_tasks_are_begun_than_can_be_taken(self) -> None:
        given: list[int] = []

        def tasks() -> Iterator[tuple[int, int]]:
            for i in range(100):
                given.append(i)
                yield i, 1

        results = in_order(slower_at_first, tasks(), 2)
        next(results)
        assert len(given) <= 2 * workers.SLOTS + 1
        results.close()  # type: ignore[attr-defined]

    def test_processes_end_with_the_iteration(self) -> None:
        results = in_order(slower_at_first, TASKS, 2)
        next(results)
        results.close()  # type: ignore[attr-defined]
        from multiprocessing import active_children

        assert active_children() == []


def test_where_threads_cannot_be_counted_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare root directory, as some sandboxes have, lacks /proc."""

    def absent(_: str) -> list[str]:
        raise FileNotFoundError("/proc/self/task")

    monkeypatch.setattr(workers.os, "listdir", absent)
    assert not may_fork()
