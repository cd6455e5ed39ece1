"""Rules given beside a schema: files of them, or rules as they would stand in one."""

from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.files import load_rules
from pytest_specmint.rules.model import Rule, check_distinct, read_rules, rule_of
from pytest_specmint.rules.python import PythonRule

OneSource = str | PathLike[str] | Mapping[str, Any] | PythonRule
RulesSource = OneSource | Iterable[OneSource]
"""Paths of rules files, or rules themselves, as they would stand in one or in Python; one or several."""


def given_rules(source: RulesSource | None) -> tuple[Rule, ...]:
    """The rules of all sources, in their order; raises `RuleError`, naming file and pointer."""
    if source is None:
        return ()
    listed = [source] if isinstance(source, (str, PathLike, Mapping, PythonRule)) else _several(source)
    rules = tuple(rule for number, each in enumerate(listed) for rule in _rules(each, number))
    check_distinct(rules)
    return rules


def _several(source: object) -> list[object]:
    if not isinstance(source, Iterable) or isinstance(source, bytes):
        raise _no_rule(source)
    return list(source)


def _rules(source: object, number: int) -> tuple[Rule, ...]:
    if isinstance(source, (str, PathLike)):
        return load_rules(Path(fspath(source)))
    if isinstance(source, Mapping):
        return read_rules(source if "rules" in source else [source], f"rules/{number}")
    if isinstance(source, PythonRule):
        return (rule_of(source),)
    raise _no_rule(source)


def _no_rule(source: object) -> RuleError:
    hint = "a path of a rules file, {id: …, assert: …}, or a PythonRule"
    return RuleError(f"{type(source).__name__} is no rule", hint=hint)
