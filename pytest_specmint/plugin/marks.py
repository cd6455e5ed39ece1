"""The markers with their types: editors complete the arguments, type checkers check them."""

from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from pytest_specmint.rules.given import RulesSource

SchemaName = str | PathLike[str] | Mapping[str, Any] | bool
Drafts = Literal["4", "6", "7", "2019-09", "2020-12", 4, 6, 7]
Views = Literal["request", "response"]
Modes = Literal["usual", "edge"]
LlmModes = Literal["off", "fields", "record"]


def specmint(
    schema: SchemaName | None = None,
    *,
    seed: int | None = None,
    count: int | None = None,
    start: int | None = None,
    as_of: str | date | None = None,
    schema_root: str | PathLike[str] | None = None,
    draft: Drafts | None = None,
    view: Views | None = None,
    mode: Modes | None = None,
    llm: LlmModes | None = None,
    domain: str | Sequence[str] | None = None,
    locale: str | None = None,
    rules: "RulesSource | None" = None,
    golden: str | None = None,
    name: str | None = None,
) -> pytest.MarkDecorator:
    """``@pytest.mark.specmint``, with types: a dataset for the test; what is left out comes from outer marks."""
    mark: pytest.MarkDecorator = pytest.mark.specmint(**_said(locals()))
    return mark


def specmint_each(
    schema: SchemaName | None = None,
    *,
    seed: int | None = None,
    count: int | None = None,
    start: int | None = None,
    as_of: str | date | None = None,
    schema_root: str | PathLike[str] | None = None,
    draft: Drafts | None = None,
    view: Views | None = None,
    mode: Modes | None = None,
    llm: LlmModes | None = None,
    domain: str | Sequence[str] | None = None,
    locale: str | None = None,
    rules: "RulesSource | None" = None,
    invalid: bool | None = None,
    shrink: bool | None = None,
) -> pytest.MarkDecorator:
    """``@pytest.mark.specmint_each``, with types: the test is run once per record."""
    mark: pytest.MarkDecorator = pytest.mark.specmint_each(**_said(locals()))
    return mark


def _said(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What was not left out."""
    return {name: value for name, value in arguments.items() if value is not None}
