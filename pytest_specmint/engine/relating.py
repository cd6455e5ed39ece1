"""From resolved references to nodes: which records may be meant, and which fields of an object mean the same one."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from pytest_specmint.distributions.quantiles import Quantiles
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.object import ObjectNode, Slot
from pytest_specmint.engine.nodes.reference import Demand, Entities, Part, Reference, Turn
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Capacity, Node, Plan
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import SchemaError
from pytest_specmint.relations.model import REF, Resolved, resolved
from pytest_specmint.relations.read import read_ref
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.document import pointer_tokens
from pytest_specmint.schema.hints import Hints
from pytest_specmint.schema.sets.goal import TRUE_PLACE, Goal, Term, conjoin
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import salt

_KINDS = "uniform, normal, lognormal, exponential, zipf and histogram"


def reference_of(hints: Hints) -> Resolved | None:
    """The reference that a goal's values are; None for most, and for one whose dataset was left open."""
    return resolved((hints.extensions or {}).get(REF))


def left_open(hints: Hints) -> str | None:
    """What a goal refers to whose dataset was not given."""
    value = (hints.extensions or {}).get(REF)
    return None if value is None or resolved(value) else read_ref(value, "#").target


def source_of(dataset: str, role: str) -> str:
    """What has the same one within an object means the same record."""
    return f"\0\0ref {dataset}\0{role}"


def entities_of(ref: Resolved, demands: tuple[Demand, ...]) -> Entities:
    """Which records a reference may mean."""
    source = source_of(ref.dataset, ref.role)
    turn = Turn(ref.entities, 1, int(salt(f"\0\0unique {source}"))) if ref.unique else None
    table = None if ref.dist is None or ref.unique else _ranks(ref.dist, ref.entities, ref.place)
    return Entities(source, ref.dataset, ref.entities, ref.role, turn, table, demands)


def nulls_of(canonical: Canonicaliser, goal: Goal) -> float:
    """How often a reference is null."""
    from pytest_specmint.engine.distribution.axes import share
    from pytest_specmint.engine.distribution.sites import NULL_RATE, declared

    said = declared(canonical.schema, goal, NULL_RATE)
    return share(said[0].value, said[0].place) if said else 0.0


def part_of(ref: Resolved) -> Part:
    """What is taken over."""
    return Part(tuple(pointer_tokens(ref.pointer)), ref.keep)


def _ranks(dist: Json, count: int, place: str) -> Quantiles | None:
    """The table of a distribution over the ranks 1, 2, 3… of a dataset's records."""
    from pytest_specmint.engine.distribution.axes import axis_of
    from pytest_specmint.engine.distribution.read import read
    from pytest_specmint.engine.distribution.shapes import Grid, table
    from pytest_specmint.engine.distribution.sites import Declared

    wish = read(Declared("dist", dist, place, place))
    if wish.kind == "categorical":
        raise SchemaError(f"{REF}: dist takes {_KINDS}", pointer=wish.said.place, hint="write a histogram over ranks")
    made = table(wish, axis_of("number", AS_OF), Grid(1, Fraction(1), count))
    if made is None:
        hint = f"ranks go from 1 to {count:,}"
        raise SchemaError(f"{REF}: nothing of the distribution lies there", pointer=wish.said.place, hint=hint)
    return made


# ---------------------------------------------------------------- what fits


def demand_of(ref: Resolved, part: Part, goal: Goal, canonical: Canonicaliser, *, optional: bool) -> Demand | None:
    """What a record must have to be referred to, as far as that is not certain; None where it is."""
    beyond = conjoin([tuple(term for term in goal if not _certain(ref, term, canonical))])
    return Demand(part, beyond) if beyond or not (ref.always or optional) else None


def _certain(ref: Resolved, term: Term, canonical: Canonicaliser) -> bool:
    """Whether whatever is referred to meets a term of the goal."""
    if term.place == TRUE_PLACE or ref.at is None:
        return term.place == TRUE_PLACE
    if ref.same and f"{term.place}/{REF}" == ref.place:
        return True
    try:
        there = canonical.schema.resolve(ref.at, "#")
        outside = (Term(there), Term(term.place, not term.positive, term.scope))
        return not canonical.open(conjoin([outside])) and not canonical.cut and not canonical.partial
    except SchemaError:
        return False


# ---------------------------------------------------------------- which fields mean the same record


def with_entities(plan: Plan) -> Plan:
    """The plan whose objects draw the records that their fields refer to, and which limits their number."""
    refs = {number: node for number, node in enumerate(plan.nodes) if isinstance(node, Reference)}
    if not refs:
        return plan
    nodes = [_with_entities(plan.nodes, node, refs) if isinstance(node, ObjectNode) else node for node in plan.nodes]
    return replace(plan, nodes=tuple(nodes), linked=True)


def capacities(plan: Plan, places: Mapping[str, str]) -> tuple[Capacity, ...]:
    """How many records can refer to one of their own, by source."""
    found = {node.entities.source: node.entities for node in plan.nodes if isinstance(node, Reference)}
    return tuple(
        Capacity(
            places.get(source, "#"),
            each.count,
            f"x-ref: {{wanted}} records are to refer to one of {each.dataset} each, but there are {{size}}",
            f"make more of {each.dataset}, fewer records, or leave unique away",
        )
        for source, each in found.items()
        if each.turn is not None and each.turn.size == each.count
    )


def _with_entities(nodes: Sequence[Node], owner: ObjectNode, refs: Mapping[int, Reference]) -> ObjectNode:
    slots = tuple(_following(slot, refs) for slot in owner.slots)
    if slots != owner.slots:
        owner = replace(owner, slots=slots)
    if owner.component:
        return owner
    found: dict[str, Entities] = {}
    for number in _within(nodes, owner, deep=False):
        if number in refs:
            _add(found, refs[number].entities)
    if any(each.named for each in found.values()):
        for number in _within(nodes, owner, deep=True):
            if number in refs and refs[number].entities.named and refs[number].entities.source in found:
                _add(found, refs[number].entities)
    return replace(owner, entities=tuple(found.values())) if found else owner


def _following(slot: Slot, refs: Mapping[int, Reference]) -> Slot:
    """A property that is there only where the record referred to has one."""
    ref = refs.get(slot.node)
    return replace(slot, follows=True) if ref is not None and ref.optional else slot


def _add(found: dict[str, Entities], entities: Entities) -> None:
    known = found.get(entities.source)
    if known is None:
        found[entities.source] = entities
        return
    demands = tuple(dict.fromkeys((*known.demands, *entities.demands)))
    ranges = tuple(dict.fromkeys((*known.ranges, *entities.ranges)))
    quantiles, turn = known.quantiles or entities.quantiles, known.turn or entities.turn
    found[entities.source] = replace(known, demands=demands, ranges=ranges, quantiles=quantiles, turn=turn)


def _within(nodes: Sequence[Node], owner: ObjectNode, *, deep: bool) -> Iterator[int]:
    """The nodes of an object's fields, those of its components among them; ``deep``: of all that it holds."""
    pending = [slot.node for slot in (*owner.slots, *owner.extras)]
    seen: set[int] = set()
    while pending:
        number = pending.pop(0)
        if number not in seen:
            seen.add(number)
            yield number
            pending += _below(nodes[number], deep=deep)


def _below(node: Node, *, deep: bool) -> list[int]:
    if isinstance(node, ObjectNode):
        return [slot.node for slot in (*node.slots, *node.extras)] if deep or node.component else []
    if isinstance(node, UnionNode):
        return [way.node for way in node.ways]
    if isinstance(node, ArrayNode):
        return [each.node for each in (*node.prefix, node.rest) if each] if deep else []
    return list(node.inside) if isinstance(node, Around) and not node.taken_over else []
