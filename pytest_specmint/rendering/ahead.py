"""Work that other threads do while more of it is made: results come in order, and only so many wait."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """A queue of work: worth its threads where the work is done by libraries that let others run meanwhile."""

    def __init__(self, threads: int, most: int) -> None:
        """``most`` pieces of work may wait for their turn, or their results to be taken."""
        self._threads = ThreadPoolExecutor(threads)
        self._most = most
        self._pending: deque[Future[T]] = deque()

    def add(self, work: Callable[[], T]) -> Iterator[T]:
        """Give work; the results that are there, in the order of what was given. Raises what the work did."""
        self._pending.append(self._threads.submit(work))
        while self._pending and (self._pending[0].done() or len(self._pending) > self._most):
            yield self._pending.popleft().result()

    def rest(self) -> Iterator[T]:
        """The results of all that is left; nothing can be given after that."""
        try:
            while self._pending:
                yield self._pending.popleft().result()
        finally:
            self._threads.shutdown(cancel_futures=True)
