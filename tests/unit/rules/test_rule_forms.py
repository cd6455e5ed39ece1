"""Forms that a generator constructs: tests of one field, orderings; contradictions among them."""

from typing import Any

import pytest

from pytest_specmint.rules.contradict import contradiction
from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.analyse import Ordering, Side, Test, as_test, conjuncts, orderings_of, reads
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import ITEM, Kind, TableOfFields
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve
from pytest_specmint.rules.expression.terms import Place, Term

FIELDS = TableOfFields.of(
    {
        "n": "number", "m": "number", "s": "string", "f": "boolean", "d": "date", "e": "date", "w": "date-time",
        "v": "date-time", "lines[].p": "number", "lines[].xs[]": "number", "o.n": "number",
    }
)  # fmt: skip


def term(text: str, **context: Any) -> Term:
    return resolve(parse(text, each=bool(context)), text, Context(FIELDS, **context))


def place(*steps: str) -> Place:
    return Place("record", steps)


@pytest.mark.parametrize(
    ("text", "routes"),
    [
        ("n > 3", {("n",)}),
        ("n > m or has(o.n)", {("n",), ("m",), ("o", "n")}),
        ("sum(l.p for l in lines if l.p > n) > 3", {("lines",), ("lines", ITEM, "p"), ("n",)}),
        ("all(any(x > 3 for x in l.xs) for l in lines)", {("lines",), ("lines", ITEM, "xs"), ("lines", ITEM, "xs", ITEM)}),
        ("lines[0].p > len(lines)", {("lines", ITEM, "p"), ("lines",)}),
        ("3 in lines[0].xs", {("lines", ITEM, "xs"), ("lines", ITEM, "xs", ITEM)}),
        ("1 < 2", set()),
    ],
)  # fmt: skip
def test_what_a_term_reads(text: str, routes: set[tuple[str | int, ...]]) -> None:
    assert reads(term(text)) == routes


def test_what_a_rule_about_items_reads() -> None:
    assert reads(term("p > record.n", each=("lines",)), ("lines",)) == {("lines", ITEM, "p"), ("n",)}


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("n > 3", Test(place("n"), Kind.NUMBER, ">", (3,))),
        ("3 > n", Test(place("n"), Kind.NUMBER, "<", (3,))),
        ("not n > 3", Test(place("n"), Kind.NUMBER, "<=", (3,))),
        ("s == 'A'", Test(place("s"), Kind.TEXT, "==", ("A",))),
        ("s in ('B', 'A')", Test(place("s"), Kind.TEXT, "in", ("A", "B"))),
        ("s not in ('B', 'A')", Test(place("s"), Kind.TEXT, "not in", ("A", "B"))),
        ("n in (3, 1, 2)", Test(place("n"), Kind.NUMBER, "in", (1, 2, 3))),
        ("f", Test(place("f"), Kind.FLAG, "==", (True,))),
        ("not f", Test(place("f"), Kind.FLAG, "!=", (True,))),
        ("f == false", Test(place("f"), Kind.FLAG, "==", (False,))),
        ("has(n)", Test(place("n"), Kind.ANY, "has")),
        ("not has(n)", Test(place("n"), Kind.ANY, "lacks")),
        ("missing(n)", Test(place("n"), Kind.ANY, "missing")),
        ("d >= date(2024, 1, 1)", Test(place("d"), Kind.DAY, ">=", (738_886,))),
        ("d <= as_of - years(1)", Test(place("d"), Kind.DAY, "<=", (738_886,))),
        ("o.n != 2", Test(place("o", "n"), Kind.NUMBER, "!=", (2,))),
        ("n > m", None),
        ("n + 1 > 3", None),
        ("n > 3 and m > 3", None),
        ("w <= as_of", None),
    ],
)
def test_tests_of_one_field(text: str, test: Test | None) -> None:
    assert as_test(term(text)) == test


ORDERINGS = [
    ("n <= m", 1), ("n < m", 1), ("n >= m", 1), ("n == m", 2), ("n - m <= 3", 1), ("n - m > 0.5", 1), ("n + 3 <= m - 1", 1),
    ("3 + n < m", 1), ("3 <= n - m", 1), ("n < 3", 1), ("d <= e", 1), ("d + days(3) <= e", 1), ("e - d <= days(30)", 1),
    ("days(e, d) <= 30", 1), ("days(e, d) >= 2", 1), ("30 >= days(e, d)", 1), ("days(e, d) == 2", 2), ("d + years(1) <= e", 1),
    ("d - months(3) + days(2) < e", 1), ("years(e, d) >= 18", 1), ("18 <= years(e, d)", 1), ("years(e, d) < 2", 1),
    ("months(e, d) >= 5", 1), ("years(as_of, d) >= 18", 1), ("w <= v", 1), ("v - w < hours(3)", 1), ("w + minutes(5) <= v", 1),
    ("w + months(1) <= v", 1), ("d <= w", 1), ("date(w) <= d", 1), ("w <= as_of", 1), ("as_of - days(30) <= w", 1),
    ("years(w, d) >= 18", 1), ("lines[0].p <= n", 1),
    ("n * 2 <= m", 0), ("n + m <= 3", 0), ("s <= s", 0), ("n != m", 0), ("years(e, d) <= 3", 0), ("days(e, d) <= 2.5", 0),
    ("3 - n <= m", 0), ("d + days(3) + months(1) <= e", 0), ("f == f", 0), ("days(e, d) <= n", 0), ("abs(n) <= m", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count"), ORDERINGS)
def test_orderings_say_what_the_term_says(text: str, count: int) -> None:
    known = term(text)
    orderings = orderings_of(known)
    assert len(orderings) == count
    for record in RECORDS if count else ():
        verdict = interpret(known, record)
        if verdict is not None:
            assert all(_holds(each, record) for each in orderings) is verdict, (record, orderings)


def _days() -> list[str]:
    return [
        f"{year}-{rest}" for year in (2006, 2007, 2024) for rest in ("02-28", "03-01", "01-31", "05-30", "06-02")
    ] + ["2024-02-29"]


RECORDS = [
    {"n": n, "m": m, "d": d, "e": e, "w": f"{e}T23:10:00{zone}", "v": f"{e}T23:14:59Z", "lines": [{"p": m}]}
    for n, m in ((1, 4.5), (3, 3), (4.5, 1), (2.5, 3))
    for d in _days()
    for e in _days()
    for zone in ("Z", "-02:00")
]


def _holds(ordering: Ordering, record: dict[str, Any]) -> bool:
    low, high = _number(ordering.low, record), _number(ordering.high, record)
    return low < high if ordering.strict else low <= high


def _number(side: Side, record: dict[str, Any]) -> Any:
    if side.place is None:
        return side.offset
    read = Kind.MOMENT if side.by_day else side.kind
    value: Any = interpret(Term("path", read, place=side.place), record)
    if side.by_day:
        value //= calendar.DAY_NS
    if side.months:
        value = (calendar.add_months_to_moment if side.kind is Kind.MOMENT else calendar.add_months)(value, side.months)
    return value + side.offset


def named(*texts: str) -> list[tuple[str, Test | Ordering]]:
    found: list[tuple[str, Test | Ordering]] = []
    for i, text in enumerate(texts):
        for part in conjuncts(term(text)):
            test = as_test(part)
            found += [(f"r{i}", test)] if test else []
            found += [(f"r{i}", each) for each in orderings_of(part)]
    return found


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("n > 3", "n < 2"), {"r0", "r1"}),
        (("n > 3", "n <= 3"), {"r0", "r1"}),
        (("n >= 3", "n <= 3"), set()),
        (("n == 3", "n == 4"), {"r0", "r1"}),
        (("n in (1, 2)", "n > 2"), {"r0", "r1"}),
        (("n in (1, 2)", "n > 1", "n != 2"), {"r0", "r1", "r2"}),
        (("n in (1, 2)", "n > 1"), set()),
        (("s == 'A'", "s == 'B'"), {"r0", "r1"}),
        (("s in ('A', 'B')", "s not in ('A', 'B')"), {"r0", "r1"}),
        (("s in ('A', 'B')", "s != 'A'"), set()),
        (("f", "not f"), {"r0", "r1"}),
        (("f == true", "f != false"), set()),
        (("has(n)", "missing(n)"), {"r0", "r1"}),
        (("has(n)", "not has(n)"), {"r0", "r1"}),
        (("n < m", "m < n"), {"r0", "r1"}),
        (("n <= m", "m <= n"), set()),
        (("n < m", "m < o.n", "o.n <= n", "s == 'A'"), {"r0", "r1", "r2"}),
        (("n < m", "m < 3", "n > 5"), {"r0", "r1", "r2"}),
        (("n + 5 <= m", "m <= n + 4"), {"r0", "r1"}),
        (("d + years(1) <= e", "days(e, d) <= 300"), {"r0", "r1"}),
        (("d + years(1) <= e", "days(e, d) <= 366"), set()),
        (("years(e, d) >= 18", "e <= d + years(10)"), {"r0", "r1"}),
        (("d > '2024-01-01'", "d < '2023-01-01'"), {"r0", "r1"}),
        (("w + hours(3) <= v", "v - w < hours(2)"), {"r0", "r1"}),
        (("w <= as_of", "w > as_of + days(1)"), {"r0", "r1"}),
        (("n > 3 and n < 2",), {"r0"}),
    ],
)
def test_contradictions_name_the_rules(texts: tuple[str, ...], names: set[str]) -> None:
    assert set(contradiction(named(*texts))) == names


def test_months_are_as_long_as_they_are_allowed_to_be() -> None:
    for months in range(1, 500):
        for start in range(738_000, 738_800, 97):
            there = calendar.add_months(start, months)
            assert there is not None
            count = months * 146_097 // 4_800
            assert count - 4 <= there - start <= count + 4
