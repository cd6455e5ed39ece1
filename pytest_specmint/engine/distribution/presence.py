"""`x-presence`: how often properties are there, said by the property or by its object."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from pytest_specmint.engine.distribution.axes import share
from pytest_specmint.engine.distribution.sites import PRESENCE, Declared, declared
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.goal import Goal


class Presence(Struct, frozen=True):
    """A share, and where it is said."""

    share: float
    place: str


def of_properties(schema: Schema, goal: Goal, names: Iterable[str]) -> Mapping[str, Presence]:
    """What an object says of its properties, which have these names."""
    known, found = sorted(names), dict[str, Presence]()
    for said in declared(schema, goal, PRESENCE):
        if not isinstance(said.value, dict):
            continue
        for name, value in said.value.items():
            place = join_pointer(said.place, name)
            if name not in known and not said.branch and len(goal) == 1:
                near = nearest(name, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(known[:5])}"
                raise SchemaError(f"x-presence: there is no property {name!r}", pointer=place, hint=hint)
            found.setdefault(name, Presence(share(value, place), place))
    return found


def of_property(schema: Schema, goal: Goal) -> Presence | None:
    """What a property says of itself."""
    for said in declared(schema, goal, PRESENCE):
        if not isinstance(said.value, dict):
            return Presence(share(said.value, said.place), said.place)
        _check_mapping(said)
    return None


def _check_mapping(said: Declared) -> None:
    for name, value in said.value.items():
        share(value, join_pointer(said.place, name))


def required(name: str, presence: Presence) -> SchemaError:
    """The error for a required property that is to be absent."""
    return SchemaError(
        f"x-presence {presence.share:g} for {name!r}, which is required",
        pointer=presence.place,
        hint="only 1 is possible: drop x-presence, or take the name out of required",
    )
