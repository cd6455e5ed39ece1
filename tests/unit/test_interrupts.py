"""Ctrl-C where Python cannot take it: while a module loads, in callbacks, before there is anything to clean up."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_specmint.errors import UsageError, is_interrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
HEAD = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pytest_specmint.cli.interrupts import take_interrupts
take_interrupts()
def interrupt(): os.kill(os.getpid(), signal.SIGINT)
"""


def run(code: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", HEAD + code], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_a_module_is_loaded_first(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import __main__\n__main__.interrupt()\nprint('loaded', flush=True)\n")
    done = run(
        """
sys.path.insert(0, ".")
try:
    import slow
    for _ in range(1000): time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted", "slow" in sys.modules)
""",
        tmp_path,
    )
    assert done.stdout == "loaded\ninterrupted True\n", done.stderr


def test_one_that_was_dropped_comes_again(tmp_path: Path) -> None:
    done = run(
        """
class Dying:
    def __del__(self):
        raise KeyboardInterrupt
try:
    dying = Dying()
    del dying
    for _ in range(1000): time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted")
""",
        tmp_path,
    )
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def test_other_exceptions_that_nobody_can_catch_are_told_as_usual(tmp_path: Path) -> None:
    done = run(
        """
class Dying:
    def __del__(self):
        raise ZeroDivisionError
dying = Dying()
del dying
print("on")
""",
        tmp_path,
    )
    assert done.stdout == "on\n"
    assert "ZeroDivisionError" in done.stderr


def test_elsewhere_at_once(tmp_path: Path) -> None:
    done = run("try:\n    interrupt()\n    print('later')\nexcept KeyboardInterrupt:\n    print('at once')", tmp_path)
    assert done.stdout == "at once\n"


def test_where_it_is_ignored_it_stays_so(tmp_path: Path) -> None:
    code = HEAD.replace("signal.default_int_handler", "signal.SIG_IGN") + "interrupt()\nprint('on')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout == "on\n"


def test_before_the_program_is_loaded_it_ends_in_silence(tmp_path: Path) -> None:
    code = """
import builtins, os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
usual = builtins.__import__
def loading(name, *rest):
    if name == "click":
        os.kill(os.getpid(), signal.SIGINT)
    return usual(name, *rest)
builtins.__import__ = loading
from pytest_specmint.cli.start import run
run()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_what_python_makes_of_it_is_still_an_interrupt() -> None:
    def wrapped() -> BaseException:
        try:
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as error:
                raise RuntimeError("Error calling __set_name__") from error
        except RuntimeError as error:
            return error

    assert is_interrupt(KeyboardInterrupt())
    assert is_interrupt(wrapped())
    assert not is_interrupt(UsageError("x"))
    assert not is_interrupt(None)
