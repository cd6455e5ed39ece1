"""Which datasets come before which: each after those that it refers to."""

from collections.abc import Mapping

from pytest_specmint.errors import SchemaError


def in_order(needs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names, each after those that it needs, else in the order given.

    ``needs`` holds for each name those that it refers to, with the place where it does so; others do not count. Raises
    `SchemaError` that names the way round where they need each other.
    """
    placed: list[str] = []
    while len(placed) < len(needs):
        left = [name for name in needs if name not in placed]
        ready = next((name for name in left if not any(each in left for each in needs[name])), None)
        if ready is None:
            raise _circular(needs, left)
        placed.append(ready)
    return placed


def _circular(needs: Mapping[str, Mapping[str, str]], left: list[str]) -> SchemaError:
    here = left[0]
    way: list[str] = []
    while here not in way:
        way.append(here)
        here = next(each for each in needs[here] if each in left)
    circle = [*way[way.index(here) :], here]
    place = needs[circle[0]][circle[1]]
    if len(circle) == 2:
        words = f"{here} refers to itself"
    else:
        words = f"datasets refer to each other in a circle: {' refers to '.join(circle)}"
    hint = "a record is made after those that it refers to: take one of the references away"
    return SchemaError(words, pointer=place, hint=hint)
