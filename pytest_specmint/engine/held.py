"""Rules that records hold by how their fields are drawn: rows of tables, items that differ, identifiers.

A rule is looked at field by field on the nodes of a finished plan: which rows a field may have, whether two fields have
the same one, or one of the same group. What cannot be told is left to checking records, which is slower, never wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

from pytest_specmint.engine.corrected import Corrected
from pytest_specmint.engine.fields_drawn import Drawn, Seen, arrays_at, seen_at
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.shared import Rows, SharedWords
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.plan import Plan
from pytest_specmint.formats.checked import CHECKED, Checked
from pytest_specmint.rules.branches import not_false
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.analyse import Route, conjuncts, route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.network import demands_of
from pytest_specmint.rules.reading import roots_of
from pytest_specmint.schema.sets.values import Json

MOST = 200_000
"""Tuples that are looked at; where there would be more, nothing is said."""
IDENTIFIERS = {"aba:1": ("aba",), "npi:1": ("npi",), "iban:1": ("iban",), "luhn:1": ("card",)}
"""Functions of the rules' language, and the identifiers whose every text they hold of."""

Values = tuple[Json, ...]


def held(plan: Plan, rules: Iterable[CompiledRule]) -> tuple[str, ...]:
    """The ids of the rules that all of the plan's records hold; others may hold too."""
    return tuple(rule.rule.id for rule in rules if rule.rule.id not in plan.left and _is_held(plan, rule))


def _is_held(plan: Plan, rule: CompiledRule) -> bool:
    if rule.condition is None or rule.when is not None or rule.dataset is not None:
        return False
    roots = roots_of(rule.each)
    return all(_holds(plan, part, rule, roots) for part in conjuncts(rule.condition))


def _holds(plan: Plan, term: Term, rule: CompiledRule, roots: Mapping[str, Route]) -> bool:
    if not_false(term, rule.each) is not None or demands_of(term, rule.each):
        return True  # built in already
    if term.op == "all" and len(term.args) == 1 and term.place is not None:
        return _holds(plan, term.args[0], rule, {**roots, term.variable: (*route(term.place, roots), ITEM)})
    if term.op == "in" and all(each.op == "path" for each in term.args):
        return _among(plan, [_route(each, roots) for each in term.args], frozenset(term.among))
    if term.op == "unique" and len(term.args) == 1 and term.place is not None and term.args[0].op == "path":
        items = (*route(term.place, roots), ITEM)
        return _differ(plan, items[:-1], _route(term.args[0], {**roots, term.variable: items}))
    if term.op in IDENTIFIERS and term.args[0].op == "path":
        kinds = [CHECKED[name] for name in IDENTIFIERS[term.op] if name in CHECKED]
        found = _leaves(plan, _route(term.args[0], roots))
        return bool(found) and all(_is_identifier(seen, kinds) for seen in found)
    return False


def _route(term: Term, roots: Mapping[str, Route]) -> Route | None:
    """The path of a field; None where it is that of one item of a list by its number."""
    place = term.place
    if place is None or place.root not in roots or any(isinstance(step, int) for step in place.steps):
        return None
    return route(place, roots)


def _leaves(plan: Plan, at: Route | None) -> list[Seen]:
    return [] if at is None else list(seen_at(plan, at))


def _is_identifier(seen: Seen, kinds: Sequence[Checked]) -> bool:
    node = seen.node
    if isinstance(node, TemplateText):
        return all(len(each.parts) == 1 and each.parts[0] in kinds for each in node.templates)
    sampler = node.sampler if isinstance(node, SampledText) else None
    if not isinstance(sampler, Corrected):
        return False
    whole = sampler.columns == tuple(range(sampler.max_length))
    return sampler.kind in kinds and not sampler.wrong and whole


# ---------------------------------------------------------------- values of a table


class _Column(NamedTuple):
    """What a field says of a row: a value per row; and whose row that is, None where it has any of its values."""

    row: Drawn | None
    values: Values


def _among(plan: Plan, routes: Sequence[Route | None], among: frozenset[object]) -> bool:
    """Whether all that the fields may be together stands in a table."""
    leaves = [_leaves(plan, at) for at in routes]
    if not all(leaves):
        return False
    together = [each for each in product(*leaves) if all(one.beside(other) for one, other in combinations(each, 2))]
    choices = dict.fromkeys(columns for each in together for columns in product(*map(_columns, each)))
    return all(None not in columns and _all_among(columns, among) for columns in choices)  # type: ignore[arg-type]


def _columns(seen: Seen) -> Iterator[_Column | None]:
    """The columns that a leaf draws from; None for one that cannot be told."""
    node = seen.node
    if isinstance(node, RowChoice):
        yield _by_row(seen, node.rows, tuple(node.values[place] for place in node.places))
    elif isinstance(node, Choice):
        yield _Column(None, node.values)
    elif isinstance(node, TemplateText):
        for template in node.templates:
            (part, *others) = template.parts
            yield _by_row(seen, part.rows, part.entries) if isinstance(part, SharedWords) and not others else None
    else:
        yield None


def _by_row(seen: Seen, rows: Rows, values: Values) -> _Column | None:
    """What a field says of the row that it is known to have; None where it may have another one."""
    drawn = seen.row(rows)
    if drawn is None or (rows.allowed is not None and not set(drawn.suiting) <= set(rows.allowed)):
        return None
    return _Column(drawn, values)


def _all_among(columns: Sequence[_Column], among: frozenset[object]) -> bool:
    """Whether all tuples that the columns come to are known."""
    rows = list(dict.fromkeys(column.row for column in columns if column.row is not None))
    inner = [row for row in rows if row.outer is not None and row.outer in rows]
    if len(rows) > 2 or (len(rows) == 2 and len(inner) != 1):
        return False
    owners = [*(row for row in rows if row not in inner), *inner]
    places = [[i for i, column in enumerate(columns) if column.row == owner] for owner in owners]
    free = [i for i, column in enumerate(columns) if column.row is None]
    loose = list(product(*(columns[i].values for i in free)))
    count = 0
    for members in _together(owners):
        told = [_distinct(columns, mine, listed) for mine, listed in zip(places, members, strict=True)]
        for parts in product(*told, loose):
            count += 1
            of = dict(
                zip(
                    [*(i for mine in places for i in mine), *free],
                    [each for part in parts for each in part],
                    strict=True,
                )
            )
            found = tuple(of[i] for i in range(len(columns)))
            if count > MOST or (found if len(found) > 1 else found[0]) not in among:
                return False
    return True


def _together(owners: Sequence[Drawn]) -> Iterator[list[Sequence[int]]]:
    """Rows of each owner that may come together: of a record and of its lists' items, group by group."""
    if len(owners) < 2:
        yield [owner.suiting for owner in owners]
        return
    outer, inner = owners
    groups = inner.rows.groups
    for group, members in enumerate(inner.rows.by_group):
        yield [[row for row in outer.suiting if groups[row] == group], members.tolist()]


def _distinct(columns: Sequence[_Column], places: Sequence[int], rows: Sequence[int]) -> list[Values]:
    """What these columns say of these rows, each once."""
    return list(dict.fromkeys(tuple(columns[i].values[row] for i in places) for row in rows))


# ---------------------------------------------------------------- items that differ


def _differ(plan: Plan, at: Route, field: Route | None) -> bool:
    """Whether no two items of a list have the same there."""
    arrays = list(arrays_at(plan, at))
    if field == (*at, ITEM):
        return bool(arrays) and all(each.unique and not each.lenient for each, _ in arrays)
    found = [column for seen in _leaves(plan, field) for column in _columns(seen)]
    return (
        bool(arrays)
        and bool(found)
        and all(column is not None and _told_apart(array, column) for array, _ in arrays for column in found)
    )


def _told_apart(array: ArrayNode, column: _Column) -> bool:
    """Whether an array's items have rows that differ in a column, as many as it may have items."""
    for each in array.apart:
        if column.row is not None and column.row.rows == each.rows:
            kinds = [
                {each.kinds[row]: column.values[row] for row in members.tolist()} for members in each.rows.by_group
            ]
            same = all(len(set(map(repr, told.values()))) == len(told) for told in kinds)
            whole = all(
                column.values[row] == told[each.kinds[row]]
                for told, members in zip(kinds, each.rows.by_group, strict=True)
                for row in members.tolist()
            )
            return same and whole and array.least <= min(map(len, kinds))
    return False
