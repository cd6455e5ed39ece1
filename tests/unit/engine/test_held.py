"""Rules that records hold by how they are drawn need no second look; all others get one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.pipeline.blocks import recipe_of

TOP = "# Parts.\n{}# Source: here\n# Licence: MIT\n"
PARTS = "part,size,set\n" + "".join(f"{s}{i},{i},{s}\n" for s in "xyz" for i in range(4))
MEANINGS = """[
 {"kind": "part", "names": ["part", "parts", "piece"], "templates": ["{parts.part}"]},
 {"kind": "size", "names": ["size"], "templates": ["{parts.size}"]},
 {"kind": "set", "names": ["set"], "templates": ["{parts.set}"]},
 {"kind": "long", "names": ["long"], "templates": ["{parts.part} of {parts.set}"]}
]"""
TEXT = {"type": "string"}
Install = Callable[..., Path]


@pytest.fixture
def grouped(installed_pack: Install) -> None:
    installed_pack("acme", {"tables/parts.csv": TOP.format("# Group: set\n") + PARTS, "semantics.json": MEANINGS})


def schema(*rules: dict[str, Any], **properties: Any) -> dict[str, Any]:
    listed = [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)]
    return {
        "type": "object",
        "required": [*properties],
        "properties": properties,
        "x-rules": listed,
        "x-domain": "acme",
    }


def several(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": 9, **more}


LINES = several({"type": "object", "required": ["part"], "properties": {"part": TEXT, "size": TEXT}})


def made(given: dict[str, Any]) -> sm.Dataset:
    return sm.generate(given, seed=1, count=1200)


def assert_held(given: dict[str, Any]) -> None:
    data = made(given)
    assert data.job.drawn_again() == ()
    assert recipe_of(data.job).proven
    report = sm.validate(given, list(data))
    assert (report.valid, [each.failed for each in report.rules]) == (1200, [0] * len(given["x-rules"]))


@pytest.mark.usefixtures("grouped")
class TestHeld:
    @pytest.mark.parametrize(
        ("rule", "properties"),
        [
            ({"assert": "(part, size) in table('parts.part,size')"}, {"part": TEXT, "size": TEXT}),
            ({"assert": "(size, part) in table('parts.size,part')"}, {"part": TEXT, "size": {"enum": ["1", "2"]}}),
            ({"assert": "part in table('parts.part')"}, {"part": TEXT}),
            (
                {"each": "lines", "assert": "(record.set, part) in table('parts.set,part')"},
                {"set": TEXT, "lines": LINES},
            ),
            ({"each": "lines", "assert": "(part, size) in table('parts.part,size')"}, {"lines": LINES}),
            ({"assert": "all(each in table('parts.part') for each in parts)"}, {"parts": several(TEXT)}),
            ({"assert": "unique(line.part for line in lines)"}, {"lines": LINES, "set": TEXT}),
            ({"assert": "unique(each for each in parts)"}, {"parts": several(TEXT, uniqueItems=True)}),
            ({"assert": "aba(routing_number) and npi(npi)"}, {"routing_number": TEXT, "npi": TEXT}),
            ({"assert": "npi(npi)"}, {"npi": {"type": "string", "pattern": "^9[0-9]{9}$"}}),
        ],
    )
    def test_by_construction(self, rule: dict[str, Any], properties: dict[str, Any]) -> None:
        assert_held(schema(rule, **properties))

    def test_also_where_other_rules_split_the_records(self) -> None:
        cases = {"when": "n > 5", "then": "has(size)"}
        pair = {"assert": "(part, size) in table('parts.part,size')"}
        given = schema(cases, pair, n={"type": "integer", "minimum": 0, "maximum": 9}, part=TEXT, size=TEXT)
        given["required"] = ["n", "part"]
        assert_held(given)

    @pytest.mark.parametrize(
        ("rule", "properties"),
        [
            # of different sizes: what the table says of one part is not what it says of the other
            (
                {"assert": "(part, other) in table('parts.part,size')"},
                {"part": TEXT, "other": {"enum": ["0", "1", "2", "3"]}},
            ),
            # an item's size is its own, not the record's
            (
                {"each": "lines", "assert": "(record.size, part) in table('parts.size,part')"},
                {
                    "size": {"const": "1"},
                    "lines": several(
                        {
                            "type": "object",
                            "required": ["part"],
                            "properties": {"part": {"enum": ["x1", "y1", "z1", "x2"]}},
                        },
                        maxItems=1,
                    ),
                },
            ),
            # a longer text than the table has
            ({"assert": "startswith(long, part)"}, {"part": TEXT, "long": TEXT}),
            # digits by a pattern, of which few are right
            (
                {"assert": "startswith(number, '1') or startswith(number, '2') or aba(number)"},
                {"number": {"type": "string", "pattern": "^[0-9]{9}$"}},
            ),
        ],
    )
    def test_what_cannot_be_told_is_looked_at(self, rule: dict[str, Any], properties: dict[str, Any]) -> None:
        given = schema(rule, **properties)
        data = made(given)
        assert data.job.drawn_again() == ("r0",)
        assert not recipe_of(data.job).proven
        assert all(each.failed == 0 for each in sm.validate(given, list(data)).rules)

    def test_what_drawing_again_does_not_meet_is_refused_by_name(self) -> None:
        numbers = {"type": "string", "pattern": "^[0-9]{6}$"}
        rule = {"assert": "(part, number) in table('parts.part,size')"}
        with pytest.raises(sm.SamplingError, match="rule r0 does not hold") as error:
            list(made(schema(rule, part=TEXT, number=numbers)))
        assert "number" in str(error.value)

    def test_a_table_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(sm.SpecmintError, match="there is no table 'parst'"):
            made(schema({"assert": "part in table('parst')"}, part=TEXT))
