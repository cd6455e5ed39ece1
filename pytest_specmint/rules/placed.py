"""Rules and sentences wherever a schema has them: on the record itself, and on objects inside it.

A rule means the same wherever its schema is used: its names are those of the object that its schema describes. Where
a record may have several such objects, in lists, the rule is about each. Rules of parts that only some records meet
(branches, conditions), of properties without a name and of parts that contain their like have no effect: they are told.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.errors import SchemaError
from pytest_specmint.rules.enforced import KEYWORD, SENTENCES, speaks
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.model import MAX_RULES, Rule, read_rules
from pytest_specmint.rules.order import route_text
from pytest_specmint.schema.dialect import CHILDREN, Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.values import Json

MAX_WAYS = 20_000
Route = tuple[Step, ...]
_Site = Mapping[str, Json]


class Site(Struct, frozen=True):
    """A part of a schema: where it stands, and where in a record what it describes."""

    place: str
    content: _Site
    route: Route | None
    """None where only some records have it, or where it contains its like."""


class Ignored(Struct, frozen=True):
    """Rules that have no effect where they stand."""

    pointer: str
    why: str


class Own(Struct, frozen=True):
    """What a schema says itself of how fields belong together."""

    rules: tuple[Rule, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    sentences: tuple[tuple[str, str], ...] = ()
    """Texts of ``x-cross-field-rules``, with their places."""


NOTHING = Own()
SOME = (
    "where it stands in a branch, under a condition, in an unnamed property or inside of its like: "
    "write it where the record's own schema stands"
)


@lru_cache(maxsize=64)
def own(schema: Schema) -> Own:
    """The schema's own rules. Raises `RuleError` for those that are malformed."""
    if not speaks(schema):
        return NOTHING
    rules: dict[Rule, Rule] = {}
    ignored: list[Ignored] = []
    sentences: dict[str, str] = {}
    read: dict[str, tuple[Rule, ...]] = {}
    for site in sites(schema):
        if SENTENCES in site.content:
            place = join_pointer(site.place, SENTENCES)
            sentences |= {pointer: text for text, pointer in _texts(site.content[SENTENCES], place)}
        if KEYWORD in site.content:
            place = join_pointer(site.place, KEYWORD)
            if site.place not in read:
                read[site.place] = read_rules(site.content[KEYWORD], place)
            if site.route is None:
                ignored.append(Ignored(place, SOME))
            else:
                for rule in (_at(each, site.route) for each in read[site.place]):
                    rules.setdefault(replace(rule, pointer=""), rule)  # said twice of the same object is said once
        if len(rules) > MAX_RULES:
            raise RuleError(f"{len(rules):,} rules are more than {MAX_RULES:,}", pointer=place, hint="split the schema")
    return Own(
        tuple(rules.values()), tuple(dict.fromkeys(ignored)), tuple((text, place) for place, text in sentences.items())
    )


def _at(rule: Rule, route: Route) -> Rule:
    """The rule of an object inside of the record, named after where that is."""
    if not route:
        return rule
    where = route_text(route).replace("[]", "").strip(".")
    return replace(rule, id=f"{where}.{rule.id}" if where else rule.id, home=route)


def _texts(said: Json, pointer: str) -> list[tuple[str, str]]:
    if isinstance(said, str):
        return [(said, pointer)]
    if isinstance(said, dict):
        return [(str(text), join_pointer(pointer, name)) for name, text in said.items()]
    listed = said if isinstance(said, list) else []
    return [(text, join_pointer(pointer, i)) for i, text in enumerate(listed) if isinstance(text, str)]


# ---------------------------------------------------------------- where they may stand


def sites(
    schema: Schema, keywords: Collection[str] = (KEYWORD, SENTENCES), *, branches: bool = False
) -> Iterator[Site]:
    """The parts of a schema that have one of the keywords, outermost first, with every way that leads to them.

    With ``branches``, parts that only some records meet have their routes too. Raises `RuleError` where there are too
    many ways.
    """
    leading = _leading(schema, keywords)
    pending: deque[tuple[str, Route | None, tuple[str, ...]]] = deque([(schema.place, (), ())])
    seen: set[tuple[str, Route | None]] = set()
    while pending:
        place, route, around = pending.popleft()
        route = None if place in around else route
        if place not in leading or (place, route) in seen:
            continue
        seen.add((place, route))
        if len(seen) > MAX_WAYS:
            hint = "write them where the record's own schema stands"
            raise RuleError(f"rules stand in parts to which more than {MAX_WAYS:,} ways lead", pointer=place, hint=hint)
        content = schema.at(place)
        assert isinstance(content, dict)
        if any(each in content for each in keywords):
            yield Site(place, content, route)
        pending += [
            (below, there, (*around, place))
            for below, there in _below(schema, place, content, route, branches=branches)
        ]


def _leading(schema: Schema, keywords: Collection[str]) -> set[str]:
    """The parts that have one of the keywords, or lead to one that has."""
    above: dict[str, list[str]] = {}
    pending, speaking = [schema.place], []
    while pending:
        place = pending.pop()
        content = schema.at(place)
        if not isinstance(content, dict):
            continue
        if any(each in content for each in keywords):
            speaking.append(place)
        for below, _ in _below(schema, place, content, None, branches=False):
            if below not in above:
                above[below] = []
                pending.append(below)
            above[below].append(place)
    found: set[str] = set()
    while speaking:
        place = speaking.pop()
        if place not in found:
            found.add(place)
            speaking += above.get(place, ())
    return found


def _below(
    schema: Schema, place: str, site: _Site, route: Route | None, *, branches: bool
) -> Iterator[tuple[str, Route | None]]:
    reference = site.get("$ref")
    if isinstance(reference, str):
        try:
            yield schema.resolve(reference, place), route
        except SchemaError:
            return  # for the compiler to refuse
        if schema.draft <= Draft.D7:
            return
    for keyword, value in site.items():
        if isinstance(value, dict) and keyword in CHILDREN.named:
            always = keyword == "properties" and route is not None
            for name in value if keyword not in {"$defs", "definitions"} else ():
                inside = route if branches and keyword == "dependentSchemas" else None
                yield join_pointer(place, keyword, name), (*route, name) if always and route is not None else inside
        elif isinstance(value, list) and keyword in CHILDREN.many:
            inside = route if keyword == "allOf" or (branches and keyword in {"anyOf", "oneOf"}) else None
            yield from ((join_pointer(place, keyword, i), inside) for i in range(len(value)))
        elif isinstance(value, dict) and keyword in CHILDREN.one:
            whole = keyword == "items" and route is not None and "prefixItems" not in site
            inside = route if branches and keyword in {"if", "then", "else"} else None
            yield join_pointer(place, keyword), (*route, ITEM) if whole and route is not None else inside


__all__ = ["Ignored", "Own", "Route", "Site", "own", "sites"]
