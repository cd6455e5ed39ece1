"""Where the program begins: light, so that signals end it in silence before there is anything to say."""

import os
import signal
from typing import Any


def run() -> None:
    """Entry point of the console scripts."""
    usual: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    usual = {each: handler for each, handler in usual.items() if signal.getsignal(each) is handler}
    for each in usual:  # while modules load there is nothing to clean up, and a traceback would tell nobody anything
        # To the first process of a container the kernel does nothing by default.
        signal.signal(each, _end if os.getpid() == 1 else signal.SIG_DFL)
    from pytest_specmint.cli.main import run as begin

    for each, handler in usual.items():
        signal.signal(each, handler)
    begin()


def _end(number: int, _frame: object) -> None:
    os._exit(128 + number)
