"""Text → tree. Python's grammar reads it, a whitelist decides; nothing of the text is ever executed."""

import ast
import warnings
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from pytest_specmint.rules.expression.errors import ExpressionError, meant
from pytest_specmint.rules.expression.functions import FUNCTIONS, LISTS
from pytest_specmint.rules.expression.nodes import (
    AsOf,
    Binary,
    Call,
    Comparison,
    Conditional,
    Constant,
    Literal,
    Logic,
    Loop,
    Node,
    Path,
    Row,
    Step,
    Unary,
)

MAX_LENGTH = 2_000
MAX_NODES = 250
MAX_DEPTH = 64
MAX_DIGITS = 30
MAX_EXPONENT = 30
MAX_INDEX = 100_000

CONSTANTS = {"true": True, "false": False, "True": True, "False": False}
BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%"}
COMPARED = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
REFUSED = {
    ast.Lambda: "functions cannot be made here",
    ast.JoinedStr: "write text + text instead of an f-string",
    ast.ListComp: "a loop stands alone in a function: all(x > 0 for x in xs)",
    ast.SetComp: "a loop stands alone in a function: all(x > 0 for x in xs)",
    ast.DictComp: "a loop stands alone in a function: all(x > 0 for x in xs)",
    ast.GeneratorExp: "a loop stands alone in a function: all(x > 0 for x in xs)",
    ast.List: "write lists of values in round brackets: status in ('A', 'B')",
    ast.Set: "write lists of values in round brackets: status in ('A', 'B')",
    ast.NamedExpr: "nothing is assigned in an expression; equality is ==",
    ast.Starred: "write every member out",
}
"""What Python has and this language has not, with what to write instead."""


RECORD = Path("record", ())


def parse(text: str, *, each: bool = False, home: Path | None = RECORD) -> Node:
    """The tree of an expression; with ``each``, bare names are fields of the item instead of the record.

    ``home`` is what the expression calls the record, where that is a part of it; None where it cannot be pointed at.

    Raises `ExpressionError` with the position of whatever the language does not have, and for expressions that are
    longer, deeper or larger than its bounds.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression has {len(text):,} characters, at most {MAX_LENGTH:,} are allowed",
            text=text,
            offset=MAX_LENGTH,
            hint="split it into several rules",
        )
    _scan(text)
    flat = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    blank = len(flat) - len(flat.lstrip(" "))
    return _Reader(text, flat[blank:].rstrip(" "), blank, "item" if each else "record", home).read()


def _scan(text: str) -> None:
    """Refuse characters that would mean something else once lines are joined."""
    quote, since = "", 0
    for i, char in enumerate(text):
        if char == "\\" or (char < " " and char not in "\t\r\n") or "\ud800" <= char <= "\udfff":
            raise ExpressionError(
                f"the character {char!r} is not allowed", text=text, offset=i, hint="texts hold characters as they are"
            )
        if quote:
            if char == quote:
                quote = ""
            elif char in "\r\n":
                raise ExpressionError("a text is not closed", text=text, offset=since, hint="texts end on their line")
        elif char in "'\"":
            quote, since = char, i
        elif char > "~":
            hint = 'names with letters beyond ASCII are written record["größe"]'
            raise ExpressionError(f"{char!r} is not ASCII", text=text, offset=i, hint=hint)
        elif char == "#":
            raise ExpressionError("there are no comments in expressions", text=text, offset=i, hint="use description")


class _Reader:
    """One expression on its way from Python's tree to ours."""

    def __init__(self, text: str, flat: str, blank: int, base: str, home: Path | None) -> None:
        self.text, self.flat, self.blank, self.base, self.home = text, flat, blank, base, home
        self.bytes = flat.encode()
        self.nodes = 0
        self.variables: list[str] = []

    def read(self) -> Node:
        if not self.flat:
            raise ExpressionError("the expression is empty", text=self.text, offset=0, hint="e.g. amount > 0")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.flat, mode="eval")
        except SyntaxError as error:
            at = max((error.offset or 1) - 1, 0) + self.blank
            raise ExpressionError(
                f"this is not an expression: {error.msg}", text=self.text, offset=at, hint=_syntax_hint(self.flat)
            ) from None
        except (ValueError, MemoryError, RecursionError):
            raise ExpressionError(
                "the expression is nested too deeply", text=self.text, offset=0, hint="split it into several rules"
            ) from None
        return self.node(tree.body, 1)

    def at(self, node: ast.AST) -> int:
        column: int = getattr(node, "col_offset", 0)
        return len(self.bytes[:column].decode(errors="replace")) + self.blank

    def refusal(self, node: ast.AST, message: str, hint: str) -> ExpressionError:
        return ExpressionError(message, text=self.text, offset=self.at(node), hint=hint)

    def source(self, node: ast.expr) -> str:
        return self.bytes[node.col_offset : node.end_col_offset].decode(errors="replace")

    def node(self, node: ast.expr, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refusal(node, f"the expression has more than {MAX_NODES} parts", "split it into several rules")
        if depth > MAX_DEPTH:
            raise self.refusal(
                node, f"the expression is nested more than {MAX_DEPTH} deep", "split it into several rules"
            )
        reader = READERS.get(type(node))
        if reader is None:
            kind = type(node).__name__
            raise self.refusal(
                node, f"{kind} is not part of the language", REFUSED.get(type(node), "see docs/rules.md")
            )
        return reader(self, node, depth + 1)

    def constant(self, node: ast.Constant, depth: int) -> Node:
        value = node.value
        if isinstance(value, bool) or value is None:
            return self.name_constant(node, str(value))
        if isinstance(value, str):
            quoted = self.source(node)
            if quoted[:1] not in "'\"" or len(quoted) != len(value) + 2:
                raise self.refusal(
                    node, "a text is written in single or double quotes", "without a prefix, on one line"
                )
            return Literal(value, self.at(node))
        if isinstance(value, (int, float)):
            return Literal(self.number(node), self.at(node))
        raise self.refusal(
            node, f"{type(value).__name__} is not part of the language", "there are numbers, texts, true, false"
        )

    def name_constant(self, node: ast.expr, word: str) -> Node:
        if word in CONSTANTS:
            return Literal(CONSTANTS[word], self.at(node))
        raise self.refusal(node, f"{word} cannot be compared", "write is_null(x), missing(x) or has(x)")

    def number(self, node: ast.Constant) -> Constant:
        written = self.source(node)
        try:
            exact = Decimal(written)
        except InvalidOperation:
            raise self.refusal(node, f"{written[:40]} is not a decimal number", "as in JSON: 12, 0.5, 1e3") from None
        _, digits, exponent = exact.as_tuple()
        assert isinstance(exponent, int)
        if len(digits) > MAX_DIGITS or abs(exponent) > MAX_EXPONENT:
            raise self.refusal(
                node, "the number is too long", f"at most {MAX_DIGITS} digits, exponents up to {MAX_EXPONENT}"
            )
        return int(exact) if exponent >= 0 else exact

    def name(self, node: ast.Name, depth: int) -> Node:
        if node.id in {*CONSTANTS, "null"}:
            return self.name_constant(node, node.id)
        return AsOf(self.at(node)) if node.id == "as_of" else self.path(node, depth)

    def path(self, node: ast.expr, depth: int) -> Path:
        steps: list[Step] = []
        place: ast.expr = node
        while not isinstance(place, ast.Name):
            step, place = self.step(place)
            steps.append(step)
            self.nodes += 1
            if len(steps) > MAX_DEPTH:
                raise self.refusal(node, f"the path has more than {MAX_DEPTH} steps", "point at something less deep")
        self.checked(place, place.id)
        if place.id in self.variables:
            return Path(place.id, tuple(reversed(steps)), self.at(node))
        if place.id == "record":
            return self.from_home(node, tuple(reversed(steps)))
        if place.id == "item":
            if self.base != "item":
                raise self.refusal(
                    place, "item stands for something only in rules with each", 'a field: record["item"]'
                )
            return Path("item", tuple(reversed(steps)), self.at(node))
        if self.base == "record":
            return self.from_home(node, (place.id, *reversed(steps)))
        return Path(self.base, (place.id, *reversed(steps)), self.at(node))

    def from_home(self, node: ast.expr, steps: tuple[Step, ...]) -> Path:
        if self.home is None:
            hint = "write the rule where the record's own schema stands"
            raise self.refusal(node, "record cannot be meant here, in a list inside of a list's items", hint)
        return Path(self.home.root, (*self.home.steps, *steps), self.at(node))

    def step(self, node: ast.expr) -> tuple[Step, ast.expr]:
        if isinstance(node, ast.Attribute):
            self.checked(node, node.attr)
            return node.attr, node.value
        if isinstance(node, ast.Subscript):
            return self.subscript(node), node.value
        raise self.refusal(node, "only fields have members", 'a path is a name followed by .name, ["name"] or [0]')

    def subscript(self, node: ast.Subscript) -> Step:
        key: ast.expr = node.slice
        sign = 1
        if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub):
            key, sign = key.operand, -1
        if isinstance(key, ast.Constant):
            value = key.value
            if isinstance(value, str) and sign == 1:
                return str(self.constant(key, 0).value)  # type: ignore[union-attr]
            if isinstance(value, int) and not isinstance(value, bool) and value <= MAX_INDEX:
                return sign * value
        raise self.refusal(node.slice, "a subscript is a text or a whole number", 'e.g. record["first name"], codes[0]')

    def checked(self, node: ast.expr, name: str) -> None:
        if name.startswith("__"):
            raise self.refusal(node, f"the name {name} is refused", f'a field of this name is written record["{name}"]')

    def unary(self, node: ast.UnaryOp, depth: int) -> Node:
        if isinstance(node.op, ast.Not):
            return Unary("not", self.node(node.operand, depth), self.at(node))
        if isinstance(node.op, ast.USub):
            operand = self.node(node.operand, depth)
            if isinstance(operand, Literal) and not isinstance(operand.value, (bool, str)):
                return Literal(-operand.value, self.at(node))
            return Unary("-", operand, self.at(node))
        raise self.refusal(node, f"{type(node.op).__name__} is not part of the language", "there are - and not")

    def binary(self, node: ast.BinOp, depth: int) -> Node:
        sign = BINARY.get(type(node.op))
        if sign is None:
            raise self.refusal(node, f"{type(node.op).__name__} is not part of the language", "there are + - * / // %")
        return Binary(sign, self.node(node.left, depth), self.node(node.right, depth), self.at(node))

    def comparison(self, node: ast.Compare, depth: int) -> Node:
        signs = []
        for sign in node.ops:
            if type(sign) not in COMPARED:
                raise self.refusal(
                    node, "`is` is not part of the language", "equality is ==; is_null(x), missing(x), has(x)"
                )
            signs.append(COMPARED[type(sign)])
        parts = (node.left, *node.comparators)
        return Comparison(tuple(signs), tuple(self.operand(each, depth) for each in parts), self.at(node))

    def operand(self, node: ast.expr, depth: int) -> Node:
        if isinstance(node, ast.Tuple):
            self.nodes += 1
            return Row(tuple(self.node(each, depth + 1) for each in node.elts), self.at(node))
        return self.node(node, depth)

    def logic(self, node: ast.BoolOp, depth: int) -> Node:
        word = "and" if isinstance(node.op, ast.And) else "or"
        return Logic(word, tuple(self.node(each, depth) for each in node.values), self.at(node))

    def conditional(self, node: ast.IfExp, depth: int) -> Node:
        condition, then, otherwise = (self.node(each, depth) for each in (node.test, node.body, node.orelse))
        return Conditional(condition, then, otherwise, self.at(node))

    def row(self, node: ast.Tuple, depth: int) -> Node:
        raise self.refusal(node, "a list of values stands beside `in` only", "status in ('A', 'B')")

    def call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.refusal(
                node, "only the functions of the language can be called", "values have no methods: lower(name)"
            )
        name = node.func.id
        if name not in FUNCTIONS:
            raise self.refusal(node, f"there is no function {name[:60]}", meant(name, FUNCTIONS))
        if node.keywords:
            raise self.refusal(node, "arguments are given by position", FUNCTIONS[name].usage)
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            if name not in LISTS:
                raise self.refusal(node, f"{name} takes no loop", f"loops stand in {', '.join(sorted(LISTS))}")
            return Call(name, (self.loop(node.args[0], depth),), self.at(node))
        return Call(name, tuple(self.node(each, depth) for each in node.args), self.at(node))

    def loop(self, node: ast.GeneratorExp, depth: int) -> Loop:
        self.nodes += 1
        first = node.generators[0]
        if len(node.generators) > 1 or first.is_async or len(first.ifs) > 1:
            raise self.refusal(node, "a loop has one `for` and at most one `if`", "use `and` for several conditions")
        if not isinstance(first.target, ast.Name):
            raise self.refusal(first.target, "a loop has one variable", "all(line.units > 0 for line in lines)")
        variable = first.target.id
        self.checked(first.target, variable)
        if variable in {*self.variables, *CONSTANTS, "null", "record", "item", "as_of"}:
            raise self.refusal(
                first.target, f"the variable {variable} stands for something else already", "choose another name"
            )
        source = self.path(first.iter, depth)
        if len(self.variables) and source.root != self.variables[-1]:
            raise self.refusal(
                first.iter,
                "an inner loop runs over a list inside the outer loop's item",
                f"e.g. for x in {self.variables[-1]}.list; so that time stays in proportion to the record",
            )
        self.variables.append(variable)
        condition = self.node(first.ifs[0], depth) if first.ifs else None
        body = self.node(node.elt, depth)
        self.variables.pop()
        return Loop(body, variable, source, condition, self.at(node))


def _syntax_hint(text: str) -> str:
    if "=" in text.replace("==", "").replace("<=", "").replace(">=", "").replace("!=", ""):
        return "equality is written =="
    if "&&" in text or "||" in text or "!" in text.replace("!=", ""):
        return "logic is written and, or, not"
    return 'a field named like a word of Python is written record["class"]'


READERS: dict[type[ast.expr], Callable[..., Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.path,
    ast.Subscript: _Reader.path,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.binary,
    ast.Compare: _Reader.comparison,
    ast.BoolOp: _Reader.logic,
    ast.IfExp: _Reader.conditional,
    ast.Tuple: _Reader.row,
    ast.Call: _Reader.call,
}
