"""The arguments of ``@pytest.mark.specmint``: read, checked, explained. Imports nothing heavy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from os import PathLike
from pathlib import PurePath
from typing import Any

NAME = "specmint"


class MarkerError(ValueError):
    """An argument of the marker is unknown or ill-typed; the text says which."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What a test asks for."""

    schema: Any = None
    seed: int | None = None
    count: int = 10
    start: int = 0
    as_of: str | date | None = None
    schema_root: str | PathLike[str] | None = None
    golden: str | None = None
    """The golden's file below the golden directory; by default named after the test."""


_Check = Callable[[Any], bool]


def _whole(low: int) -> _Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= low


_CHECKS: Mapping[str, tuple[str, _Check]] = {
    "schema": ("a path or a mapping", lambda value: isinstance(value, (str, PathLike, Mapping, bool))),
    "seed": ("a whole number from 0 on", _whole(0)),
    "count": ("a whole number from 1 on", _whole(1)),
    "start": ("a whole number from 0 on", _whole(0)),
    "as_of": ("a date or 'YYYY-MM-DD'", lambda value: isinstance(value, (str, date))),
    "schema_root": ("a path", lambda value: isinstance(value, (str, PathLike))),
    "golden": (
        "a relative path that ends in .jsonl and stays below the golden directory",
        lambda value: (
            isinstance(value, str)
            and value.endswith(".jsonl")
            and not PurePath(value).is_absolute()
            and ".." not in PurePath(value).parts
        ),
    ),
}


def parse(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Marker:
    """The marker's arguments; raises `MarkerError`."""
    if len(args) > 1:
        raise MarkerError(f"takes one positional argument, the schema, not {len(args)}")
    given = dict(kwargs)
    if args:
        if "schema" in given:
            raise MarkerError("got the schema twice")
        given["schema"] = args[0]
    known = [field.name for field in fields(Marker)]
    for name, value in given.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise MarkerError(f"unknown argument {name!r}; {hint}")
        expected, holds = _CHECKS[name]
        if value is not None and not holds(value):
            raise MarkerError(f"{name} must be {expected}, not {value!r}")
    if given.get("schema") is None:
        raise MarkerError('needs a schema: @pytest.mark.specmint(schema="schemas/order.json", seed=1, count=10)')
    return Marker(**{name: value for name, value in given.items() if value is not None})


def marker_of(item: Any) -> Marker | None:
    """The arguments of the closest marker of a test, None where it has none."""
    mark = item.get_closest_marker(NAME)
    return None if mark is None else parse(mark.args, mark.kwargs)
