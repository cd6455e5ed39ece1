"""References that stand outside of a schema: a path of the record, and what it refers to."""

from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.relations.fields import Fields
from pytest_specmint.relations.model import REF, SERIES
from pytest_specmint.schema.document import Schema, join_pointer, pointer_tokens
from pytest_specmint.schema.meeting import defining, definition
from pytest_specmint.schema.sets.values import Json

_NAME = "specmint links"


class Link(Struct, frozen=True):
    """One of them."""

    path: str
    """``customer.id``, ``lines[].sku``."""
    ref: str
    """The reference as canonical JSON."""


def with_links(schema: Schema, links: tuple[Link, ...], series: str = "") -> Schema:
    """The schema whose records also make these references, and are such a series (canonical JSON).

    Raises `SchemaError` for paths that its records do not have.
    """
    if not links and not series:
        return schema
    import orjson

    main = schema.document
    if not isinstance(main, dict):
        raise UsageError("links need a schema that describes objects", hint="name the record's properties in it")
    fields = Fields(schema)
    parts: list[Json] = []
    for link in links:
        steps = steps_of(link.path)
        pointer = join_pointer("", *("0" if step is None else step for step in steps))
        fields.at(pointer, asked=f"the link {link.path!r}", place=schema.place)
        parts.append(_nested(steps, {REF: orjson.loads(link.ref)}))
    own = schema.at(schema.place)
    kept = (
        {name: own[name] for name in own if name.startswith("x-") or name == "title"} if isinstance(own, dict) else {}
    )
    if series:
        kept[SERIES] = orjson.loads(series)
    whole = {**kept, "allOf": [{"$ref": "#" + _quoted(schema.place[1:])}, *parts]}
    digest = sha256(f"{schema.sha256}\n".encode() + canonical_bytes(whole)).hexdigest()
    return replace(defining(schema, whole, _NAME), place=definition(schema, _NAME), sha256=digest)


def linked_pointer(schema: Schema, site: str) -> str | None:
    """The field, as a pointer into a record, that a subschema at a place is a link of; None where it is none."""
    above = definition(schema, _NAME) + "/allOf/"
    if not site.startswith(above):
        return None
    tokens = pointer_tokens("/" + site.removeprefix(above))[1:]
    pointer, at = "", 0
    while at < len(tokens):
        if tokens[at] == "items":
            pointer, at = f"{pointer}/0", at + 1
        else:
            pointer, at = join_pointer(pointer, tokens[at + 1]), at + 2
    return pointer


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~$")


def steps_of(path: str) -> list[str | None]:
    """The steps of a path: names, and None for a list's items. Raises `SchemaError` for what is no path."""
    steps: list[str | None] = []
    for part in path.split("."):
        name = part.removesuffix("[]")
        if not name or "[" in name or name == part + "[]":
            raise SchemaError(f"{path!r} is no path of a record", hint="write customer.id, or lines[].sku")
        steps += [name] if name == part else [name, None]
    return steps


def _nested(steps: list[str | None], inner: Json) -> Json:
    for step in reversed(steps):
        inner = {"items": inner} if step is None else {"properties": {step: inner}}
    return inner
