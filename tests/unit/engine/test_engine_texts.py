"""Drawing strings: templates, words, lengths, vocabularies."""

import re
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cells import strings
from pytest_specmint.engine.nodes.text import Digits, Template, Words, fit
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.templates import parse_template
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary, snake_case
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.stream import record_keys

LISTS = {"greek": ("Alpha", "Beta Gamma"), "many": tuple(f"word{k}" for k in range(3000))}
KEYS = record_keys(2024, 0, 400)
PLAN = Plan((), 0)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{greek}", "Alpha|Beta Gamma"),
        ("{greek|lower}", "alpha|beta gamma"),
        ("{greek|upper}", "ALPHA|BETA GAMMA"),
        ("{greek|slug}", "alpha|beta-gamma"),
        ("{greek|lower|capitalize}", "Alpha|Beta gamma"),
        ("{greek|lower|title}", "Alpha|Beta Gamma"),
        ("{1..99}", "[1-9][0-9]?"),
        ("{01..12}", "0[1-9]|1[0-2]"),
        ("{0001..9999}", "[0-9]{4}"),
        ("{1..100000}", "[1-9][0-9]{0,5}"),
        ("{000001..100000}", "[0-9]{6}"),
        ("{hex:8}", "[0-9a-f]{8}"),
        ("{AZ:3}", "[A-Z]{3}"),
        ("{AZ:2}-{0001..9999}/{greek|lower}", "[A-Z]{2}-[0-9]{4}/(alpha|beta gamma)"),
        ("{many} {many}", "word[0-9]+ word[0-9]+"),
    ],
)
def test_templates(text: str, pattern: str) -> None:
    template = parse_template(text, LISTS)
    low, high = template.span
    for made in strings(template.cells(PLAN, KEYS)):
        assert re.fullmatch(pattern, made), made
        assert low <= len(made) <= high


@pytest.mark.parametrize("text", ["{nothing}", "{greek|loud}", "{}", "{greek|lower|}", "{1..}", "{greek:3}"])
def test_template_errors_name_the_field(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_template(text, LISTS)


def test_small_tables_are_merged() -> None:
    template = parse_template("a{1..9}-{greek}", LISTS)
    assert len(template.parts) == 1
    assert isinstance(template.parts[0], Words)
    assert len(template.parts[0].entries) == 18


def test_large_ranges_stay_digits() -> None:
    assert parse_template("{1..9999999}", LISTS).parts == (Digits(1, 9999999, 0),)


def test_parts_are_drawn_apart() -> None:
    pairs = {tuple(made.split()) for made in strings(parse_template("{many} {many}", LISTS).cells(PLAN, KEYS))}
    assert len({one for one, _ in pairs}) > 300
    assert sum(one == other for one, other in pairs) < 5


def test_span_of_nothing() -> None:
    assert Template((Words(("",)),)).span == (0, 0)


@pytest.mark.parametrize("text", ["", "a", "word", "two words", "a sentence, which is rather long.", " x "])
@pytest.mark.parametrize("bounds", [(0, 3), (5, 5), (1, 1), (10, 12), (500, None), (500, 500), (0, None), (2, 9)])
def test_fit(text: str, bounds: tuple[int, int | None]) -> None:
    least, most = bounds
    made = fit(text, least, most)
    assert len(made) >= least
    assert most is None or len(made) <= most
    if least <= len(text) and (most is None or len(text) <= most):
        assert made == text


def test_fit_cuts_at_words() -> None:
    assert fit("several plain words", 0, 12) == "several"
    assert fit("several plain words", 0, 13) == "several plain"
    assert fit("several, plain", 0, 10) == "several"
    assert fit("several plain words", 12, 12) == "several plai"


NAMES = ["", "name", "description", "email", "city", "phone", "notes", "sku", "unheard_of"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bounds", [(1, 1), (0, 0), (3, 5), (40, 60), (500, None), (500, 510), (0, 8), (2, None)])
def test_lengths_of_the_schema_hold(name: str, bounds: tuple[int, int | None]) -> None:
    least, most = bounds
    field: dict[str, Any] = {"type": "string", "minLength": least}
    if most is not None:
        field["maxLength"] = most
    schema = {"type": "object", "required": [name], "properties": {name: field}}
    for record in sm.generate(schema, count=100):
        assert least <= len(record[name])
        assert most is None or len(record[name]) <= most


def test_names_decide_the_words() -> None:
    schema = {
        "type": "object",
        "required": ["email", "firstName", "currency"],
        "properties": {
            "email": {"type": "string"},
            "firstName": {"type": "string"},
            "currency": {"type": "string"},
        },
    }
    lists = base_vocabulary().lists
    for record in sm.generate(schema, count=100):
        assert re.fullmatch(r"[^@\s]+@[^@\s]+", record["email"])
        assert record["firstName"] in lists["given_names"]
        assert record["currency"] in lists["currency_codes"]


def test_excluded_texts_do_not_come() -> None:
    schema = {"type": "string", "pattern": "^[abc]$", "not": {"const": "b"}}
    assert set(sm.generate(schema, count=200)) == {"a", "c"}


class TestVocabulary:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("billingAddress", "billing_address"),
            ("billing-address", "billing_address"),
            ("Billing Address", "billing_address"),
            ("HTTPServer", "http_server"),
            ("userID", "user_id"),
            ("line2", "line2"),
            ("_id", "id"),
            ("@type", "type"),
            ("", ""),
            ("élan", "lan"),
        ],
    )
    def test_snake_case(self, name: str, expected: str) -> None:
        assert snake_case(name) == expected

    def test_index_equals_the_linear_scan(self) -> None:
        vocabulary = base_vocabulary()
        words = sorted({name.strip("*_") for meaning in vocabulary.meanings for name in meaning.names if name != "*"})
        parents = ["", *sorted({each for meaning in vocabulary.meanings for each in meaning.parents})]
        names = [
            *words,
            *(f"customer_{word}" for word in words),
            *(f"{word}_x" for word in words[:50]),
            "",
            "_",
            "zzz",
        ]
        for position, name in enumerate(names):
            for parent in ("", parents[position % len(parents)], f"my_{parents[position % len(parents)]}_1"):
                found = vocabulary.meaning(name, parent)
                linear = (each for each in vocabulary.meanings if each.covers(snake_case(name), snake_case(parent)))
                assert found == next(linear, None), (name, parent)

    def test_first_come_first_served(self) -> None:
        vocabulary = Vocabulary(
            {},
            (
                Meaning("a", ("name",), ("x",), ("shop",)),
                Meaning("b", ("*_name",), ("y",)),
                Meaning("c", ("*",), ("z",)),
            ),
        )

        def kind(name: str, parent: str = "") -> str | None:
            found = vocabulary.meaning(name, parent)
            return found.kind if found else None

        assert kind("name", "shop") == "a"
        assert kind("name", "coffeeShop") == "a"
        assert kind("name") == "b"
        assert kind("firstName") == "b"
        assert kind("surname") == "c"

    def test_nothing_fits(self) -> None:
        assert Vocabulary({}, (Meaning("a", ("name",), ("x",)),)).meaning("other", "") is None


def test_a_text_that_would_be_too_long_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnsupportedSchema) as caught:
        sm.generate({"type": "string", "pattern": "^[a-z]{1000000}$"})
    assert caught.value.pointer == "#"
    assert "maxLength" in (caught.value.hint or "")
