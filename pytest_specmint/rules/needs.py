"""Rules that demand fields where a condition is true: ``when category == 'A' then has(size.width)``."""

from collections.abc import Mapping

from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.analyse import Route, as_test, conjuncts
from pytest_specmint.rules.expression.kinds import EVERYTHING, Kind
from pytest_specmint.rules.model import Severity
from pytest_specmint.rules.network import What
from pytest_specmint.rules.reading import Untranslatable, fields_of, roots_of
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.sets.values import Json

_UNCLEAR = frozenset({"anyOf", "oneOf", "if", "then", "else", "not", "dependencies", "dependentSchemas", "$dynamicRef"})
"""Keywords that leave open what all values of a field have in common."""
_COUNTED = frozenset({"dependentRequired", "minProperties", "maxProperties", "propertyNames", "unevaluatedProperties"})
"""Keywords by which the presence of one property depends on that of others."""
Site = Mapping[str, Json]


def needs_of(rule: CompiledRule, fields: SchemaFields) -> tuple[Route, ...]:
    """The fields that are all that a rule demands where its condition is true, each after those that it is in.

    Empty where the rule demands something else too, and where the schema makes presence more than a matter of a share.
    """
    if rule.when is None or rule.condition is None or rule.each is not None or rule.rule.severity is Severity.WARN:
        return ()
    found: dict[Route, None] = {}
    for part in conjuncts(rule.condition):
        test = as_test(part)
        steps = () if test is None else test.place.steps
        if test is None or test.sign != "has" or test.place.root != "record" or not _is_plain(steps, fields):
            return ()
        found |= dict.fromkeys(tuple(steps[:length]) for length in range(1, len(steps) + 1))
    return tuple(found) if _is_told(rule, fields, tuple(found)) else ()


def _is_plain(steps: tuple[str | int, ...], fields: SchemaFields) -> bool:
    """Whether a field and those that it is in are never null, and there or not by themselves."""
    if not all(isinstance(step, str) for step in steps):
        return False
    inner = [fields.sites(tuple(steps[:length])) for length in range(1, len(steps) + 1)]
    around = [fields.sites(tuple(steps[:length])) for length in range(len(steps))]
    return all(map(_never_null, inner)) and all(_COUNTED.isdisjoint(site) for sites in around for site in sites)


def _never_null(sites: list[Site]) -> bool:
    """Whether a part of the schema that every value meets keeps null out."""
    return all(_UNCLEAR.isdisjoint(site) for site in sites) and any(map(_keeps_null_out, sites))


def _keeps_null_out(site: Site) -> bool:
    declared, listed = site.get("type"), site.get("enum")
    if declared is not None:
        return "null" not in (declared if isinstance(declared, list) else [declared]) and not site.get("nullable")
    return site["const"] is not None if "const" in site else isinstance(listed, list) and None not in listed


def _is_told(rule: CompiledRule, fields: SchemaFields, targets: tuple[Route, ...]) -> bool:
    """Whether the condition reads numbers and listed values alone, none of them among what it demands."""
    assert rule.when is not None
    try:
        read = list(fields_of(rule.when, roots_of(None)))
    except Untranslatable:
        return False
    if any(each.route[: len(target)] == target for each in read for target in targets):
        return False
    return all(each.what is What.NUMBER or _is_listed(fields, each.route) for each in read)


def _is_listed(fields: SchemaFields, route: Route) -> bool:
    field = fields.at(route)
    kinds = EVERYTHING if field is None else field.kinds
    sites = fields.sites(route)
    return kinds == {Kind.FLAG} or any("enum" in site or "const" in site for site in sites)
