"""Sets of objects: goals by name, by pattern and for all other names; which names must be there."""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from pytest_specmint.schema.sets.goal import ANYTHING, Goal, conjoin


class Names(Struct, frozen=True):
    """A set of property names: those listed or matching a pattern or, when ``inverted``, all others."""

    listed: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    inverted: bool = False

    def join(self, other: "Names") -> "Names":
        """The union, for sets of which neither is inverted or either is everything."""
        if EVERY_NAME in (self, other):
            return EVERY_NAME
        return Names(self.listed | other.listed, self.patterns | other.patterns)

    def others(self) -> "Names":
        """The complement."""
        return Names(self.listed, self.patterns, not self.inverted)


NO_NAME = Names()
EVERY_NAME = Names(inverted=True)


class Rule(Struct, frozen=True):
    """Every property whose name is in ``names`` meets ``goal``."""

    names: Names
    goal: Goal


class Existence(Struct, frozen=True):
    """At least one property has a name in ``names`` that meets ``name_goal``, and its value meets ``goal``."""

    names: Names = EVERY_NAME
    name_goal: Goal = ANYTHING
    goal: Goal = ANYTHING


class Objects(Struct, frozen=True):
    """Objects whose named properties meet ``properties`` and every rule that covers their name."""

    properties: Mapping[str, Goal] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    required: frozenset[str] = frozenset()
    min_properties: int = 0
    max_properties: int | None = None
    name_goal: Goal = ANYTHING
    implications: frozenset[tuple[str, str]] = frozenset()
    """Pairs (a, b): where a is present, b is too."""
    some: tuple[Existence, ...] = ()
    excluded: frozenset[str] = frozenset()
    evaluated: Names = NO_NAME

    def meet(self, other: "Objects") -> "Objects":
        """The intersection."""
        limits = [limit for limit in (self.max_properties, other.max_properties) if limit is not None]
        return Objects(
            dict(self._joined_properties(other)),
            self.rules + tuple(rule for rule in other.rules if rule not in self.rules),
            self.required | other.required,
            max(self.min_properties, other.min_properties),
            min(limits, default=None),
            conjoin((self.name_goal, other.name_goal)),
            self.implications | other.implications,
            self.some + tuple(each for each in other.some if each not in self.some),
            self.excluded | other.excluded,
            self.evaluated.join(other.evaluated),
        )

    def _joined_properties(self, other: "Objects") -> Iterator[tuple[str, Goal]]:
        for name in (*self.properties, *(each for each in other.properties if each not in self.properties)):
            yield (
                name,
                conjoin((self.properties.get(name, ANYTHING), other.properties.get(name, ANYTHING))),
            )

    def contradiction(self) -> str | None:
        """Why the set is empty as far as counts tell, or None."""
        if self.max_properties is None:
            return None
        if self.min_properties > self.max_properties:
            return f"minProperties {self.min_properties} exceeds maxProperties {self.max_properties}"
        if len(self.required) > self.max_properties:
            return f"{len(self.required)} required properties exceed maxProperties {self.max_properties}"
        return None
