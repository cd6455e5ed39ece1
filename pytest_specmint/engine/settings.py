"""What besides the schema decides the records' values: the day that counts as today, shares, default sizes."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.errors import UsageError

AS_OF = date(2025, 1, 1)


class Sizes(Struct, frozen=True):
    """How much there is of what the schema leaves open; part of a dataset's identity."""

    array_spread: int = 4
    """How many items above its minimum an array without maximum has at most."""
    text_spread: int = 12
    """How many characters above its minimum a text by a pattern without greatest length has at most."""
    presence: float = 0.9
    """Share of objects that have an optional property."""

    def __post_init__(self) -> None:
        for name, value, most in (("array_spread", self.array_spread, 1000), ("text_spread", self.text_spread, 1000)):
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
                raise UsageError(f"{name} must be a whole number from 0 to {most}, not {value!r}", hint=f"set {name}")
        if isinstance(self.presence, bool) or not 0 <= self.presence <= 1:
            raise UsageError(f"presence must be a share from 0 to 1, not {self.presence!r}", hint="0.9 is usual")


USUAL_SIZES = Sizes()


class EngineSettings(Struct, frozen=True):
    """Inputs of the engine; every one of them is part of a dataset's identity."""

    vocabulary: Vocabulary
    as_of: date = AS_OF
    sizes: Sizes = USUAL_SIZES
    widest: int = 1000
    """How many items above its minimum any array has at most."""
    largest: int = 1_000_000
    """How many items, properties or characters a schema may demand at once."""
    locale: str = ""
    """Whose words the vocabulary has; empty where none was asked for."""
    locales: Mapping[str, Vocabulary] = {}
    """The vocabularies of all locales, each read when a schema asks for it."""

    def in_locale(self, locale: str) -> "EngineSettings":
        """The same with the words of a locale; `KeyError` for one that does not exist."""
        return self if locale == self.locale else replace(self, locale=locale, vocabulary=self.locales[locale])

    def array_length(self, least: int, most: int | None, nesting: int) -> int:
        """The greatest length to draw; ``nesting`` counts the arrays around: inner ones stay shorter."""
        spread = max(self.sizes.array_spread >> nesting, min(self.sizes.array_spread, 1))
        widest = self.widest if nesting == 0 else 4 * spread
        return least + spread if most is None else min(most, least + widest)
