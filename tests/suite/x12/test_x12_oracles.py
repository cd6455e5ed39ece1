"""Generated claims as X12 837P, judged by pyx12 and x12sdk, who also reject what is broken on purpose."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from x12_oracles import pyx12_says, x12sdk_says

import pytest_specmint as sm
from pytest_specmint.packs.healthcare.x12.interchange import Interchange
from pytest_specmint.rendering.format import Task


def claims(schemas: Path, **options: object) -> sm.Dataset:
    return sm.generate(str(schemas / "healthcare" / "claim_837p_slim.json"), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 1, "domain": "healthcare"},
        {"seed": 20_260, "start": 5_000, "domain": "healthcare", "as_of": "2026-02-28"},
        {"seed": 2**64 - 1},
        {"seed": 3, "mode": "edge"},
        {"seed": 4, "mode": "edge", "domain": "healthcare"},
    ],
    ids=str,
)
def test_both_accept_200_claims(schemas: Path, options: dict[str, object]) -> None:
    made = sm.render(claims(schemas, count=200, **options), "x12").decode()
    assert made.count("\nCLM*") == 200
    assert pyx12_says(made) == []
    assert x12sdk_says(made) == []


def test_both_accept_several_transaction_sets(schemas: Path) -> None:
    dataset = claims(schemas, seed=9, count=95, domain="healthcare")
    rendering = Interchange(Task(date(2025, 1, 1), 9), claims_per_set=20)
    made = (rendering.block(dataset.jsonl) + rendering.end()).decode()
    assert re.findall(r"\nST\*837\*(\d+)\*", made) == ["0001", "0002", "0003", "0004", "0005"]
    assert "\nGE*5*" in made
    assert [each.count("\nCLM*") for each in made.split("\nST*")] == [0, 20, 20, 20, 20, 15]
    assert all(each.count("\nHL*1**20*1~") == 1 for each in made.split("\nST*")[1:])
    assert pyx12_says(made) == []
    assert x12sdk_says(made) == []


def test_both_accept_claims_that_share_a_billing_provider(schemas: Path) -> None:
    records = list(claims(schemas, seed=5, count=6, domain="healthcare"))
    for record in records[1:4]:
        record["billing_provider"] = records[0]["billing_provider"]
    made = sm.render(records, "x12").decode()
    assert made.count("**20*1~") == 3
    assert made.count("\nNM1*85*") == 3
    assert pyx12_says(made) == []
    assert x12sdk_says(made) == []


def recounted(text: str) -> str:
    """The same with the number of segments that there are now: else that alone would be what is found."""
    inner = text[text.index("ST*") : text.index("SE*")]
    return re.sub(r"\nSE\*\d+", f"\nSE*{inner.count('~') + 1}", text)


def edited(pattern: str, replacement: str, *, recount: bool = True) -> Callable[[str], str]:
    """One edit of the first place that matches."""

    def edit(text: str) -> str:
        made, number = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        assert number == 1
        return recounted(made) if recount else made

    return edit


BREAKAGES = {
    "segments miscounted": (edited(r"^SE\*\d+", "SE*7", recount=False), "both"),
    "place of service unknown": (edited(r"\*[0-9]{2}:B:", "*97:B:"), "pyx12"),
    "segment missing": (edited(r"^REF\*EI.*\n", ""), "both"),
    "address missing": (edited(r"^N4.*\n", ""), "both"),
    "total differs": (edited(r"^(CLM\*\w+)\*[0-9.]+", r"\1*1.01"), "x12sdk"),
    "line charge differs": (edited(r"^(SV1\*[^*]+)\*[0-9.]+", r"\1*1.01"), "x12sdk"),
    "state unknown": (edited(r"^(N4\*[^*]+\*)[A-Z]{2}(\*[0-9]{5}~)", r"\1QQ\2"), "pyx12"),
    "name too long": (edited(r"^(NM1\*QC\*1\*)", rf"\g<1>{'A' * 60}"), "both"),
    "units negative": (edited(r"\*UN\*[0-9]+", "*UN*-1"), "x12sdk"),
    "date impossible": (edited(r"^DTP\*472\*D8\*[0-9]+", "DTP*472*D8*20241332"), "both"),
    "relationship unknown": (edited(r"^PAT\*..", "PAT*99"), "both"),
    "filing unknown": (edited(r"^(SBR.*)\*..~", r"\1*QQ~"), "both"),
    "level without parent": (edited(r"^HL\*2\*1", "HL*2*9"), "both"),
    "pointer beyond twelve": (edited(r"\*UN\*([0-9]+)\*\*\*[0-9:]+", r"*UN*\1***13"), "pyx12"),
    "sex unknown": (edited(r"^(DMG\*D8\*[0-9]+)\*.", r"\1*X"), "both"),
    "sets miscounted": (edited(r"^GE\*1", "GE*2"), "pyx12"),
    "control numbers differ": (edited(r"^IEA\*1\*[0-9]+", "IEA*1*000000001"), "pyx12"),
    "segment out of order": (edited(r"^(N3.*\n)(N4.*\n)", r"\2\1"), "pyx12"),
    "line without a procedure": (edited(r"^SV1\*HC:[^*]+", "SV1*"), "both"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_they_reject_what_is_broken(schemas: Path, name: str) -> None:
    whole = sm.render(claims(schemas, seed=1, count=6, domain="healthcare"), "x12").decode()
    edit, by = BREAKAGES[name]
    broken = edit(whole)
    assert (pyx12_says(whole), x12sdk_says(whole)) == ([], [])
    found = {"pyx12": pyx12_says(broken), "x12sdk": x12sdk_says(broken)}
    assert {oracle for oracle, said in found.items() if said} >= ({"pyx12", "x12sdk"} if by == "both" else {by}), found
