"""Where in a record a node stands: what the compiler knows nodes by."""

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from pytest_specmint.engine.links.trace import Trace
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.schema.sets.goal import Goal

if TYPE_CHECKING:
    from pytest_specmint.engine.identities import Group


class Field(NamedTuple):
    """Where a value stands: the property's name and its parent's, and how many arrays are around it.

    Items of an array and entries of a map bear its names.
    """

    name: str = ""
    parent: str = ""
    nesting: int = 0
    single: bool = True
    """Whether a record has it once at most."""
    referred: bool = False
    """Whether it is taken over from a record of another dataset."""
    optional: bool = False
    """Of what refers to such a record: whether it may be left out."""
    locale: str = ""
    """Whose words its texts have; empty for the usual ones."""
    told_by: str = ""
    """What gave it these names, where they are not its own: it counts as a field that is called so,"""
    kind: str = ""
    """and is of this kind."""


class Edge(Struct, frozen=True):
    """A goal and all that tells its node from others of the same goal."""

    goal: Goal
    field: Field
    trace: Trace | None = None
    """Where in the record it stands, if rules tie something there to something else: then it is a node of its own."""
    group: "Group | None" = None
    """The tuple of which all records' are to differ, if it is a part of one."""


def place_of(goal: Goal) -> str:
    """The first place that the goal's value must meet."""
    return next((term.place for term in goal if term.positive), "#")


def affordable(settings: EngineSettings, amount: int, what: str, edge: Edge) -> None:
    """Refuse what no machine should be asked to make."""
    if amount > settings.largest:
        raise UnsupportedSchema(
            f"the schema demands {amount} {what} in one value, more than {settings.largest}",
            pointer=place_of(edge.goal),
            hint="lower the minimum",
        )
