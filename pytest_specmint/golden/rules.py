"""The rules that goldens were made with besides their schema's: where they come from, what changed, made again."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import GoldenMismatch, SpecmintError
from pytest_specmint.job import Job

if TYPE_CHECKING:
    from pytest_specmint.rules.model import Rule

_DIGITS = 12
_FEW = 4


class RulesOrigin(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rules of a file, or a rule that was given as a value, or one in Python."""

    path: str | None = None
    """Of the file, relative to the root directory."""
    value: Any = None
    """The rule itself, as it would stand in a file."""
    python: str | None = None
    """``module:function`` of a rule in Python."""
    digests: dict[str, str] = {}
    """A short digest of each rule by its id, so that a change can be named."""


def rules_origins(job: Job, relative: Mapping[str, str]) -> tuple[RulesOrigin, ...]:
    """The origins of a job's rules; ``relative`` has the paths of their files as they are to be written."""
    given = [
        _origin(source, list(group), relative) for source, group in groupby(job.rules, key=lambda rule: rule.source or rule.id)
    ]
    return (*given, *_own_python(job))


def _origin(source: str, rules: "list[Rule]", relative: Mapping[str, str]) -> RulesOrigin:
    from pytest_specmint.rules.model import written

    first, digests = rules[0], dict(map(_digest, rules))
    if first.source:
        return RulesOrigin(path=relative.get(source, source), digests=digests)
    if first.python is not None:
        return RulesOrigin(python=first.python.reference, digests=digests)
    return RulesOrigin(value=written(first), digests=digests)


def _own_python(job: Job) -> Iterator[RulesOrigin]:
    """Rules in Python that the schema itself names: its digest does not tell of their functions."""
    brought = {rule.id for pack in job.packs() for rule in pack.rules}
    for rule in job.all_rules():
        if rule.python is not None and rule not in job.rules and rule.id not in brought:
            yield RulesOrigin(python=rule.python.reference, digests=dict([_digest(rule)]))


def _digest(rule: "Rule") -> tuple[str, str]:
    from pytest_specmint.rules.model import written

    return rule.id, sha256(canonical_bytes(written(rule))).hexdigest()[:_DIGITS]


# ---------------------------------------------------------------- causes


def rules_causes(before: Sequence[RulesOrigin], now: Sequence[RulesOrigin]) -> Iterator[str]:
    """What differs between the rules of two datasets, in words, by the file that has them."""
    old, new = _by_source(before), _by_source(now)
    for source in sorted({*old, *new}):
        changes = list(_changes(old.get(source, {}), new.get(source, {})))
        if not changes:
            continue
        where = f"rules of {source}" if source else "rules given as values"
        more = f" and {len(changes) - _FEW} more" if len(changes) > _FEW else ""
        yield f"{where}: {', '.join(changes[:_FEW])}{more}"


def _by_source(origins: Sequence[RulesOrigin]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in origins:
        found.setdefault(each.path or each.python or "", {}).update(each.digests)
    return found


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield f"{name} {'added' if name not in before else 'removed' if name not in now else 'changed'}"


# ---------------------------------------------------------------- made again


def rules_again(origins: Sequence[RulesOrigin], root: Path, accept: str) -> "tuple[Rule, ...]":
    """The rules of an origin; paths are relative to ``root``. Raises `GoldenMismatch` where they are others now."""
    if not origins:
        return ()
    from pytest_specmint.rules.given import given_rules

    if any(each.python and each.path is None for each in origins):
        name = next(each.python for each in origins if each.python)
        raise GoldenMismatch(f"the golden was made with the Python rule {name}", hint=f"run its test: {accept}")
    try:
        rules = given_rules([each.value if each.path is None else root / each.path for each in origins])
    except SpecmintError as error:
        raise GoldenMismatch(f"the golden's rules cannot be read: {error}", hint=error.hint) from None
    found = dict(map(_digest, rules))
    for each in origins:
        if any(found.get(name) != digest for name, digest in each.digests.items()):
            where = each.path or "given as values"
            raise GoldenMismatch(f"the rules {where} have changed since the golden was made", hint=accept)
    return rules
