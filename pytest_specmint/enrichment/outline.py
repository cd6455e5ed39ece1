"""From a schema to its form: local references followed, conditions and alternatives joined, the rest left out.

What an answer may look like is taken to be what the schema plainly speaks of: where it has keywords of some types and
no ``type``, values of those types; in an object, members that are named somewhere; a schema within itself at most
`DEPTH` times. `not`, counts of members, uniqueness and their like ask nothing here: they are judged afterwards.
"""

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeGuard

from msgspec.structs import replace

from pytest_specmint.enrichment.forms import (
    ANYTHING,
    KINDS,
    NOTHING,
    Flag,
    Form,
    Listing,
    Member,
    Null,
    Number,
    Part,
    Record,
    Text,
    both,
    either,
    of_value,
)
from pytest_specmint.schema.sets.values import Json, exact

DEPTH = 3
"""How often a schema may stand within itself."""
_MOST_NODES = 20_000
_MOST_NESTING = 60
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "patternProperties"}),
}


def outline(schema: Json) -> Form:
    """The form of a JSON Schema (2020-12), complete in itself; what it refers to elsewhere counts as anything."""
    try:
        return _Reader(schema).child(schema, ())
    except RecursionError:
        return ANYTHING


class _Reader:
    """Reads one schema; counts what it opens, so that references cannot make it endless."""

    def __init__(self, root: Json) -> None:
        self._root = root
        self._nodes = 0
        self._anchors: dict[str, Json] | None = None
        self._known: dict[tuple[int, tuple[str, ...]], Form] = {}
        """Forms of schemas by identity: an answer to many questions holds the same schema many times."""

    def child(self, schema: Json, trail: tuple[str, ...]) -> Form:
        """The form of a schema for a value of its own. ``trail`` are the references that led to it."""
        key = (id(schema), trail)
        if key not in self._known:
            self._known[key] = self._child(schema, trail)
        return self._known[key]

    def _child(self, schema: Json, trail: tuple[str, ...]) -> Form:
        form = self._whole(schema, trail, frozenset())
        if len(form) == len(KINDS):
            spoken = {kind: parts for kind, parts in form.items() if parts != (KINDS[kind](),)}
            form = spoken or form
        return {**form, "object": _mentioning(form["object"])} if "object" in form else form

    def _whole(self, schema: Json, trail: tuple[str, ...], here: frozenset[str]) -> Form:
        """All keywords of a schema together; ``here`` are the references followed for this same value."""
        self._nodes += 1
        if schema is False:
            return NOTHING
        if not isinstance(schema, dict) or not schema or self._nodes > _MOST_NODES or len(trail) > _MOST_NESTING:
            return ANYTHING
        form = self._own(schema, trail)
        for part in self._beside(schema, trail, here):
            form = both(form, part)
        names = self._conditional(schema, trail, here)
        return _with_mentioned(form, names) if names else form

    def _beside(self, schema: dict[str, Any], trail: tuple[str, ...], here: frozenset[str]) -> Iterable[Form]:
        """The forms of the schemas that apply to the same value."""
        for each in _list(schema.get("allOf")):
            yield self._whole(each, trail, here)
        for keyword in ("anyOf", "oneOf"):
            if options := _list(schema.get(keyword)):
                yield either(self._whole(each, trail, here) for each in options)
        if all(keyword in schema for keyword in ("if", "then", "else")):
            case, then, other = (self._whole(schema[keyword], trail, here) for keyword in ("if", "then", "else"))
            yield either((both(case, then), other))
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(schema.get(keyword), str):
                yield self._referred(schema[keyword], trail, here)

    def _referred(self, reference: str, trail: tuple[str, ...], here: frozenset[str]) -> Form:
        if reference in here:
            return ANYTHING  # a schema that only refers to itself asks nothing
        if trail.count(reference) >= DEPTH:
            return NOTHING
        return self._whole(self._found(reference), (*trail, reference), here | {reference})

    def _found(self, reference: str) -> Json:
        """The schema that a local reference leads to; one that asks nothing where there is none."""
        if not reference.startswith("#"):
            return True
        if reference != "#" and not reference.startswith("#/"):
            if self._anchors is None:
                self._anchors = dict(_anchors(self._root))
            return self._anchors.get(reference[1:], True)
        node = self._root
        for token in reference.split("/")[1:]:
            name = _unquoted(token)
            if isinstance(node, dict) and name in node:
                node = node[name]
            elif isinstance(node, list) and name.isascii() and name.isdigit() and int(name) < len(node):
                node = node[int(name)]
            else:
                return True
        return node

    def _conditional(self, schema: dict[str, Any], trail: tuple[str, ...], here: frozenset[str]) -> Mapping[str, Form]:
        """Members that are spoken of only under a condition, with their forms there."""
        cases = [schema[keyword] for keyword in ("if", "then", "else") if keyword in schema]
        dependent = schema.get("dependentSchemas")
        cases += list(dependent.values()) if isinstance(dependent, dict) else []
        found: dict[str, Form] = {}
        for case in cases:
            for part in self._whole(case, trail, here).get("object", ()):
                if isinstance(part, Record):
                    for name, member in part.members.items():
                        found[name] = either((found.get(name, NOTHING), member.form))
        return found

    def _own(self, schema: dict[str, Any], trail: tuple[str, ...]) -> Form:
        """The form by the keywords that stand in the schema itself."""
        form: Form = {
            "null": (Null(),),
            "boolean": (Flag(),),
            "number": (_number(schema),),
            "string": (_text(schema),),
            "array": _some(self._listing(schema, trail)),
            "object": (self._record(schema, trail),),
        }
        form = both(form, _typed(schema.get("type")))  # which also takes out what contradicts itself
        if isinstance(schema.get("enum"), list):
            form = both(form, either(of_value(value) for value in schema["enum"]))
        if "const" in schema:
            form = both(form, of_value(schema["const"]))
        return form

    def _listing(self, schema: dict[str, Any], trail: tuple[str, ...]) -> Listing | None:
        if not _KEYWORDS["array"] & schema.keys():
            return Listing()
        first, rest = _list(schema.get("prefixItems")), schema.get("items", True)
        least, most = _count(schema.get("minItems")) or 0, _count(schema.get("maxItems"))
        if rest is False:
            most = len(first) if most is None else min(most, len(first))
        forms = [self.child(each, trail) for each in first]
        items = either([*forms, *(() if rest is False else (self.child(rest, trail),))])
        if items == NOTHING:
            most = 0
        if most is not None and least > most:
            return None
        return Listing(None if items == ANYTHING else items, least, most)

    def _record(self, schema: dict[str, Any], trail: tuple[str, ...]) -> Record:
        if not _KEYWORDS["object"] & schema.keys():
            return Record()
        named, patterns = _dict(schema.get("properties")), _dict(schema.get("patternProperties"))
        more = schema.get("additionalProperties", True)
        required = [name for name in _list(schema.get("required")) if isinstance(name, str)]
        others = [self.child(each, trail) for each in patterns.values()]
        rest = either([*others, *(() if more is False else (self.child(more, trail),))])
        members = {}
        for name in dict.fromkeys((*named, *required)):
            fitting = [self.child(each, trail) for regex, each in patterns.items() if _matches(regex, name)]
            form = self.child(named[name], trail) if name in named else ANYTHING if fitting else rest
            for each in fitting:
                form = both(form, each)
            members[name] = Member(form, name in required)
        if rest == NOTHING:
            return Record(members, open=False)
        return Record(members) if rest == ANYTHING else Record(members, open=False, rest=rest)


def _mentioning(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Objects as alternatives: what one names, and another leaves open, is mentioned in that other."""
    records = [part for part in parts if isinstance(part, Record)]
    if len(records) < 2:
        return parts
    named: dict[str, Form] = {}
    for record in records:
        for name, member in record.members.items():
            named[name] = either((named.get(name, NOTHING), member.form))
    return tuple(_mention(record, named) for record in records)


def _with_mentioned(form: Form, names: Mapping[str, Form]) -> Form:
    if "object" not in form:
        return form
    return {**form, "object": tuple(_mention(part, names) for part in form["object"] if isinstance(part, Record))}


def _mention(record: Record, names: Mapping[str, Form]) -> Record:
    """The record with members that may be there, if it is open for them and does not know them."""
    more = {name: Member(form, mentioned=True) for name, form in names.items() if name not in record.members}
    return replace(record, members={**record.members, **more}) if record.open and more else record


def _some(part: Part | None) -> tuple[Part, ...]:
    return () if part is None else (part,)


def _typed(types: Json) -> Form:
    names = [each for each in (types if isinstance(types, list) else [types]) if isinstance(each, str)]
    form: dict[str, tuple[Part, ...]] = {name: (KINDS[name](),) for name in names if name in KINDS}
    if "integer" in names and "number" not in names:
        form["number"] = (Number(integer=True),)
    return form or ANYTHING


def _number(schema: dict[str, Any]) -> Number:
    lows = [(schema.get("minimum"), False), (schema.get("exclusiveMinimum"), True)]
    highs = [(schema.get("maximum"), False), (schema.get("exclusiveMaximum"), True)]
    multiple = schema.get("multipleOf")
    return Number(
        low=max(((exact(value), out) for value, out in lows if _is_number(value)), default=None),
        high=min(
            ((exact(value), out) for value, out in highs if _is_number(value)),
            key=lambda bound: (bound[0], not bound[1]),
            default=None,
        ),
        multiple=multiple if _is_number(multiple) and multiple > 0 else None,
    )


def _text(schema: dict[str, Any]) -> Text:
    pattern, form = schema.get("pattern"), schema.get("format")
    return Text(
        _count(schema.get("minLength")) or 0,
        _count(schema.get("maxLength")),
        pattern if isinstance(pattern, str) else "",
        form if isinstance(form, str) else "",
    )


def _is_number(value: Any) -> TypeGuard[int | float]:
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _count(value: Any) -> int | None:
    return int(value) if _is_number(value) and value >= 0 else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _matches(regex: str, name: str) -> bool:
    """Whether a name may match: where that cannot be told, it may."""
    try:
        return re.search(regex, name) is not None
    except (re.error, RecursionError):
        return True


def _anchors(schema: Json) -> Iterable[tuple[str, Json]]:
    """All anchors of a schema with what they stand at."""
    pending = [schema]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    yield node[keyword], node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


def _unquoted(token: str) -> str:
    from urllib.parse import unquote

    return unquote(token).replace("~1", "/").replace("~0", "~")
