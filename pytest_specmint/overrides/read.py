"""Overrides: what they say, by path; read and checked, not yet applied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import UsageError
from pytest_specmint.schema.document import join_pointer, pointer_tokens

Tokens = tuple[str, ...]


class EachOf(Sequence[Any]):
    """Values of which record i gets the i-th."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._values: Sequence[Any] = values if isinstance(values, Sequence) else list(values)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: Any) -> Any:
        return self._values[index]

    def __repr__(self) -> str:
        return f"each_of({self._values!r})"


def each_of(values: Iterable[Any]) -> EachOf:
    """As an override: record i gets the i-th of the values, instead of every record the whole list."""
    return EachOf(values)


@dataclass(frozen=True, slots=True)
class Override:
    """One value, or one per record, for the place that a pointer leads to."""

    pointer: str
    tokens: Tokens
    value: Any
    origin: str = "override"
    """What gave it, for messages."""

    @property
    def per_record(self) -> bool:
        """Whether every record has a value of its own."""
        return isinstance(self.value, (EachOf, Dataset))

    def __str__(self) -> str:
        words = repr(self.value)
        return f"{self.origin} {self.pointer}={words if len(words) <= 60 else words[:57] + '...'}"


def read_overrides(
    by_pointer: Mapping[str, Any] | None, by_name: Mapping[str, Any], sources: Mapping[str, Any] | None = None
) -> tuple[Override, ...]:
    """All overrides in the order of their paths; `UsageError` for paths that are none, and for those that overlap.

    ``customer__name`` is another way to write ``/customer/name``.
    """
    found = [
        *_pointed(by_pointer or {}, "override"),
        *_pointed(sources or {}, "source"),
        *(
            Override(join_pointer("", *name.split("__")), tuple(name.split("__")), value, "override")
            for name, value in by_name.items()
        ),
    ]
    ordered = sorted(found, key=lambda each: each.tokens)
    for one, other in pairwise(ordered):
        if one.tokens == other.tokens[: len(one.tokens)]:
            same = "are the same path" if one.tokens == other.tokens else "overlap"
            raise UsageError(
                f"{one.origin} {one.pointer or '(whole)'} and {other.origin} {other.pointer} {same}",
                hint="give the value of each place once",
            )
    return tuple(ordered)


def _pointed(values: Mapping[str, Any], origin: str) -> Iterator[Override]:
    for pointer, value in values.items():
        if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
            near = "" if not isinstance(pointer, str) else pointer.replace("__", "/").replace(".", "/")
            raise UsageError(
                f"{origin} {pointer!r} is not a JSON pointer",
                hint=f"write '/{near}'" if near else "a JSON pointer looks like /customer/name",
            )
        yield Override(pointer, tuple(pointer_tokens(pointer)), value, origin)
