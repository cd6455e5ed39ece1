"""What is wrong with an expression, and where in its text."""

from collections.abc import Iterable
from difflib import get_close_matches

from pytest_specmint.errors import SchemaError


class RuleError(SchemaError):
    """A rule is malformed, contradicts another one, or does not fit its schema."""


class ExpressionError(RuleError):
    """An expression is refused: ``offset`` counts its characters from 0, ``line`` and ``column`` from 1."""

    def __init__(
        self, message: str, *, text: str, offset: int, pointer: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, pointer=pointer, hint=hint)
        self.text = text
        self.offset = min(max(offset, 0), len(text))
        self.line = text.count("\n", 0, self.offset) + 1
        self.column = self.offset - (text.rfind("\n", 0, self.offset) + 1) + 1

    def __str__(self) -> str:
        where = f"{self.message} (line {self.line}, column {self.column})"
        return where if self.pointer is None else f"{where} @ {self.pointer}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message, self.text, self.offset, self.pointer, self.hint)

    def placed(self, pointer: str) -> "ExpressionError":
        """The same error, saying which expression of a document it is about."""
        return _rebuild(self.message, self.text, self.offset, pointer, self.hint)


def _rebuild(message: str, text: str, offset: int, pointer: str | None, hint: str | None) -> ExpressionError:
    return ExpressionError(message, text=text, offset=offset, pointer=pointer, hint=hint)


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """The name that somebody who wrote ``wanted`` may have meant."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(name.lower(), name)
    near = get_close_matches(wanted[:100].lower(), list(known)[:10_000], 1, 0.5)
    return known[near[0]] if near else None


def meant(wanted: str, names: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest name, or lists some."""
    listed = list(names)
    near = nearest(wanted, listed)
    if near is not None:
        return f"did you mean {near}?"
    some = ", ".join(listed[:8]) + (", …" if len(listed) > 8 else "")
    return f"known are: {some}" if some else otherwise
