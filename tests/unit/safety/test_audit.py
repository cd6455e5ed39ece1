"""The audit of whole records: fields by their names, texts by their checksums, places and counts."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.errors import OutputError
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.safety.audit import Auditor
from pytest_specmint.safety.data import data
from pytest_specmint.safety.fields import MAX_NAMES, Field
from pytest_specmint.safety.read import see_all
from pytest_specmint.safety.shape import SEARCHED, possible
from pytest_specmint.safety.table import KINDS

CARD = "4111111111111145"


def found(*records: Any) -> list[tuple[str, str]]:
    """Kind and place of what could be real: once from values, and the same from their lines."""
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    by_value, by_line = sm.audit(list(records), examples=99), sm.audit(lines, examples=99)
    assert data(by_value) == data(by_line)
    return [(name, each.pointer) for name, tally in by_value.tallies.items() for each in tally.examples]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"npi": "1234567893"}, [("npi", "/npi")]),
        ({"billing": {"providerNpi": "1234567893"}}, [("npi", "/billing/providerNpi")]),
        ({"npi": 1234567893}, [("npi", "/npi")]),
        ({"code": "1234567893"}, []),  # any ten digits, but for the field's name
        ({"order_id": "021000021", "routing_number": "021000021"}, [("routing_number", "/routing_number")]),
        ({"tax_id": "12-3456789"}, [("ein", "/tax_id")]),
        ({"tax_id": "123-45-6789"}, [("ssn", "/tax_id")]),
        ({"note": "SSN 123-45-6789"}, [("ssn", "/note")]),
        ({"account": "123456789"}, []),
        ({"phone": {"number": "212-867-5309"}}, [("phone", "/phone/number")]),
        ({"phones": ["+1-212-555-0101", "+1-212-867-5309"]}, [("phone", "/phones/1")]),
        ({"id": CARD}, [("card", "/id")]),
        ({"id": int(CARD)}, [("card", "/id")]),
        ({"nested": [[{"a/b~c": CARD}]]}, [("card", "/nested/0/0/a~1b~0c")]),
        ({"amount": 4111111111111145.5, "ts": 1700000000000000}, []),
        ({"reference": "DE89370400440532013000"}, [("iban", "/reference")]),
        ({"barcode": "4006381333931"}, [("gtin", "/barcode")]),
        ({"quantity": "4006381333931"}, []),
        ({"zip": "90210"}, []),
        ({"zip": "90210", "street": ""}, []),
        ({"zip": "90210", "street": "1 Main Street"}, [("address", "/zip")]),
        ({"zip": 90210, "street": "1 Main Street"}, [("address", "/zip")]),
        ({"zip": "00031", "street": "1 Main Street"}, []),
        ({"zip": "43210", "street": "Lindenweg 12"}, []),
        ({"zip": "43210", "street": "An der Mühle 5a"}, []),
        ({"zip": "43210", "street_name": "Lindenweg", "house_number": "12"}, []),
        ({"zip": "96123", "street": "12 bis, rue des Lilas"}, []),
        ({"zip": "96123", "street": "3 avenue de la Gare"}, []),
        ({"zip": "28000", "street": "Calle de la Luna, 5"}, []),
        ({"zip": "43210", "street": "萩の台3-1"}, []),
        ({"zip": "43210", "street": "12 Avenue of the Americas"}, [("address", "/zip")]),
        ({"zip": "43210", "street": "PO Box 123"}, [("address", "/zip")]),
        ({"zip": "43210", "street": "Highway 61"}, [("address", "/zip")]),
        ({"zip": "43210", "street": "123 Calle Real"}, [("address", "/zip")]),
        ({"zip": "43210", "street": ["1 Main Street", "Suite 5"]}, [("address", "/zip")]),
        ({"zip": "43210", "street": []}, []),
        ({"address": {"line1": "1 Main Street", "zipCode": "90210-1234"}}, [("address", "/address/zipCode")]),
        ({"street": "1 Main Street", "postal": {"code": "90210"}}, [("address", "/postal/code")]),
        ({"where": "1 Main Street, Springfield, IL 62704"}, [("address", "/where")]),
        ({"client_ip": "8.8.8.8", "version": "1.2.3"}, [("ip", "/client_ip")]),
        ({"email": "joe@gmail.com", "text": "to joe@example.com"}, [("email", "/email")]),
        ({"joe@gmail.com": 1}, [("email", "/joe@gmail.com")]),
        ({"website": "https://github.com", "domain": "example.net"}, [("url", "/website")]),
        ({"domain": "github.com", "file": "report.pdf"}, [("host", "/domain")]),
        ({"link": "https://example.com/?to=joe@gmail.com"}, [("email", "/link")]),
        ({"device": "3C:22:FB:01:02:03"}, [("mac", "/device")]),
        ({"prescriber_dea": "BB1388568", "sku": "BB1388568"}, [("dea", "/prescriber_dea")]),
        ({"mbi": "1AA0AA0AA00", "sku": "1AA0AA0AA00"}, [("mbi", "/mbi")]),
        (CARD, [("card", "")]),
        ([CARD], [("card", "/0")]),
        (None, []),
        ({"gtin": "39526693677824"}, []),  # its name says that it is no card
        ({"t": "2024-05-06T07:08:09.123456Z", "u": "12345678-1234-4123-8123-123456789012"}, []),
    ],
)
def test_what_is_found_and_where(record: Any, expected: list[tuple[str, str]]) -> None:
    assert found(record) == expected


def test_escapes_hide_nothing() -> None:
    lines = rb'{"a":"joe\u0040gmail.com","b":"https:\/\/github.com","c":"411111111111114\u0035"}'
    audit = sm.audit(lines)
    assert [name for name, tally in audit.tallies.items() if tally.could_be_real] == ["card", "email", "url"]


def test_counts_and_examples() -> None:
    audit = sm.audit([{"ssn": f"123-45-{n:04d}"} for n in range(10)], examples=2)
    tally = audit.tallies["ssn"]
    assert (audit.records, tally.looked_at, tally.could_be_real) == (10, 10, 9)  # serial 0000 is nobody's
    assert [(each.record, each.pointer, each.shown) for each in tally.examples] == [
        (2, "/ssn", "123-**-****"),
        (3, "/ssn", "123-**-****"),
    ]
    assert not audit
    assert sm.audit([{"ssn": "666-45-0000"}])
    assert sm.audit([])


def test_data_is_json() -> None:
    audit = sm.audit([{"ssn": "123-45-6789"}])
    assert json.loads(json.dumps(data(audit))) == {
        "records": 1,
        "unreadable": 0,
        "looked_at": 1,
        "could_be_real": 1,
        "kinds": {
            "ssn": {
                "title": "social security number",
                "looked_at": 1,
                "could_be_real": 1,
                "examples": [{"record": 1, "pointer": "/ssn", "shown": "123-**-****", "why": "area 123 is assigned"}],
            }
        },
    }


def test_lines_that_are_not_json_are_looked_at_as_texts() -> None:
    audit = sm.audit(b'{"a":1}\n{"ssn":"123-45-6789"\n\n')
    assert (audit.records, audit.unreadable, audit.tallies["ssn"].could_be_real) == (2, 1, 1)
    assert not sm.audit(b"{")


def test_files(tmp_path: Path) -> None:
    bad, good = b'{"ssn":"123-45-6789"}\n', b'{"ssn":"666-45-6789"}\n'
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.jsonl").write_bytes(good + bad)
    (tmp_path / "two.jsonl.gz").write_bytes(gzip.compress(bad))
    (tmp_path / "other.txt").write_bytes(bad)
    assert not sm.audit(tmp_path / "two.jsonl.gz")
    audit = sm.audit(tmp_path)
    assert [(each.source, each.record) for each in audit.tallies["ssn"].examples] == [
        ("a/one.jsonl", 2),
        ("two.jsonl.gz", 1),
    ]
    (tmp_path / "dataset.jsonl").write_bytes(good)
    assert sm.audit(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(OutputError, match="no dataset in"):
        sm.audit(tmp_path / "empty")
    with pytest.raises(OutputError, match="cannot read dataset"):
        sm.audit(tmp_path / "missing.jsonl")


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
def test_chunks_of_any_size(size: int) -> None:
    lines = b'{"ssn":"123-45-6789"}\n{"a":"' + b"x" * 100 + b' 4111111111111145"}\n\n{"ssn":"666-45-6789"}'
    auditor = Auditor(base_vocabulary())
    see_all(auditor, [lines[at : at + size] for at in range(0, len(lines), size)])
    assert [(t.kind, e.record) for t in auditor.audit.tallies.values() for e in t.examples] == [("ssn", 1), ("card", 2)]
    assert auditor.audit.records == 3


def test_memory_is_flat_whatever_the_keys_and_texts() -> None:
    auditor = Auditor(base_vocabulary())

    def held_after(records: range) -> int:
        for n in records:
            auditor.see(n, {f"key-{n}-{k}": f"text 12-{n}-{k}" for k in range(3)})
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first, second = held_after(range(1500)), held_after(range(1500, 4000))
    finally:
        tracemalloc.stop()
    assert second - first < 200_000


def test_objects_with_many_keys_are_maps() -> None:
    field = Field(base_vocabulary())
    names = {f"k{n}": None for n in range(MAX_NAMES + 1)}
    assert field.known(names).keys() >= names.keys()
    assert field.known({"k1": None, "ssn": None})["ssn"].kinds


REAL_TEXTS = [
    "123-45-6789", "+49 89 1234567", "(212) 867-5309", "212.867.5309", CARD, "4111 1111 1111 1145", "4111-1111-1111-1145",
    "3499-999999-99991", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "12 Main St, Troy, NY 12180",
    "12 Main St, Troy, NY, 12180-0001", "8.8.8.8", "18.188.208.1:80", "2001:4860:4860::8888", "2a00:1:2:3:4:5:6:7",
    "2a00:11:22:33:44:55:66:77", "2a00:1450:4001:81b:1:200e:11:22", "joe@gmail.com", "https://github.com",
    "3C:22:FB:01:02:03", "3c-22-fb-01-02-03", "1AA0-AA0-AA00",
]  # fmt: skip


@pytest.mark.parametrize("text", REAL_TEXTS)
def test_what_is_told_from_a_line_loses_nothing(text: str) -> None:
    for around in ("{}", "so {} it is", "({})", "é {}, ü"):
        line = json.dumps({"k": around.format(text)}, ensure_ascii=False).encode()
        assert sm.audit(line).could_be_real == 1, line


@given(
    st.lists(st.sampled_from([*REAL_TEXTS, "a", " ", "-", ".", "0", "12", "x:", "::", "192.0.2.1", "\n"]), max_size=6)
)
def test_the_quick_look_never_misses(parts: list[str]) -> None:
    text = "".join(parts)
    told = {kind.name for kind in possible(json.dumps(text, ensure_ascii=False).encode())}
    for kind in SEARCHED:
        assert kind.inside is not None
        if any(True for _ in kind.inside(text)):
            assert kind.name in told


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    )
)
def test_any_value_can_be_looked_at(value: Any) -> None:
    assert sm.audit([value]).records == 1


def test_the_table_has_each_kind_once() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) == 16
    vocabulary = {meaning.kind for meaning in base_vocabulary().meanings}
    assert {kind for each in KINDS for kind in each.meanings} <= vocabulary
    assert all(kind.marks or kind.hex_marks for kind in SEARCHED)
