"""Parts of a schema put to use on their own: to judge values, to draw some, and to deny a keyword."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from msgspec import Struct, field
from msgspec.structs import replace

from pytest_specmint.check.second import SecondJudge
from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.errors import SpecmintError
from pytest_specmint.near_miss.breakers.family import LARGEST, Aids, Spot
from pytest_specmint.near_miss.breakers.table import candidates
from pytest_specmint.near_miss.sites import Aim, Target, survey
from pytest_specmint.near_miss.steps import follow, replaced
from pytest_specmint.patterns import PatternError
from pytest_specmint.schema.document import Schema, pointer_tokens
from pytest_specmint.schema.sets.values import Json

MAX_CHANGES = 64
"""How many changes within one branch are proposed."""
_NOTHING = object()


class Parts(Struct):
    """What breakers may ask about other subschemas; every answer is found once."""

    schema: Schema
    settings: EngineSettings
    second: SecondJudge
    _plans: dict[str, Plan | None] = field(default_factory=dict)
    _samples: dict[tuple[str, int], Sequence[Json]] = field(default_factory=dict)
    _surveys: dict[str, tuple[Aim, ...]] = field(default_factory=dict)

    def holds(self, place: str, value: Json) -> bool:
        """Whether the subschema at the place accepts the value."""
        return self.second.accepts(place, value)

    def samples(self, place: str, count: int) -> Sequence[Json]:
        """Values that the subschema at the place accepts, always the same; none where there are none to be had."""
        size = max(8, 1 << (count - 1).bit_length())
        found = self._samples.get((place, size))
        if found is None:
            if place not in self._plans:
                self._plans[place] = self.plan(replace(self.schema, place=place))
            found = self._samples[place, size] = drawn(self._plans[place], size)
        return found[:count]

    def plan(self, schema: Schema) -> Plan | None:
        """The plan of a schema, or nothing where the engine has none."""
        try:
            return compile_plan(schema, self.settings)
        except (SpecmintError, RecursionError):
            return None

    def changes(self, place: str, value: Json) -> Iterator[Json]:
        """The value changed so as to break, one at a time, the assertions of the subschema at the place."""
        aims = self._surveys.get(place)
        if aims is None:
            aims = self._surveys[place] = survey(self.schema, place)
        streams = [self._broken(aim, value) for aim in aims]
        rows = zip_longest(*streams, fillvalue=_NOTHING)
        yield from islice((each for row in rows for each in row if each is not _NOTHING), MAX_CHANGES)

    def _broken(self, aim: Aim, value: Json) -> Iterator[Json]:
        for way in aim.ways:
            for spotted in islice(follow(way, value, self, 0), 2):
                if not spotted.is_name:
                    for each in islice(candidates(spot_of(aim.target, spotted.value, self.schema, _Shallow(self))), 4):
                        yield replaced(value, spotted.path, each)


class _Shallow(Struct, frozen=True):
    """The same without `changes`: branches within branches are not taken apart."""

    parts: Parts

    def holds(self, place: str, value: Json) -> bool:
        """As `Parts.holds`."""
        return self.parts.holds(place, value)

    def samples(self, place: str, count: int) -> Sequence[Json]:
        """As `Parts.samples`."""
        return self.parts.samples(place, count)

    def changes(self, place: str, value: Json) -> Iterator[Json]:
        """Nothing."""
        return iter(())


def drawn(plan: Plan | None, count: int) -> Sequence[Json]:
    """Values of a plan; none where it fails to make them."""
    try:
        return () if plan is None else plan.records(0, 0, count)
    except (SpecmintError, PatternError, RecursionError):
        return ()


def spot_of(target: Target, value: Json, schema: Schema, aids: Aids) -> Spot:
    """The target at a value."""
    node = schema.at(target.place)
    return Spot(node, target.place, target.keyword, target.child, target.forbids, value, schema.draft, aids)


# ---------------------------------------------------------------- denial

_COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "additionalProperties": ("properties", "patternProperties"),
    "items": ("prefixItems",),
    "additionalItems": ("items",),
    "minContains": ("contains",),
    "maxContains": ("contains",),
    "then": ("if",),
    "else": ("if",),
    "exclusiveMinimum": ("minimum",),
    "exclusiveMaximum": ("maximum",),
}
"""Keywords that a keyword needs beside it to mean what it does."""
_UNDENIABLE = frozenset({"unevaluatedProperties", "unevaluatedItems"})
_SIZES = frozenset({"maxLength", "maxItems", "maxProperties", "maxContains"})


def denial(schema: Schema, target: Target) -> Schema | None:
    """A schema of the values that break the target and nothing else of the schema object in which it stands."""
    node = dict(schema.at(target.place))
    keyword, operand = target.keyword, node.pop(target.keyword)
    if keyword in _UNDENIABLE or (keyword in _SIZES and operand > LARGEST):
        return None
    alone = {name: node[name] for name in _COMPANIONS.get(keyword, ()) if name in node}
    if keyword == "minContains":
        node[keyword] = 0
    elif keyword == "contains":
        node = {name: each for name, each in node.items() if name not in {"minContains", "maxContains"}}
    elif target.child:
        node[keyword] = _lifted(operand, target.child[0])
    if isinstance(operand, (int, float)) and not isinstance(operand, bool) and keyword.startswith("exclusive"):
        alone = {}
    node["allOf"] = [*node.get("allOf", ()), {"not": {**alone, keyword: operand}}]
    name, _, pointer = target.place.partition("#")
    documents = {**schema.documents, name: _with(schema.documents[name], pointer_tokens(pointer), node)}
    return replace(schema, documents=documents, place=target.place, sha256=f"{schema.sha256}!{target.pointer}")


def _lifted(operand: Json, token: str | int) -> Json:
    """The keyword's value with the false subschema made to allow everything."""
    if isinstance(operand, list):
        return [{} if i == token else each for i, each in enumerate(operand)]
    return {**operand, token: {}}


def _with(document: Json, path: Sequence[str], node: Json) -> Json:
    if not path:
        return node
    if isinstance(document, list):
        index = int(path[0])
        return [*document[:index], _with(document[index], path[1:], node), *document[index + 1 :]]
    return {**document, path[0]: _with(document[path[0]], path[1:], node)}
