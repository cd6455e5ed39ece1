"""The arguments of the markers: read, checked, merged."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_specmint.plugin.marker import (
    EACH,
    KINDS,
    NAME,
    Asked,
    Each,
    Given,
    Marker,
    Merged,
    arguments,
    contradictions,
    given,
    marker_levels,
    merge,
)


def mark(*args: Any, **kwargs: Any) -> SimpleNamespace:
    return SimpleNamespace(name=NAME, args=args, kwargs=kwargs)


def merged(*levels: tuple[str, tuple[Any, ...]], kind: str = NAME, **options: Any) -> Merged:
    return merge({kind: levels}, **options)


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize("kind", [Asked, Marker, Each])
def test_every_field_is_a_row_with_words(kind: type[Asked]) -> None:
    rows = arguments(kind)
    assert list(rows) == [each.name for each in fields(kind)]
    assert all(row.expected and row.help for row in rows.values())


@pytest.mark.parametrize("name", KINDS)
def test_defaults_are_accepted_by_their_own_rows(name: str) -> None:
    for each in fields(KINDS[name]):
        if each.default not in {None, ""}:
            assert arguments(KINDS[name])[each.name].holds(each.default)


# ---------------------------------------------------------------- one marker


def test_schema_by_position_or_name() -> None:
    assert given(NAME, ("a.json",), {}) == given(NAME, (), {"schema": "a.json"}) == Given({"schema": "a.json"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", Path("a.json")),
        ("schema", {"type": "string"}),
        ("schema", True),
        ("schema", False),
        ("seed", 0),
        ("seed", 2**64 - 1),
        ("count", 1),
        ("start", 5),
        ("as_of", "2024-02-29"),
        ("as_of", "today"),
        ("as_of", date(2024, 2, 29)),
        ("schema_root", "schemas"),
        ("schema_root", Path("schemas")),
        ("draft", 7),
        ("draft", "2019-09"),
        ("view", "request"),
        ("mode", "edge"),
        ("golden", "orders/one.jsonl"),
        ("golden", "jsonl"),
        ("golden", "recipe"),
        ("name", "old-orders_2"),
    ],
)
def test_accepted(name: str, value: Any) -> None:
    assert given(NAME, ("s",), {name: value} if name != "schema" else {}).mistakes == ()
    assert given(NAME, (), {name: value}) == Given({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", 5),
        ("schema", ["a"]),
        ("seed", -1),
        ("seed", "1"),
        ("seed", 1.5),
        ("seed", True),
        ("seed", 2**64),
        ("count", 0),
        ("count", -3),
        ("count", "10"),
        ("count", True),
        ("start", -1),
        ("start", False),
        ("as_of", 20240101),
        ("as_of", "2024-02-30"),
        ("as_of", "soon"),
        ("schema_root", 3),
        ("draft", 5),
        ("draft", True),
        ("view", "both"),
        ("mode", "invalid"),
        ("golden", "a.json"),
        ("golden", "/a.jsonl"),
        ("golden", "../a.jsonl"),
        ("golden", "x/../../a.jsonl"),
        ("golden", "C:\\a.jsonl"),
        ("golden", "x\\..\\..\\a.jsonl"),
        ("golden", Path("a.jsonl")),
        ("name", ""),
        ("name", "a/b"),
        ("name", 3),
    ],
)
def test_refused_by_name_and_value(name: str, value: Any) -> None:
    (mistake,) = given(NAME, (), {name: value}).mistakes
    assert mistake.startswith(f"{name} must be ")
    assert repr(value) in mistake


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [
        ("mode", "egde", "edge"),
        ("view", "requests", "request"),
        ("golden", "recipes", "recipe"),
        ("draft", "202012", "2020-12"),
    ],
)
def test_values_that_can_be_listed_have_nearest_spellings(name: str, value: str, near: str) -> None:
    (mistake,) = given(NAME, (), {name: value}).mistakes
    assert mistake.endswith(f"; did you mean {near!r}?")


def test_unknown_with_and_without_near_name() -> None:
    assert given(NAME, ("s",), {"sede": 1}).mistakes == ("unknown argument 'sede'; did you mean 'seed'?",)
    (mistake,) = given(NAME, ("s",), {"zzz": 1}).mistakes
    assert mistake.startswith("unknown argument 'zzz'; known are schema, seed, count")
    assert given(EACH, ("s",), {"invlaid": True}).mistakes == ("unknown argument 'invlaid'; did you mean 'invalid'?",)
    assert given(EACH, ("s",), {"golden": "jsonl"}).mistakes[0].startswith("unknown argument 'golden'")


def test_all_mistakes_of_a_marker_at_once() -> None:
    wrong = given(NAME, ("s", 1), {"schema": "t", "count": "5", "sede": 1}).mistakes
    assert wrong == (
        "takes one positional argument, the schema, not 2",
        "got the schema twice",
        "count must be a whole number from 1 on, not '5'",
        "unknown argument 'sede'; did you mean 'seed'?",
    )


@pytest.mark.parametrize("values", [{}, {"schema": None}, {"count": 3}])
def test_schema_missing(values: dict[str, Any]) -> None:
    (mistake,) = contradictions(NAME, values)
    assert mistake.startswith("needs a schema: @pytest.mark.specmint(schema=")


def test_near_misses_have_no_mode() -> None:
    assert contradictions(EACH, {"schema": "s", "invalid": True, "mode": "usual"}) == ()
    assert "exclude each other" in contradictions(EACH, {"schema": "s", "invalid": True, "mode": "edge"})[0]


# ---------------------------------------------------------------- merging


def test_argument_by_argument_the_closest_wins() -> None:
    found = merged(
        ("function", (mark(count=3),)),
        ("class", (mark(count=4, seed=1),)),
        ("module", (mark("s", seed=2, start=5),)),
    )
    assert found == Merged({"": Marker(schema="s", count=3, seed=1, start=5)}, None)


def test_none_takes_the_default_back() -> None:
    found = merged(("function", (mark(seed=None),)), ("module", (mark("s", seed=2),)))
    assert found.datasets[""].seed is None


def test_different_names_are_different_datasets() -> None:
    found = merged(
        ("function", (mark(name="a", count=3), mark("t"))),
        ("module", (mark("s", name="a", seed=2), mark("u", name="b"))),
    )
    assert found.datasets == {
        "a": Marker(schema="s", name="a", count=3, seed=2),
        "": Marker(schema="t"),
        "b": Marker(schema="u", name="b"),
    }


@pytest.mark.parametrize(("name", "words"), [(None, "without a name"), ("a", "of the name 'a'")])
def test_two_of_one_name_on_one_level(name: str | None, words: str) -> None:
    (mistake,) = merged(("function", (mark("s", name=name), mark("t", name=name)))).mistakes
    assert f"stands twice {words} on one function; give one of them another name=" in mistake


def test_two_of_specmint_each() -> None:
    (mistake,) = merged(("class", (mark("s"), mark("t"))), kind=EACH).mistakes
    assert mistake == "@pytest.mark.specmint_each stands twice on one class; a test has one"


def test_mistakes_of_all_levels_name_the_dataset() -> None:
    found = merged(("function", (mark("s", name="a", cuont=1),)), ("module", (mark(name="a", seed="x"),)))
    assert [each.partition(";")[0] for each in found.mistakes] == [
        "@pytest.mark.specmint (name='a') unknown argument 'cuont'",
        "@pytest.mark.specmint (name='a') seed must be a whole number from 0 to 18446744073709551615, not 'x'",
    ]
    assert found.datasets == {}


def test_a_schema_must_be_there_where_it_is_needed() -> None:
    around = ("module", (mark(seed=1),))
    assert merged(around, wanted=()) == Merged({}, None)
    assert "needs a schema" in merged(around, wanted=(NAME,)).mistakes[0]
    assert "needs a schema" in merged(("function", (mark(count=2),)), around, wanted=()).mistakes[0]


def test_each_is_merged_alike() -> None:
    found = merged(("function", (mark(count=3),)), ("class", (mark("s", invalid=True),)), kind=EACH)
    assert found.each == Each(schema="s", count=3, invalid=True)


# ---------------------------------------------------------------- levels


class _Base:
    pytestmark = [mark("base", seed=1)]


class _Derived(_Base):
    pytestmark = [mark("derived")]


def node(own: list[Any], **more: Any) -> SimpleNamespace:
    one = SimpleNamespace(own_markers=own, **more)
    one.listchain = lambda: [one]
    return one


def test_a_class_is_closer_than_those_it_inherits() -> None:
    own = [*_Base.pytestmark, *_Derived.pytestmark]
    levels = list(marker_levels(node(own, obj=_Derived), NAME))
    assert levels == [("class", (_Derived.pytestmark[0],)), ("class", (_Base.pytestmark[0],))]


def test_a_parameter_is_closer_than_its_function_and_what_is_added_later_too() -> None:
    def function() -> None: ...

    on_function, on_parameter, added, later = mark("f"), mark("p"), mark("a"), mark("b")
    function.pytestmark = [on_function]  # type: ignore[attr-defined]
    item = node(
        [on_function, on_parameter, added, later],
        obj=function,
        originalname="f",
        callspec=SimpleNamespace(marks=[on_parameter]),
    )
    assert [each[1] for each in marker_levels(item, NAME)] == [(on_parameter,), (later,), (added,), (on_function,)]


def test_a_module_has_one_level() -> None:
    one, two = mark("a"), mark("b")
    assert list(marker_levels(node([one, two], obj=SimpleNamespace(pytestmark=[one, two])), NAME)) == [
        ("module", (one, two))
    ]
    assert list(marker_levels(node([]), NAME)) == []
