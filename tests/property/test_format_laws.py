"""Every format gives back the records that went into it, whatever the schema, and however they were cut."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema_strategies import NAMES, OBJECT_SCHEMAS, SEEDS

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.output.formats import format_named, task_of
from pytest_specmint.rendering.format import Format, Task
from pytest_specmint.rendering.table import BUILT_IN
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.values import identity

pytest.importorskip("pyarrow")
pytest.importorskip("zstandard")
LAW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
TYPED = [name for name in BUILT_IN if not name.startswith("json")]


def written(form: Format, task: Task, blocks: list[bytes]) -> bytes:
    rendering = form.begin(task)
    return b"".join([*[bytes(rendering.block(memoryview(block))) for block in blocks], rendering.end()])


def cut(lines: bytes, size: int) -> list[bytes]:
    split = lines.splitlines(keepends=True)
    return [b"".join(split[at : at + size]) for at in range(0, len(split), size)]


@pytest.mark.parametrize("name", BUILT_IN)
@LAW
@given(schema=OBJECT_SCHEMAS, seed=SEEDS)
def test_records_of_the_engine_come_back_byte_for_byte(name: str, schema: Any, seed: int) -> None:
    form, dataset = format_named(name), sm.generate(schema, seed=seed, count=30)
    assert form.read is not None
    made = written(form, task_of(dataset.job), [dataset.jsonl])
    assert b"".join(form.read(BytesIO(made), dataset.schema)) == dataset.jsonl


@pytest.mark.parametrize("name", BUILT_IN)
@LAW
@given(schema=OBJECT_SCHEMAS, seed=SEEDS, size=st.integers(1, 40))
def test_how_records_are_cut_into_blocks_changes_no_byte(name: str, schema: Any, seed: int, size: int) -> None:
    form, dataset = format_named(name), sm.generate(schema, seed=seed, count=120)
    task = task_of(dataset.job)
    assert written(form, task, cut(dataset.jsonl, size)) == written(form, task, [dataset.jsonl])


ODD_NAMES = ['say "hi"', "back\\slash", "new\nline", "", "a/b", "~", ".", "null x", "x", "Ünï", "it's", "_rest"]


def odd(kind: Any, required: list[str]) -> Any:
    return {"type": "object", "properties": dict.fromkeys(ODD_NAMES, kind), "required": required}


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("required", [[], ODD_NAMES, ODD_NAMES[::2]], ids=["free", "required", "mixed"])
def test_properties_of_odd_names_come_back(name: str, required: list[str]) -> None:
    number = {"type": ["integer", "null"], "minimum": 0, "maximum": 9}
    inner = odd(number, required)
    schema = odd(number, required) | {"x-presence": 0.5}
    schema["properties"] |= {"in": inner, "all": {"type": "array", "items": inner}, 'any "of"': {}}
    form, dataset = format_named(name), sm.generate(schema, seed=3, count=40)
    assert form.read is not None
    made = written(form, task_of(dataset.job), [dataset.jsonl])
    assert b"".join(form.read(BytesIO(made), dataset.schema)) == dataset.jsonl


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    [
        "",
        "null",
        '"',
        '""',
        "2024-01-01",
        "2024-02-30",
        "2024-01-01T00:00:00Z",
        "a,b",
        "x\ny",
        "\r",
        "\\N",
        "'",
        "\\",
        ";",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES | TEXTS, below, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(NAMES | TEXTS, VALUES, max_size=5), max_size=12)


@pytest.mark.parametrize("name", TYPED)
@LAW
@given(schema=OBJECT_SCHEMAS, seed=SEEDS, records=RECORDS)
def test_records_that_are_not_the_engines_come_back_too(name: str, schema: Any, seed: int, records: list[Any]) -> None:
    form, loaded = format_named(name), load_schema(schema)
    assert form.read is not None
    mixed = [*records, *sm.generate(schema, seed=seed, count=3)]
    lines = b"".join(canonical_bytes(each) + b"\n" for each in mixed)
    made = written(form, Task(date(2025, 1, 1), schema=loaded, foreign=True), cut(lines, 7))
    back = b"".join(form.read(BytesIO(made), loaded)).splitlines()
    import json

    assert [identity(json.loads(line)) for line in back] == [identity(each) for each in mixed]
