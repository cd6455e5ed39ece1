"""Bulk verification of records by an independent validator (jsonschema-rs), formats asserted."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs
from msgspec import Struct

from pytest_specmint.check.readable import readable
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import URI_OF_DRAFT, Draft
from pytest_specmint.schema.document import BASE, Schema

_VALIDATORS = {
    Draft.D4: jsonschema_rs.Draft4Validator,
    Draft.D6: jsonschema_rs.Draft6Validator,
    Draft.D7: jsonschema_rs.Draft7Validator,
    Draft.D2019: jsonschema_rs.Draft201909Validator,
    Draft.D2020: jsonschema_rs.Draft202012Validator,
}


class Violation(Struct, frozen=True):
    """What a record breaks: where in the record, which keyword, where in the schema, and the validator's words."""

    pointer: str
    keyword: str
    schema_pointer: str
    message: str
    rule: str = ""
    """The id of the rule between fields that is broken, and"""
    reads: str = ""
    """what it reads."""
    way: str = ""
    """The pointer by which the validator came there, through every reference; empty where it does not tell."""

    def __str__(self) -> str:
        return f"{self.message} @ {self.pointer or '(the record)'} ({self.keyword})"


class Verifier:
    """Judges records by one schema."""

    def __init__(self, schema: Schema) -> None:
        self._validator = _validator(schema)

    def failures(self, records: Sequence[Any]) -> list[int]:
        """Positions of the records that the schema rejects."""
        holds = self._validator.is_valid
        return [i for i, record in enumerate(records) if not holds(record)]

    def violations(self, record: Any, limit: int = 8) -> list[Violation]:
        """Why a record is rejected; empty for a valid one."""
        found = []
        for error in self._validator.iter_errors(record):
            found.append(_violation(error))
            if len(found) == limit:
                break
        return found


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    schema_path = [str(part) for part in error.schema_path]
    keyword = next((part for part in reversed(schema_path) if not part.isdigit()), "")
    message = error.message if len(error.message) <= 200 else error.message[:197] + "..."
    way = _pointer(getattr(error, "evaluation_path", ()))
    return Violation(_pointer(error.instance_path), keyword, "#" + _pointer(schema_path), message, way=way)


def _pointer(parts: Sequence[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _validator(schema: Schema) -> Any:
    try:
        return _built(schema, respell=False)
    except ValueError:  # its ValidationError is one
        pass  # a pattern, perhaps, that ECMA-262 tolerates and this validator does not
    try:
        return _built(schema, respell=True)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        words = str(error).partition("\n")[0]
        raise SchemaError(f"the validator cannot read the schema: {words}", pointer=schema.place) from error


def _built(schema: Schema, *, respell: bool) -> Any:
    main = schema.base_uri("#")

    def retrieve(uri: str) -> Any:
        uri = uri.partition("#")[0]
        name = unquote(uri.removeprefix(BASE))
        document = schema.document if uri == main or name == schema.name else schema.documents.get(name)
        if document is None:
            raise ValueError(f"{uri} is not among the schema's documents")
        return readable(document, respell=respell)

    whole = schema.place == "#"
    document = (
        readable(schema.document, respell=respell) if whole else {"$ref": main + quote(schema.place, safe="#/$%~")}
    )
    return _VALIDATORS[schema.draft](
        document, validate_formats=True, retriever=retrieve, base_uri=schema.uri("") if whole else None
    )


def check_schema(schema: Schema) -> None:
    """Judge the schema by its draft's metaschema; `SchemaError` names the first place that is wrong."""
    judge = _VALIDATORS[schema.draft]({"$ref": URI_OF_DRAFT[schema.draft]}, validate_formats=False)
    for place, part in schema.roots():
        if "://json-schema.org/" in place:  # the metaschemas themselves
            continue
        try:
            judge.validate(part)
        except jsonschema_rs.ValidationError as error:
            name, _, pointer = place.partition("#")
            raise SchemaError(
                f"not a valid JSON Schema: {error.message}",
                pointer=f"{name}#{pointer}{_pointer(error.instance_path)}",
                hint=f"the metaschema of draft {schema.draft.title} says so at #{_pointer(error.schema_path)}",
            ) from None
