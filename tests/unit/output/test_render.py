"""Records that are there already, in another format."""

import json
from datetime import date
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.check.lines import read_lines
from pytest_specmint.errors import InvalidData, SchemaError, UsageError
from pytest_specmint.output.formats import JSONL
from pytest_specmint.output.render import blocks_of_values, generation_of, rendered, values_of_lines
from pytest_specmint.rendering.format import Task

CLAIMS = "healthcare/claim_837p_slim.json"


@pytest.fixture
def claims(schemas: Path) -> sm.Dataset:
    return sm.generate(str(schemas / CLAIMS), seed=6, count=700, start=11, as_of="2025-06-30", domain="healthcare")


def test_canonical_lines_come_of_any_values() -> None:
    values = [{"b": 1, "a": [None, 2**70]}, "ü", 3]
    made = b"".join(rendered(JSONL, Task(date(2025, 1, 1)), blocks_of_values(values)))
    assert made == '{"a":[null,1180591620717411303424],"b":1}\n"ü"\n3\n'.encode()


def test_blocks_are_bounded_and_lazy() -> None:
    taken = []

    def values():
        for i in range(1000):
            taken.append(i)
            yield i

    blocks = blocks_of_values(values())
    assert next(blocks).count(b"\n") == 256
    assert len(taken) == 256


def test_a_line_that_is_no_json_is_named() -> None:
    with pytest.raises(InvalidData, match="line 2: not JSON"):
        list(values_of_lines(read_lines([b"1\n{\n3\n"])))


def test_every_door_gives_the_same(claims: sm.Dataset, tmp_path: Path) -> None:
    claims.write(tmp_path / "out", format="x12")
    whole = (tmp_path / "out" / "dataset.x12").read_bytes()
    assert sm.render(claims, "x12") == whole
    assert sm.render(tmp_path / "out", "x12") == whole
    assert sm.render(str(tmp_path / "out" / "dataset.jsonl"), "x12") == whole
    given = {"seed": 6, "start": 11, "as_of": "2025-06-30"}
    assert sm.render(list(claims), "x12", **given) == whole
    assert sm.render(iter(claims), "x12", **given) == whole
    assert sm.render(claims.jsonl, "x12", **given) == whole
    assert sm.render(list(claims), "x12") != whole
    assert sm.render(tmp_path / "out", "x12", seed=7) != whole


def test_a_dataset_is_judged_by_its_schema(schemas: Path) -> None:
    payments = sm.generate(str(schemas / "fintech" / "payment_transaction.json"), count=2)
    with pytest.raises(SchemaError, match="X12 837P needs more than these records have"):
        sm.render(payments, "x12")
    with pytest.raises(UsageError, match="unknown format 'xl2'"):
        sm.render(payments, "xl2")


def test_how_a_dataset_was_made(claims: sm.Dataset, tmp_path: Path) -> None:
    claims[:3].write(tmp_path / "out")
    for found in (generation_of(tmp_path / "out"), generation_of(tmp_path / "out" / "dataset.jsonl")):
        assert (found["seed"], found["start"], found["as_of"]) == (6, 11, "2025-06-30")
    (tmp_path / "out" / "other.jsonl").write_text("1\n")
    assert generation_of(tmp_path / "out" / "other.jsonl") == {}
    assert generation_of(tmp_path / "none") == {}
    for content in ("[]", "{}", '{"gen": 3}', "no"):
        (tmp_path / "manifest.json").write_text(content)
        assert generation_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("gen", "words"), [({"seed": "x"}, "is none: seed 'x', start 0"), ({"as_of": "soon"}, "'soon' is not a date")]
)
def test_a_manifest_that_is_none(tmp_path: Path, gen: dict[str, object], words: str) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"gen": gen}))
    (tmp_path / "dataset.jsonl").write_text("1\n")
    with pytest.raises(sm.SpecmintError, match=words):
        sm.render(tmp_path, "x12")


def test_the_manifest_names_the_file(claims: sm.Dataset, tmp_path: Path) -> None:
    claims[:30].write(tmp_path / "plain")
    claims[:30].write(tmp_path / "both", format="x12")
    plain, both = (json.loads((tmp_path / name / "manifest.json").read_bytes()) for name in ("plain", "both"))
    (told,) = both.pop("rendered")
    assert plain == both
    data = (tmp_path / "both" / "dataset.x12").read_bytes()
    assert told == {"format": "x12", "file": "dataset.x12", "bytes": len(data), "sha256": sha(data)}
    for name in ("dataset.jsonl", "record_0012.json"):
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "both" / name).read_bytes()


def sha(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def test_output_in_another_format_is_replaced_and_gone_with_the_next(claims: sm.Dataset, tmp_path: Path) -> None:
    claims[:3].write(tmp_path / "out", format="x12")
    claims[:4].write(tmp_path / "out", format="x12")
    assert (tmp_path / "out" / "dataset.x12").read_text().count("\nCLM*") == 4
    claims[:4].write(tmp_path / "out")
    assert not (tmp_path / "out" / "dataset.x12").exists()


def test_a_file_that_no_manifest_names_is_foreign(claims: sm.Dataset, tmp_path: Path) -> None:
    claims[:3].write(tmp_path / "out")
    (tmp_path / "out" / "dataset.x12").write_text("mine")
    with pytest.raises(sm.OutputError, match=r"dataset\.x12, which SpecMint did not write"):
        claims[:3].write(tmp_path / "out", format="x12")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    for rendered_as in ([{"file": "notes.txt"}], [{"file": 3}], "dataset.x12", [7]):
        (tmp_path / "out" / "notes.txt").write_text("mine")
        (tmp_path / "out" / "manifest.json").write_text(json.dumps({**manifest, "rendered": rendered_as}))
        with pytest.raises(sm.OutputError, match="which SpecMint did not write"):
            claims[:3].write(tmp_path / "out")
