"""Rules given beside a schema: files of them, or rules as they would stand in one."""

from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.files import load_rules
from pytest_specmint.rules.model import Rule, check_distinct, read_rules

RulesSource = str | PathLike[str] | Mapping[str, Any] | Iterable[str | PathLike[str] | Mapping[str, Any]]
"""Paths of rules files, or rules themselves, one or several."""


def given_rules(source: RulesSource | None) -> tuple[Rule, ...]:
    """The rules of all sources, in their order; raises `RuleError`, naming file and pointer."""
    if source is None:
        return ()
    listed = [source] if isinstance(source, (str, PathLike, Mapping)) else list(source)
    rules = tuple(rule for number, each in enumerate(listed) for rule in _rules(each, number))
    check_distinct(rules)
    return rules


def _rules(source: object, number: int) -> tuple[Rule, ...]:
    if isinstance(source, (str, PathLike)):
        return load_rules(Path(fspath(source)))
    if isinstance(source, Mapping):
        return read_rules(source if "rules" in source else [source], f"rules/{number}")
    raise RuleError(f"{type(source).__name__} is no rule", hint="a path of a rules file, or {id: …, assert: …}")
