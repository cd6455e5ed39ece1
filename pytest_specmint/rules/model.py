"""Rules as written: read from ``x-rules`` of a schema or from a rules file, checked for form."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.rules.enforced import KEYWORD
from pytest_specmint.rules.expression.errors import RuleError, meant
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.naming import SEVERITIES, check_id, check_rate
from pytest_specmint.rules.python import PythonRule

MAX_RULES = 1_000


class Severity(Enum):
    """What a rule that does not hold means."""

    ERROR = "error"
    WARN = "warn"


class Scope(Enum):
    """What a rule is about."""

    RECORD = "record"
    DATASET = "dataset"


class Rule(Struct, frozen=True):
    """One rule: ``when`` … ``then``, or ``assert``, or ``derive`` (fields and their formulas), or a Python rule."""

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
    python: PythonRule | None = None
    """What judges it, where it is no expression."""
    home: tuple[Step, ...] = ()
    """Where in a record the object stands that the rule speaks of: its names are this object's."""
    source: str = ""
    """The file that it was read from, as it was given."""


EXPRESSIONS = ("when", "then", "assert")
KEYS = ("id", *EXPRESSIONS, "derive", "python", "each", "severity", "rate", "scope", "description", "sentences")


def rule_of(python: PythonRule) -> Rule:
    """A Python rule as one among others."""
    return Rule(
        python.id,
        severity=Severity(python.severity),
        rate=python.rate,
        description=python.description,
        sentences=python.sentences,
        pointer=python.reference,
        python=python,
    )


def written(rule: Rule) -> dict[str, Any]:
    """A rule as it would stand in a file; of a Python rule its name and where it comes from."""
    keys = {"then": rule.then, "when": rule.when, "assert": rule.assertion, "each": rule.each}
    found: dict[str, Any] = {"id": rule.id, **{key: text for key, text in keys.items() if text is not None}}
    if rule.derive:
        found["derive"] = dict(rule.derive)
    if rule.python is not None:
        found["python"] = {"check": rule.python.reference, "sha256": rule.python.sha256}
    if rule.severity is not Severity.ERROR:
        found |= {"severity": rule.severity.value, "rate": rule.rate}
    if rule.scope is not Scope.RECORD:
        found["scope"] = rule.scope.value
    return found


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
        id=check_id(written.get("id"), pointer),
        when=_text(written, "when", pointer),
        then=_text(written, "then", pointer),
        assertion=_text(written, "assert", pointer),
        derive=_formulas(written, pointer),
        each=_text(written, "each", pointer),
        severity=Severity(_choice(written, "severity", SEVERITIES, pointer)),
        rate=check_rate(written.get("rate", 1.0), _severity(written), pointer),
        scope=Scope(_choice(written, "scope", tuple(each.value for each in Scope), pointer)),
        description=_text(written, "description", pointer) or "",
        sentences=_sentences(written, pointer),
        pointer=pointer,
    )
    if "python" in written:
        rule = _python(written, rule)
    _check_form(rule)
    return rule


def _python(written: Mapping[Any, Any], rule: Rule) -> Rule:
    """The rule that an installed distribution brings; what is said beside it goes first."""
    from pytest_specmint.rules.installed import rule_named

    name = _text(written, "python", rule.pointer) or ""
    python = replace(rule_named(name, f"{rule.pointer}/python"), id=rule.id)
    severity = rule.severity if "severity" in written else Severity(python.severity)
    usual = python.rate if severity is Severity.WARN else 1.0
    return replace(
        rule,
        python=python,
        severity=severity,
        rate=check_rate(rule.rate if "rate" in written else usual, severity.value, rule.pointer),
        description=rule.description or python.description,
        sentences=rule.sentences or python.sentences,
    )


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


def _severity(written: Mapping[Any, Any]) -> str:
    """What a rate is about; a Python rule says itself where nothing is said beside it."""
    return str(written.get("severity", "warn" if "python" in written else "error"))


def _sentences(written: Mapping[Any, Any], pointer: str) -> tuple[str, ...]:
    value = written.get("sentences", [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        hint = "the very words under x-cross-field-rules"
        raise RuleError("sentences are texts", pointer=f"{pointer}/sentences", hint=hint)
    return tuple(listed)


def _check_form(rule: Rule) -> None:
    """Exactly one of ``then``, ``assert``, ``derive`` and ``python``, and only what goes with it."""
    kinds = {
        "then": rule.then is not None,
        "assert": rule.assertion is not None,
        "derive": bool(rule.derive),
        "python": rule.python is not None,
    }
    given = [name for name, there in kinds.items() if there]
    if len(given) != 1:
        said = f"{' and '.join(given)} stand together" if given else "it says nothing"
        hint = "either when and then, or assert, or derive, or python"
        raise RuleError(f"rule {rule.id}: {said}", pointer=rule.pointer, hint=hint)
    if rule.then is not None and rule.when is None:
        raise RuleError(f"rule {rule.id}: then without when", pointer=rule.pointer, hint="without a condition: assert")
    if rule.python is not None and (rule.when is not None or rule.each is not None):
        hint = "it is given the whole record, and gives None where it does not apply"
        raise RuleError(f"rule {rule.id}: python stands alone", pointer=rule.pointer, hint=hint)
    if rule.assertion is not None and rule.when is not None:
        raise RuleError(f"rule {rule.id}: when without then", pointer=rule.pointer, hint="write then instead of assert")
    if rule.scope is Scope.DATASET and (rule.assertion is None or rule.each is not None):
        hint = "a rule about the dataset has an assert, no each"
        raise RuleError(f"rule {rule.id}: not about the dataset", pointer=rule.pointer, hint=hint)
    if rule.derive and rule.severity is Severity.WARN:
        hint = "severity: error"
        raise RuleError(f"rule {rule.id}: what is derived always holds", pointer=rule.pointer, hint=hint)
