"""Every keyword, in every draft that has it, is broken by itself; both families of validators say so."""

from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from keyword_cases import CASES, URIS, Case

import pytest_specmint as sm
from pytest_specmint.near_miss import near_misses
from pytest_specmint.near_miss.breakers.table import BREAKERS, FORBIDDING, VARIETY
from pytest_specmint.near_miss.keywords import APPLICATORS, ASSERTIONS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

JUDGES: dict[int, tuple[Any, Any]] = {
    4: (jsonschema.Draft4Validator, jsonschema_rs.Draft4Validator),
    6: (jsonschema.Draft6Validator, jsonschema_rs.Draft6Validator),
    7: (jsonschema.Draft7Validator, jsonschema_rs.Draft7Validator),
    2019: (jsonschema.Draft201909Validator, jsonschema_rs.Draft201909Validator),
    2020: (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator),
}
BRANCHES = {"then", "else", "dependentSchemas"}
SAID_OTHERWISE = {"exclusiveMinimum": {"minimum"}, "exclusiveMaximum": {"maximum"}}
"""Draft 4 flags a bound as exclusive; the second validator then names the bound."""


def schema_of(case: Case, draft: int) -> dict[str, Any]:
    return {"$schema": URIS[draft], **case.schema}


def agrees(error: Any, keyword: str) -> bool:
    """Whether the second validator names the keyword; false subschemas have none of their own."""
    names = {keyword} | SAID_OTHERWISE.get(keyword, set())
    return error.validator in names or (error.validator is None and keyword in {*APPLICATORS, *BRANCHES})


@pytest.mark.parametrize(
    ("case", "draft"),
    [(case, draft) for case in CASES for draft in case.drafts],
    ids=lambda value: value.pointer if isinstance(value, Case) else str(value),
)
def test_the_keyword_is_broken_alone(case: Case, draft: int) -> None:
    schema = schema_of(case, draft)
    slow, fast = JUDGES[draft]
    slow.check_schema(schema)
    second, first = slow(schema, format_checker=slow.FORMAT_CHECKER), fast(schema, validate_formats=True)
    job = sm.generate(schema, seed=5, count=24).job
    misses = list(near_misses(job))
    assert len(misses) == 24
    assert (case.expected, case.pointer) in {(miss.keyword, miss.schema_pointer) for miss in misses}
    for miss in misses:
        assert len(list(first.iter_errors(miss.record))) == 1
        (error,) = second.iter_errors(miss.record)
        assert agrees(error, miss.keyword), (miss, error.validator)


def test_every_row_of_the_table_has_a_case() -> None:
    expected = {case.expected for case in CASES}
    assert set(BREAKERS) | set(FORBIDDING) <= expected


def test_tables_name_the_same_keywords() -> None:
    assert set(BREAKERS) == set(ASSERTIONS)
    assert set(FORBIDDING) | {"allOf"} == set(APPLICATORS)
    assert set(VARIETY) <= set(BREAKERS)
