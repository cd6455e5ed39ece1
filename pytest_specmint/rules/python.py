"""Rules written in Python: a function that judges a record, and perhaps one that mends it."""

import sys
from collections.abc import Callable, Iterable
from copy import deepcopy
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from pytest_specmint.errors import ExitCode, SpecmintError
from pytest_specmint.rules.expression.errors import RuleError, meant
from pytest_specmint.rules.naming import SEVERITIES, check_id, check_rate

Check = Callable[[Any], "bool | None"]
Patch = Callable[[Any], Any]
_SHOWN = 200


class RuleCrashed(SpecmintError):
    """A function of a Python rule raised, or gave what it must not."""

    exit_code = ExitCode.VALIDATION


class RuleRaised(RuleCrashed):
    """The same before it is known which record it was; ``position`` is the record's among those looked at."""

    def __init__(self, rule: str, words: str, hint: str, position: int = 0) -> None:
        super().__init__(f"rule {rule} cannot judge a record: {words}", hint=hint)
        self.rule, self.words, self.position = rule, words, position

    def __reduce__(self) -> tuple[object, ...]:
        return RuleRaised, (self.rule, self.words, self.hint or "", self.position)


class PythonRule(Struct, frozen=True, repr_omit_defaults=True):
    """A rule that Python judges: ``PythonRule("even", is_even)``.

    ``check`` takes a record and says whether the rule holds; None: it does not apply. ``patch`` takes a record that
    breaks the rule and gives one that holds it, changed as little as may be, or None where it cannot. Both are defined
    at the top of a module, so that other processes find them by name, and are pure: what they give depends on the
    record alone, which ``check`` leaves as it is. Raises `RuleError` where something of that can be seen to be wrong.
    """

    id: str
    check: Check
    patch: Patch | None = None
    severity: str = "error"
    """``error``: it always holds; ``warn``: it holds at its rate."""
    rate: float = 1.0
    reads: tuple[str, ...] = ()
    """Paths of the fields that it looks at, ``lines[].price``: they are shown where it fails, must be the schema's, and
    say which schemas a pack's rule is about."""
    description: str = ""
    sentences: tuple[str, ...] = ()
    """The sentences of ``x-cross-field-rules`` that it enforces."""

    def __post_init__(self) -> None:
        check_id(self.id, None)
        _check_function(self.id, "check", self.check)
        if self.patch is not None:
            _check_function(self.id, "patch", self.patch)
        if self.severity not in SEVERITIES:
            raise RuleError(
                f"rule {self.id}: {self.severity!r} is no severity", hint=meant(str(self.severity), SEVERITIES)
            )
        check_rate(self.rate, self.severity, None)
        for name in ("reads", "sentences"):
            force_setattr(self, name, _texts(self.id, name, getattr(self, name)))

    def __repr__(self) -> str:
        return f"PythonRule({self.id!r}, {self.reference})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__struct_fields__)

    @property
    def reference(self) -> str:
        """``module:function`` of its check."""
        return f"{self.check.__module__}:{self.check.__qualname__}"

    @property
    def sha256(self) -> str:
        """The digest of its functions' source texts (of their names, where there is no source), in hexadecimal."""
        functions = [self.check, *([] if self.patch is None else [self.patch])]
        return sha256("\0".join(map(_source, functions)).encode()).hexdigest()

    # ------------------------------------------------------------ what it says

    def judge(self, record: object) -> bool | None:
        """Whether the rule holds for a record; raises what `crashed` makes an error of."""
        try:
            verdict: object = self.check(record)
        except (Exception, SystemExit) as error:
            raise _raised(self.id, "check", error) from error
        if verdict is None or isinstance(verdict, bool):
            return verdict
        words = f"check gave {_short(verdict)}, not True, False or None"
        raise RuleRaised(self.id, words, "bool(…) makes one of numpy's and other values")

    def mended(self, record: Any) -> Any:
        """What its patch makes of a copy of the record; None where it has none, or cannot."""
        if self.patch is None:
            return None
        try:
            return self.patch(deepcopy(record))
        except (Exception, SystemExit) as error:
            raise _raised(self.id, "patch", error) from error


def crashed(error: RuleRaised, record: str) -> RuleCrashed:
    """The error that names the record, as in ``record 7``."""
    return RuleCrashed(f"rule {error.rule} cannot judge {record}: {error.words}", hint=error.hint)


def _raised(rule: str, name: str, error: BaseException) -> RuleRaised:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f" in {trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
    return RuleRaised(rule, f"{name} raised {_short_error(error)}{where}", "give None where the rule does not apply")


def _short_error(error: BaseException) -> str:
    words = str(error).partition("\n")[0][:_SHOWN]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _check_function(rule: str, name: str, function: object) -> None:
    """Whether another process finds the function by its name."""
    if not callable(function):
        raise RuleError(f"rule {rule}: {name} is {_short(function)}, not a function", hint=f"def {name}(record): …")
    module, path = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    found: object = sys.modules.get(str(module))
    for step in str(path).split("."):
        found = getattr(found, step, None)
    if found is not function:
        shown = path if isinstance(path, str) else _short(function)
        raise RuleError(
            f"rule {rule}: {name} is {shown}, which no other process finds by name",
            hint="a function defined at the top of a module: no lambda, no method, nothing inside a function",
        )


def _texts(rule: str, name: str, given: object) -> tuple[str, ...]:
    listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(each, str) for each in listed):
        raise RuleError(f"rule {rule}: {name} are texts", hint='reads=("amount", "lines[].price")')
    return tuple(str(each) for each in listed)


def _source(function: Callable[..., Any]) -> str:
    import inspect

    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return f"{function.__module__}:{function.__qualname__}"
