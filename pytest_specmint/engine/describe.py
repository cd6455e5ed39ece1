"""What each kind of node means, one function per class: its kind, facts about its values, and the parts below it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.engine.facts import (
    Fact,
    distributed,
    length,
    number_origin,
    plain_number,
    spanned,
    text_origin,
    weighted,
)
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.identity import Unique
from pytest_specmint.engine.nodes.linked import Calculated, Linked, Noted, Switched, Tied
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.number import BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode, Slot, share_at
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.reference import Reference, Unrelated
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.series import Event, Series
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.plan import MAX_RECURSION, Around, Plan
from pytest_specmint.engine.wording import (
    FEW,
    counted,
    name_words,
    number_words,
    share_words,
    span_words,
    values_words,
)
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.shape import ArrayShape

MOST_LINES = 20
"""How many dependencies between properties are written out."""
_NEARLY_ALL = 0.999
DEPTHS = range(MAX_RECURSION + 1)


class Role(StrEnum):
    """What a part is to the whole."""

    PROPERTY = "property"
    ITEM = "item"
    EXTRA = "extra"
    WAY = "way"


class Part(Struct, frozen=True):
    """A node below another: a property by name, an item by position (rest: -1 - position), one way of several."""

    role: Role
    name: str | int
    node: int
    recursive: bool = False
    facts: tuple[Fact, ...] = ()


class Description(Struct, frozen=True):
    """A node in words and data."""

    kind: str
    words: str
    facts: tuple[Fact, ...] = ()
    parts: tuple[Part, ...] = ()


def describe(plan: Plan, index: int) -> Description:
    """The description of one node; nodes that wrap another add to the other's."""
    node = plan.nodes[index]
    return DESCRIBERS[type(node)](plan, node)


# ---------------------------------------------------------------- values


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
ONE_OF = "one of"


def _choice(_: Plan, node: Choice) -> Description:
    return _with(_alike(node), *weighted(node))


def _row_choice(_: Plan, node: RowChoice) -> Description:
    return _with(_alike(node), *text_origin(node.origin))


def _alike(node: Choice) -> Description:
    """The values of a choice, whatever their weights."""
    kinds = {_KINDS[type(value)] for value in node.values}
    if kinds == {"integer", "number"}:
        kinds = {"number"}
    kind = kinds.pop() if len(kinds) == 1 else ONE_OF
    if kind == "null" or (kind == "boolean" and len(node.values) == 2):
        return Description(kind, kind)
    facts = _listed("values", node.values)
    if len(node.values) == 1:
        return Description(kind, f"{kind}, always {values_words(node.values)}", facts)
    if _run_of_integers(node.values):
        return Description(kind, f"integer from {node.values[0]} to {node.values[-1]}", facts)
    named = f"one of {len(node.values)} values"
    lines = (values_words(node.values),)
    return Description(
        kind, named if kind == ONE_OF else f"{kind}, {named}", (replace(facts[0], lines=lines), facts[1])
    )


def _run_of_integers(values: Sequence[Json]) -> bool:
    """Whether the values are more integers than are listed, each one more than the one before."""
    whole = all(type(value) is int for value in values)
    return whole and len(values) > FEW and list(values) == list(range(values[0], values[0] + len(values)))


def _listed(key: str, values: Sequence[Json]) -> tuple[Fact, Fact]:
    """The first few values and their number, as data."""
    return Fact(key, list(values[:FEW])), Fact("count", len(values))


# ---------------------------------------------------------------- numbers


def _integers(_: Plan, node: Integers) -> Description:
    return _with(_grid(node.first, node.count, Fraction(node.step), node.origin), *distributed(node.quantiles))


def _decimals(_: Plan, node: Decimals) -> Description:
    step = Fraction(node.numerator, node.denominator)
    return _with(_grid(node.first, node.count, step, node.origin), *distributed(node.quantiles))


def _big_numbers(_: Plan, node: BigNumbers) -> Description:
    return _with(_grid(node.first, node.count, node.step, node.origin), *distributed(node.quantiles))


def _grid(first: int, count: int, step: Fraction, origin: Origin | None) -> Description:
    low, high = first * step, (first + count - 1) * step
    kind = "integer" if step.denominator == 1 else "number"
    words = f"{kind} from {number_words(low)} to {number_words(high)}"
    if step != 1:
        words += f" in steps of {number_words(step)}"
    bounds = (Fact("minimum", plain_number(low)), Fact("maximum", plain_number(high)), Fact("step", plain_number(step)))
    return Description(kind, words, (*bounds, *number_origin(origin, low, high)))


# ---------------------------------------------------------------- strings


def _sampled_text(_: Plan, node: SampledText) -> Description:
    quantiles = getattr(node.sampler, "quantiles", None)
    return Description("string", "string", (*text_origin(node.origin), *spanned(node.sampler), *distributed(quantiles)))


def _template_text(_: Plan, node: TemplateText) -> Description:
    if node.origin is not None and node.origin.listed:
        return _with(_alike(Choice(node.origin.listed)), *text_origin(node.origin))
    bounds = length(node.least, node.most) if node.origin is None else ()
    fits = all(low >= node.least and (node.most is None or high <= node.most) for low, high in _spans(node))
    cut = () if fits else (Fact("cut", True, ("cut or continued where the length asks for it",)),)
    return Description("string", "string", (*bounds, *text_origin(node.origin), *cut))


def _spans(node: TemplateText) -> list[tuple[int, int]]:
    return [template.span for template in node.templates]


# ---------------------------------------------------------------- wrappers


def _suggested(plan: Plan, node: Suggested) -> Description:
    values = node.suggestions.values
    line = f"in {share_words(node.share)} of cases one that the schema suggests: {values_words(values)}"
    data = {"share": _rounded(node.share), "values": list(values[:FEW]), "count": len(values)}
    return _with(describe(plan, node.inner), Fact("suggested", data, (line,)))


def _guarded(plan: Plan, node: Guarded) -> Description:
    allowed, facts = node.allowed, []
    excluded: list[Json]
    if isinstance(allowed, Numbers):
        excluded = [plain_number(number) for number in sorted(allowed.excluded)]
        steps = [plain_number(step) for step in sorted(allowed.not_steps)]
        if steps:
            lines = tuple(f"never a multiple of {number_words(step)}" for step in steps)
            facts.append(Fact("notMultiplesOf", steps, lines))
    else:
        excluded = sorted(allowed.excluded)
    if excluded:
        facts.append(Fact("excluded", excluded[:FEW], (f"never {values_words(excluded)}",)))
        facts.append(Fact("excludedCount", len(excluded)))
    return _with(describe(plan, node.inner), *facts)


def _tied(plan: Plan, node: Tied) -> Description:
    words = "rules" if len(node.rules) > 1 else "rule"
    how = "calculated by" if isinstance(node, Calculated) else "kept by"
    rules = Fact("rules", list(node.rules), (f"{how} {words} {', '.join(node.rules)}",))
    return _with(describe(plan, node.inner), *([rules] if node.rules else []), *_by_rows(node))


def _by_rows(node: Tied) -> list[Fact]:
    """The templates by which a row of a table bounds or scales a number or date."""
    if not isinstance(node, Linked):
        return []
    said: list[Json] = [each.said for each in node.row_bounds]
    said += [node.row_scale.said] if node.row_scale else []
    return [Fact("rows", said, tuple(f"by its row: {template}" for template in said))] if said else []


def _unique(plan: Plan, node: Unique) -> Description:
    fact = Fact("uniqueValues", node.size, (f"all records differ: {node.size:,} values",))
    return _with(describe(plan, node.inner), fact)


def _reference(plan: Plan, node: Reference) -> Description:
    entities = node.entities
    words = f"refers to {node.target}"
    if entities.named:
        words += f" as {entities.role}"
    words += f": {entities.count:,} records" + (", each once at most" if entities.turn else "")
    data = {"to": node.target, "records": entities.count, "as": entities.role, "unique": entities.turn is not None}
    if node.part.keep is not None:
        data["properties"] = list(node.part.keep)
    fact = Fact("refersTo", data, (words,))
    return _with(describe(plan, node.inner), fact, *distributed(entities.quantiles))


def _series(plan: Plan, node: Series) -> Description:
    pages = node.pages
    words = f"events of {node.dataset}: {pages.entities:,} records with {pages.least} to {pages.most} each"
    data = {"of": node.dataset, "records": pages.entities, "min": pages.least, "max": pages.most, "total": pages.total}
    return _with(describe(plan, node.inner), Fact("events", data, (words,)))


def _event(plan: Plan, node: Event) -> Description:
    return _with(describe(plan, node.inner), Fact("series", node.words, (node.words,)))


def _unrelated(plan: Plan, node: Unrelated) -> Description:
    fact = Fact("refersTo", {"to": node.target}, (f"refers to {node.target}, which was not given",))
    return _with(describe(plan, node.inner), fact)


def _noted(plan: Plan, node: Around) -> Description:
    return describe(plan, node.inner)


def _with(inner: Description, *facts: Fact) -> Description:
    return replace(inner, facts=(*inner.facts, *facts))


# ---------------------------------------------------------------- unions


def _union(_: Plan, node: UnionNode) -> Description:
    total = sum(way.weight for way in node.ways)
    parts = tuple(_way(number, way, way.weight / total) for number, way in enumerate(node.ways, 1))
    return Description(ONE_OF, f"{ONE_OF} {counted(len(parts), 'way')}", (), parts)


def _way(number: int, way: Alternative, share: float) -> Part:
    return Part(Role.WAY, number, way.node, way.recursive, (Fact("share", _rounded(share)),))


def _rounded(share: float) -> float:
    """A share as data: six significant digits are enough."""
    return float(f"{share:.6g}") if share < _NEARLY_ALL else share


# ---------------------------------------------------------------- arrays


def _array(_: Plan, node: ArrayNode) -> Description:
    size = "empty array" if node.most == 0 else f"array of {span_words(node.least, node.most, 'item')}"
    facts = [Fact("minItems", node.least), Fact("maxItems", node.most), *_default_size(node)]
    tops = [node.top(depth, node.most) for depth in DEPTHS]
    if tops[-1] != tops[0]:
        line = f"by depth of recursion at most {', '.join(map(str, tops))} items"
        facts.append(Fact("maxItemsByRecursion", tops, (line,)))
    if node.unique:
        facts.append(Fact("unique", True, ("items are unique",)))
    if node.repeated:
        facts.append(Fact("repeated", True, ("at least two items are equal",)))
    parts = [_item(position, items) for position, items in enumerate(node.prefix[: node.most])]
    if node.rest is not None and node.most > len(node.prefix):
        parts.append(_item(-1 - len(node.prefix), node.rest))
    return Description("array", size, tuple(facts), tuple(parts))


def _default_size(node: ArrayNode) -> tuple[Fact, ...]:
    """Where the schema sets no limit, or a larger one than is made use of."""
    if node.origin is None or not isinstance(node.origin.stated, ArrayShape):
        return ()
    stated, spare = node.origin.stated.most, node.most - node.least
    if stated is not None and stated <= node.most:
        return ()
    if stated is None:
        line = f"no maxItems: at most {spare} more than the minimum"
    else:
        line = f"up to {stated} items are allowed: at most {spare} more than the minimum are made"
    return (Fact("maxItemsByDefault", True, (line,)),)


def _item(position: int, items: Items) -> Part:
    return Part(Role.ITEM, position, items.node, items.recursive)


# ---------------------------------------------------------------- objects


def _object(_: Plan, node: ObjectNode) -> Description:
    demanding = {i: [each.rule for each in node.demanded if each.slot == i] for i in range(len(node.slots))}
    parts = [_property(slot, demanding[i]) for i, slot in enumerate(node.slots)]
    if _makes_extras(node):
        parts += [Part(Role.EXTRA, slot.name, slot.node, slot.recursive) for slot in node.extras]
    facts = (*_counts(node), *_dependencies(node), *_extras(node))
    return Description("object", "object" if parts else "empty object", facts, tuple(parts))


def _always(node: ObjectNode) -> int:
    return sum(slot.share >= ALWAYS for slot in node.slots)


def _makes_extras(node: ObjectNode) -> bool:
    return bool(node.extras) and (node.many > 0 or node.least > _always(node))


def _property(slot: Slot, rules: list[str]) -> Part:
    shares = [share_at(slot, depth) for depth in DEPTHS]
    facts = _presence(shares)
    if rules and shares[0] < ALWAYS:
        words = f"rule {rules[0]} demands" if len(rules) == 1 else f"rules {', '.join(rules)} demand"
        facts.append(Fact("demandedBy", rules, (f"there where {words} it",)))
    return Part(Role.PROPERTY, slot.name, slot.node, slot.recursive, tuple(facts))


def _presence(shares: list[float]) -> list[Fact]:
    if shares[0] >= ALWAYS:
        return [Fact("presence", 1.0)]
    line = f"optional: in {share_words(shares[0])} of objects"
    if shares[-1] == shares[0]:
        return [Fact("presence", _rounded(shares[0]), (line,))]
    line += f" (by depth of recursion {', '.join(map(share_words, shares))})"
    deep = Fact("presenceByRecursion", [_rounded(share) for share in shares])
    return [Fact("presence", _rounded(shares[0]), (line,)), deep]


def _counts(node: ObjectNode) -> list[Fact]:
    facts = []
    if node.least > _always(node):
        line = f"at least {counted(node.least, 'property', 'properties')}"
        facts.append(Fact("minProperties", node.least, (line,)))
    if node.most is not None and (node.most < len(node.slots) or node.extras):
        line = f"at most {counted(node.most, 'property', 'properties')}"
        facts.append(Fact("maxProperties", node.most, (line,)))
    return facts


def _dependencies(node: ObjectNode) -> list[Fact]:
    """Which properties come with which; only such as the object can have."""
    known = {slot.name for slot in (*node.slots, *node.extras)}
    pairs = [(first, then) for first, then in node.implications if first in known]
    if not pairs:
        return []
    lines = [
        f"where {name_words(first)} is, so {'is' if len(names) == 1 else 'are'} {' and '.join(names)}"
        for first, group in groupby(pairs, key=lambda pair: pair[0])
        for names in [[name_words(then) for _, then in group]]
    ]
    more = [f"and {counted(len(lines) - MOST_LINES, 'such dependency', 'such dependencies')} more"]
    shown = lines if len(lines) <= MOST_LINES else lines[:MOST_LINES] + more
    return [Fact("dependencies", [list(pair) for pair in pairs], tuple(shown))]


def _extras(node: ObjectNode) -> list[Fact]:
    """Properties that the schema does not name."""
    if not node.extras:
        return []
    names = [slot.name for slot in node.extras]
    if not _makes_extras(node):
        line = "further properties are allowed, none are made"
    elif node.many:
        line = span_words(node.few, node.many, "further property", "further properties")
    else:
        line = "further properties where the least number asks for them"
    if _makes_extras(node):
        line += f", named like {', '.join(map(name_words, names[:3]))}"
        line += ", fewer with every return" if any(slot.recursive for slot in node.extras) else ""
    data = {"least": node.few, "most": node.many, "names": names[:FEW], "count": len(names)}
    return [Fact("extraProperties", data, (line,))]


DESCRIBERS: Mapping[type, Callable[[Plan, Any], Description]] = {
    ArrayNode: _array,
    BigNumbers: _big_numbers,
    Calculated: _tied,
    Choice: _choice,
    Decimals: _decimals,
    Event: _event,
    Guarded: _guarded,
    Integers: _integers,
    Linked: _tied,
    Noted: _noted,
    ObjectNode: _object,
    Reference: _reference,
    RowChoice: _row_choice,
    SampledText: _sampled_text,
    Series: _series,
    Suggested: _suggested,
    Switched: _tied,
    TemplateText: _template_text,
    UnionNode: _union,
    Unrelated: _unrelated,
    Unique: _unique,
}
"""A row per class of node."""
