"""What a rule asks of the engine besides schemas: fields in order or apart, and fields that are calculated."""

from msgspec import Struct

from pytest_specmint.rules.compile import Derivation
from pytest_specmint.rules.network import Demand


class Link(Struct, frozen=True):
    """The part of a rule that ties fields to each other."""

    rule: str
    demands: tuple[Demand, ...] = ()
    derivations: tuple[Derivation, ...] = ()
