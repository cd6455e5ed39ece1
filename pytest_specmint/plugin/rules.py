"""Rules as tests name them: files found as schemas are, rules as they would stand in one, rules in Python."""

import os
from typing import TYPE_CHECKING, Any

import pytest

from pytest_specmint.plugin.schemas import Asking, file_named, missing, shown
from pytest_specmint.plugin.seeds import node_id

if TYPE_CHECKING:
    from pytest_specmint.rules.model import Rule


def rules_named(who: Asking, source: Any) -> "tuple[Rule, ...]":
    """The rules that are asked for; raises `RuleError`, and `pytest.UsageError` for a file that is not there."""
    if not source:
        return ()
    from msgspec.structs import replace

    from pytest_specmint.rules.given import given_rules

    listed = source if isinstance(source, (list, tuple)) else [source]
    rules = given_rules([_found(who, each) for each in listed])
    return tuple(replace(rule, source=shown(who.config, rule.source)) if rule.source else rule for rule in rules)


def _found(who: Asking, source: Any) -> Any:
    if not isinstance(source, (str, os.PathLike)):
        return source
    file = file_named(who, str(source))
    if file is None:
        raise pytest.UsageError(f"{node_id(who.node)}: {missing(who, source, 'rules file')}")
    return file
