"""Text to tree: what the language has, and that everything else is refused with its place."""

import pickle
import time
from decimal import Decimal

import pytest

from pytest_specmint.rules.expression import parse as parser
from pytest_specmint.rules.expression.errors import ExpressionError, RuleError
from pytest_specmint.rules.expression.nodes import (
    AsOf,
    Binary,
    Call,
    Comparison,
    Conditional,
    Literal,
    Logic,
    Loop,
    Path,
    Row,
    Unary,
)
from pytest_specmint.rules.expression.parse import parse


def field(*steps: str | int, root: str = "record", at: int = 0) -> Path:
    return Path(root, steps, at)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("amount", field("amount")),
        ("  amount ", field("amount", at=2)),
        ("a.b[0].c[-1]", field("a", "b", 0, "c", -1)),
        ('record["first name"].x', field("first name", "x")),
        ("record['class']", field("class")),
        ("12", Literal(12)),
        ("-0.10", Literal(Decimal("-0.10"))),
        ("1e3", Literal(1000)),
        ("0.1000000000000000055511151231", Literal(Decimal("0.1000000000000000055511151231"))),
        ("true", Literal(True)),
        ("False", Literal(False)),
        ("'it is \"so\"'", Literal('it is "so"')),
        ("as_of", AsOf()),
        ("not f", Unary("not", field("f", at=4))),
        ("a + b", Binary("+", field("a"), field("b", at=4))),
        ("a < b <= 3", Comparison(("<", "<="), (field("a"), field("b", at=4), Literal(3, 9)))),
        ("s in ('A', 'B')", Comparison(("in",), (field("s"), Row((Literal("A", 6), Literal("B", 11)), 5)))),
        ("a or b or c", Logic("or", (field("a"), field("b", at=5), field("c", at=10)))),
        ("1 if f else 2", Conditional(field("f", at=5), Literal(1), Literal(2, 12))),
        (
            "all(x.p > 0 for x in xs)",
            Call("all", (Loop(Comparison((">",), (field("p", root="x", at=4), Literal(0, 10)), 4), "x", field("xs", at=21), None, 3),)),
        ),
        ("a\n  + b", Binary("+", field("a"), field("b", at=6))),
    ],
)  # fmt: skip
def test_trees(text: str, tree: object) -> None:
    assert parse(text) == tree


def test_each_makes_bare_names_fields_of_the_item() -> None:
    assert parse("units", each=True) == field("units", root="item")
    assert parse("item", each=True) == field(root="item")
    assert parse("item.a", each=True) == field("a", root="item")
    assert parse("record.total", each=True) == field("total")


HOSTILE = [
    ("().__class__.__bases__[0].__subclasses__()", 0, "functions of the language"),
    ("().__class__", 0, "__class__"),
    ("a.__class__", 0, "__class__"),
    ("__import__('os').system('x')", 0, "functions of the language"),
    ("__import__('os')", 0, "no function __import__"),
    ("exec('1')", 0, "no function exec"),
    ("amount > 0 and open('x')", 15, "no function open"),
    ("amount.bit_length() > 3", 0, "functions of the language"),
    ("'x'.format(a)", 0, "functions of the language"),
    ("f'{amount}'", 0, "JoinedStr"),
    ("b'x'", 0, "bytes"),
    ("u'x'", 0, "quotes"),
    ("'''x'''", 0, "quotes"),
    ("'a' 'b'", 0, "quotes"),
    ("lambda: 1", 0, "Lambda"),
    ("[x for x in xs]", 0, "ListComp"),
    ("(x for x in xs)", 0, "GeneratorExp"),
    ("{1: 2}", 0, "Dict"),
    ("[1, 2]", 0, "List"),
    ("(y := 3) > 2", 1, "NamedExpr"),
    ("a ** b", 0, "Pow"),
    ("a @ b", 0, "MatMult"),
    ("a << 3", 0, "LShift"),
    ("~a", 0, "Invert"),
    ("+a", 0, "UAdd"),
    ("a is b", 0, "`is`"),
    ("a == None", 5, "None"),
    ("a == null", 5, "null"),
    ("a == ...", 5, "ellipsis"),
    ("1, 2", 0, "beside `in`"),
    ("a[1:2]", 2, "subscript"),
    ("a[b]", 2, "subscript"),
    ("a[True]", 2, "subscript"),
    ("a[1.5]", 2, "subscript"),
    ("a[10000000]", 2, "subscript"),
    ("(a + b).c", 0, "only fields"),
    ("f(x).y", 0, "only fields"),
    ("len(x=3)", 0, "by position"),
    ("len(*xs)", 4, "Starred"),
    ("sum(**xs)", 0, "by position"),
    ("lower(x for x in xs)", 0, "no loop"),
    ("all(x for x in xs for y in x)", 3, "one `for`"),
    ("all(x for x in xs if a if b)", 3, "one `for`"),
    ("all(x for x, y in xs)", 10, "one variable"),
    ("all(x for x in (1, 2))", 15, "only fields"),
    ("all(record for record in xs)", 15, "record"),
    ("all(all(x for x in x) for x in xs)", 14, "stands for something"),
    ("all(all(y > 0 for y in ys) for x in xs)", 23, "inner loop"),
    ("await x", 0, "Await"),
    ("yield x", 0, "not an expression"),
    ("a = 3", 0, "not an expression"),
    ("a; b", 1, "not an expression"),
    ("a &&& b", 3, "not an expression"),
    ("import os", 0, "not an expression"),
    ("0x10", 0, "decimal number"),
    ("1j", 0, "complex"),
    ("1_000 > 2", 0, None),
    ("1e400", 0, "too long"),
    ("1e-400", 0, "too long"),
    ("9" * 31, 0, "too long"),
    ("9" * 1999, 0, "too long"),
    ("'a\\x41'", 2, "character"),
    ("a\x00", 1, "character"),
    ("'\ud800'", 1, "character"),
    ("a # b", 2, "comments"),
    ("'a\nb'", 0, "not closed"),
    ("größe > 1", 0, "ASCII"),
    ("ﬁ > 1", 0, "ASCII"),
    ("item > 1", 0, "each"),
    ("", 0, "empty"),
    (" \n ", 0, "empty"),
    ("(" * 250 + "1" + ")" * 250, 0, "nested"),
    ("-" * 1900 + "a", 0, "deep"),
    ("not " * 450 + "a", 0, "deep"),
    ("+".join("a" * 900), 0, "deep"),
    (".".join("a" * 900), 0, "steps"),
    ("a" + "[0]" * 600, 0, "steps"),
    (" or ".join(["a"] * 400), 0, "parts"),
    ("x" * 2001, 2000, "characters"),
    ("a > 0 " * 20_000, 2000, "characters"),
]


@pytest.mark.parametrize(("text", "offset", "words"), HOSTILE, ids=lambda value: repr(value)[:40])
def test_hostile_expressions_are_refused_with_their_place(text: str, offset: int, words: str | None) -> None:
    start = time.perf_counter()
    if words is None:
        parse(text)
        return
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert time.perf_counter() - start < 1
    assert words in str(caught.value)
    assert caught.value.hint
    assert caught.value.offset == offset or not offset


def test_the_place_is_told_in_lines_and_columns() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("amount > 0\n  and nix(3)")
    error = caught.value
    assert (error.line, error.column, error.offset) == (2, 7, 17)
    assert str(error.placed("#/x-rules/0/assert")).endswith("(line 2, column 7) @ #/x-rules/0/assert")


def test_columns_count_characters_not_bytes() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("s == 'ßßß' and nix(3)")
    assert caught.value.offset == 15


def test_unknown_functions_name_the_nearest() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("startwith(name, 'A')")
    assert caught.value.hint == "did you mean startswith?"


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a = 3", "=="), ("a && b", "and, or, not"), ("!a", "and, or, not"), ("a.class > 3", 'record["class"]')],
)
def test_hints_for_what_other_languages_have(text: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert hint in (caught.value.hint or "")


def test_errors_travel_between_processes() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("a > nix(3)")
    copy = pickle.loads(pickle.dumps(caught.value.placed("#/x-rules/0")))
    assert (str(copy), copy.hint, copy.offset, copy.exit_code) == (
        f"{caught.value} @ #/x-rules/0",
        caught.value.hint,
        4,
        2,
    )
    assert isinstance(copy, RuleError)


@pytest.mark.parametrize("steps", [("a", "b"), ("first name",), ("class", "x"), (), ("a", 0, -1, "b c")])
def test_spelled_paths_are_read_back(steps: tuple[str | int, ...]) -> None:
    assert parse(str(Path("record", steps))) == Path("record", steps)


def test_bounds_are_reached_before_they_are_passed() -> None:
    parse(" or ".join(["a"] * (parser.MAX_NODES - 1)))
    parse("+".join("a" * 60))
    parse("9" * parser.MAX_DIGITS)
    parse("a" + " " * (parser.MAX_LENGTH - 1))
