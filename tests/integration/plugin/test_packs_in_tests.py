"""Tests that name packs: by marker, factory and register, and what goldens say of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
THING = '[{"kind": "thing", "names": ["thing"], "templates": ["{things}"]}]'
Install = Callable[..., Path]


@pytest.fixture
def shed(pytester: pytest.Pytester) -> pytest.Pytester:
    schema = {"type": "object", "required": ["thing"], "properties": {"thing": {"type": "string"}}}
    pytester.makefile(".json", thing=json.dumps(schema))
    return pytester


def install(installed_pack: Install, *words: str, **about: str) -> None:
    things = TOP + "".join(f"{each}\n" for each in words)
    installed_pack("acme", {"things.txt": things, "semantics.json": THING}, **about)


def test_every_door_takes_packs(shed: pytest.Pytester, installed_pack: Install) -> None:
    install(installed_pack, "anvil")
    shed.makeconftest(
        """
        import pytest_specmint

        pytest_specmint.register("thing.json", name="things", domain=["acme"], count=3)
        """
    )
    shed.makepyfile(
        """
        import pytest
        import pytest_specmint

        pytestmark = pytest.mark.specmint(schema="thing.json", domain="acme")


        def test_marker(specmint_dataset):
            assert {each["thing"] for each in specmint_dataset} == {"anvil"}


        @pytest.mark.specmint(domain=[])
        def test_the_closest_marker_wins(specmint_dataset):
            assert "anvil" not in {each["thing"] for each in specmint_dataset}


        @pytest_specmint.specmint_each(schema="thing.json", domain=("acme",), count=2)
        def test_each(specmint_record):
            assert specmint_record["thing"] == "anvil"


        def test_factory(specmint_factory):
            assert specmint_factory("thing.json", domain="acme", count=2) == [{"thing": "anvil"}] * 2
            assert specmint_factory.one("thing.json", domain="acme", thing="rope") == {"thing": "rope"}


        def test_registered(things):
            assert [each["thing"] for each in things] == ["anvil"] * 3
        """
    )
    shed.runpytest().assert_outcomes(passed=6)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ('"acmee"', "*hint: did you mean 'acme'?*"),
        ('["acme", "acme"]', "*domain names the pack 'acme' twice*"),
        ("3", "*domain must be the name of a pack, or a list of names, not 3*"),
    ],
)
def test_what_names_no_pack(shed: pytest.Pytester, installed_pack: Install, domain: str, words: str) -> None:
    install(installed_pack, "anvil")
    shed.makepyfile(
        f"""
        import pytest

        @pytest.mark.specmint(schema="thing.json", domain={domain})
        def test_it(specmint_dataset):
            pass
        """
    )
    result = shed.runpytest()
    assert result.ret != 0
    result.stdout.fnmatch_lines([words])


def test_a_golden_tells_of_another_version_of_its_pack(shed: pytest.Pytester, installed_pack: Install) -> None:
    shed.makepyfile(
        """
        import pytest

        @pytest.mark.specmint(schema="thing.json", domain="acme", seed=1)
        def test_it(specmint_dataset, specmint_golden):
            assert specmint_dataset == specmint_golden
        """
    )
    install(installed_pack, "anvil", version="1.1")
    shed.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    shed.runpytest().assert_outcomes(passed=1)

    install(installed_pack, "rocket", version="1.2")
    result = shed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *cause:     pack version acme 1.1 -> 1.2"])
    result.stdout.fnmatch_lines(["E *reproduce: specmint-cli generate --schema thing.json *--domain acme"])

    install(installed_pack, "rocket", version="1.0")
    result = shed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *cause:     pack version acme 1.1 -> 1.0 (the golden is of a newer pack*"])
    result = shed.runpytest("--specmint-update-golden")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*the golden was made by pack acme 1.1, which is newer than the installed 1.0*"])
    result.stdout.fnmatch_lines(["*hint: install acme 1.1 or later*"])

    install(installed_pack, "rocket", version="1.2")
    shed.runpytest("--specmint-update-golden").assert_outcomes(passed=1)
    shed.runpytest().assert_outcomes(passed=1)
