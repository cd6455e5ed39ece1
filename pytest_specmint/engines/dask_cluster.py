"""Dask as this package uses it: a cluster of this machine, what is set for it, and what its workers are kept from."""

import ctypes
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_all_start_methods
from typing import Any

_SWIFT: Mapping[str, object] = {
    "distributed.worker.profile.enabled": False,
    **({"distributed.worker.multiprocessing-method": "forkserver"} if "forkserver" in get_all_start_methods() else {}),
}
"""For workers that are started for the run: they share their imports, and nobody profiles them."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""As malloc.h of glibc has them."""


def local_cluster(workers: int) -> Any:
    """Processes of this machine, one thread each; Dask starts those anew that end."""
    with import_module("dask").config.set(_SWIFT):
        return distributed().LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
        )


@contextmanager
def silence() -> Iterator[None]:
    """Dask says less within: of losses the engine tells itself, in a line each, without tracebacks."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def distributed() -> Any:
    """The package; `ImportError` where it is not installed."""
    return import_module("distributed")


@lru_cache(maxsize=1)
def keep_memory() -> None:
    """Undo what Dask's nannies do to glibc: by it every block's memory is given back and asked for anew, page by page.

    That costs nearly as much as making small records does. Up to 64 MB that are free stay with the process.
    """
    if sys.platform != "linux":
        return
    if "MALLOC_TRIM_THRESHOLD_" in os.environ and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_MMAP_THRESHOLD, 1 << 25)
        mallopt(_TRIM_THRESHOLD, 1 << 26)
