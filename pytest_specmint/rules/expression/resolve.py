"""Tree → typed terms: every path is known, every operation takes what it is given, constants are computed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from pytest_specmint.rules.expression import nodes
from pytest_specmint.rules.expression.arithmetic import arithmetic
from pytest_specmint.rules.expression.calls import call
from pytest_specmint.rules.expression.errors import ExpressionError, RuleError, meant
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import FIELD_KINDS, ITEM, TIMES, AnyFields, Field, Fields, Kind
from pytest_specmint.rules.expression.narrow import narrowed, same_kind
from pytest_specmint.rules.expression.nodes import Node, Step, spelled
from pytest_specmint.rules.expression.numbers import Exact, exact, simplest
from pytest_specmint.rules.expression.terms import Place, Term, Value, constant, in_rank

Table = Iterable[object]
"""Values, or rows of values, as JSON has them: texts, numbers, true and false."""
DEFAULT_AS_OF = date(2025, 1, 1)


MAX_CONSTANT = 200


class Context(Struct, frozen=True):
    """What an expression may refer to: fields, the day that counts as today, tables, and the list of its ``item``."""

    fields: Fields = AnyFields()
    as_of: date = DEFAULT_AS_OF
    tables: Mapping[str, Table] = {}
    each: tuple[Step, ...] | None = None
    """The path of the list that ``item`` is of; without it there is no ``item``."""


def resolve(node: Node, text: str, context: Context) -> Term:
    """The typed term of an expression's tree; `ExpressionError` where kinds or paths do not fit."""
    return Resolver(text, context).term(node)


def resolve_condition(node: Node, text: str, context: Context) -> Term:
    """The same for an expression that says yes or no."""
    resolver = Resolver(text, context)
    return resolver.want(resolver.term(node), Kind.FLAG)


class Resolver:
    """One expression on its way to terms."""

    def __init__(self, text: str, context: Context) -> None:
        self.text, self.context = text, context
        self.roots: dict[str, tuple[Step, ...]] = {"record": ()}
        if context.each is not None:
            self.roots["item"] = (*context.each, ITEM)

    def refusal(self, at: int, message: str, hint: str) -> ExpressionError:
        """An error at a place in the text."""
        return ExpressionError(message, text=self.text, offset=at, hint=hint)

    def term(self, node: Node) -> Term:
        """The term of a node, as yet of whatever kind it is."""
        made: Term = getattr(self, METHODS[type(node)])(node)
        return made

    def want(self, term: Term, kind: Kind) -> Term:
        """The term read as a kind; an error where it can never be of it."""
        fitting = narrowed(term, kind)
        if fitting is None:
            raise self.refusal(
                term.at, f"{_article(kind)} is expected, this is {_article(term.kind)}", _kind_hint(term, kind)
            )
        return fitting

    def made(self, op: str, kind: Kind, args: tuple[Term, ...], at: int) -> Term:
        """An operation; computed at once where all is known."""
        term = Term(op, kind, args, at=at)
        if any(each.op != "const" for each in args):
            return term
        value = interpret(term, None)
        if kind is Kind.NUMBER and not isinstance(value, (str, type(None))) and _is_long(value):
            raise self.refusal(at, "the number is too long", f"at most {MAX_CONSTANT} digits")
        if value is None:
            raise self.refusal(
                at, "this has no value, whatever the record", "e.g. a date that does not exist, half a day"
            )
        return constant(value, kind, at)

    def literal(self, node: nodes.Literal) -> Term:
        """A constant."""
        if isinstance(node.value, bool):
            return constant(node.value, Kind.FLAG, node.at)
        if isinstance(node.value, str):
            return constant(node.value, Kind.TEXT, node.at)
        value = simplest(Fraction(node.value)) if isinstance(node.value, Decimal) else node.value
        return constant(value, Kind.NUMBER, node.at)

    def as_of(self, node: nodes.AsOf) -> Term:
        """Today."""
        return constant(self.context.as_of.toordinal(), Kind.DAY, node.at)

    def path(self, node: nodes.Path) -> Term:
        """A field that holds one value."""
        field = self.field(node)
        if not field.kinds:
            raise self.refusal(node.at, f"{node} is always null", "is_null(x), has(x)")
        scalars = field.kinds - {Kind.LIST, Kind.OBJECT}
        if scalars:
            kind = next(iter(scalars)) if len(scalars) == 1 else Kind.ANY
        else:
            kind = Kind.LIST if Kind.LIST in field.kinds else Kind.OBJECT
        place = Place(node.root, node.steps)
        may = tuple(each for each in FIELD_KINDS if each in scalars)
        return Term("path", kind, place=place, may=may, decimals=field.decimals, at=node.at)

    def absolute(self, node: nodes.Path) -> tuple[Step, ...]:
        """A path from the record, as `Fields` are asked."""
        return (*self.roots[node.root], *(ITEM if isinstance(step, int) else step for step in node.steps))

    def field(self, node: nodes.Path) -> Field:
        """What is known of a path; an error with the nearest name where there is nothing."""
        whole = self.absolute(node)
        known = Field()
        for length in range(len(whole) - len(node.steps), len(whole) + 1):
            field = self.context.fields.at(whole[:length])
            if field is None:
                raise self._no_field(node, length - len(whole) + len(node.steps), known)
            known = field
        return known

    def _no_field(self, node: nodes.Path, step: int, above: Field) -> ExpressionError:
        if step == 0:
            return self.refusal(node.at, f"nothing is known of {node.root}", "is each the path of a list?")
        wanted, before = node.steps[step - 1], nodes.Path(node.root, node.steps[: step - 1])
        whole = self.absolute(before)
        parent = spelled(node.root, before.steps)
        if above.kinds == {Kind.LIST} and isinstance(wanted, str):
            return self.refusal(
                node.at, f"{parent} is a list, it has no {wanted}", f"e.g. all(x.{wanted} == … for x in {parent})"
            )
        message = f"the schema has no field {spelled(node.root, node.steps[:step])}"
        names = list(self.context.fields.names(whole))
        if node.root == "item" and step == 1 and self.context.fields.at((wanted,)) is not None:
            return self.refusal(node.at, message, f"a field of the record is written record.{wanted}")
        return self.refusal(node.at, message, meant(str(wanted), names, f"{parent or 'it'} has no fields"))

    def unary(self, node: nodes.Unary) -> Term:
        """``-x``, ``not x``."""
        operand = self.term(node.operand)
        if node.sign == "not":
            return self.made("not", Kind.FLAG, (self.want(operand, Kind.FLAG),), node.at)
        if operand.kind in {Kind.DAYS, Kind.SPAN, Kind.MONTHS}:
            return self.made("neg", operand.kind, (operand,), node.at)
        return self.made("neg", Kind.NUMBER, (self.want(operand, Kind.NUMBER),), node.at)

    def binary(self, node: nodes.Binary) -> Term:
        """Arithmetic of numbers and times, texts put together."""
        return arithmetic(self, node.sign, self.term(node.left), self.term(node.right), node.at)

    def comparison(self, node: nodes.Comparison) -> Term:
        """``a <= b < c`` is ``a <= b and b < c``."""
        pairs = zip(node.signs, node.operands, node.operands[1:], strict=False)
        parts = tuple(self.compared(sign, left, right, node.at) for sign, left, right in pairs)
        return parts[0] if len(parts) == 1 else self.made("and", Kind.FLAG, parts, node.at)

    def compared(self, sign: str, left: Node, right: Node, at: int) -> Term:
        """One comparison of two."""
        if sign in {"in", "not in"}:
            inside = self.membership(left, right, at)
            return inside if sign == "in" else self.made("not", Kind.FLAG, (inside,), at)
        if isinstance(left, nodes.Row) or isinstance(right, nodes.Row):
            raise self.refusal(at, "a list of values stands beside `in` only", "status in ('A', 'B')")
        return self.comparing(sign, self.term(left), self.term(right), at)

    def comparing(self, sign: str, left: Term, right: Term, at: int) -> Term:
        """A comparison of terms, read as one kind."""
        pair = same_kind(left, right)
        if pair is None:
            words = f"{_article(left.kind)} cannot be compared with {_article(right.kind)}"
            raise self.refusal(at, words, _compare_hint(left, right))
        kind = pair[0].kind
        if kind in {Kind.LIST, Kind.OBJECT}:
            raise self.refusal(at, f"{_article(kind)} cannot be compared", "compare a field of it, or len(list)")
        if kind is Kind.FLAG and sign not in {"==", "!="}:
            raise self.refusal(
                at, "true and false have no order", "use == or the field itself: when: requires_approval"
            )
        return self.made(f"like{sign}" if kind is Kind.ANY else sign, Kind.FLAG, pair, at)

    def membership(self, left: Node, right: Node, at: int) -> Term:
        """``x in (…)``, ``x in list``, ``(a, b) in table('…')``."""
        if isinstance(right, nodes.Call) and right.name == "table":
            members = left.members if isinstance(left, nodes.Row) else (left,)
            return self.in_table(tuple(self.term(each) for each in members), right, at)
        if isinstance(left, nodes.Row):
            raise self.refusal(left.at, "rows are looked up in tables only", "(a, b) in table('name')")
        value = self.term(left)
        if isinstance(right, nodes.Row):
            if not right.members:
                raise self.refusal(right.at, "nothing is in an empty list", "status in ('A', 'B')")
            return self.among(value, [self.term(each) for each in right.members], at)
        if not isinstance(right, nodes.Path):
            raise self.refusal(
                right.at, "after `in` stands a list", "in ('A', 'B'), in codes; of texts: contains(text, part)"
            )
        variable = " in"
        with_item = self.loop_scope(right, variable, right.at)
        body = self.comparing("==", value, self.path(nodes.Path(variable, (), right.at)), at)
        del self.roots[variable]
        return Term("any", Kind.FLAG, (body,), place=with_item, variable=variable, at=at)

    def among(self, value: Term, members: list[Term], at: int) -> Term:
        """A value among given ones."""
        tests = [self.comparing("==", value, each, at) for each in members]
        if len(tests) == 1 or any(each.op == "const" for each in tests):
            return tests[0] if len(tests) == 1 else self.made("or", Kind.FLAG, tuple(tests), at)
        sides = [each.args for each in tests]
        alike = all(left == sides[0][0] and right.op == "const" for left, right in sides)
        if not alike:
            return self.made("or", Kind.FLAG, tuple(tests), at)
        values = in_rank(right.value for _, right in sides if right.value is not None)
        return Term("in", Kind.FLAG, (sides[0][0],), among=values, at=at)

    def in_table(self, members: tuple[Term, ...], call: nodes.Call, at: int) -> Term:
        """Values that stand together in a table."""
        (name,) = call.arguments if len(call.arguments) == 1 else (None,)
        if not isinstance(name, nodes.Literal) or not isinstance(name.value, str):
            raise self.refusal(call.at, "a table is named by a text", "table('name')")
        given = self.context.tables.get(name.value)
        if given is None:
            raise self.refusal(
                call.at,
                f"there is no table {name.value!r}",
                meant(name.value, self.context.tables, "packs have tables"),
            )
        rows = in_rank(_cell(row) for row in given)
        widths = {len(row) if isinstance(row, tuple) else 1 for row in rows}
        if widths - {len(members)}:
            raise self.refusal(
                at, f"the rows of table {name.value!r} have {max(widths)} values", "(a, b) in table('name')"
            )
        wanted = [_kind_of_column(rows, i) for i in range(len(members))]
        read = tuple(self.want(each, kind) for each, kind in zip(members, wanted, strict=True))
        return Term("in", Kind.FLAG, read, among=rows, at=at)

    def logic(self, node: nodes.Logic) -> Term:
        """``and``, ``or``."""
        parts = tuple(self.want(self.term(each), Kind.FLAG) for each in node.operands)
        return self.made(node.word, Kind.FLAG, parts, node.at)

    def conditional(self, node: nodes.Conditional) -> Term:
        """``a if condition else b``."""
        condition = self.want(self.term(node.condition), Kind.FLAG)
        pair = self.alike(self.term(node.then), self.term(node.otherwise), node.at)
        return self.made("if", pair[0].kind, (condition, *pair), node.at)

    def alike(self, left: Term, right: Term, at: int) -> tuple[Term, Term]:
        """Two terms of one kind, for what may be either."""
        pair = same_kind(left, right)
        if pair is None or pair[0].kind in {Kind.LIST, Kind.OBJECT}:
            raise self.refusal(
                at, f"this is either {_article(left.kind)} or {_article(right.kind)}", "both must be of one kind"
            )
        return pair

    def row(self, node: nodes.Row) -> Term:
        """Never reached but beside ``in``."""
        raise self.refusal(node.at, "a list of values stands beside `in` only", "status in ('A', 'B')")

    def loop_scope(self, source: nodes.Path, variable: str, at: int) -> Place:
        """Give a list's items a name while a loop's parts are resolved."""
        field = self.field(source)
        if Kind.LIST not in field.kinds:
            raise self.refusal(at, f"{source} is not a list", "a loop runs over a field of type array")
        self.roots[variable] = (*self.absolute(source), ITEM)
        return Place(source.root, source.steps)

    def call(self, node: nodes.Call) -> Term:
        """A function."""
        return call(self, node)


def _is_long(value: Exact) -> bool:
    bound: int = 10**MAX_CONSTANT
    return max(abs(value.numerator), value.denominator) >= bound


def _cell(value: object) -> Value | tuple[Value, ...]:
    """A value of a table, or a row of them."""
    if isinstance(value, (list, tuple)):
        return tuple(single for each in value if not isinstance(single := _cell(each), tuple))
    if isinstance(value, (str, bool)):
        return value
    number = exact(value)
    if number is None:
        raise RuleError(f"a table holds {value!r}", hint="tables hold texts, numbers, true and false")
    return number


def _kind_of_column(rows: Iterable[Value | tuple[Value, ...]], column: int) -> Kind:
    kinds = set()
    for row in rows:
        value = row[column] if isinstance(row, tuple) else row
        kinds.add(Kind.TEXT if isinstance(value, str) else Kind.FLAG if isinstance(value, bool) else Kind.NUMBER)
    return kinds.pop() if len(kinds) == 1 else Kind.ANY


def _article(kind: Kind) -> str:
    return kind.value if kind in {Kind.MONTHS, Kind.FLAG} else f"a {kind.value}".replace("a object", "an object")


def _kind_hint(term: Term, kind: Kind) -> str:
    if term.kind is Kind.LIST:
        return "of a list: len(list), sum(x for x in list), all(… for x in list)"
    if kind is Kind.FLAG:
        return "a condition compares something: x > 0, has(x)"
    if kind is Kind.TEXT:
        return "text(x) makes a text"
    if term.kind in {Kind.DAYS, Kind.SPAN}:
        return "days(later, earlier) gives a number"
    if kind in TIMES or term.kind in TIMES:
        return "dates are fields of format date or date-time, date(2025, 1, 31), as_of, or in quotes: '2025-01-31'"
    return "docs/rules.md lists what each function takes"


def _compare_hint(left: Term, right: Term) -> str:
    kinds = {left.kind, right.kind}
    if Kind.MONTHS in kinds:
        return "months have no fixed length: write a + years(1) <= b"
    if kinds & {Kind.DAYS, Kind.SPAN}:
        return "write later - earlier <= days(30), or days(later, earlier) <= 30"
    if kinds & {Kind.DAY, Kind.MOMENT}:
        return "a date is compared with a date: date(2025, 1, 31), '2025-01-31', as_of - days(30)"
    return "both sides must be of one kind; text(x) makes a text"


METHODS: Mapping[type, str] = {
    nodes.Literal: "literal",
    nodes.AsOf: "as_of",
    nodes.Path: "path",
    nodes.Unary: "unary",
    nodes.Binary: "binary",
    nodes.Comparison: "comparison",
    nodes.Logic: "logic",
    nodes.Conditional: "conditional",
    nodes.Row: "row",
    nodes.Call: "call",
}
"""By name, for those who resolve some of them otherwise."""
