"""Function calls → terms."""

from collections.abc import Callable, Mapping

from pytest_specmint.rules.expression import nodes
from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.functions import FUNCTIONS, TEXTS
from pytest_specmint.rules.expression.kinds import TIMES, Kind
from pytest_specmint.rules.expression.numbers import MAX_ROUND
from pytest_specmint.rules.expression.resolving import Resolving
from pytest_specmint.rules.expression.terms import Place, Term, constant

SEVERAL_KINDS = "this may be of several kinds"
"""Said of what a schema has to make clear; all else that is refused without a schema is refused with any."""


def call(resolver: Resolving, node: nodes.Call) -> Term:
    """The term of a call."""
    special = SPECIAL.get(node.name)
    if special is not None:
        return special(resolver, node)
    counts = [len(variant.takes) for variant in FUNCTIONS[node.name].variants]
    if len(node.arguments) not in counts:
        raise _wrong_count(resolver, node)
    variant = FUNCTIONS[node.name].variants[counts.index(len(node.arguments))]
    given = (_argument(resolver, each) for each in node.arguments)
    args = tuple(resolver.want(each, kind) for each, kind in zip(given, variant.takes, strict=True))
    return resolver.made(f"{node.name}:{len(args)}", variant.gives, args, node.at)


def _wrong_count(resolver: Resolving, node: nodes.Call) -> ExpressionError:
    return resolver.refusal(
        node.at, f"{node.name} takes other arguments than these {len(node.arguments)}", _usage(node)
    )


def _usage(node: nodes.Call) -> str:
    return f"write {FUNCTIONS[node.name].usage}"


def _argument(resolver: Resolving, node: nodes.Node) -> Term:
    if isinstance(node, nodes.Loop):
        raise resolver.refusal(node.at, "a loop stands alone in a function of lists", "e.g. all(x > 0 for x in xs)")
    return resolver.term(node)


def _presence(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], nodes.Path):
        raise resolver.refusal(node.at, f"{node.name} takes the path of a field", _usage(node))
    path = node.arguments[0]
    resolver.field(path)
    return Term(node.name, Kind.FLAG, place=Place(path.root, path.steps), at=node.at)


def _default(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) != 2:
        raise _wrong_count(resolver, node)
    first, second = (_argument(resolver, each) for each in node.arguments)
    pair = resolver.alike(first, second, node.at)
    return resolver.made("default", pair[0].kind, pair, node.at)


def _len(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) != 1:
        raise _wrong_count(resolver, node)
    (argument,) = node.arguments
    if isinstance(argument, nodes.Path):
        kinds = resolver.field(argument).kinds
        if Kind.LIST in kinds:
            if kinds & {Kind.TEXT, *TIMES} and len(kinds) < len(Kind) - 4:
                raise resolver.refusal(node.at, f"{argument} is a text or a list", "len takes a field of one type")
            return Term("items", Kind.NUMBER, place=Place(argument.root, argument.steps), at=node.at)
    return resolver.made("len", Kind.NUMBER, (resolver.want(_argument(resolver, argument), Kind.TEXT),), node.at)


def _round(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) not in {1, 2}:
        raise _wrong_count(resolver, node)
    value = resolver.want(_argument(resolver, node.arguments[0]), Kind.NUMBER)
    places = _argument(resolver, node.arguments[1]) if len(node.arguments) == 2 else constant(0, Kind.NUMBER, node.at)
    number = places.value if places.op == "const" and places.kind is Kind.NUMBER else None
    if not isinstance(number, int) or abs(number) > MAX_ROUND:
        raise resolver.refusal(
            places.at, "places are a constant whole number", f"-{MAX_ROUND} to {MAX_ROUND}: round(x, 2)"
        )
    return resolver.made("round", Kind.NUMBER, (value, places), node.at)


def _number(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) != 1:
        raise _wrong_count(resolver, node)
    value = resolver.want(_argument(resolver, node.arguments[0]), Kind.NUMBER)
    return resolver.made(node.name, Kind.NUMBER, (value,), node.at)


def _text(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) != 1:
        raise _wrong_count(resolver, node)
    value = _argument(resolver, node.arguments[0])
    if value.kind is Kind.ANY:
        raise resolver.refusal(node.at, SEVERAL_KINDS, "text takes a field whose type the schema says")
    if value.kind not in TEXTS:
        raise resolver.refusal(node.at, f"no text is made of a {value.kind.value}", "of numbers, dates, true and false")
    return value if value.kind is Kind.TEXT else resolver.made(f"text:{value.kind.name}", Kind.TEXT, (value,), node.at)


def _table(resolver: Resolving, node: nodes.Call) -> Term:
    raise resolver.refusal(node.at, "a table stands behind `in`", _usage(node))


def _over_records(resolver: Resolving, node: nodes.Call) -> Term:
    raise resolver.refusal(node.at, f"{node.name} is about all records", "give the rule scope: dataset")


def _extreme(resolver: Resolving, node: nodes.Call) -> Term:
    if len(node.arguments) < 2:
        return _listed(resolver, node)
    terms = [_argument(resolver, each) for each in node.arguments]
    for _ in range(2):  # the second time what came first is read as what came last
        for i in range(len(terms) - 1):
            terms[i], terms[i + 1] = resolver.alike(terms[i], terms[i + 1], node.at)
    kind = terms[0].kind if terms[0].kind is not Kind.ANY else Kind.NUMBER
    if kind in {Kind.TEXT, Kind.FLAG}:
        raise resolver.refusal(node.at, f"{node.name} takes numbers, dates or spans", _usage(node))
    args = tuple(resolver.want(each, kind) for each in terms)
    return resolver.made("least" if node.name == "min" else "greatest", kind, args, node.at)


def _listed(resolver: Resolving, node: nodes.Call) -> Term:
    """A function of a list: of a loop's values, or of the items of a path."""
    if len(node.arguments) != 1:
        raise _wrong_count(resolver, node)
    (argument,) = node.arguments
    if isinstance(argument, nodes.Path):
        argument = nodes.Loop(nodes.Path(" it", (), argument.at), " it", argument, None, argument.at)
    if not isinstance(argument, nodes.Loop):
        raise resolver.refusal(node.at, f"{node.name} takes a loop or a list", _usage(node))
    place = resolver.loop_scope(argument.source, argument.variable, argument.source.at)
    conditions = () if argument.condition is None else (resolver.want(resolver.term(argument.condition), Kind.FLAG),)
    body = _body(resolver, node, resolver.term(argument.body))
    del resolver.roots[argument.variable]
    kind = {"all": Kind.FLAG, "any": Kind.FLAG, "unique": Kind.FLAG, "ascending": Kind.FLAG, "count": Kind.NUMBER}
    gives = kind.get(node.name, body.kind)
    return Term(node.name, gives, (body, *conditions), place=place, variable=argument.variable, at=node.at)


def _body(resolver: Resolving, node: nodes.Call, body: Term) -> Term:
    if node.name in {"all", "any", "count"}:
        return resolver.want(body, Kind.FLAG)
    if node.name in {"sum", "avg"} or (body.kind is Kind.ANY and node.name != "unique"):
        return resolver.want(body, Kind.NUMBER)
    if body.kind in {Kind.LIST, Kind.OBJECT} or (body.kind is Kind.FLAG and node.name != "unique"):
        raise resolver.refusal(body.at, f"{node.name} takes numbers, texts or dates", "e.g. unique(x.id for x in list)")
    if node.name in {"min", "max"} and body.kind is Kind.TEXT:
        raise resolver.refusal(body.at, f"{node.name} takes numbers or dates", _usage(node))
    return body


SPECIAL: Mapping[str, Callable[[Resolving, nodes.Call], Term]] = {
    "has": _presence,
    "missing": _presence,
    "is_null": _presence,
    "default": _default,
    "len": _len,
    "round": _round,
    "abs": _number,
    "floor": _number,
    "ceil": _number,
    "text": _text,
    "table": _table,
    "share": _over_records,
    "spearman": _over_records,
    "min": _extreme,
    "max": _extreme,
    **dict.fromkeys(("sum", "avg", "all", "any", "count", "unique", "ascending"), _listed),
}
