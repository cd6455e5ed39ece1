"""What rules are called and how strict they are, wherever they are written."""

import re

from pytest_specmint.rules.expression.errors import RuleError

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
SEVERITIES = ("error", "warn")


def check_id(name: object, pointer: str | None) -> str:
    """The name of a rule; raises `RuleError` for what cannot be one."""
    if name is None:
        raise RuleError("a rule has no id", pointer=pointer, hint="id: a short name, e.g. dob-before-service")
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        where = None if pointer is None else f"{pointer}/id"
        hint = "letters, digits, - _ . and a letter first, at most 64"
        raise RuleError(f"{repr(name)[:80]} is not an id", pointer=where, hint=hint)
    return name


def check_rate(value: object, severity: str, pointer: str | None) -> float:
    """The rate of a rule; raises `RuleError` for what is none, and for one below 1 of what always holds."""
    where = None if pointer is None else f"{pointer}/rate"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RuleError("rate is a number from 0 to 1", pointer=where, hint="0.9: nine of ten records hold")
    if value != 1 and severity != "warn":
        raise RuleError("a rule of severity error always holds", pointer=where, hint="severity: warn, or no rate")
    return float(value)
