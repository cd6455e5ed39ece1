"""A job: everything that decides the bytes of a dataset, resolved and checked."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.engine.settings import USUAL_SIZES, EngineSettings, Sizes
from pytest_specmint.errors import UnsatisfiableSchema, UsageError
from pytest_specmint.packs.chosen import packs_of
from pytest_specmint.packs.locale_names import locales_within, schema_locale
from pytest_specmint.relations.read import entity_sets
from pytest_specmint.relations.sites import is_series, mentions
from pytest_specmint.rules.enforced import Enforced, speaks
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import mix_word, salt
from pytest_specmint.version import ENGINE_VERSION

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target
    from pytest_specmint.engine.plan import Plan
    from pytest_specmint.packs.locales import Locale
    from pytest_specmint.packs.pack import Pack
    from pytest_specmint.relations.links import Link
    from pytest_specmint.relations.model import EntitySet
    from pytest_specmint.rules.compile import Rules
    from pytest_specmint.rules.expression.resolve import Table
    from pytest_specmint.rules.model import Rule

MAX_SEED = (1 << 64) - 1
MAX_INDEX = (1 << 63) - 1


class Mode(StrEnum):
    """Which records are made."""

    USUAL = "usual"
    EDGE = "edge"
    """Boundary values first, one after the other, then as usual."""
    INVALID = "invalid"
    """Near misses: each breaks exactly one keyword."""


class Job(Struct, frozen=True):
    """The records ``start … start + count - 1`` of a schema under a seed, as of a day."""

    schema: Schema
    seed: int
    count: int
    start: int
    as_of: date
    sizes: Sizes = USUAL_SIZES
    mode: Mode = Mode.USUAL
    rules: "tuple[Rule, ...]" = ()
    """Rules besides those that the schema has under ``x-rules``."""
    domain: tuple[str, ...] = ()
    """Names of packs, besides those that the schema names under ``x-domain``."""
    related: "tuple[RelatedJob, ...]" = ()
    """Datasets that its records may refer to, besides the registries that the schema brings along."""
    links: "tuple[Link, ...]" = ()
    """References besides those that the schema makes itself."""
    series: str = ""
    """How its records are events, besides what the schema says itself: ``x-series`` as canonical JSON."""
    loose: bool = False
    """Whether references to datasets that are not given stay open: for those who judge or show, and make nothing."""
    origin: int | None = None
    """Of a registry: the seed of the dataset that brings it along."""
    known: tuple[str, ...] = ()
    """Names of all datasets that there are, for messages."""
    locale: str = ""
    """Whose names, places and words it has, in place of the ``x-locale`` at the schema's top; empty for that one."""

    def __post_init__(self) -> None:
        _whole("count", self.count, 1, MAX_INDEX)
        _whole("seed", self.seed, 0, MAX_SEED)
        _whole("start", self.start, 0, MAX_INDEX - self.count)

    def packs(self) -> "tuple[Pack, ...]":
        """The packs that words, meanings and rules come from before the base; raises `PackError`."""
        return packs_of(self.schema, self.domain)

    def locales(self) -> "tuple[Locale, ...]":
        """The locales that words come from: the one of the dataset first, then those that parts of the schema name."""
        first = self.locale or schema_locale(self.schema)
        tags = dict.fromkeys((*((first,) if first else ()), *locales_within(self.schema)))
        if not tags:
            return ()
        from pytest_specmint.packs.locales import locale_named

        return tuple(map(locale_named, tags))

    def plan(self) -> "Plan":
        """The compiled plan; compiled once per schema and day within a process."""
        return _plan(self.working(), self.as_of, self.sizes, self.rules, self.packs(), self.locale)

    def working(self) -> Schema:
        """The schema as it is worked with: joined with those that it refers to. Mostly the schema itself.

        Raises `SchemaError` for references that lead nowhere, `UnsatisfiableSchema` for those that do not fit.
        """
        return _working(self._whole()) if self._refers() else self.schema

    def targets_of_references(self) -> "Mapping[str, Job]":
        """The datasets that the records refer to, by name; none for most schemas."""
        return _referred(self._whole()) if self._refers() else {}

    def _refers(self) -> bool:
        return bool(self.links or self.series) or mentions(self.schema)

    def _whole(self) -> "Job":
        """The job without what does not matter for references."""
        return replace(self, count=1, start=0, mode=Mode.USUAL)

    def enforced(self) -> Enforced:
        """How the rules are kept; raises `RuleError` for rules that do not fit."""
        return _enforced(self.working(), self.as_of, self.rules, self.packs())

    def drawn_again(self) -> tuple[str, ...]:
        """Ids of the rules that are kept by drawing a record again that breaks them."""
        plan = self.plan()
        return tuple(sorted({*self.enforced().drawn, *plan.left} - {*plan.held}))

    def all_rules(self) -> "tuple[Rule, ...]":
        """The rules of the schema, those given beside it, and those of packs that fit it."""
        return _all_rules(self.working(), self.as_of, self.rules, self.packs())

    def compiled_rules(self) -> "Rules | None":
        """The same compiled, to check records by; None where there are none. Raises `RuleError`."""
        rules = self.all_rules()
        if not rules:
            return None
        from pytest_specmint.rules.compile import compile_rules
        from pytest_specmint.rules.schema_fields import SchemaFields

        return compile_rules(rules, SchemaFields(self.working()), as_of=self.as_of, tables=_rule_tables(self.packs()))

    def targets(self) -> "tuple[Target, ...]":
        """The boundary points that the first records are to have; none but in edge mode."""
        if self.mode is not Mode.EDGE:
            return ()
        if self._refers() and is_series(self.working()):
            hint = "leave --mode away: what belongs to a series follows from the events before"
            raise UsageError("x-series has no boundary values", hint=hint)
        return _targets(self.working(), self.as_of, self.sizes, self.rules, self.packs(), self.locale)

    def settings(self) -> EngineSettings:
        """What the engine works with besides the schema."""
        return _settings(self.as_of, self.sizes, self.packs(), self.locale or schema_locale(self.schema))

    def part(self, offset: int, count: int) -> "Job":
        """The job of a range within this one."""
        return replace(self, start=self.start + offset, count=count)

    def ranges(self, size: int) -> Iterator[tuple[int, int]]:
        """(start, count) of consecutive blocks that cover the job."""
        for first in range(self.start, self.start + self.count, size):
            yield first, min(size, self.start + self.count - first)


class RelatedJob(Struct, frozen=True):
    """A dataset that others may refer to by its name."""

    name: str
    job: Job


# ---------------------------------------------------------------- references


@lru_cache(maxsize=64)
def _working(job: Job) -> Schema:
    from pytest_specmint.relations.join import Target, joined

    targets = {name: Target(each.working(), each.count) for name, each in _referred(job).items()}
    known = [*entity_sets(job.schema), *(each.name for each in job.related), *job.known]
    return joined(_linked(job), targets, known, loose=job.loose)


@lru_cache(maxsize=64)
def _referred(job: Job) -> Mapping[str, Job]:
    from pytest_specmint.relations.order import in_order

    sets = entity_sets(job.schema)
    in_order({name: _needs(replace(job.schema, place=each.schema_place)) for name, each in sets.items()})
    given = {each.name: each.job for each in job.related}
    for name in given:
        if name in sets:
            hint = "give one of them another name"
            raise UsageError(f"{name} is related, and a registry of the schema, too", hint=hint)
    found: dict[str, Job] = {}
    for name in _needs(_linked(job)):
        if name in sets:
            found[name] = _registry(job, sets[name])
        elif name in given:
            found[name] = given[name]
    return found


def _linked(job: Job) -> Schema:
    if not job.links and not job.series:
        return job.schema
    from pytest_specmint.relations.links import with_links

    return with_links(job.schema, job.links, job.series)


def needs_of(job: Job) -> Mapping[str, str]:
    """The names of the datasets that a job's records refer to, of registries those too, and where they do so."""
    schema = _linked(job)
    if schema is job.schema and not mentions(schema):
        return {}
    found = dict(_needs(schema))
    for each in entity_sets(job.schema).values():
        for name, place in _needs(replace(job.schema, place=each.schema_place)).items():
            found.setdefault(name, place)
    return {name: place for name, place in found.items() if name not in entity_sets(job.schema)}


def _needs(schema: Schema) -> dict[str, str]:
    """The datasets that a schema refers to, and where it does so."""
    from pytest_specmint.relations.sites import needs

    return needs(schema)


def _registry(job: Job, entities: "EntitySet") -> Job:
    """The dataset that a schema brings along, as of its own definition."""
    origin = job.seed if job.origin is None else job.origin
    seed = entities.seed
    if seed is None:
        seed = mix_word(origin + int(salt(f"\0\0entities {entities.name}")))
    schema = replace(job.schema, place=entities.schema_place)
    return replace(
        job, schema=schema, seed=seed, count=entities.count, start=0, rules=(), links=(), series="", origin=origin
    )


def _whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f"{name} must be a whole number from {low} to {high}, not {value!r}", hint=f"set {name}")


@lru_cache(maxsize=64)
def _plan(
    schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]", locale: str
) -> "Plan":
    from pytest_specmint.plan_cache import recalled

    known = [(pack.name, pack.version, pack.sha256) for pack in packs]
    identity = (schema.identity, as_of, sizes, ENGINE_VERSION, *rules, *known, *([locale] if locale else []))
    return recalled(identity, lambda: _compiled(schema, as_of, sizes, rules, packs, locale))


def _compiled(
    schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]", locale: str
) -> "Plan":
    from pytest_specmint.check.verifier import check_schema
    from pytest_specmint.engine.compile import compile_plan

    check_schema(schema)
    kept = _enforced(schema, as_of, rules, packs)
    settings = _settings(as_of, sizes, packs, locale or schema_locale(schema))
    if not (kept.rules or kept.links or kept.warnings or kept.ways):
        return compile_plan(kept.schema, settings)
    from pytest_specmint.engine.ruled import ruled_plan

    try:
        return ruled_plan(kept, settings)
    except UnsatisfiableSchema as error:
        from pytest_specmint.engine.blame import blamed
        from pytest_specmint.rules.enforce import enforced

        tables = _rule_tables(packs)
        raise blamed(
            error,
            _all_rules(schema, as_of, rules, packs),
            lambda some: ruled_plan(enforced(schema, some, as_of, tables), settings),
        ) from error


@lru_cache(maxsize=64)
def _enforced(schema: Schema, as_of: date, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]") -> Enforced:
    if not (rules or packs or speaks(schema)):  # most schemas: nothing is loaded
        return Enforced(schema)
    from pytest_specmint.rules.enforce import enforced

    return enforced(schema, _all_rules(schema, as_of, rules, packs), as_of, _rule_tables(packs))


def _all_rules(schema: Schema, as_of: date, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]") -> "tuple[Rule, ...]":
    if not (rules or packs or speaks(schema)):
        return ()
    from pytest_specmint.rules.placed import own

    listed = (*own(schema).rules, *rules)
    if not packs:
        return listed
    from pytest_specmint.packs.rules import fitting_rules

    return (*listed, *fitting_rules(packs, schema, listed, as_of))


def _rule_tables(packs: "tuple[Pack, ...]") -> "Mapping[str, Table] | None":
    if not packs:
        return None
    from pytest_specmint.packs.rules import RuleTables

    return RuleTables(packs)


def _settings(as_of: date, sizes: Sizes, packs: "tuple[Pack, ...]", locale: str) -> EngineSettings:
    from pytest_specmint.packs.vocabularies import Vocabularies

    known = Vocabularies(packs)
    return EngineSettings(known[locale], as_of, sizes, locale=locale, locales=known)


@lru_cache(maxsize=64)
def _targets(
    schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]", locale: str
) -> "tuple[Target, ...]":
    from pytest_specmint.engine.edges import edge_targets

    return edge_targets(_plan(schema, as_of, sizes, rules, packs, locale))
