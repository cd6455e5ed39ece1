"""Weights by value: which values a categorical distribution names, and whether the schema has them."""

import json
from collections.abc import Callable, Sequence
from fractions import Fraction

from pytest_specmint.engine.distribution.read import Wish, weights_of
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.values import Json, identity

Weighted = list[tuple[Json, Fraction]]
Admits = Callable[[Json], bool]


def weighted_values(
    wish: Wish, enumerated: Json, listed: Sequence[Json], admits: Admits, *, null_aside: bool
) -> Weighted:
    """The values with their weights.

    ``enumerated`` is the `enum` beside the keyword, ``listed`` what the schema lists there in the end, ``admits`` says
    what it holds. With ``null_aside`` nothing need be said of null.
    """
    weights = weights_of(wish)
    if "values" in wish.given:
        pairs = list(zip(wish.given["values"], weights, strict=True))
        _check_admitted(wish, pairs, listed, admits)
        return _together(pairs)
    if isinstance(wish.given["weights"], list):
        return _together([pair for pair in _parallel(wish, enumerated, weights) if admits(pair[0])])
    texts = {_text(value): value for value in listed}
    pairs = [
        (_named(wish, name, texts, admits), weight) for name, weight in zip(wish.given["weights"], weights, strict=True)
    ]
    _check_complete(wish, pairs, listed, null_aside=null_aside)
    return _together(pairs)


def _text(value: Json) -> str:
    """How a value is written as the name of a weight."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _parallel(wish: Wish, enumerated: Json, weights: Sequence[Fraction]) -> Weighted:
    place = wish.place("weights")
    if not isinstance(enumerated, list):
        raise SchemaError(
            "a list of weights needs an enum beside it",
            pointer=place,
            hint='name the values: {"A": 3, "B": 1}, or add values to x-dist',
        )
    if len(enumerated) != len(weights):
        what = f"the enum has {len(enumerated)} values, but there are {len(weights)} weights"
        raise SchemaError(what, pointer=place, hint="give each value one weight, in the same order")
    return list(zip(enumerated, weights, strict=True))


def _named(wish: Wish, name: str, texts: dict[str, Json], admits: Admits) -> Json:
    if name in texts:
        return texts[name]
    if not texts:
        if admits(name):
            return name
        try:
            value = json.loads(name)
        except ValueError:
            value = name
        if admits(value):
            return value
    raise _unknown(join_pointer(wish.place("weights"), name), name, list(texts))


def _check_admitted(wish: Wish, pairs: Weighted, listed: Sequence[Json], admits: Admits) -> None:
    for i, (value, _) in enumerate(pairs):
        if not admits(value):
            raise _unknown(join_pointer(wish.place("values"), i), _text(value), list(map(_text, listed)))


def _unknown(place: str, name: str, known: list[str]) -> SchemaError:
    near = nearest(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(known[:5])}" if known else None
    return SchemaError(
        f"the schema does not allow the value {name[:60]!r}", pointer=place, hint=hint or "name only what is valid"
    )


def _check_complete(wish: Wish, pairs: Weighted, listed: Sequence[Json], *, null_aside: bool) -> None:
    known = {identity(value) for value, _ in pairs}
    for value in listed:
        if identity(value) not in known and not (value is None and null_aside):
            raise SchemaError(
                f"no weight for the value {_text(value)[:60]!r}",
                pointer=wish.place("weights"),
                hint="name every value of the enum: 0 for what never comes",
            )


def _together(pairs: Weighted) -> Weighted:
    """The pairs with equal values as one."""
    found: dict[str, tuple[Json, Fraction]] = {}
    for value, weight in pairs:
        known = found.get(identity(value))
        found[identity(value)] = (value, weight) if known is None else (known[0], known[1] + weight)
    return list(found.values())
