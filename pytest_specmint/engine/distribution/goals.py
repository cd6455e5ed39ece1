"""The distributions of a goal: which of its ways they are about, and the ways by them."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.distributions.build import listed
from pytest_specmint.engine.distribution.axes import axis_of, share
from pytest_specmint.engine.distribution.fields import (
    at_home,
    empty,
    grid_of,
    moment_axis,
    moments_drawn,
    number_by,
    numbers_drawn,
    ranked,
)
from pytest_specmint.engine.distribution.money import money_shape
from pytest_specmint.engine.distribution.named import Weighted, weighted_values
from pytest_specmint.engine.distribution.read import KINDS, Wish, read
from pytest_specmint.engine.distribution.shapes import words_of
from pytest_specmint.engine.distribution.sites import DIST, NULL_RATE, WEIGHTS, Declared, declared
from pytest_specmint.engine.nodes.guard import Guarded
from pytest_specmint.engine.nodes.number import Decimals, Integers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.numbers import number_node
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.heights import Shape, Way
from pytest_specmint.schema.sets.goal import Goal, Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.sets.values import Json, identity
from pytest_specmint.stream import record_keys

_WITNESSES = 8
"""Values by which it is seen which branch a way belongs to."""
_BY_WIDTH = frozenset({"uniform", "zipf"})
"""Kinds whose share of a way says nothing of how often that is taken."""


class Asked(Struct, frozen=True):
    """What is asked for the values of a goal."""

    wishes: tuple[Wish, ...]
    null_rate: float | None = None


class Made(Struct, frozen=True):
    """A way with its node."""

    node: Node
    weight: float
    height: int
    wish: Wish | None = None
    part: float = 0.0
    """How much of its distribution the way holds."""


class Setting(Struct, frozen=True):
    """What making needs: the goal, its field, how ways are made without a distribution, and how leaves are guarded."""

    canonical: Canonicaliser
    settings: EngineSettings
    goal: Goal
    name: str
    place: str
    plain: Callable[[Way], Node]
    bare: Callable[[Way], Node]
    """Likewise, without what ties the field to others."""
    guarded: Callable[[Node, Numbers | Strings], Node]


def asked(canonical: Canonicaliser, goal: Goal, name: str, settings: EngineSettings) -> Asked | None:
    """What is asked for a goal's values, checked; None if nothing is."""
    said = [each for keyword in (DIST, WEIGHTS) for each in declared(canonical.schema, goal, keyword)]
    sites = [each.site for each in said]
    twice = next((each for each in said if sites.count(each.site) > 1), None)
    if twice:
        raise SchemaError("x-dist and x-weights stand side by side", pointer=twice.place, hint="drop one of them")
    # Branches are nearer to their values than what is said of all.
    wishes = tuple(
        _at_home(canonical, goal, read(each), name, settings) for each in sorted(said, key=lambda each: not each.branch)
    )
    rates = declared(canonical.schema, goal, NULL_RATE)
    rate = _null_rate(canonical, goal, rates[0]) if rates else None
    return Asked(wishes, rate) if wishes or rate is not None else None


def amounts(canonical: Canonicaliser, goal: Goal, numbers: Numbers, name: str, settings: EngineSettings) -> Node:
    """The node for amounts of money of which the schema says nothing more: most are small."""
    place = next((term.place for term in goal if term.positive), "#")
    plain = number_node(numbers, name, place)
    if not isinstance(plain, Integers | Decimals):
        return plain
    low, high = _widest(canonical, goal) or (grid_of(plain).low, grid_of(plain).high)
    if money_shape(low, high, grid_of(plain).step) is None:
        return plain
    wish = Wish("lognormal", {}, Declared(DIST, "lognormal", place, place), (low, high))
    return number_by(wish, axis_of("number", settings.as_of), plain, numbers)[0]


def _widest(canonical: Canonicaliser, goal: Goal) -> tuple[Fraction, Fraction] | None:
    """The widest bounds among the goal's terms: those of the field itself, where conditions narrow it."""
    sets = [each for term in goal if term.positive for each in _numbers(canonical, (term,))]
    found = [(each.lower, each.upper) for each in sets if each.lower is not None and each.upper is not None]
    return max(found, key=lambda pair: pair[1] - pair[0], default=None)


def _at_home(canonical: Canonicaliser, goal: Goal, wish: Wish, name: str, settings: EngineSettings) -> Wish:
    """The distribution with the bounds of its own subschema, where others narrow it; those of the field else."""
    site, own = (Term(wish.said.site),), _own(goal, wish.said)
    if wish.kind == "categorical" or site == goal:
        return wish
    whole = _numbers(canonical, own)
    if not whole:
        return wish
    lows, highs = ([*_ends(_numbers(canonical, site)), *_ends(whole)][end::2] for end in (0, 1))
    low = next((each for each in lows if each is not None), None)
    high = next((each for each in highs if each is not None), None)
    home = replace(whole[0], lower=low, upper=high, lower_open=False, upper_open=False)
    return at_home(wish, axis_of("number", settings.as_of), home, name, wish.said.place)


def _ends(sets: Sequence[Numbers]) -> tuple[Fraction | None, Fraction | None]:
    """The least lower and the greatest upper bound; None where one is open."""
    lows = [each.lower for each in sets if each.lower is not None]
    highs = [each.upper for each in sets if each.upper is not None]
    return (
        min(lows) if sets and len(lows) == len(sets) else None,
        max(highs) if sets and len(highs) == len(sets) else None,
    )


def _numbers(canonical: Canonicaliser, goal: Goal) -> list[Numbers]:
    return [branch.set for branch in canonical.open(goal) if isinstance(branch.set, Numbers)]


def _null_rate(canonical: Canonicaliser, goal: Goal, said: Declared) -> float | None:
    rate = share(said.value, said.place)
    if not canonical.meets(_own(goal, said), None):
        raise SchemaError(
            "x-null-rate stands where null is not allowed",
            pointer=said.place,
            hint='allow it: "type": ["string", "null"], or drop x-null-rate',
        )
    return rate if canonical.meets(goal, None) else None


def _own(goal: Goal, said: Declared) -> Goal:
    """The part of the goal to which a keyword belongs."""
    if said.branch:
        return (Term(said.site),)
    return tuple(term for term in goal if term.place == said.term and term.positive)


def ways_by(setting: Setting, asked_for: Asked, ways: Sequence[Way]) -> list[Made]:
    """The ways of a goal by what is asked for; at least one."""
    weighed = _categorical(setting, asked_for)
    null_apart = asked_for.null_rate is not None or weighed is not None
    parts = [part for way in ways for part in (_without_null(way) if null_apart else (way,))]
    made = [_made(setting, asked_for, weighed, part) for part in parts if not _is_null(part, null_apart=null_apart)]
    _check_used(setting, asked_for, made)
    made = _by_part(_merged(made, weighed))
    nulls = [part for part in parts if _is_null(part, null_apart=null_apart)]
    if weighed is not None and any(value is None for value, _ in weighed.values):
        return made
    return _with_null(made, nulls, asked_for.null_rate)


# ---------------------------------------------------------------- null


def _without_null(way: Way) -> Iterator[Way]:
    """The way without null, and null, with their shares."""
    if not isinstance(way.shape, Literals) or None not in way.shape.values:
        yield way
        return
    others = tuple(value for value in way.shape.values if value is not None)
    each = way.weight / len(way.shape.values)
    if others:
        yield replace(way, shape=Literals(others), weight=each * len(others))
    yield replace(way, shape=Literals((None,)), weight=each)


def _is_null(way: Way, *, null_apart: bool) -> bool:
    return null_apart and isinstance(way.shape, Literals) and way.shape.values == (None,)


def _with_null(made: list[Made], nulls: Sequence[Way], rate: float | None) -> list[Made]:
    """The ways with null as often as asked, or as usual."""
    total = sum(each.weight for each in made)
    weight = sum(each.weight for each in nulls)
    if not nulls or rate == 0:
        return made or [Made(Choice((None,)), weight, 0)]
    if rate == 1 or not made:
        return [Made(Choice((None,)), weight, 0)]
    if rate is not None:
        weight = total * rate / (1.0 - rate)
    return [*made, Made(Choice((None,)), weight, 0)]


def with_examples(made: list[Made], examples: Sequence[Json], part: float) -> list[Made]:
    """The ways with the examples as one more that has this part of all but null.

    A node around them that suggests examples would look at the same random word as their union does.
    """
    values = tuple(value for value in examples if value is not None)
    weight = sum(each.weight for each in made if not _makes_null(each))
    if not values or not weight:
        return made
    rarer = [each if _makes_null(each) else replace(each, weight=each.weight * (1.0 - part)) for each in made]
    return [Made(Choice(values), weight * part, 0), *rarer]


def _makes_null(made: Made) -> bool:
    return isinstance(made.node, Choice) and made.node.values == (None,)


# ---------------------------------------------------------------- weights by value


class _Weighed(Struct, frozen=True):
    wish: Wish
    values: Weighted
    choice: Choice | None
    """None where nothing is left that has a weight."""


def _categorical(setting: Setting, asked_for: Asked) -> _Weighed | None:
    """The values of the first categorical distribution, as far as the goal holds them."""
    wish = next((each for each in asked_for.wishes if each.kind == "categorical"), None)
    if wish is None:
        return None
    canonical, own = setting.canonical, _own(setting.goal, wish.said)
    null_aside = asked_for.null_rate is not None
    site = canonical.schema.at(wish.said.site)
    enumerated = site.get("enum", [site["const"]] if "const" in site else None)
    listed_there = _listed(canonical, own)
    values = weighted_values(wish, enumerated, listed_there, _admits(canonical, own), null_aside=null_aside)
    admitted = _admits(canonical, setting.goal)
    kept = [(value, weight) for value, weight in values if admitted(value) and not (null_aside and value is None)]
    data = {"kind": wish.kind, "values": [value for value, _ in kept], "weights": [float(weight) for _, weight in kept]}
    table = listed([weight for _, weight in kept], words_of(wish), data) if kept else None
    return _Weighed(wish, kept, Choice(tuple(value for value, _ in kept), table) if table else None)


def _admits(canonical: Canonicaliser, goal: Goal) -> Callable[[Json], bool]:
    """Whether a goal holds a value; what it lists is looked up, since lists may be long."""
    union = canonical.open(goal) if goal else ()
    known = {identity(value) for each in union if isinstance(each.set, Literals) for value in each.set.values}
    closed = bool(union) and all(isinstance(each.set, Literals) for each in union)
    return lambda value: identity(value) in known or (not closed and canonical.meets(goal, value))


def _listed(canonical: Canonicaliser, goal: Goal) -> list[Json]:
    """The values that the schema lists, if it allows no others (but null)."""
    union = canonical.open(goal) if goal else ()
    if not all(isinstance(branch.set, Literals) for branch in union):
        return []
    return [value for branch in union if isinstance(branch.set, Literals) for value in branch.set.values]


def _merged(made: list[Made], weighed: _Weighed | None) -> list[Made]:
    """One way for all that is drawn by the same weights."""
    if weighed is None or weighed.choice is None:
        return made
    same = [each for each in made if each.node is weighed.choice]
    others = [each for each in made if each.node is not weighed.choice]
    return [Made(weighed.choice, sum(each.weight for each in same), 0), *others] if same else others


# ---------------------------------------------------------------- the ways


def _made(setting: Setting, asked_for: Asked, weighed: _Weighed | None, way: Way) -> Made:
    text = setting.bare(way) if isinstance(way.shape, Strings) else None
    wish = next((each for each in asked_for.wishes if _speaks(setting, each, way, text)), None)
    if wish is None:
        return Made(setting.plain(way), way.weight, way.height)
    if weighed is not None and weighed.wish is wish:
        return Made(weighed.choice or setting.plain(way), way.weight, way.height, wish, 1.0)
    if isinstance(way.shape, Literals):
        return Made(_listed_by(wish, way.shape), way.weight, way.height, wish, 1.0)
    if isinstance(way.shape, Numbers):
        axis = axis_of("number", setting.settings.as_of)
        node, part = numbers_drawn(wish, axis, way.shape, setting.name, setting.place)
        return Made(setting.guarded(node, way.shape), way.weight, way.height, wish, part)
    assert text is not None
    assert isinstance(way.shape, Strings)
    moments = moments_drawn(wish, axis_of(moment_axis(text), setting.settings.as_of), text)
    return Made(setting.guarded(moments, way.shape), way.weight, way.height, wish, 1.0)


def _listed_by(wish: Wish, shape: Literals) -> Choice:
    """Listed values by their order; where the distribution needs more than that, each alike."""
    return Choice(shape.values, ranked(wish, len(shape.values)) if KINDS[wish.kind].ranks else None)


def _speaks(setting: Setting, wish: Wish, way: Way, text: Node | None) -> bool:
    """Whether a distribution can be that of a way, and is meant to."""
    shape = way.shape
    if isinstance(shape, Literals):
        fits = wish.kind == "categorical" or KINDS[wish.kind].ranks or len(shape.values) == 1
    elif wish.kind == "categorical":
        fits = isinstance(shape, Numbers | Strings)
    else:
        fits = isinstance(shape, Numbers) or (text is not None and bool(moment_axis(text)))
    if not fits or not wish.said.branch:
        return fits
    branch = _own(setting.goal, wish.said)
    return all(setting.canonical.meets(branch, value) for value in _witnesses(setting, way, text))


def _witnesses(setting: Setting, way: Way, text: Node | None) -> Sequence[Json]:
    shape: Shape = way.shape
    if isinstance(shape, Literals):
        return [value for value in shape.values if value is not None]
    node = number_node(shape, setting.name, setting.place) if isinstance(shape, Numbers) else text
    if node is None or isinstance(node, Guarded):
        return []
    plan = Plan((node,), 0, exact=True)
    return plan.values(node.sample(plan, record_keys(0, 0, _WITNESSES), 0))


def _check_used(setting: Setting, asked_for: Asked, made: Sequence[Made]) -> None:
    """Refuse what fits none of the values, and what has hardly any share in them."""
    for wish in asked_for.wishes:
        mine = [each for each in made if each.wish is wish]
        if not mine:
            if not wish.said.branch and len(setting.goal) == 1 and len(asked_for.wishes) == 1:
                raise _unfit(wish)
        elif not any(each.part > 0 for each in mine) and not _fits_alone(setting, wish):
            raise empty(wish)


def _fits_alone(setting: Setting, wish: Wish) -> bool:
    """Whether the distribution has a share in what its own subschema allows: other parts narrow it then."""
    axis = axis_of("number", setting.settings.as_of)
    numbers = _numbers(setting.canonical, _own(setting.goal, wish.said))
    return any(numbers_drawn(wish, axis, each, setting.name, setting.place)[1] > 0 for each in numbers)


def _unfit(wish: Wish) -> SchemaError:
    return SchemaError(
        f"{wish.said.keyword}: a {wish.kind} distribution fits none of the values that are allowed here",
        pointer=wish.said.place,
        hint="numbers, dates, date-times and times take all kinds; listed values categorical, zipf and uniform; "
        "other texts categorical",
    )


def _by_part(made: list[Made]) -> list[Made]:
    """Several intervals of one distribution: each as often as it holds some of it."""
    mine = [each for each in made if each.wish and each.part > 0 and each.wish.kind not in _BY_WIDTH | {"categorical"}]
    whole = sum(each.part for each in mine)
    if len(mine) < 2 or len({id(each.wish) for each in mine}) > 1 or whole <= 0:
        return made
    weight = sum(each.weight for each in mine)
    return [replace(each, weight=weight * each.part / whole) if each in mine else each for each in made]
