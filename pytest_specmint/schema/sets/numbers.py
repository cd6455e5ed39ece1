"""Sets of numbers: an interval, a grid, and what is left out, in exact rational arithmetic."""

from fractions import Fraction
from math import ceil, floor, gcd, lcm

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.schema.sets.values import show

_ENUMERABLE = 256


class Numbers(Struct, frozen=True):
    """All numbers between the bounds that are multiples of ``step`` and of none of ``not_steps``."""

    lower: Fraction | None = None
    lower_open: bool = False
    upper: Fraction | None = None
    upper_open: bool = False
    step: Fraction | None = None
    not_steps: frozenset[Fraction] = frozenset()
    excluded: frozenset[Fraction] = frozenset()
    formats: frozenset[str] = frozenset()

    def meet(self, other: "Numbers") -> "Numbers":
        """The intersection."""
        lower, lower_open = _tighter(self.lower, self.lower_open, other.lower, other.lower_open, sign=1)
        upper, upper_open = _tighter(self.upper, self.upper_open, other.upper, other.upper_open, sign=-1)
        return Numbers(
            lower,
            lower_open,
            upper,
            upper_open,
            _common_step(self.step, other.step),
            self.not_steps | other.not_steps,
            self.excluded | other.excluded,
            self.formats | other.formats,
        )

    def grid_range(self) -> tuple[int | None, int | None]:
        """First and last k for which ``k * step`` lies within the bounds; needs a step."""
        assert self.step is not None
        first = last = None
        if self.lower is not None:
            first = ceil(self.lower / self.step)
            first += self.lower_open and first * self.step == self.lower
        if self.upper is not None:
            last = floor(self.upper / self.step)
            last -= self.upper_open and last * self.step == self.upper
        return first, last

    def admits(self, number: Fraction) -> bool:
        """Whether the number is in the set."""
        if self.lower is not None and (number < self.lower or (self.lower_open and number == self.lower)):
            return False
        if self.upper is not None and (number > self.upper or (self.upper_open and number == self.upper)):
            return False
        if self.step is not None and (number / self.step).denominator != 1:
            return False
        if any((number / step).denominator == 1 for step in self.not_steps):
            return False
        return number not in self.excluded

    def members(self) -> list[Fraction] | None:
        """Every member in order, or None where there are too many to list."""
        if self.lower is not None and self.lower == self.upper:
            return [self.lower] if self.admits(self.lower) else []
        if self.step is None:
            return None
        first, last = self.grid_range()
        if first is None or last is None or last - first >= _ENUMERABLE:
            return None
        candidates = [k * self.step for k in range(first, last + 1)]
        if not self.excluded and not self.not_steps:
            return candidates
        return [number for number in candidates if self.admits(number)]

    def contradiction(self) -> str | None:
        """Why the set is empty, or None."""
        if self.lower is not None and self.upper is not None:
            if self.lower > self.upper:
                low = "exclusiveMinimum" if self.lower_open else "minimum"
                high = "exclusiveMaximum" if self.upper_open else "maximum"
                return f"{low} {show(self.lower)} exceeds {high} {show(self.upper)}"
            if self.lower == self.upper and (self.lower_open or self.upper_open):
                return f"no number lies strictly beyond and up to {show(self.lower)}"
        if self.step is not None and any((self.step / other).denominator == 1 for other in self.not_steps):
            return f"every multiple of {show(self.step)} is excluded"
        if self.members() == []:
            return self._no_member()
        return None

    def _no_member(self) -> str:
        bounds = f"between {show(self.lower or Fraction(0))} and {show(self.upper or Fraction(0))}"
        what = "number" if self.step is None else f"multiple of {show(self.step)}"
        return f"no permitted {what} lies {bounds}"

    def complements(self) -> list["Numbers"]:
        """Sets whose union is every number that this set leaves out."""
        out = []
        if self.lower is not None:
            out.append(Numbers(upper=self.lower, upper_open=not self.lower_open))
        if self.upper is not None:
            out.append(Numbers(lower=self.upper, lower_open=not self.upper_open))
        if self.step is not None:
            out.append(Numbers(not_steps=frozenset({self.step})))
        out.extend(Numbers(step=step) for step in sorted(self.not_steps))
        out.extend(Numbers(lower=number, upper=number) for number in sorted(self.excluded))
        return out

    def without(self, numbers: frozenset[Fraction]) -> "Numbers":
        """The set less these numbers."""
        return replace(self, excluded=self.excluded | numbers)


def _tighter(
    a: Fraction | None, a_open: bool, b: Fraction | None, b_open: bool, *, sign: int
) -> tuple[Fraction | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if (a > b) == (sign > 0) else (b, b_open)


def _common_step(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    if a is None or b is None:
        return a or b
    return Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator))
