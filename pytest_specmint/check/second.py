"""The second judge: a validator of another family (jsonschema), for whole records and for parts of the schema."""

import re
from typing import Any
from urllib.parse import quote

from pytest_specmint.schema.dialect import URI_OF_DRAFT, Draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.values import Json


class SecondJudge:
    """Judges values by any subschema of a schema, formats asserted; validators are prepared once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._registry = _registry(schema)
        self._validators: dict[str, Any] = {}

    def accepts(self, place: str, value: Json) -> bool:
        """Whether the subschema at the place accepts the value; no where this judge cannot read the subschema."""
        from referencing.exceptions import Unresolvable

        validator = self._validators.get(place)
        if validator is None:
            validator = self._validators[place] = self._validator(place)
        try:
            return bool(validator.is_valid(value))
        except (Unresolvable, re.error, RecursionError, ValueError, TypeError, OverflowError):
            return False

    def _validator(self, place: str) -> Any:
        name, _, pointer = place.partition("#")
        reference = f"{self._schema.uri(name)}#{quote(pointer, safe='/$~')}"
        kind = _kind(self._schema.draft)
        return kind({"$ref": reference}, registry=self._registry, format_checker=kind.FORMAT_CHECKER)


def _kind(draft: Draft) -> Any:
    import jsonschema

    return {
        Draft.D4: jsonschema.Draft4Validator,
        Draft.D6: jsonschema.Draft6Validator,
        Draft.D7: jsonschema.Draft7Validator,
        Draft.D2019: jsonschema.Draft201909Validator,
        Draft.D2020: jsonschema.Draft202012Validator,
    }[draft]


def _registry(schema: Schema) -> Any:
    from referencing import Registry, Resource
    from referencing.jsonschema import specification_with

    specification = specification_with(URI_OF_DRAFT[schema.draft])
    resources = [
        (schema.uri(name), Resource.from_contents(document, default_specification=specification))
        for name, document in schema.documents.items()
    ]
    return Registry().with_resources(resources).crawl()
