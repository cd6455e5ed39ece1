"""The watch: tries that should be over are ended, others are left alone."""

from threading import Event, current_thread
from types import SimpleNamespace
from typing import Any

from dispatching import Time

from pytest_specmint.enrichment.watch import Watch, overdue


def attempt(due: float) -> Any:
    return SimpleNamespaceWithHash(due=due)


class SimpleNamespaceWithHash(SimpleNamespace):
    __hash__ = object.__hash__


def test_a_try_is_overdue_after_its_grace() -> None:
    early, late = attempt(5.0), attempt(6.0)
    assert overdue([early, late], 5.9, 1.0) == []
    assert overdue([early, late], 6.0, 1.0) == [early]
    assert overdue([early, late], 7.0, 1.0) == [early, late]


def test_it_ends_what_is_overdue_in_a_thread_of_its_own() -> None:
    time, found, told = Time(0.0), [], Event()

    def end(each: Any) -> None:
        found.append((each, current_thread().name))
        told.set()

    watch, one = Watch(time, 0.0, end), attempt(0.0)
    assert watch.begin(one)
    assert told.wait(5)
    assert found == [(one, "specmint-llm-watch")]
    assert watch.close() == []
    watch.join(5)


def test_what_came_back_is_forgotten() -> None:
    watch = Watch(Time(0.0), 0.0, lambda each: None)
    one, other = attempt(1e6), attempt(1e6)
    assert watch.begin(one)
    assert watch.begin(other)
    watch.leave(one)
    assert watch.close() == [other]
    assert not watch.begin(one)
    watch.join(5)


def test_an_earlier_try_wakes_it() -> None:
    from time import monotonic

    told = Event()
    watch = Watch(monotonic, 0.0, lambda each: told.set())
    start = monotonic()
    watch.begin(attempt(start + 1000))
    watch.begin(attempt(start + 0.02))
    assert told.wait(5)
    watch.close()
    watch.join(5)


def test_without_tries_there_is_no_thread() -> None:
    watch = Watch(Time(0.0), 0.0, lambda each: None)
    assert watch.close() == []
    watch.join()
