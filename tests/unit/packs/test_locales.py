"""Locales: their files, which one is meant, and what becomes of a dataset's bytes and identity."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from stdnum.es import postal_code

import pytest_specmint as sm
from pytest_specmint.engine.templates import FIELD, is_shared, parse_template
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.golden.origin import Content, Subject, origin_of
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.locale_names import locale_folder, locale_tag, locale_tags, locales_within, schema_locale
from pytest_specmint.packs.locales import Locale, locale_named
from pytest_specmint.packs.vocabularies import Vocabularies
from pytest_specmint.safety import phone
from pytest_specmint.schema.load import load_schema

TAGS = ("de_DE", "en_GB", "en_US", "es_ES", "fr_FR", "hi_IN", "ja_JP")
OTHERS = tuple(tag for tag in TAGS if tag != "en_US")
TEXT: dict[str, Any] = {"type": "string"}
NOBODYS = {
    "de_DE": r"(05|43|62)\d{3}",
    "en_GB": r"A[EFGMNPRW]\d \d[ABD-HJLNP-UW-Z]{2}",
    "es_ES": r"(0[1-9]|[1-4]\d|5[0-2])000",
    "fr_FR": r"96\d{3}",
    "hi_IN": r"(29|35|54|55|65|86)\d{4}",
    "ja_JP": r"000-\d{4}",
}
"""Postal codes of the usual form that no place has."""


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def test_all_are_there() -> None:
    assert locale_tags() == TAGS


# ---------------------------------------------------------------- files


@pytest.fixture(params=OTHERS)
def locale(request: pytest.FixtureRequest) -> Locale:
    return locale_named(request.param)


class TestFiles:
    """What holds for every folder."""

    def test_they_say_where_they_come_from(self, locale: Locale) -> None:
        assert locale.about.licence == "MIT"
        assert locale.about.sources
        assert len(locale.about.notes) == 2
        abouts = [locale.lists.about(name) for name in locale.lists]
        assert all("written for pytest-specmint" in each.source and "MIT" in each.licence for each in abouts)
        tables = locale.tables.values()
        assert all("written for pytest-specmint" in each.source and "MIT" in each.licence for each in tables)

    def test_amounts(self, locale: Locale) -> None:
        given = locale.tables["given"]
        assert set(given.column("sex")) == {"f", "m"}
        assert min(given.column("sex").count(sex) for sex in "fm") >= 40
        assert 80 <= len(given.rows) <= 160
        assert 80 <= len(locale.tables["family"].rows) <= 150
        assert 40 <= len(locale.tables["towns"].rows) <= 60
        assert len(locale.lists["street_names"]) >= 40
        assert all(locale.lists[name] for name in locale.lists)

    def test_names_in_ascii(self, locale: Locale) -> None:
        for name in ("given", "family"):
            table = locale.tables[name]
            assert [each for each in table.column("ascii") if not re.fullmatch(r"[a-z]+(-[a-z]+)*", each)] == []
            for native, plain in zip(table.column("name"), table.column("ascii"), strict=True):
                folded = unicodedata.normalize("NFKD", native.lower()).encode("ascii", "ignore").decode()
                assert not folded.isalpha() or folded[0] == plain[0], (native, plain)

    def test_postal_codes_are_nobodys(self, locale: Locale) -> None:
        codes = locale.tables["towns"].column("zip")
        assert len(set(codes)) == len(codes)
        assert [code for code in codes if not re.fullmatch(NOBODYS[locale.tag], code)] == []
        if locale.tag == "es_ES":
            assert all(map(postal_code.is_valid, codes))

    def test_telephone_numbers_are_nobodys(self, locale: Locale) -> None:
        gap = " " if locale.tag in {"es_ES", "fr_FR"} else ""
        for stem in locale.tables["towns"].column("phone"):
            for end in ("00", "57", "99"):
                verdict = phone.judge(f"{stem}{gap}{end}")
                assert verdict is not None
                assert not verdict.real, f"{stem}{gap}{end}"

    def test_every_kind_is_one_of_the_base(self, locale: Locale) -> None:
        kinds = {meaning.kind for meaning in base_vocabulary().meanings}
        assert {*locale.written.templates, *locale.written.others} <= kinds

    def test_what_is_shared_in_the_base_is_the_locales_own(self, locale: Locale) -> None:
        """Rows of the base's tables and lists are never mixed with those of a locale."""
        vocabulary = Vocabularies(())[locale.tag]
        for before, now in zip(base_vocabulary().meanings, vocabulary.meanings, strict=True):
            assert (before.kind, before.names, before.parents) == (now.kind, now.names, now.parents)
            for template in (*now.templates, *now.others):
                parse_template(template, vocabulary.lists, vocabulary.tables)
                shared = [field for field in FIELD.findall(template) if is_shared(field)]
                assert all(field.lstrip("@~").startswith(f"{locale.tag}/") for field in shared), (now.kind, template)
            if any(is_shared(field) for template in before.templates for field in FIELD.findall(template)):
                assert now.kind in locale.written.templates
            else:
                assert not any(is_shared(field) for each in now.templates for field in FIELD.findall(each))

    def test_the_digest_is_of_all_files(self, locale: Locale) -> None:
        others = {locale_named(tag).sha256 for tag in TAGS}
        assert len(others) == len(TAGS)
        assert re.fullmatch("[0-9a-f]{64}", locale.sha256)


def test_given_names_have_no_empty_ends() -> None:
    for path in Path(str(locale_folder())).rglob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), path


# ---------------------------------------------------------------- which one


@pytest.mark.parametrize(("given", "tag"), [(None, ""), ("", ""), ("de_DE", "de_DE"), ("de-DE", "de_DE")])
def test_tags(given: str | None, tag: str) -> None:
    assert locale_tag(given) == tag


def test_an_unknown_locale_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="'de_AT' is none") as caught:
        sm.generate({"type": "string"}, locale="de_AT")
    assert "did you mean 'de_DE'?" in str(caught.value.hint)
    assert "hi_IN" in str(caught.value.hint)


@pytest.mark.parametrize("value", ["fr_CA", 7, None, ""])
def test_an_unknown_locale_in_a_schema_has_its_place(value: Any) -> None:
    schema = obj(a=TEXT, b=obj(city={**TEXT, "x-locale": value}))
    with pytest.raises(SchemaError, match="x-locale must be the name of a locale") as caught:
        sm.generate(schema)
    assert caught.value.pointer == "#/properties/b/properties/city/x-locale"
    assert "there are de_DE, " in str(caught.value.hint)
    with pytest.raises(SchemaError) as caught:
        sm.generate({**obj(city=TEXT), "x-locale": value or 3})
    assert caught.value.pointer == "#/x-locale"


def cities(tag: str) -> frozenset[str]:
    table = base_vocabulary().tables["places"] if tag == "en_US" else locale_named(tag).tables["towns"]
    return frozenset(table.column("city"))


def test_the_nearest_counts_and_a_call_stands_for_the_top() -> None:
    town = obj(city=TEXT)
    schema = {
        **obj(near=town, far={**town, "x-locale": "fr_FR"}, farther={**obj(inner=town), "x-locale": "ja_JP"}),
        "x-locale": "en_GB",
    }
    schema["properties"]["mixed"] = {**obj(city={**TEXT, "x-locale": "en_US"}), "x-locale": "es_ES"}
    schema["required"].append("mixed")
    for locale, near in ((None, "en_GB"), ("de_DE", "de_DE"), ("en-US", "en_US")):
        for record in sm.generate(schema, count=30, locale=locale):
            assert record["near"]["city"] in cities(near)
            assert record["far"]["city"] in cities("fr_FR")
            assert record["farther"]["inner"]["city"] in cities("ja_JP")
            assert record["mixed"]["city"] in cities("en_US")


def test_a_definition_speaks_where_it_is_referred_to() -> None:
    schema = {
        **obj(a={"$ref": "#/$defs/town"}, b=obj(city=TEXT)),
        "$defs": {"town": {**obj(city=TEXT), "x-locale": "hi_IN"}},
    }
    for record in sm.generate(schema, count=20):
        assert record["a"]["city"] in cities("hi_IN")
        assert record["b"]["city"] in cities("en_US")


@pytest.mark.parametrize(
    "schema",
    [
        {**obj(city=TEXT), "x-locale": "de_DE"},
        {"$ref": "#/$defs/a", "$defs": {"a": {**obj(city=TEXT), "x-locale": "de_DE"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": obj(city=TEXT)}, "x-locale": "de_DE"},
        {"allOf": [{**obj(city=TEXT), "x-locale": "de-DE"}]},
    ],
)
def test_the_top_of_a_schema(schema: Any) -> None:
    loaded = load_schema(schema)
    assert schema_locale(loaded) == "de_DE"
    assert locales_within(loaded) == ()
    assert {record["city"] for record in sm.generate(schema, count=20)} <= cities("de_DE")
    assert {record["city"] for record in sm.generate(schema, count=20, locale="fr_FR")} <= cities("fr_FR")


def test_a_part_of_a_document_has_the_locale_of_the_whole(schema_file: Any) -> None:
    path = schema_file({"x-locale": "de_DE", "$defs": {"a": obj(city=TEXT)}})
    assert {record["city"] for record in sm.generate(f"{path}#/$defs/a", count=20)} <= cities("de_DE")


# ---------------------------------------------------------------- bytes and identity


PERSON = obj(
    first_name=TEXT,
    last_name=TEXT,
    email={**TEXT, "format": "email"},
    city=TEXT,
    n={"type": "integer"},
    zz=TEXT,
    work_phone=TEXT,
)


def test_en_us_is_what_there_is_without_a_locale() -> None:
    usual = sm.generate(PERSON, seed=3, count=50)
    named = sm.generate(PERSON, seed=3, count=50, locale="en_US")
    assert usual.jsonl == named.jsonl
    assert usual.manifest["dataset_id"] != named.manifest["dataset_id"]


def test_the_locale_of_a_field_moves_no_other() -> None:
    before = list(sm.generate(PERSON, seed=5, count=100))
    for name in ("first_name", "city", "email", "work_phone"):
        for tag in OTHERS:
            changed = {**PERSON, "properties": {**PERSON["properties"]}}
            changed["properties"][name] = {**changed["properties"][name], "x-locale": tag}
            after = list(sm.generate(changed, seed=5, count=100))
            assert all({**a, name: None} == {**b, name: None} for a, b in zip(before, after, strict=True))
            assert [each[name] for each in before] != [each[name] for each in after]


def test_identity() -> None:
    schema = {**obj(city=TEXT, far={**obj(city=TEXT), "x-locale": "ja_JP"}), "x-locale": "de_DE"}
    usual, asked = sm.generate(schema, count=3), sm.generate(schema, count=3, locale="hi-IN")
    assert "locale" not in usual.manifest["gen"]
    assert [each["name"] for each in usual.manifest["locales"]] == ["de_DE", "ja_JP"]
    assert asked.manifest["gen"]["locale"] == "hi_IN"
    assert [each["name"] for each in asked.manifest["locales"]] == ["hi_IN", "ja_JP"]
    assert all(each["version"] == "1.0" for each in asked.manifest["locales"])
    assert "--locale hi_IN" in asked.command(0)
    assert "--locale" not in usual.command(0)
    assert "locales" not in sm.generate(obj(city=TEXT)).manifest


def test_origin(tmp_path: Path) -> None:
    content = Content(records=1, bytes=1, sha256="")
    subject = Subject(nodeid="t.py::t", root=tmp_path)
    plain, german = (origin_of(subject, sm.generate(PERSON, locale=tag), content) for tag in (None, "de_DE"))
    assert b"locale" not in plain.document()
    assert german.arguments is not None
    assert german.arguments.locale == "de_DE"
    assert [(each.name, each.version) for each in german.locales] == [("de_DE", "1.0")]


def test_a_changed_locale_is_a_cause(tmp_path: Path) -> None:
    from msgspec.structs import replace

    from pytest_specmint.golden.cause import causes

    content = Content(records=1, bytes=1, sha256="")
    subject = Subject(nodeid="t.py::t", root=tmp_path)
    made = {tag: origin_of(subject, sm.generate(PERSON, locale=tag), content) for tag in (None, "de_DE", "fr_FR")}
    assert causes(made[None], made["de_DE"]) == ["locale none -> de_DE"]
    assert causes(made["de_DE"], made["fr_FR"]) == ["locale de_DE -> fr_FR"]
    older = replace(made["de_DE"], locales=(replace(made["de_DE"].locales[0], version="0.9"),))
    assert causes(older, made["de_DE"]) == ["locale version de_DE 0.9 -> 1.0"]
    other = replace(made["de_DE"], locales=(replace(made["de_DE"].locales[0], sha256="0"),))
    assert causes(other, made["de_DE"]) == ["locale de_DE 1.0 changed without a new version"]


def test_a_recipe_is_not_made_by_another_version(tmp_path: Path) -> None:
    from msgspec.structs import replace

    from pytest_specmint.errors import GoldenMismatch
    from pytest_specmint.golden.materialise import dataset_of

    content = Content(records=1, bytes=1, sha256="")
    dataset = sm.generate(PERSON, locale="de_DE", count=4)
    origin = origin_of(Subject(nodeid="t.py::t", root=tmp_path), dataset, content)
    assert dataset_of(origin, tmp_path).jsonl == dataset.jsonl
    older = replace(origin, locales=(replace(origin.locales[0], version="0.9"),))
    with pytest.raises(GoldenMismatch, match=r"made by locale de_DE 0\.9, now it is 1\.0"):
        dataset_of(older, tmp_path)


def test_packs_come_before_the_locale(installed_pack: Any) -> None:
    top = "# Things.\n# Source: written for this test\n# Licence: MIT\n"
    installed_pack(
        "acme",
        {
            "cities.txt": f"{top}Actown\n",
            "job_titles.txt": f"{top}Roadrunner\n",
            "semantics.json": '[{"kind": "stop", "names": ["stop"], "templates": ["{cities}"]}]',
        },
    )
    for record in sm.generate(obj(stop=TEXT, job_title=TEXT, city=TEXT), count=20, domain="acme", locale="de_DE"):
        assert record["stop"] == "Actown"
        assert record["job_title"] == "Roadrunner"
        assert record["city"] in cities("de_DE")


def test_a_pack_may_bring_names_without_sexes(installed_pack: Any) -> None:
    """The base's table of given names is hidden then, and nothing of it is mixed with the pack's list."""
    top = "# Names.\n# Source: written for this test\n# Licence: MIT\n"
    installed_pack("acme", {"given_names.txt": f"{top}Wile\nRoad\n"})
    schema = obj(first_name=TEXT, gender=TEXT, sex={"enum": ["F", "M"]}, email={**TEXT, "format": "email"})
    for record in sm.generate(schema, count=50, domain="acme"):
        assert record["first_name"] in {"Wile", "Road"}
        assert record["email"].startswith(record["first_name"].lower())
        assert record["gender"] in base_vocabulary().lists["genders"]
