"""What besides the schema decides the records' values: the day that counts as today, shares, default sizes."""

from dataclasses import dataclass
from datetime import date

from pytest_specmint.engine.vocabulary import Vocabulary

AS_OF = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Inputs of the engine; every one of them is part of a dataset's identity."""

    vocabulary: Vocabulary
    as_of: date = AS_OF
    presence: float = 0.9
    """Share of objects that have an optional property."""
    spread: int = 4
    """How many items above its minimum an array without maximum has at most."""
    widest: int = 1000
    """How many items above its minimum any array has at most."""
    largest: int = 1_000_000
    """How many items, properties or characters a schema may demand at once."""

    def array_length(self, least: int, most: int | None, nesting: int) -> int:
        """The greatest length to draw; ``nesting`` counts the arrays around: inner ones stay shorter."""
        spread = max(self.spread >> nesting, 1)
        widest = self.widest if nesting == 0 else 4 * spread
        return least + spread if most is None else min(most, least + widest)
