"""Ctrl-C and SIGTERM that are neither lost nor fatal where Python cannot take them.

Modules written in C may crash when an exception falls into their loading, and Python drops one that falls into the
callbacks of its import system or of its garbage collector. So a signal that comes while a module loads waits until
it is loaded, and one that was dropped comes again.
"""

import signal
import sys
from functools import partial
from types import FrameType
from typing import Any

from pytest_specmint.errors import Terminated

_LATER = 0.02
"""Seconds until it is tried again."""
_LOADING = "<frozen importlib"

Stop = type[KeyboardInterrupt]


def take_interrupts() -> None:
    """Have Ctrl-C raise `KeyboardInterrupt`, and SIGTERM `Terminated`, where that can be taken.

    Nothing changes where they are ignored.
    """
    if not hasattr(signal, "setitimer"):  # Windows
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, partial(_stop, KeyboardInterrupt))
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminated)
    sys.unraisablehook = _dropped


def _terminated(_number: int, frame: FrameType | None) -> None:
    """Once: what stops jobs may say it again and again, and must not end the cleaning up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _stop(Terminated, 0, frame)


def _stop(stop: Stop, _number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_LOADING):
            _again(stop)
            return
        frame = frame.f_back
    raise stop


def _dropped(what: Any) -> None:
    """An exception that nobody can catch: if it is one of ours it comes again, others are told as usual."""
    if issubclass(what.exc_type, KeyboardInterrupt):
        _again(what.exc_type)
    else:
        sys.__unraisablehook__(what)


def _again(stop: Stop) -> None:
    signal.signal(signal.SIGALRM, partial(_stop, stop))
    signal.setitimer(signal.ITIMER_REAL, _LATER)
