"""Schemas for property tests: satisfiable by construction, of every kind that the engine knows."""

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from(["id", "name", "city", "amount", "status", "tags", "note", "kind", "x-1", "größe", "a b"])
PATTERNS = st.sampled_from(
    [
        r"^[A-Z]{3}[0-9]{2,4}$",
        r"^(a|bb|ccc)-[0-9a-f]+$",
        r"^\d{3}(-\d{2})?$",
        r"^(?!x)[a-z]{2,6}$",
        r"[0-9]$",
        r"^\w+@\w+\.test$",
    ]
)
FORMATS = st.sampled_from(
    [
        "date",
        "date-time",
        "time",
        "email",
        "uuid",
        "uri",
        "hostname",
        "ipv4",
        "ipv6",
        "duration",
        "json-pointer",
        "regex",
    ]
)


@st.composite
def integers(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.integers(-(10**6), 10**6))
    step = draw(st.sampled_from([None, None, 3, 10, 7]))
    schema: dict[str, Any] = {
        "type": "integer",
        "minimum": low,
        "maximum": low + draw(st.integers(20, 10**6)),
    }
    return schema if step is None else {**schema, "multipleOf": step}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.integers(-1000, 1000)) / draw(st.sampled_from([1, 2, 4, 10, 100]))
    key = draw(st.sampled_from(["minimum", "exclusiveMinimum"]))
    schema: dict[str, Any] = {
        "type": "number",
        key: low,
        "maximum": low + draw(st.sampled_from([0.5, 3, 99.9, 10**6])),
    }
    step = draw(st.sampled_from([None, 0.01, 0.1, 0.25]))
    return schema if step is None else {**schema, "multipleOf": step}


@st.composite
def strings(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["free", "pattern", "format"]))
    if kind == "pattern":
        return {"type": "string", "pattern": draw(PATTERNS)}
    if kind == "format":
        return {"type": "string", "format": draw(FORMATS)}
    least = draw(st.integers(0, 30))
    return {"type": "string", "minLength": least, "maxLength": least + draw(st.integers(0, 60))}


SCALARS = st.one_of(
    integers(),
    numbers(),
    strings(),
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.lists(
        st.one_of(st.integers(-5, 5), st.text("abcä", max_size=3), st.none(), st.booleans()),
        min_size=1,
        max_size=5,
    ).map(lambda values: {"enum": values}),
    st.just({"type": ["string", "null"]}),
)


def objects(children: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        properties = draw(st.dictionaries(NAMES, children, min_size=1, max_size=5))
        required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True, max_size=3))
        schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
        extra = draw(st.sampled_from([None, False, {"type": "integer"}]))
        return schema if extra is None else {**schema, "additionalProperties": extra}

    return build()


def arrays(children: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        least = draw(st.integers(0, 3))
        schema: dict[str, Any] = {"type": "array", "items": draw(children), "minItems": least}
        if draw(st.booleans()):
            schema["maxItems"] = least + draw(st.integers(0, 4))
        if draw(st.booleans()):
            schema["prefixItems"] = [draw(children)]
        return schema

    return build()


def unions(children: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    tagged = st.lists(children, min_size=2, max_size=3).map(
        lambda parts: {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "value"],
                    "properties": {"kind": {"const": i}, "value": part},
                }
                for i, part in enumerate(parts)
            ]
        }
    )
    either = st.lists(children, min_size=2, max_size=3).map(lambda parts: {"anyOf": parts})
    conditional = children.map(
        lambda part: {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["a", "b"]}},
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["part"], "properties": {"part": part}},
            "else": {"properties": {"part": False}},
        }
    )
    return st.one_of(tagged, either, conditional)


SCHEMAS = st.recursive(
    SCALARS, lambda children: st.one_of(objects(children), arrays(children), unions(children)), max_leaves=8
)
"""Any schema."""

OBJECT_SCHEMAS = objects(SCHEMAS)
SEEDS = st.integers(0, 2**64 - 1)
