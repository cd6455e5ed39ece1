"""Ctrl-C that is neither lost nor fatal where Python cannot take it.

Modules written in C may crash when an interrupt falls into their loading, and Python drops one that falls into the
callbacks of its import system or of its garbage collector. So an interrupt that comes while a module loads waits until
it is loaded, and one that was dropped comes again.
"""

import signal
import sys
from types import FrameType
from typing import Any

_LATER = 0.02
"""Seconds until it is tried again."""
_LOADING = "<frozen importlib"


def take_interrupts() -> None:
    """Have Ctrl-C raise `KeyboardInterrupt` where that can be taken; nothing changes where it is ignored."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not hasattr(signal, "setitimer"):
        return
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGALRM, _interrupted)
    sys.unraisablehook = _dropped


def _interrupted(_number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_LOADING):
            _again()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def _dropped(what: Any) -> None:
    """An exception that nobody can catch: if it is Ctrl-C it comes again, others are told as usual."""
    if issubclass(what.exc_type, KeyboardInterrupt):
        _again()
    else:
        sys.__unraisablehook__(what)


def _again() -> None:
    signal.setitimer(signal.ITIMER_REAL, _LATER)
