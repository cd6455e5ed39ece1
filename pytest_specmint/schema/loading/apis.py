"""OpenAPI documents: how they are recognised, which dialect their schemas have, and where these stand."""

from collections.abc import Mapping

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import DRAFT_BY_URI, Dialect, Draft
from pytest_specmint.schema.document import pointer_tokens
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.loading.references import named_schemas, value_at
from pytest_specmint.schema.sets.values import Json

_OWN_DIALECT = "https://spec.openapis.org/oas/3."
_SHOWN = 8


def openapi_dialect(document: Json) -> Dialect | None:
    """The dialect of an OpenAPI document's schemas; None for any other document.

    2.0 and 3.0 extend draft 4; from 3.1 on schemas are of 2020-12 or of ``jsonSchemaDialect``. Raises `SchemaError`
    for versions and dialects that are not known.
    """
    if not isinstance(document, dict):
        return None
    keyword = "swagger" if "swagger" in document else "openapi"
    stated = document.get(keyword)
    if not isinstance(stated, (str, int, float)) or isinstance(stated, bool):
        return None
    version = str(stated)
    if (keyword, version) == ("swagger", "2.0") or (keyword == "openapi" and version.startswith("3.0")):
        title = "Swagger 2.0" if keyword == "swagger" else f"OpenAPI {version}"
        return Dialect(title, Draft.D4, openapi=True, nullable=True)
    if keyword == "openapi" and version.startswith(("3.1", "3.2")):
        return Dialect(f"OpenAPI {version}", _draft(document), openapi=True)
    raise SchemaError(
        f"unknown {keyword} version {version!r}", pointer=f"#/{keyword}", hint="known are: 2.0, 3.0, 3.1 and 3.2"
    )


def _draft(document: Mapping[str, Json]) -> Draft:
    stated = document.get("jsonSchemaDialect", _OWN_DIALECT)
    draft = DRAFT_BY_URI.get(stated.rstrip("#")) if isinstance(stated, str) else None
    if draft is None and not (isinstance(stated, str) and stated.startswith(_OWN_DIALECT)):
        raise SchemaError(
            f"unknown jsonSchemaDialect {stated!r}",
            pointer="#/jsonSchemaDialect",
            hint=f"known are: {', '.join(DRAFT_BY_URI)}",
        )
    return draft or Draft.D2020


def check_place(document: Json, pointer: str, source: str | None) -> None:
    """Raise `SchemaError` with the nearest names where a pointer leads to no schema of an OpenAPI document."""
    part = value_at(document, pointer)
    tokens = pointer_tokens(pointer)
    if part is not None and _may_be_schema(tokens):
        return
    named = named_schemas(document)
    wanted = pointer.rpartition("/")[2]
    if pointer:
        problem = f"{source or 'the document'} has no schema {f'#{pointer}'!r}"
    else:
        problem = "an OpenAPI document is no schema itself"
    if not named:
        raise SchemaError(problem, pointer="#", hint="its components hold no schemas; point at one with FILE#/pointer")
    shown = nearest(wanted, named) if pointer else list(named)[:_SHOWN]
    more = f" and {len(named) - len(shown)} more" if len(named) > len(shown) else ""
    raise SchemaError(
        f"{problem}; its schemas are {', '.join(shown)}{more}" if not pointer else problem,
        pointer=f"#{pointer}",
        hint=f"write {source or 'FILE'}#{named[shown[0]]}"
        if shown
        else f"there are: {', '.join(list(named)[:_SHOWN])}",
    )


def _may_be_schema(tokens: list[str]) -> bool:
    """Whether the pointer leads to where schemas stand: below a component's name, or to some ``schema``."""
    if not tokens:
        return False
    named = tokens[:2] == ["components", "schemas"] and len(tokens) > 2
    return named or (tokens[0] == "definitions" and len(tokens) > 1) or "schema" in tokens
