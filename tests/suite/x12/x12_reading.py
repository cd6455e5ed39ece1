"""A small reader of 837P interchanges, written for the tests: what it recovers is compared with the records."""

from collections.abc import Iterator
from typing import Any


def segments_of(interchange: str) -> list[list[str]]:
    """The elements of each segment, by the separators that the ISA segment states."""
    assert interchange.startswith("ISA")
    element, terminator = interchange[3], interchange[105]
    return [each.strip().split(element) for each in interchange.split(terminator) if each.strip()]


def claims_of(interchange: str) -> Iterator[dict[str, Any]]:
    """The claims, with what stands above each in the hierarchy."""
    component = interchange[104]
    levels: dict[str, dict[str, Any]] = {}
    loop: dict[str, Any] = {}
    claim: dict[str, Any] | None = None
    person = ""
    for tag, *values in segments_of(interchange):
        get = dict(enumerate(values, 1)).get
        if tag in {"ST", "HL", "SE"} and claim is not None:
            yield claim
            claim = None
        if tag == "ST":
            levels = {}
        elif tag == "HL":
            number, parent, level = values[0], values[1], values[2]
            assert number == str(len(levels) + 1)
            loop = {"level": level, "above": levels[parent] if parent else None, "child": values[3] == "1"}
            levels[number] = loop
        elif tag == "NM1":
            person = values[0]
            where = claim if claim is not None else loop
            where[person] = {"name": get(3), "given": get(4) or "", "id": get(9), "kind": get(2)}
        elif tag == "CLM":
            place, _, frequency = values[4].split(component)
            claim = {"id": values[0], "total": values[1], "pos": place, "frequency": frequency, "assigned": values[6]}
            claim |= {"above": loop, "lines": [], "refs": {}, "dates": {}}
        elif claim is not None:
            _in_claim(claim, person, tag, values, component)
        elif tag == "N4":
            loop[person] |= {"city": values[0], "state": values[1], "zip": values[2]}
        elif tag == "N3":
            loop[person]["street"] = values[0]
        elif tag == "DMG":
            loop[person] |= {"born": values[1], "sex": values[2]}
        elif tag in {"SBR", "PAT", "PRV", "REF"}:
            loop[tag] = values


def _in_claim(claim: dict[str, Any], person: str, tag: str, values: list[str], component: str) -> None:
    if tag == "HI":
        claim["diagnoses"] = [each.split(component) for each in values]
    elif tag == "REF":
        claim["refs"][values[0]] = values[1]
    elif tag == "NTE":
        claim["note"] = values[1]
    elif tag == "PRV":
        claim[person]["taxonomy"] = values[2]
    elif tag == "LX":
        assert values[0] == str(len(claim["lines"]) + 1)
        claim["lines"].append({})
    elif tag == "SV1":
        codes, charge, unit, units, _, _, pointers, *urgent = values
        _, procedure, *modifiers = codes.split(component)
        assert unit == "UN"
        claim["lines"][-1] |= {"procedure": procedure, "modifiers": modifiers, "charge": charge, "units": units}
        claim["lines"][-1] |= {"pointers": pointers.split(component), "urgent": urgent == ["", "Y"]}
    elif tag == "DTP" and claim["lines"]:
        claim["lines"][-1][values[0]] = values[2]
    elif tag == "DTP":
        claim["dates"][values[0]] = values[2]
