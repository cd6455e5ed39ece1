"""Python rules that other distributions bring, by the entry points ``specmint.rules``; a rule names one by ``python``.

``name = "module:RULE"``, where RULE is a `PythonRule`. Nothing is applied because it is installed: a schema or a rules
file has to name it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_specmint.rules.expression.errors import RuleError, meant
from pytest_specmint.rules.python import PythonRule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "specmint.rules"


@lru_cache(maxsize=1)
def offers() -> "Mapping[str, tuple[EntryPoint, ...]]":
    """All that are installed by name; more than one where a name is given twice."""
    from importlib.metadata import entry_points

    found: dict[str, dict[str, EntryPoint]] = {}
    for each in entry_points(group=GROUP):
        found.setdefault(each.name, {})[provider(each)] = each
    return {name: tuple(by[key] for key in sorted(by)) for name, by in sorted(found.items())}


def provider(entry: "EntryPoint") -> str:
    """What brings an entry point: a distribution with its version, and where in it."""
    return f"{entry.dist.name} {entry.dist.version} ({entry.value})" if entry.dist is not None else entry.value


def rule_named(name: str, pointer: str | None = None) -> PythonRule:
    """The rule of a name. Raises `RuleError` where there is none, where there are two, or where it cannot be loaded."""
    known = offers().get(name, ())
    if not known:
        hint = meant(name, offers(), f"rules come with packages that have an entry point {name!r} in {GROUP}")
        raise RuleError(f"no Python rule {name!r} is installed", pointer=pointer, hint=hint)
    if len(known) > 1:
        raise RuleError(
            f"two Python rules are named {name!r}: by {' and by '.join(map(provider, known))}",
            pointer=pointer,
            hint="uninstall one of them",
        )
    return _loaded(known[0], pointer)


def _loaded(entry: "EntryPoint", pointer: str | None) -> PythonRule:
    try:
        rule = entry.load()
    except (Exception, SystemExit) as error:  # whatever an import of foreign code may raise
        raise RuleError(
            f"Python rule {entry.name!r} of {provider(entry)} cannot be loaded: {type(error).__name__}: {error}",
            pointer=pointer,
            hint=f"its entry point in {GROUP} names a PythonRule: module:RULE",
        ) from None
    if not isinstance(rule, PythonRule):
        raise RuleError(
            f"Python rule {entry.name!r} of {provider(entry)} is a {type(rule).__name__}, not a PythonRule",
            pointer=pointer,
            hint=f"its entry point in {GROUP} names a PythonRule: module:RULE",
        )
    return rule
