"""Sets of arrays: goals by position, demands on how many items meet a goal, and length."""

from msgspec import Struct

from pytest_specmint.schema.sets.goal import ANYTHING, Goal, conjoin


class Demand(Struct, frozen=True):
    """Between ``minimum`` and ``maximum`` items from position ``start`` on must meet ``goal``."""

    goal: Goal
    minimum: int = 1
    maximum: int | None = None
    start: int = 0


class Evaluated(Struct, frozen=True):
    """Items that some keyword has looked at, for ``unevaluatedItems``: the first ``count``, or all."""

    count: int = 0
    all: bool = False
    contains: frozenset[Goal] = frozenset()

    def join(self, other: "Evaluated") -> "Evaluated":
        """What either has looked at."""
        return Evaluated(max(self.count, other.count), self.all or other.all, self.contains | other.contains)


class Arrays(Struct, frozen=True):
    """Arrays whose item i meets ``prefix[i]`` or, beyond the prefix, ``rest``."""

    prefix: tuple[Goal, ...] = ()
    rest: Goal = ANYTHING
    min_items: int = 0
    max_items: int | None = None
    demands: tuple[Demand, ...] = ()
    unique: bool = False
    repeated: bool = False
    excluded: frozenset[str] = frozenset()
    evaluated: Evaluated = Evaluated()

    def item(self, position: int) -> Goal:
        """The goal of the item at this position."""
        return self.prefix[position] if position < len(self.prefix) else self.rest

    def meet(self, other: "Arrays") -> "Arrays":
        """The intersection."""
        length = max(len(self.prefix), len(other.prefix))
        limits = [limit for limit in (self.max_items, other.max_items) if limit is not None]
        return Arrays(
            tuple(conjoin((self.item(i), other.item(i))) for i in range(length)),
            conjoin((self.rest, other.rest)),
            max(self.min_items, other.min_items),
            min(limits, default=None),
            self.demands + tuple(demand for demand in other.demands if demand not in self.demands),
            self.unique or other.unique,
            self.repeated or other.repeated,
            self.excluded | other.excluded,
            self.evaluated.join(other.evaluated),
        )

    def contradiction(self) -> str | None:
        """Why the set is empty as far as lengths tell, or None."""
        if self.max_items is not None and self.min_items > self.max_items:
            return f"minItems {self.min_items} exceeds maxItems {self.max_items}"
        if self.unique and self.repeated:
            return "items must be unique and also repeat"
        return None
