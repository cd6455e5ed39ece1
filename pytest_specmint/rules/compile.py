"""Rules as written → rules that are known to fit the schema and each other, with their conditions compiled."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.rules.contradict import contradiction
from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.analyse import Ordering, Route, Test, as_test, conjuncts, orderings_of, reads
from pytest_specmint.rules.expression.compile import Evaluator, compiled
from pytest_specmint.rules.expression.dataset import DatasetTerm, resolve_dataset
from pytest_specmint.rules.expression.errors import ExpressionError, RuleError
from pytest_specmint.rules.expression.kinds import ITEM, AnyFields, Fields, Kind
from pytest_specmint.rules.expression.modes import Special, mode_of
from pytest_specmint.rules.expression.nodes import Node, Path, Step
from pytest_specmint.rules.expression.numbers import json_number
from pytest_specmint.rules.expression.parse import RECORD, parse
from pytest_specmint.rules.expression.resolve import DEFAULT_AS_OF, Context, Resolver, Table
from pytest_specmint.rules.expression.terms import Place, Term, Value
from pytest_specmint.rules.model import Rule, Scope, check_distinct
from pytest_specmint.rules.order import Derived, in_order, route_text
from pytest_specmint.rules.python import PythonRule


class Derivation(Struct, frozen=True):
    """A field and its formula; the place is relative to the record or the item, the target from the record."""

    rule: str
    target: Route
    place: Place
    formula: Term
    pointer: str = "#"
    """Where the formula stands."""


class CompiledRule(Struct, frozen=True):
    """A rule in terms. ``verdict`` says for a record (and item) whether it holds; ``None``: it does not apply."""

    rule: Rule
    verdict: Term | None
    """Of rules about records that are expressions."""
    when: Term | None
    condition: Term | None
    """What ``then`` or ``assert`` demands."""
    derivations: tuple[Derivation, ...]
    each: Route | None
    dataset: DatasetTerm | None
    reads: tuple[Route, ...]
    """All paths that it reads, sorted."""

    def evaluator(self) -> Evaluator | None:
        """What judges a record (and an item) by it; None for a rule about the dataset. It may raise `RuleRaised`."""
        if self.rule.python is not None:
            return self.rule.python.judge
        return None if self.verdict is None else compiled(self.verdict)


class _Around(Struct, frozen=True):
    """What the expressions of one rule may speak of."""

    context: Context
    home: Path | None
    """What they call the record."""
    items: bool
    """Whether bare names are those of the items of the rule's own list."""

    def parsed(self, text: str) -> Node:
        """The tree of an expression."""
        return parse(text, each=self.items, home=self.home)


class Rules(Struct, frozen=True):
    """All rules of a schema, and the order of what they derive."""

    rules: tuple[CompiledRule, ...]
    derivations: tuple[Derivation, ...]
    as_of: date


def compile_rules(
    rules: Sequence[Rule],
    fields: Fields | None = None,
    *,
    as_of: date = DEFAULT_AS_OF,
    tables: Mapping[str, Table] | None = None,
) -> Rules:
    """Rules that fit: every path known to ``fields``, every kind right, nothing circular or contradictory.

    Raises `ExpressionError` with pointer and position for an expression, `RuleError` for rules that do not go
    together, naming them.
    """
    check_distinct(rules)
    context = Context(AnyFields() if fields is None else fields, as_of, tables or {})
    made = tuple(_compiled(rule, context) for rule in rules)
    derivations = _ordered(made)
    _check_contradictions(made)
    return Rules(made, derivations, as_of)


def _compiled(rule: Rule, context: Context) -> CompiledRule:
    if rule.python is not None:
        return _in_python(rule, rule.python, context)
    inner = _around(rule, context)
    if rule.scope is Scope.DATASET:
        return _about_dataset(rule, inner)
    each = inner.context.each
    when = None if rule.when is None else _condition(rule, "when", rule.when, inner)
    asserted = rule.then if rule.then is not None else rule.assertion
    key = "then" if rule.then is not None else "assert"
    condition = None if asserted is None else _condition(rule, key, asserted, inner)
    derivations, equations = _derivations(rule, inner)
    demanded = condition if condition is not None else _all_of(equations)
    verdict = demanded if when is None else Term("when", Kind.FLAG, (when, demanded), at=when.at)
    _check_not_constant(rule, key, condition, each)
    _check_not_constant(rule, "when", when, each)
    return CompiledRule(rule, verdict, when, condition, derivations, each, None, _sorted(reads(verdict, each)))


def _around(rule: Rule, context: Context) -> _Around:
    """The rule's list, and where the record lies that it speaks of."""
    home = rule.home
    last = max((at for at, step in enumerate(home) if step == ITEM), default=None)
    if rule.each is not None:
        each = _list_route(rule, rule.each, context)
        return _Around(replace(context, each=each), Path("record", home) if last is None else None, items=True)
    if last is None:
        return _Around(context, Path("record", home), items=False)
    return _Around(replace(context, each=home[:last]), Path("item", home[last + 1 :]), items=False)


def _in_python(rule: Rule, python: PythonRule, context: Context) -> CompiledRule:
    """A rule that Python judges; what it says that it reads must be there."""
    routes = []
    for text in python.reads:
        path = _written_path(text, rule.pointer)
        try:
            Resolver(text, context).field(path)
        except ExpressionError as error:
            raise RuleError(
                f"rule {rule.id} reads {text}: {error.message}", pointer=rule.pointer, hint=error.hint
            ) from None
        routes.append(path.steps)
    return CompiledRule(rule, None, None, None, (), None, None, _sorted(frozenset(routes)))


def _sorted(routes: frozenset[Route]) -> tuple[Route, ...]:
    return tuple(sorted(routes, key=route_text))


def _all_of(terms: tuple[Term, ...]) -> Term:
    return terms[0] if len(terms) == 1 else Term("and", Kind.FLAG, terms)


def _about_dataset(rule: Rule, around: _Around) -> CompiledRule:
    text, place = rule.assertion or "", f"{rule.pointer}/assert"
    if around.context.each is not None:
        hint = "write it where the record's own schema stands"
        raise RuleError(f"rule {rule.id}: the items of a list are no dataset", pointer=rule.pointer, hint=hint)
    try:
        dataset = resolve_dataset(around.parsed(text), text, around.context)
    except ExpressionError as error:
        raise error.placed(place) from None
    read = frozenset(path for each in dataset.aggregates for term in each.terms for path in reads(term))
    return CompiledRule(rule, None, None, None, (), None, dataset, _sorted(read))


def _condition(rule: Rule, key: str, text: str, around: _Around) -> Term:
    try:
        resolver = Resolver(text, around.context)
        return resolver.want(resolver.term(around.parsed(text)), Kind.FLAG)
    except ExpressionError as error:
        raise error.placed(f"{rule.pointer}/{key}") from None


def _check_not_constant(rule: Rule, key: str, term: Term | None, each: Route | None) -> None:
    if term is not None and not reads(term, each):
        hint = "compare a field with something"
        raise RuleError(f"rule {rule.id}: {key} reads no field", pointer=f"{rule.pointer}/{key}", hint=hint)


def _list_route(rule: Rule, text: str, context: Context) -> Route:
    """``each`` as a path from the record: ``lines``, ``orders[].lines``."""
    place = f"{rule.pointer}/each"
    path = _written_path(text.removesuffix("[]"), place, home=Path("record", rule.home))
    try:
        field = Resolver(text, context).field(path)
    except ExpressionError as error:
        raise RuleError(error.message, pointer=place, hint=error.hint) from None
    if Kind.LIST not in field.kinds:
        raise RuleError(f"rule {rule.id}: {text} is not a list", pointer=place, hint="each names an array")
    return path.steps


def _written_path(text: str, place: str, *, each: bool = False, home: Path | None = RECORD) -> Path:
    """A path alone; ``[]`` steps into a list."""
    try:
        node = parse(text.replace("[]", f"[{ITEM}]"), each=each, home=home)
    except ExpressionError as error:
        raise RuleError(error.message, pointer=place, hint=error.hint) from None
    if not isinstance(node, Path) or any(step != ITEM for step in node.steps if isinstance(step, int)) or "[-" in text:
        raise RuleError(f"{text[:80]!r} is not the path of a field", pointer=place, hint="e.g. lines, order.total")
    return node


def _derivations(rule: Rule, around: _Around) -> tuple[tuple[Derivation, ...], tuple[Term, ...]]:
    """The fields that a rule computes, and the equations that say so."""
    made: list[Derivation] = []
    equations: list[Term] = []
    for target, text in rule.derive:
        place = f"{rule.pointer}/derive/{target.replace('~', '~0').replace('/', '~1')}"
        path = _written_path(target, place, each=around.items, home=around.home)
        if ITEM in path.steps or not path.steps:
            raise RuleError(
                f"{target} is not one field", pointer=place, hint="fields of a list's items: each: the list"
            )
        base: tuple[Step, ...] = (*(around.context.each or ()), ITEM) if path.root == "item" else ()
        try:
            formula, equation = _formula(path, text, around)
        except ExpressionError as error:
            raise error.placed(place) from None
        made.append(Derivation(rule.id, (*base, *path.steps), Place(path.root, path.steps), formula, place))
        equations.append(equation)
    return tuple(made), tuple(equations)


def _formula(path: Path, text: str, around: _Around) -> tuple[Term, Term]:
    resolver = Resolver(text, around.context)
    formula = resolver.term(around.parsed(text))
    equation = resolver.comparing("==", Resolver(str(path), around.context).term(replace(path, at=0)), formula, 0)
    formula = equation.args[1] if equation.op != "const" else formula
    if formula.kind not in {Kind.NUMBER, Kind.TEXT, Kind.FLAG, Kind.DAY, Kind.MOMENT, Kind.ANY}:
        raise resolver.refusal(0, f"a {formula.kind.value} is no JSON value", "days(later, earlier) gives a number")
    if formula.kind is Kind.NUMBER and mode_of(formula) is Special.FRACTION:
        raise resolver.refusal(formula.at, "this may have decimals without end", "round it: round(…, 2)")
    return formula, equation


def json_value(term: Term, value: Value | None) -> object:
    """What a term's value is in JSON: dates as their texts, decimals as doubles; ``None`` where there is none."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if term.kind is Kind.DAY:
        return calendar.text_of_day(value) if isinstance(value, int) else None
    if term.kind is Kind.MOMENT:
        return calendar.text_of_moment(value) if isinstance(value, int) else None
    return json_number(value)


def _ordered(made: Sequence[CompiledRule]) -> tuple[Derivation, ...]:
    """All derivations, each after those that its formula (or its rule's condition) reads."""
    listed = [(rule, each) for rule in made for each in rule.derivations]
    keys = [
        Derived(
            rule.rule.id,
            each.target,
            reads(each.formula, rule.each) | (frozenset() if rule.when is None else reads(rule.when, rule.each)),
            each.pointer,
        )
        for rule, each in listed
    ]
    by_target = {each.target: each for _, each in listed}
    for key in keys:
        if key.target in key.reads:
            raise RuleError(
                f"{route_text(key.target)} is derived from itself (rule: {key.rule})",
                pointer=key.pointer,
                hint="break the circle",
            )
    return tuple(by_target[key.target] for key in in_order(keys))


def _check_contradictions(made: Sequence[CompiledRule]) -> None:
    """Refuse rules of severity error without a condition that cannot hold together, list by list."""
    lists = dict.fromkeys(rule.each for rule in made)
    for each in lists:
        group = [rule for rule in made if rule.each in {None, each} and rule.rule.severity.value == "error"]
        names = contradiction(_constraints(group))
        if names:
            raise RuleError(
                f"rules that cannot hold together: {', '.join(names)}",
                pointer=next(rule.rule.pointer for rule in made if rule.rule.id == names[0]),
                hint="their bounds leave no value",
            )


def _constraints(group: Sequence[CompiledRule]) -> list[tuple[str, Test | Ordering]]:
    found: list[tuple[str, Test | Ordering]] = []
    for rule in group:
        if rule.when is not None or rule.verdict is None:
            continue
        for part in conjuncts(rule.verdict):
            test = as_test(part)
            if test is not None:
                found.append((rule.rule.id, test))
            found += [(rule.rule.id, each) for each in orderings_of(part)]
    return found
