import json
from collections.abc import Iterable

from pytest_specmint.check.verifier import Verifier
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.report.survey.survey import Survey, survey
from pytest_specmint.schema.load import load_schema


def _survey(records: Iterable[object], *, chunk: int = 1 << 16, **options: object) -> Survey:
    data = "".join(json.dumps(each) + "\n" for each in records).encode()
    return survey((data[i : i + chunk] for i in range(0, len(data), chunk)), base_vocabulary(), **options)


def test_nothing() -> None:
    seen = survey([], base_vocabulary())
    assert (seen.records, seen.unreadable, seen.fields) == (0, 0, ())
    assert seen.plausible is None
    assert seen.diversity is None


def test_lines_that_are_no_json_are_counted_and_the_first_are_named() -> None:
    seen = survey([b'{"a": 1}\nnonsense\n{"a": NaN}\n' + b"[\n" * 9], base_vocabulary())
    assert (seen.records, seen.unreadable, len(seen.defects)) == (1, 11, 5)
    assert seen.defects[0].number == 2


def test_chunks_do_not_matter() -> None:
    records = [{"note": "ü" * 20, "n": i, "ip": "8.8.8.8" if i == 3 else "192.0.2.1"} for i in range(50)]
    whole, bits = _survey(records), _survey(records, chunk=7)
    assert whole.fields == bits.fields
    assert whole.audit == bits.audit
    assert whole.audit.could_be_real == 1


def test_escaped_text_is_audited_too() -> None:
    seen = survey([b'{"note": "mail to a\\u0040gmail.com"}\n'], base_vocabulary())
    assert seen.audit.could_be_real == 1


def test_a_sample_is_from_everywhere_and_the_same_each_time() -> None:
    records = [{"n": i} for i in range(5000)]
    seen, again = _survey(records, sample=20), _survey(records, sample=20)
    numbers = [line.number for line in seen.sample]
    assert numbers == sorted(numbers) == [line.number for line in again.sample]
    assert len(numbers) == 20
    assert all(line.value == {"n": line.number - 1} for line in seen.sample)
    assert any(number > 2500 for number in numbers)
    assert any(number < 2500 for number in numbers)
    assert len(_survey(records[:7], sample=20).sample) == 7


def test_records_are_judged_in_the_same_pass() -> None:
    schema = load_schema({"type": "object", "properties": {"n": {"maximum": 3}}})
    seen = _survey([{"n": i} for i in range(5)], verifier=Verifier(schema))
    assert seen.report is not None
    assert (seen.report.valid, seen.report.invalid) == (4, 1)
    assert seen.records == 5


def test_likeness_and_diversity() -> None:
    seen = _survey([{"email": "a@b.example", "kind": "x"}, {"email": "c@d.example", "kind": "x"}])
    assert seen.plausible == 1.0
    assert seen.diversity == 1.0
