"""Generated identifiers: right by an independent judge, and never real by the audit."""

from collections.abc import Callable

import numpy as np
import pytest
from stdnum import ean, luhn
from stdnum.iso7064 import mod_97_10
from stdnum.us import rtn

from pytest_specmint.cells import packed
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.templates import parse_template
from pytest_specmint.formats.checked import CHECKED, Checked, _table
from pytest_specmint.safety import card, dea, ein, gtin, iban, mbi, npi, routing, ssn
from pytest_specmint.stream import record_keys

Judge = Callable[[str], bool]

ORACLES: dict[str, Judge] = {
    "npi": lambda text: luhn.is_valid("80840" + text),
    "npi2": lambda text: luhn.is_valid("80840" + text),
    "aba": rtn.is_valid,
    "iban": lambda text: mod_97_10.is_valid(text[4:] + text[:4]),
    **{name: ean.is_valid for name in ("gtin8", "gtin12", "gtin13", "gtin14")},
    **{name: luhn.is_valid for name in CHECKED if name.startswith("card")},
    "dea": lambda text: dea.check_digit(text[2:]) == int(text[8]),
}
AUDITS = {"npi": npi, "npi2": npi, "aba": routing, "ssn": ssn, "ein": ein, "iban": iban, "dea": dea, "mbi": mbi}


def drawn(name: str, count: int = 3000) -> list[str]:
    cells = packed(parse_template(f"{{check:{name}}}", {}).cells(Plan((), 0), record_keys(7, 0, count)))
    return [bytes(row).decode()[1:-1] for row in cells]


@pytest.mark.parametrize("name", CHECKED)
def test_every_text_is_right_and_never_real(name: str) -> None:
    judge = AUDITS.get(name, card if name.startswith("card") else gtin).judge
    texts = drawn(name)
    assert {len(text) for text in texts} == {CHECKED[name].length}
    verdicts = [judge(text) for text in texts]
    assert all(verdict is not None and not verdict.real for verdict in verdicts)
    if name in ORACLES:
        assert all(map(ORACLES[name], texts))


def test_all_kinds_with_check_digits_have_an_oracle() -> None:
    assert {name for name, kind in CHECKED.items() if kind.scheme} <= ORACLES.keys()


@pytest.mark.parametrize("name", ["npi", "aba", "ssn", "ein", "iban", "gtin13", "dea"])
def test_texts_are_many(name: str) -> None:
    texts = drawn(name)
    assert len(set(texts)) > 2950
    assert {text[: len(CHECKED[name].heads[0])] for text in texts} >= set(CHECKED[name].heads[:3])


@pytest.mark.parametrize("name", [name for name, kind in CHECKED.items() if kind.scheme])
def test_correcting(name: str) -> None:
    kind = CHECKED[name]
    right = np.array([list(text.encode()) for text in drawn(name, 200)], dtype=np.uint8)
    wrong = right.copy()
    wrong[:, kind.places.start : kind.places.stop] = ord("0")
    assert (kind.corrected(right) == right).all()
    assert (kind.corrected(wrong) == right).all()


def test_letters_of_accounts_count() -> None:
    assert (
        CHECKED["iban"].corrected(np.frombuffer(b"GB00WEST12345698765432", dtype=np.uint8)[None, :]).tobytes()
        == b"GB82WEST12345698765432"
    )


def test_an_unknown_kind_is_no_template() -> None:
    with pytest.raises(ValueError, match="unknown template field"):
        parse_template("{check:nothing}", {})


def test_beginnings_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        _table([Checked("x", ("1", "22"), 3)])
