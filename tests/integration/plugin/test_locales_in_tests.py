"""Tests that name locales: by marker, factory and register, and what goldens say of them."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def town(pytester: pytest.Pytester) -> pytest.Pytester:
    schema = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
    pytester.makefile(".json", town=json.dumps(schema))
    return pytester


def test_every_door_takes_a_locale(town: pytest.Pytester) -> None:
    town.makeconftest(
        """
        import pytest_specmint

        pytest_specmint.register("town.json", name="towns", locale="ja_JP", count=3)
        """
    )
    town.makepyfile(
        """
        import pytest
        import pytest_specmint
        from pytest_specmint.packs.locales import locale_named

        pytestmark = pytest.mark.specmint(schema="town.json", locale="de_DE")


        def known(tag):
            return locale_named(tag).tables["towns"].column("city")


        def test_marker(specmint_dataset):
            assert all(each["city"] in known("de_DE") for each in specmint_dataset)


        @pytest_specmint.specmint(locale="fr-FR")
        def test_the_closest_marker_wins(specmint_dataset):
            assert all(each["city"] in known("fr_FR") for each in specmint_dataset)


        @pytest_specmint.specmint_each(schema="town.json", locale="hi_IN", count=2)
        def test_each(specmint_record):
            assert specmint_record["city"] in known("hi_IN")


        def test_factory(specmint_factory):
            assert specmint_factory.one("town.json", locale="es_ES")["city"] in known("es_ES")
            assert specmint_factory("town.json", locale="es_ES", count=2, city="Rope") == [{"city": "Rope"}] * 2


        def test_registered(towns):
            assert all(each["city"] in known("ja_JP") for each in towns)
        """
    )
    town.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=6)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ('"de_AT"', ["*locale must be the name of a locale, and 'de_AT' is none*", "*did you mean 'de_DE'?*"]),
        ("7", ["*locale must be the tag of a locale, such as 'de_DE', not 7*"]),
    ],
)
def test_an_unknown_locale_is_told(town: pytest.Pytester, locale: str, words: list[str]) -> None:
    town.makepyfile(
        f"""
        import pytest


        @pytest.mark.specmint(schema="town.json", locale={locale})
        def test_town(specmint_dataset):
            pass
        """
    )
    town.runpytest("-p", "no:cacheprovider").stdout.fnmatch_lines(words)


TEST = """
import pytest


@pytest.mark.specmint(schema="town.json", locale="{locale}", seed=3, count=4{golden})
def test_golden(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden
"""


@pytest.mark.parametrize("golden", ["", ', golden="recipe"'])
def test_a_golden_names_a_changed_locale_as_its_cause(town: pytest.Pytester, golden: str) -> None:
    town.makepyfile(test_one=TEST.format(locale="de_DE", golden=golden))
    town.runpytest("-p", "no:cacheprovider", "--specmint-update-golden").assert_outcomes(passed=1)
    town.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=1)
    (origin,) = (Path(town.path) / "golden").rglob("*.golden.json")
    written = json.loads(origin.read_text(encoding="utf-8"))
    assert written["arguments"]["locale"] == "de_DE"
    assert [each["name"] for each in written["locales"]] == ["de_DE"]
    town.makepyfile(test_one=TEST.format(locale="fr_FR", golden=golden))
    result = town.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*cause:*locale de_DE -> fr_FR*", "*--locale fr_FR*"])
