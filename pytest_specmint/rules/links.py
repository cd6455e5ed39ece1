"""What a rule asks of the engine besides schemas: fields in order or apart, and fields that are calculated."""

from msgspec import Struct

from pytest_specmint.rules.compile import Derivation
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.network import Demand


class Switch(Struct, frozen=True):
    """A field that meets a schema where a condition is true."""

    condition: Term | None
    """None where it always does."""
    each: Route | None
    """The list whose items the condition is about."""
    target: Route
    place: str
    """Where the schema stands."""
    broken: str | None = None
    """Where that stands of values that do not meet it, of warnings."""
    shares: tuple[float, float] = (1.0, 0.0)
    """How often it is to be met, and how often broken, where the condition is true; else the field is as it is."""


class Need(Struct, frozen=True):
    """A field that is to be there where a condition is true."""

    condition: Term
    target: Route


class Coupling(Struct, frozen=True):
    """Two numbers of a record that rise together over a dataset, or one rises as the other falls."""

    first: Route
    then: Route
    share: float
    """Of records in which one follows the other; about their rank correlation."""
    rising: bool = True


class Link(Struct, frozen=True):
    """The part of a rule that ties fields to each other."""

    rule: str
    demands: tuple[Demand, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    switches: tuple[Switch, ...] = ()
    couplings: tuple[Coupling, ...] = ()
    needs: tuple[Need, ...] = ()
