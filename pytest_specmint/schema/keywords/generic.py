"""`type`, `enum`, `const`."""

from collections.abc import Iterable
from fractions import Fraction

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import (
    BOOLEAN,
    NULL,
    Branch,
    Literals,
    Set,
    Union,
    constrain,
    merge,
    only,
    unique_values,
)
from pytest_specmint.schema.sets.values import Json, exact, identity

INTEGERS = Numbers(step=Fraction(1))
SETS: dict[str, Set] = {
    "null": NULL,
    "boolean": BOOLEAN,
    "integer": INTEGERS,
    "number": Numbers(),
    "string": Strings(),
    "array": Arrays(),
    "object": Objects(),
}
NULL_WEIGHT = 0.1
"""Share of null beside another type: a nullable field is mostly filled."""


def _names(site: Site) -> list[str]:
    declared = site.get("type")
    names = declared if isinstance(declared, list) else [declared]
    return [name for name in names if not (name == "integer" and "number" in names)]


def _assert_type(_: Opener, site: Site) -> Union:
    names = _names(site)
    several = len(names) > 1
    return tuple(Branch(SETS[name], NULL_WEIGHT if name == "null" and several else 1.0) for name in names)


def _deny_type(_: Opener, site: Site) -> Union:
    names = _names(site)
    left = [name for name in SETS if name not in {*names, "integer", "number"}]
    sets = [SETS[name] for name in left]
    if "number" not in names:
        whole = frozenset({Fraction(1)}) if "integer" in names else frozenset()
        sets.append(Numbers(not_steps=whole))
    return only(*sets)


def _listed(site: Site) -> tuple[Json, ...]:
    values = site.get("enum", [])
    return unique_values(values)


def without(values: Iterable[Json]) -> Union:
    """Everything but these values."""
    values = list(values)
    scalars = {type(value) for value in values}
    left = [NULL] if type(None) not in scalars else []
    booleans = tuple(each for each in (False, True) if not any(value is each for value in values))
    numbers = frozenset(exact(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool))
    texts = frozenset(value for value in values if isinstance(value, str))
    arrays = frozenset(identity(value) for value in values if isinstance(value, list))
    objects = frozenset(identity(value) for value in values if isinstance(value, dict))
    sets: list[Set] = [*left, Literals(booleans)] if booleans else [*left]
    sets += [
        Numbers(excluded=numbers),
        Strings(excluded=texts),
        Arrays(excluded=arrays),
        Objects(excluded=objects),
    ]
    return merge(Branch(each) for each in sets)


TYPE = Family(frozenset({"type"}), at_once(_assert_type), _deny_type)
ENUM = Family(
    frozenset({"enum"}),
    at_once(lambda _, site: only(Literals(_listed(site))) if site.get("enum") else ()),
    lambda _, site: without(_listed(site)),
)
CONST = Family(
    frozenset({"const"}),
    at_once(lambda _, site: only(Literals((site.get("const"),)))),
    lambda _, site: without([site.get("const")]),
    since=Draft.D6,
)

__all__ = ["CONST", "ENUM", "INTEGERS", "TYPE", "constrain", "without"]
