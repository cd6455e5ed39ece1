"""What can be wrong with a pattern."""


class PatternError(ValueError):
    """A pattern that cannot be used."""

    def __init__(self, pattern: str, reason: str, position: int | None = None) -> None:
        at = "" if position is None else f" at character {position}"
        shown = pattern if len(pattern) <= 80 else pattern[:77] + "..."
        super().__init__(f"{reason}{at} in pattern {shown!r}")
        self.pattern = pattern
        self.reason = reason
        self.position = position

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.pattern, self.reason, self.position)


class PatternSyntaxError(PatternError):
    """Not a regular expression."""


class UnsupportedPattern(PatternError):
    """A regular expression beyond what automata of bounded size can do."""


class PatternExhausted(PatternError):
    """No string was found within the allowed number of proposals."""
