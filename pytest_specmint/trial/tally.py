"""What trying gives: counts, and the first things that went wrong."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

EXAMPLES = 5


class Tally(Struct, frozen=True):
    """How many there were, how many passed, and why the first of the others did not."""

    total: int = 0
    passed: int = 0
    failures: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.passed == self.total

    def __add__(self, other: "Tally") -> "Tally":
        failures = (*self.failures, *other.failures)[:EXAMPLES]
        return Tally(self.total + other.total, self.passed + other.passed, failures)


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    return sum(tallies, Tally())


class Rate(Struct, frozen=True):
    """How fast records of a schema were made and checked here, once."""

    schema: str
    records: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Records a second."""
        return self.records / self.seconds


class Trial(Struct, frozen=True):
    """What became of one domain; what was not asked for is None."""

    domain: str
    version: str
    schemas: tuple[str, ...]
    goldens: Tally | None = None
    edges: Tally | None = None
    rates: Sequence[Rate] = ()
    least_rate: float = 0.0
    """Records a second that there should be."""
    valid: Tally = Tally()
    """Records by schema and error rules,"""
    identifiers: Tally = Tally()
    """and the check digits of identifiers in them."""

    def __bool__(self) -> bool:
        tried = [each for each in (self.goldens, self.edges, self.valid, self.identifiers) if each is not None]
        return all(tried) and all(map(self.fast, self.rates))

    def fast(self, rate: Rate) -> bool:
        """Whether a rate is what it should be."""
        return rate.per_second > self.least_rate
