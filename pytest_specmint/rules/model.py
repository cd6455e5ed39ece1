"""Rules as written: read from ``x-rules`` of a schema or from a rules file, checked for form."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct

from pytest_specmint.rules.expression.errors import RuleError, meant

KEYWORD = "x-rules"
MAX_RULES = 1_000
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Severity(Enum):
    """What a rule that does not hold means."""

    ERROR = "error"
    WARN = "warn"


class Scope(Enum):
    """What a rule is about."""

    RECORD = "record"
    DATASET = "dataset"


class Rule(Struct, frozen=True):
    """One rule: ``when`` … ``then``, or ``assert``, or ``derive`` (fields and their formulas)."""

    id: str
    when: str | None = None
    then: str | None = None
    assertion: str | None = None
    """The expression under ``assert``."""
    derive: tuple[tuple[str, str], ...] = ()
    each: str | None = None
    """The list whose items the rule is about, one by one."""
    severity: Severity = Severity.ERROR
    rate: float = 1.0
    """The part of the records that ought to hold, of those the rule applies to; below 1 for warnings only."""
    scope: Scope = Scope.RECORD
    description: str = ""
    sentences: tuple[str, ...] = ()
    """The sentences of ``x-cross-field-rules`` that the rule enforces."""
    pointer: str = "#"
    """Where in its document it stands."""


EXPRESSIONS = ("when", "then", "assert")
KEYS = ("id", *EXPRESSIONS, "derive", "each", "severity", "rate", "scope", "description", "sentences")


def read_rules(document: object, pointer: str = f"#/{KEYWORD}") -> tuple[Rule, ...]:
    """The rules of a list, or of a mapping ``{"rules": [...]}`` as a rules file may be.

    Raises `RuleError` with the pointer and a hint where one is malformed or two share an id.
    """
    if isinstance(document, Mapping):
        listed, pointer = _of_file(document, pointer)
    else:
        listed = document
    if not isinstance(listed, list):
        raise RuleError("rules are a list", pointer=pointer, hint="[{id: …, assert: …}, …]")
    if len(listed) > MAX_RULES:
        raise RuleError(f"{len(listed):,} rules are more than {MAX_RULES:,}", pointer=pointer, hint="split the schema")
    rules = tuple(_rule(each, f"{pointer}/{i}") for i, each in enumerate(listed))
    check_distinct(rules)
    return rules


def rules_of(schema: object) -> tuple[Rule, ...]:
    """The rules under ``x-rules`` of a schema's document; none where it has none."""
    return read_rules(schema[KEYWORD]) if isinstance(schema, Mapping) and KEYWORD in schema else ()


def check_distinct(rules: Sequence[Rule]) -> None:
    """Raise `RuleError` where two rules share an id, also if they come from different documents."""
    places: dict[str, str] = {}
    for rule in rules:
        if rule.id in places:
            hint = f"the other one stands at {places[rule.id]}"
            raise RuleError(f"two rules are named {rule.id!r}", pointer=rule.pointer, hint=hint)
        places[rule.id] = rule.pointer


def _of_file(document: Mapping[Any, Any], pointer: str) -> tuple[object, str]:
    known = ("rules", "description")
    for key in document:
        if key not in known:
            raise RuleError(f"unknown key {key!r} beside the rules", pointer=pointer, hint=meant(str(key), known))
    if "rules" not in document:
        raise RuleError("there are no rules", pointer=pointer, hint="{rules: [{id: …, assert: …}]}, or just the list")
    return document["rules"], f"{pointer}/rules"


def _rule(written: object, pointer: str) -> Rule:
    if not isinstance(written, Mapping):
        raise RuleError("a rule is a mapping", pointer=pointer, hint="{id: …, assert: …}")
    for key in written:
        if key not in KEYS:
            raise RuleError(f"unknown key {str(key)[:60]!r} in a rule", pointer=pointer, hint=meant(str(key), KEYS))
    rule = Rule(
        id=_identifier(written, pointer),
        when=_text(written, "when", pointer),
        then=_text(written, "then", pointer),
        assertion=_text(written, "assert", pointer),
        derive=_formulas(written, pointer),
        each=_text(written, "each", pointer),
        severity=Severity(_choice(written, "severity", tuple(each.value for each in Severity), pointer)),
        rate=_rate(written, pointer),
        scope=Scope(_choice(written, "scope", tuple(each.value for each in Scope), pointer)),
        description=_text(written, "description", pointer) or "",
        sentences=_sentences(written, pointer),
        pointer=pointer,
    )
    _check_form(rule)
    return rule


def _identifier(written: Mapping[Any, Any], pointer: str) -> str:
    name = written.get("id")
    if name is None:
        raise RuleError("a rule has no id", pointer=pointer, hint="id: a short name, e.g. dob-before-service")
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        shown = repr(name)[:80]
        hint = "letters, digits, - _ . and a letter first, at most 64"
        raise RuleError(f"{shown} is not an id", pointer=f"{pointer}/id", hint=hint)
    return name


def _text(written: Mapping[Any, Any], key: str, pointer: str) -> str | None:
    value = written.get(key)
    if value is None and key not in written:
        return None
    if not isinstance(value, str):
        kind = "true or false" if isinstance(value, bool) else type(value).__name__
        raise RuleError(f"{key} is a text, not {kind}", pointer=f"{pointer}/{key}", hint='in quotes: "amount > 0"')
    return value


def _formulas(written: Mapping[Any, Any], pointer: str) -> tuple[tuple[str, str], ...]:
    if "derive" not in written:
        return ()
    value, place = written["derive"], f"{pointer}/derive"
    if not isinstance(value, Mapping) or not value:
        raise RuleError("derive maps fields to formulas", pointer=place, hint='{"total": "subtotal + tax"}')
    for target, formula in value.items():
        if not isinstance(target, str) or not isinstance(formula, str):
            raise RuleError("a formula is a text", pointer=f"{place}/{target}", hint='{"total": "subtotal + tax"}')
    return tuple(value.items())


def _choice(written: Mapping[Any, Any], key: str, known: tuple[str, ...], pointer: str) -> str:
    value = written.get(key, known[0])
    if value not in known:
        hint = meant(str(value), known)
        raise RuleError(f"{str(value)[:60]!r} is no {key}", pointer=f"{pointer}/{key}", hint=hint)
    return str(value)


def _rate(written: Mapping[Any, Any], pointer: str) -> float:
    value = written.get("rate", 1.0)
    place = f"{pointer}/rate"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise RuleError("rate is a number from 0 to 1", pointer=place, hint="0.9: nine of ten records hold")
    if value != 1 and written.get("severity", "error") != "warn":
        raise RuleError("a rule of severity error always holds", pointer=place, hint="severity: warn, or no rate")
    return float(value)


def _sentences(written: Mapping[Any, Any], pointer: str) -> tuple[str, ...]:
    value = written.get("sentences", [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        hint = "the very words under x-cross-field-rules"
        raise RuleError("sentences are texts", pointer=f"{pointer}/sentences", hint=hint)
    return tuple(listed)


def _check_form(rule: Rule) -> None:
    """Exactly one of ``then``, ``assert`` and ``derive``, and only what goes with it."""
    kinds = {"then": rule.then is not None, "assert": rule.assertion is not None, "derive": bool(rule.derive)}
    given = [name for name, there in kinds.items() if there]
    if len(given) != 1:
        said = f"{' and '.join(given)} stand together" if given else "it says nothing"
        hint = "either when and then, or assert, or derive"
        raise RuleError(f"rule {rule.id}: {said}", pointer=rule.pointer, hint=hint)
    if rule.then is not None and rule.when is None:
        raise RuleError(f"rule {rule.id}: then without when", pointer=rule.pointer, hint="without a condition: assert")
    if rule.assertion is not None and rule.when is not None:
        raise RuleError(f"rule {rule.id}: when without then", pointer=rule.pointer, hint="write then instead of assert")
    if rule.scope is Scope.DATASET and (rule.assertion is None or rule.each is not None):
        hint = "a rule about the dataset has an assert, no each"
        raise RuleError(f"rule {rule.id}: not about the dataset", pointer=rule.pointer, hint=hint)
    if rule.derive and rule.severity is Severity.WARN:
        hint = "severity: error"
        raise RuleError(f"rule {rule.id}: what is derived always holds", pointer=rule.pointer, hint=hint)
