"""How many records of a run were not right at once, and what became of them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field


class Tally(Struct):
    """Counts of one run; those of parts are added up."""

    redrawn: int = 0
    """Records that were drawn again, whatever for."""
    patched: int = 0
    """Those of them that were changed in the end, since no other draw was right."""
    broken: Counter[str] = field(default_factory=Counter)
    """How many of them broke a rule at first, by its id."""
    mended: Counter[str] = field(default_factory=Counter)
    """How many were changed for the sake of a rule."""

    def __bool__(self) -> bool:
        return bool(self.redrawn)

    def add(self, other: "Tally") -> None:
        """Count what a part has counted."""
        self.redrawn += other.redrawn
        self.patched += other.patched
        self.broken.update(other.broken)
        self.mended.update(other.mended)

    def patch(self, rules: Iterable[str]) -> None:
        """Count a record that was changed for these rules."""
        self.patched += 1
        self.mended.update(rules)

    def document(self) -> dict[str, Any]:
        """The counts as ``run.json`` has them."""
        rules = {name: {"redrawn": self.broken[name], "patched": self.mended[name]} for name in self._names()}
        return {"redrawn": self.redrawn, "patched": self.patched, **({"rules": rules} if rules else {})}

    def _names(self) -> list[str]:
        return sorted({*self.broken, *self.mended})
