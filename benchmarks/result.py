"""What a benchmark hands on: figures with their targets, curves, and what was left out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from measure import Middle
from scale import Scale


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``schema`` is empty where none is involved, ``target`` None where none is set."""

    number: int
    """Of the target; 0 for what is shown besides."""
    name: str
    schema: str
    value: Middle
    unit: str
    """``x`` for ratios, else ``ms``, ``MB``, ``ns``, ``%``, ``/s``."""
    target: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value.median >= self.target if self.at_least else self.value.median <= self.target


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of one line of a plot."""

    plot: str
    """Which plot it belongs to."""
    name: str
    x_label: str
    y_label: str
    points: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Outcome:
    """All that one part found."""

    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @staticmethod
    def of_json(data: dict[str, Any]) -> "Outcome":
        """What `as_json` gave."""
        return Outcome(
            [Figure(**{**each, "value": Middle(**each["value"])}) for each in data["figures"]],
            [Curve(**{**each, "points": tuple(map(tuple, each["points"]))}) for each in data["curves"]],
            list(data["skipped"]),
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part is given."""

    scale: Scale
    schemas: dict[str, Path]
    """Path of each schema under its short name."""
    scratch: Path
    """An empty directory for what the parts write."""
    say: Callable[[str], None]
    """Tells the user what goes on."""


Part = Callable[[Bench], Outcome]
