"""Where the program begins: light, so that Ctrl-C ends it in silence before there is anything to say."""

import signal


def run() -> None:
    """Entry point of the console scripts."""
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if usual:  # while modules load there is nothing to clean up, and a traceback would tell nobody anything
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from pytest_specmint.cli.main import run as begin

    if usual:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    begin()
