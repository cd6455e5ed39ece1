"""Ctrl-C and SIGTERM where Python cannot take them: while a module loads, in callbacks, before there is anything to
clean up."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_specmint.errors import Stop, Terminated, UsageError, stopped

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
HEAD = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from pytest_specmint.errors import Terminated
from pytest_specmint.cli.interrupts import take_interrupts
take_interrupts()
def stop(): os.kill(os.getpid(), signal.STOP)
"""
KINDS = {"SIGINT": "KeyboardInterrupt", "SIGTERM": "Terminated"}
each_signal = pytest.mark.parametrize("name", KINDS)


def run(code: str, name: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    code = (HEAD + code).replace("STOP", name).replace("KIND", KINDS.get(name, ""))
    return subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, timeout=60)


@each_signal
def test_a_module_is_loaded_first(name: str, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import __main__\n__main__.stop()\nprint('loaded', flush=True)\n")
    done = run(
        """
sys.path.insert(0, ".")
try:
    import slow
    for _ in range(1000): time.sleep(0.01)
except KeyboardInterrupt as stop:
    print(type(stop).__name__, "slow" in sys.modules)
""",
        name,
        tmp_path,
    )
    assert done.stdout == f"loaded\n{KINDS[name]} True\n", done.stderr


@each_signal
def test_one_that_was_dropped_comes_again(name: str, tmp_path: Path) -> None:
    done = run(
        """
class Dying:
    def __del__(self):
        raise KIND
try:
    dying = Dying()
    del dying
    for _ in range(1000): time.sleep(0.01)
except KIND as stop:
    print(type(stop).__name__)
""",
        name,
        tmp_path,
    )
    assert (done.stdout, done.stderr) == (f"{KINDS[name]}\n", "")


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
        "SIGINT",
        tmp_path,
    )
    assert done.stdout == "on\n"
    assert "ZeroDivisionError" in done.stderr


@each_signal
def test_elsewhere_at_once(name: str, tmp_path: Path) -> None:
    done = run("try:\n    stop()\n    print('later')\nexcept KIND:\n    print('at once')", name, tmp_path)
    assert done.stdout == "at once\n"


def test_sigterm_said_twice_does_not_end_the_cleaning_up(tmp_path: Path) -> None:
    """`timeout` says it to its child, and then to the group that the child is in."""
    done = run("try:\n    stop()\nexcept KIND:\n    stop()\n    print('cleaned up')", "SIGTERM", tmp_path)
    assert done.stdout == "cleaned up\n"


@each_signal
def test_where_it_is_ignored_it_stays_so(name: str, tmp_path: Path) -> None:
    code = HEAD.replace("signal.default_int_handler", "signal.SIG_IGN").replace("signal.SIG_DFL", "signal.SIG_IGN")
    code = (code + "stop()\nprint('on')").replace("STOP", name)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout == "on\n"


@each_signal
@pytest.mark.parametrize("first", [False, True], ids=["a process", "the first of a container"])
def test_before_the_program_is_loaded_it_ends_in_silence(name: str, first: bool, tmp_path: Path) -> None:
    code = f"""
import builtins, os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
usual = builtins.__import__
own = os.getpid()
if {first}:
    os.getpid = lambda: 1
def loading(name, *rest):
    if name == "click":
        os.kill(own, signal.{name})
    return usual(name, *rest)
builtins.__import__ = loading
from pytest_specmint.cli.start import run
run()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    number = getattr(signal, name)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number if first else -number, "", "")


@pytest.mark.parametrize(
    ("kind", "stop"), [(KeyboardInterrupt, Stop("interrupted", 130)), (Terminated, Stop("terminated", 143))]
)
def test_what_python_makes_of_it_is_still_one(kind: type[BaseException], stop: Stop) -> None:
    def wrapped() -> BaseException:
        try:
            try:
                raise kind
            except KeyboardInterrupt as error:
                raise RuntimeError("Error calling __set_name__") from error
        except RuntimeError as error:
            return error

    assert stopped(kind()) == stop
    assert stopped(wrapped()) == stop
    assert stopped(UsageError("x")) is None
    assert stopped(None) is None
