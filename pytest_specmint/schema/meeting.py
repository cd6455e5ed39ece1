"""A schema with one more demand on its records, in a definition of its own, so that references stay what they were."""

from hashlib import sha256
from urllib.parse import quote

from msgspec.structs import replace

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.values import Json


def free(draft: Draft) -> Json:
    """The schema of anything."""
    return {} if draft is Draft.D4 else True


def meeting(schema: Schema, demand: Json, name: str) -> Schema:
    """The schema and the demand, in a definition of this name, which refers to the schema as it is."""
    main = schema.document
    both = {"allOf": [main if isinstance(main, bool) else {"$ref": "#" + quote(schema.place[1:], safe="/~$")}, demand]}
    digest = sha256(f"{schema.sha256}\n".encode() + canonical_bytes(both)).hexdigest()
    if isinstance(main, bool):
        return replace(schema, documents={**schema.documents, "": both}, place="#", sha256=digest)
    return replace(defining(schema, both, name), place=definition(schema, name), sha256=digest)


def definition(schema: Schema, name: str) -> str:
    """The place of a definition in a schema's own document."""
    return join_pointer("#", "$defs" if schema.draft >= Draft.D2019 else "definitions", name)


def defining(schema: Schema, part: Json, name: str) -> Schema:
    """The schema with a definition of this name in its own document, which is an object."""
    main = schema.document
    assert isinstance(main, dict)
    holder = "$defs" if schema.draft >= Draft.D2019 else "definitions"
    documents = {**schema.documents, "": {**main, holder: {**(main.get(holder) or {}), name: part}}}
    parts = dict(schema.parts)
    if "" in parts:
        parts[""] = (*parts[""], definition(schema, name))
    digest = sha256(f"{schema.sha256}\n{name}\n".encode() + canonical_bytes(part)).hexdigest()
    return replace(schema, documents=documents, sha256=digest, parts=parts)
