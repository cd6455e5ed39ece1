"""`required`, counts, dependencies, and properties that are forbidden."""

from collections.abc import Callable, Iterator, Mapping

from pytest_specmint.near_miss.breakers.family import LARGEST, Breaker, Spot
from pytest_specmint.near_miss.breakers.generic import other_types
from pytest_specmint.patterns import Language, PatternError, compile_sampler
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import record_keys

Object = dict[str, Json]
ADDED = ("unexpected", "extra", "x")
"""Names of added properties, where no existing name can be misspelt."""
FILLS: tuple[Json, ...] = ("x", 0, None, True, [], {}, 0.5, -1)
"""A value of every type."""


def _on_objects(breaker: Callable[[Spot, Object], Iterator[Json]]) -> Breaker:
    def guarded(spot: Spot) -> Iterator[Json]:
        return breaker(spot, spot.value) if isinstance(spot.value, dict) else iter(())

    return guarded


def _without(value: Object, *names: str) -> Object:
    return {name: each for name, each in value.items() if name not in names}


def _incomplete(spot: Spot, value: Object) -> Iterator[Json]:
    """One required property dropped."""
    yield from (_without(value, name) for name in spot.operand if name in value)


def _dependent(spot: Spot, value: Object) -> Iterator[Json]:
    """A needed property dropped, or one that needs it added without it."""
    pairs = {name: needed for name, needed in sorted(spot.operand.items()) if isinstance(needed, list)}
    for name, needed in pairs.items():
        if name in value:
            yield from (_without(value, each) for each in needed if each in value and each != name)
    for name, needed in pairs.items():
        if name not in value:
            added = {**value, name: spot.sample("properties", name, other="x")}
            missing = [each for each in needed if each not in value]
            if missing:
                yield added
            yield from (_without(added, each) for each in needed if each != name)


def _fewer(spot: Spot, value: Object) -> Iterator[Json]:
    """Properties dropped until there is one too few."""
    wanted = int(spot.operand) - 1
    required = [name for name in spot.schema.get("required", ()) if name in value]
    others = [name for name in value if name not in required]
    for turn in range(min(len(others), 4) + 1):
        kept = [*required, *others[turn:], *others[:turn]][:wanted] if wanted >= 0 else []
        if wanted >= 0:
            yield {name: each for name, each in value.items() if name in kept}


def _more(spot: Spot, value: Object) -> Iterator[Json]:
    """Properties added until there is one too many: such as the schema knows, then others."""
    wanted = int(spot.operand) + 1 - len(value)
    if wanted > LARGEST:
        return
    known = [name for name in sorted(spot.schema.get("properties", {})) if name not in value]
    added = {name: spot.sample("properties", name, other="x") for name in known[: max(wanted, 0)]}
    for fill in _fills(spot, value):
        names = [name for name in _new_names(spot, value, wanted) if name not in added]
        more: Object = {**added, **dict.fromkeys(names, fill)}
        yield {**value, **dict(list(more.items())[:wanted])}


def _fills(spot: Spot, value: Object) -> Iterator[Json]:
    """What may stand in an added property."""
    if isinstance(spot.schema.get("additionalProperties"), dict):
        yield from spot.aids.samples(spot.below("additionalProperties"), 2)
    for pattern in sorted(spot.schema.get("patternProperties", {})):
        yield spot.sample("patternProperties", pattern)
    yield from [*list(value.values())[:2], "x", 0, None]


def _new_names(spot: Spot, value: Object, wanted: int) -> Iterator[str]:
    """Names that the object lacks: of the patterns, misspelt, and plain ones."""
    found: dict[str, None] = {}
    for pattern in sorted(spot.schema.get("patternProperties", {})):
        found |= dict.fromkeys(_names_of(pattern))
    if isinstance(spot.schema.get("propertyNames"), dict):
        samples = spot.aids.samples(spot.below("propertyNames"), wanted + 8)
        found |= dict.fromkeys(name for name in samples if isinstance(name, str))
    found |= dict.fromkeys([*_misspelt(value), *ADDED])
    found |= dict.fromkeys(f"extra_{i + 1}" for i in range(wanted))
    return (name for name in found if name not in value and name not in spot.schema.get("properties", {}))


def _misspelt(names: Mapping[str, Json]) -> Iterator[str]:
    for name in sorted(names)[:4]:
        if len(name) > 2:
            yield name[:-2] + name[:-3:-1]
        yield from (f"{name}_2", name.capitalize() if name.capitalize() != name else name.lower())


def _names_of(pattern: str) -> list[str]:
    """Some names that match a pattern."""
    try:
        return list(dict.fromkeys(compile_sampler(Language.of(pattern), spread=6).sample(record_keys(0, 0, 8))))
    except (PatternError, ValueError):
        return []


def _additional(_: Spot, value: Object) -> Iterator[Json]:
    """A property that is not allowed: an existing name misspelt, then plain ones."""
    for name in sorted(value):
        for wrong in _misspelt({name: None}):
            if wrong not in value:
                yield {**value, wrong: value[name]}
                break
    for name in ADDED:
        if name not in value:
            yield from ({**value, name: fill} for fill in ("x", 0))


def _unevaluated(spot: Spot, value: Object) -> Iterator[Json]:
    """A property that nothing else looks at, of every type."""
    if spot.operand is False:
        yield from _additional(spot, value)
    for name in (*ADDED, *_misspelt(value)):
        if name not in value:
            yield from ({**value, name: fill} for fill in FILLS)
    for name in value:
        yield from ({**value, name: wrong} for wrong in other_types(value[name]))


def _forbidden(spot: Spot, value: Object) -> Iterator[Json]:
    """The property that a false subschema forbids."""
    name = str(spot.child[0])
    yield from ({**value, name: fill} for fill in ("x", 0, True))


def _forbidden_match(spot: Spot, value: Object) -> Iterator[Json]:
    """A property whose name matches a pattern that is forbidden."""
    fills = [*list(value.values())[:1], "x", 0]
    for name in _names_of(str(spot.child[0])):
        yield from ({**value, name: fill} for fill in fills)


def _forbidden_name(_: Spot, value: Object) -> Iterator[Json]:
    """Any property, where every name is forbidden."""
    yield from ({**value, name: "x"} for name in ADDED)


def _triggering(spot: Spot, value: Object) -> Iterator[Json]:
    """The property whose presence a false dependent schema forbids."""
    name = str(spot.child[0])
    fill = spot.sample("properties", name, other="x")
    yield {**value, name: fill}
    yield from ({**value, name: each} for each in ("x", 0, None))


BREAKERS: Mapping[str, Breaker] = {
    "required": _on_objects(_incomplete),
    "dependentRequired": _on_objects(_dependent),
    "dependencies": _on_objects(_dependent),
    "minProperties": _on_objects(_fewer),
    "maxProperties": _on_objects(_more),
    "unevaluatedProperties": _on_objects(_unevaluated),
}

FORBIDDING: Mapping[str, Breaker] = {
    "properties": _on_objects(_forbidden),
    "patternProperties": _on_objects(_forbidden_match),
    "additionalProperties": _on_objects(_additional),
    "propertyNames": _on_objects(_forbidden_name),
    "dependentSchemas": _on_objects(_triggering),
    "dependencies": _on_objects(_triggering),
}
