"""The project's own conformance cases: valid, deterministic records, or a refusal that says where and why."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema
import jsonschema_rs
import pytest

import pytest_specmint as sm

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

HERE = Path(__file__).parent
DRAFTS = {
    "draft4": (
        "http://json-schema.org/draft-04/schema#",
        jsonschema.Draft4Validator,
        jsonschema_rs.Draft4Validator,
    ),
    "draft6": (
        "http://json-schema.org/draft-06/schema#",
        jsonschema.Draft6Validator,
        jsonschema_rs.Draft6Validator,
    ),
    "draft7": (
        "http://json-schema.org/draft-07/schema#",
        jsonschema.Draft7Validator,
        jsonschema_rs.Draft7Validator,
    ),
    "2019-09": (
        "https://json-schema.org/draft/2019-09/schema",
        jsonschema.Draft201909Validator,
        jsonschema_rs.Draft201909Validator,
    ),
    "2020-12": (
        "https://json-schema.org/draft/2020-12/schema",
        jsonschema.Draft202012Validator,
        jsonschema_rs.Draft202012Validator,
    ),
}
THIRD_JUDGED = ("draft4", "draft6", "draft7")
SEEDS = (1, 1337)
COUNT = 25

Case = dict[str, Any]


def read(path: Path) -> list[Case]:
    return json.loads(path.read_text(encoding="utf-8"))


def name_of(case: Case) -> str:
    return f"{case['family']}: {case['description']} [{case['draft']}]"


CASES = [{"family": path.stem, **case} for path in sorted((HERE / "cases").glob("*.json")) for case in read(path)]
GAPS = {
    (gap["family"], gap["description"], gap["draft"]): gap["reason"]
    for gap in read(HERE / "known_gaps.json")
    if not gap["family"].startswith("shipped ")
}


def key_of(case: Case) -> tuple[str, str, str]:
    return case["family"], case["description"], case["draft"]


def schema_of(case: Case) -> Any:
    """The case's schema, its draft declared."""
    return (
        {"$schema": DRAFTS[case["draft"]][0], **case["schema"]} if isinstance(case["schema"], dict) else case["schema"]
    )


def third_judge(schema: Any) -> Any:
    """A compiled third opinion, or None where that validator cannot compile the schema."""
    try:
        return fastjsonschema.compile(schema)
    except Exception:
        return None


def accepted(judge: Any, record: Any) -> bool:
    try:
        judge(record)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def check_records(case: Case) -> None:
    """Every record is valid for all judges, and made alike a second time."""
    schema = schema_of(case)
    _, slow, fast = DRAFTS[case["draft"]]
    slow.check_schema(schema)
    holds = [
        slow(schema, format_checker=slow.FORMAT_CHECKER).is_valid,
        fast(schema, validate_formats=True).is_valid,
    ]
    third = third_judge(schema) if case["draft"] in THIRD_JUDGED and case.get("third_judge", True) else None
    if third is not None:
        holds.append(partial(accepted, third))
    for seed in SEEDS:
        made = sm.generate(schema, seed=seed, count=COUNT)
        records = list(made)
        assert len(records) == COUNT
        assert [
            (record, [judge(record) for judge in holds]) for record in records if not all(j(record) for j in holds)
        ] == []
        assert sm.generate(schema, seed=seed, count=COUNT).jsonl == made.jsonl


def check_refusal(case: Case) -> None:
    """The refusal is of the right kind, says where, and gives the reason."""
    kind = getattr(sm, case.get("error", "UnsatisfiableSchema"))
    with pytest.raises(kind) as caught:
        sm.generate(schema_of(case), seed=1, count=1)
    assert issubclass(kind, sm.SchemaError)
    assert type(caught.value) is kind
    assert caught.value.pointer is not None
    assert caught.value.pointer.startswith("#")
    assert case.get("reason", "") in f"{caught.value} {caught.value.hint or ''}"


def check(case: Case) -> None:
    (check_records if case["expect"] == "records" else check_refusal)(case)


@pytest.mark.parametrize("case", [case for case in CASES if key_of(case) not in GAPS], ids=name_of)
def test_case(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", [case for case in CASES if key_of(case) in GAPS], ids=name_of)
def test_known_gap_is_still_open(case: Case) -> None:
    """A case that starts to hold belongs out of ``known_gaps.json``."""
    try:
        check(case)
    except (Exception, pytest.fail.Exception):
        return
    pytest.fail(f"known gap is closed: remove it from known_gaps.json ({GAPS[key_of(case)]})")


def test_corpus_is_sound() -> None:
    names = [key_of(case) for case in CASES]
    assert len(set(names)) == len(names) >= 300
    assert set(GAPS) <= set(names), "a gap names no case"
    assert {case["draft"] for case in CASES} == set(DRAFTS)
    assert {case["expect"] for case in CASES} == {"records", "refused"}
