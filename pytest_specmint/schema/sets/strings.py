"""Sets of strings: length, patterns and formats, asserted or denied."""

from msgspec import Struct


class Strings(Struct, frozen=True):
    """All strings of ``min_length`` to ``max_length`` code points that match every pattern and format listed."""

    min_length: int = 0
    max_length: int | None = None
    patterns: frozenset[str] = frozenset()
    not_patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    not_formats: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def meet(self, other: "Strings") -> "Strings":
        """The intersection."""
        limits = [limit for limit in (self.max_length, other.max_length) if limit is not None]
        return Strings(
            max(self.min_length, other.min_length),
            min(limits, default=None),
            self.patterns | other.patterns,
            self.not_patterns | other.not_patterns,
            self.formats | other.formats,
            self.not_formats | other.not_formats,
            self.excluded | other.excluded,
        )

    def contradiction(self) -> str | None:
        """Why the set is empty as far as lengths and names tell; `texts` decides what patterns tell."""
        if self.max_length is not None and self.min_length > self.max_length:
            return f"minLength {self.min_length} exceeds maxLength {self.max_length}"
        if self.max_length == 0 and "" in self.excluded:
            return "only the empty string fits maxLength 0, and it is excluded"
        for asserted, denied in ((self.patterns, self.not_patterns), (self.formats, self.not_formats)):
            both = sorted(asserted & denied)
            if both:
                return f"{both[0]!r} is both required and excluded"
        return None
