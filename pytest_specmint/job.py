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
from pytest_specmint.rules.enforced import Enforced, speaks
from pytest_specmint.schema.document import Schema
from pytest_specmint.version import ENGINE_VERSION

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target
    from pytest_specmint.engine.plan import Plan
    from pytest_specmint.packs.pack import Pack
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

    def __post_init__(self) -> None:
        _whole("count", self.count, 1, MAX_INDEX)
        _whole("seed", self.seed, 0, MAX_SEED)
        _whole("start", self.start, 0, MAX_INDEX - self.count)

    def packs(self) -> "tuple[Pack, ...]":
        """The packs that words, meanings and rules come from before the base; raises `PackError`."""
        return packs_of(self.schema, self.domain)

    def plan(self) -> "Plan":
        """The compiled plan; compiled once per schema and day within a process."""
        return _plan(self.schema, self.as_of, self.sizes, self.rules, self.packs())

    def enforced(self) -> Enforced:
        """How the rules are kept; raises `RuleError` for rules that do not fit."""
        return _enforced(self.schema, self.as_of, self.rules, self.packs())

    def drawn_again(self) -> tuple[str, ...]:
        """Ids of the rules that are kept by drawing a record again that breaks them."""
        plan = self.plan()
        return tuple(sorted({*self.enforced().drawn, *plan.left} - {*plan.held}))

    def all_rules(self) -> "tuple[Rule, ...]":
        """The rules of the schema, those given beside it, and those of packs that fit it."""
        return _all_rules(self.schema, self.as_of, self.rules, self.packs())

    def compiled_rules(self) -> "Rules | None":
        """The same compiled, to check records by; None where there are none. Raises `RuleError`."""
        rules = self.all_rules()
        if not rules:
            return None
        from pytest_specmint.rules.compile import compile_rules
        from pytest_specmint.rules.schema_fields import SchemaFields

        return compile_rules(rules, SchemaFields(self.schema), as_of=self.as_of, tables=_rule_tables(self.packs()))

    def targets(self) -> "tuple[Target, ...]":
        """The boundary points that the first records are to have; none but in edge mode."""
        if self.mode is not Mode.EDGE:
            return ()
        return _targets(self.schema, self.as_of, self.sizes, self.rules, self.packs())

    def settings(self) -> EngineSettings:
        """What the engine works with besides the schema."""
        return _settings(self.as_of, self.sizes, self.packs())

    def part(self, offset: int, count: int) -> "Job":
        """The job of a range within this one."""
        return replace(self, start=self.start + offset, count=count)

    def ranges(self, size: int) -> Iterator[tuple[int, int]]:
        """(start, count) of consecutive blocks that cover the job."""
        for first in range(self.start, self.start + self.count, size):
            yield first, min(size, self.start + self.count - first)


def _whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f"{name} must be a whole number from {low} to {high}, not {value!r}", hint=f"set {name}")


@lru_cache(maxsize=64)
def _plan(schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]") -> "Plan":
    from pytest_specmint.plan_cache import recalled

    known = [(pack.name, pack.version, pack.sha256) for pack in packs]
    identity = (schema.identity, as_of, sizes, ENGINE_VERSION, *rules, *known)
    return recalled(identity, lambda: _compiled(schema, as_of, sizes, rules, packs))


def _compiled(
    schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]"
) -> "Plan":
    from pytest_specmint.check.verifier import check_schema
    from pytest_specmint.engine.compile import compile_plan

    check_schema(schema)
    settings = _settings(as_of, sizes, packs)
    kept = _enforced(schema, as_of, rules, packs)
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


def _settings(as_of: date, sizes: Sizes, packs: "tuple[Pack, ...]") -> EngineSettings:
    from pytest_specmint.packs.base_vocabulary import base_vocabulary

    vocabulary = base_vocabulary()
    if packs:
        from pytest_specmint.packs.vocabulary import vocabulary_of

        vocabulary = vocabulary_of(packs, vocabulary)
    return EngineSettings(vocabulary, as_of, sizes)


@lru_cache(maxsize=64)
def _targets(
    schema: Schema, as_of: date, sizes: Sizes, rules: "tuple[Rule, ...]", packs: "tuple[Pack, ...]"
) -> "tuple[Target, ...]":
    from pytest_specmint.engine.edges import edge_targets

    return edge_targets(_plan(schema, as_of, sizes, rules, packs))
