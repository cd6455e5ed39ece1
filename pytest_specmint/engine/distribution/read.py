"""Reading `x-dist` and `x-weights`: the kinds there are, the parameters they take, what is wrong with others."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from pytest_specmint.engine.distribution.axes import number, positive
from pytest_specmint.engine.distribution.sites import WEIGHTS, Declared
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.values import Json

STEEPEST = 20
"""The greatest `sigma` and `exponent`: beyond it everything is one value."""
MOST_BINS = 10_000


class Kind(Struct, frozen=True):
    """A kind of distribution: what it takes, and groups of parameters of which exactly one is needed."""

    takes: frozenset[str]
    needs: tuple[tuple[str, ...], ...] = ()
    ranks: bool = False
    """Whether it goes by position, so that listed values can have it."""


_ENDS = frozenset({"minimum", "maximum"})
_FROM = _ENDS | {"start", "reverse"}
KINDS: Mapping[str, Kind] = {
    "uniform": Kind(_ENDS, ranks=True),
    "normal": Kind(_ENDS | {"mean", "sd"}, (("mean",), ("sd",))),
    "lognormal": Kind(_FROM | {"median", "mean", "sigma", "sd"}, (("median", "mean"), ("sigma", "sd"))),
    "exponential": Kind(_FROM | {"mean", "scale"}, (("mean", "scale"),)),
    "zipf": Kind(_ENDS | {"exponent", "reverse"}, ranks=True),
    "categorical": Kind(frozenset({"values", "weights"}), (("weights",),)),
    "histogram": Kind(_ENDS | {"edges", "weights"}, (("edges",), ("weights",))),
}
_OPEN = "lognormal"
"""Between bounds it needs no parameters: its middle is then their geometric mean."""


class Wish(Struct, frozen=True):
    """A distribution that was asked for."""

    kind: str
    given: Mapping[str, Json]
    said: Declared
    home: tuple[Fraction, Fraction] | None = None
    """The least and greatest number where the distribution was asked for, before anything else narrows them."""

    def place(self, name: str) -> str:
        """A pointer to a parameter, or to the whole where that is not given."""
        if self.said.keyword == WEIGHTS or name not in self.given or isinstance(self.said.value, str):
            return self.said.place
        return join_pointer(self.said.place, name)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return bool(self.given.get(name, False))


def read(said: Declared) -> Wish:
    """The distribution that a keyword asks for, checked as far as no field is needed for it."""
    alone = said.keyword == WEIGHTS
    wish = Wish("categorical", {"weights": said.value}, said) if alone else _of_dist(said)
    for name in wish.given:
        _CHECKS.get(name, _nothing)(wish, name)
    if wish.kind == "histogram":
        _check_bins(wish)
    return wish


def _of_dist(said: Declared) -> Wish:
    content = {"kind": said.value} if isinstance(said.value, str) else said.value
    if not isinstance(content, Mapping) or "kind" not in content:
        hint = 'write {"kind": "normal", "mean": 50, "sd": 10}; kinds are ' + ", ".join(KINDS)
        raise SchemaError("x-dist names no kind of distribution", pointer=said.place, hint=hint)
    kind = content["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise SchemaError(
            f"x-dist: unknown kind {kind!r}", pointer=said.place, hint=_meant(str(kind), KINDS, "kinds are")
        )
    wish = Wish(kind, {name: value for name, value in content.items() if name != "kind"}, said)
    _check_names(wish)
    return wish


def _check_names(wish: Wish) -> None:
    takes = KINDS[wish.kind].takes
    for name in wish.given:
        if name not in takes:
            hint = _meant(name, sorted(takes), f"{wish.kind} takes")
            raise SchemaError(f"x-dist: {wish.kind} has no parameter {name!r}", pointer=wish.said.place, hint=hint)
    needs = KINDS[wish.kind].needs
    if wish.kind == _OPEN and not any(name in wish.given for group in needs for name in group):
        return
    for group in needs:
        given = [name for name in group if name in wish.given]
        if len(given) != 1:
            what = f"x-dist: {wish.kind} needs {' or '.join(group)}"
            raise SchemaError(
                what if not given else f"{what}, not both",
                pointer=wish.said.place,
                hint=f"add {group[0]}" if not given else f"drop {given[1]}",
            )


def _meant(name: str, names: "Mapping[str, Kind] | list[str]", words: str) -> str:
    near = nearest(name, names, 1)
    known = f"{words} {', '.join(names)}"
    return f"did you mean {near[0]}? {known}" if near else known


# ---------------------------------------------------------------- parameters


def _nothing(wish: Wish, name: str) -> None:
    """Points and distances are checked where the field is known."""


def _steepness(wish: Wish, name: str) -> None:
    if positive(wish.given[name], wish.place(name)) > STEEPEST:
        raise SchemaError(f"{name} is more than {STEEPEST}", pointer=wish.place(name), hint="1 is usual")


def _flag(wish: Wish, name: str) -> None:
    if not isinstance(wish.given[name], bool):
        raise SchemaError(f"{name} must be true or false", pointer=wish.place(name), hint="write true")


def _weights(wish: Wish, _: str) -> None:
    weights_of(wish)


def weights_of(wish: Wish) -> list[Fraction]:
    """The weights in the order given, none negative, not all 0."""
    given, place = wish.given["weights"], wish.place("weights")
    if isinstance(given, dict) and wish.kind == "categorical":
        pairs = [(join_pointer(place, name), weight) for name, weight in given.items()]
    elif isinstance(given, list):
        pairs = [(join_pointer(place, i), weight) for i, weight in enumerate(given)]
    else:
        also = " or a mapping of values to weights" if wish.kind == "categorical" else ""
        raise SchemaError("weights must be a list of numbers" + also, pointer=place, hint="write [3, 1]")
    weights = [number(weight, at, "a weight") for at, weight in pairs]
    negative = next((at for (at, _), weight in zip(pairs, weights, strict=True) if weight < 0), None)
    if negative:
        raise SchemaError("a weight is negative", pointer=negative, hint="write 0 for what never comes")
    if not sum(weights):
        raise SchemaError("the weights sum to 0", pointer=place, hint="give at least one value a weight above 0")
    return weights


def _values(wish: Wish, name: str) -> None:
    values, place = wish.given[name], wish.place(name)
    if not isinstance(values, list) or not values:
        raise SchemaError("values must be a list that is not empty", pointer=place, hint='write ["A", "B"]')
    if isinstance(wish.given["weights"], dict):
        raise SchemaError(
            "weights already name the values", pointer=place, hint="drop values, or write weights as a list"
        )
    count = len(weights_of(wish))
    if count != len(values):
        hint = "give each value one weight"
        raise SchemaError(f"{len(values)} values, but {count} weights", pointer=place, hint=hint)


def _check_bins(wish: Wish) -> None:
    edges, place = wish.given["edges"], wish.place("edges")
    if not isinstance(edges, list) or len(edges) < 2:
        raise SchemaError("edges must be a list of at least two points", pointer=place, hint="write [0, 10, 100]")
    count = len(weights_of(wish))
    if count > MOST_BINS:
        raise SchemaError(f"{count} bins are more than {MOST_BINS}", pointer=place, hint="use wider bins")
    if len(edges) != count + 1:
        hint = f"{count} bins have {count + 1} edges"
        raise SchemaError(f"{len(edges)} edges, but {count} weights", pointer=place, hint=hint)


_CHECKS = {
    "exponent": _steepness,
    "reverse": _flag,
    "sigma": _steepness,
    "values": _values,
    "weights": _weights,
}
