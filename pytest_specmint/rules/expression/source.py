"""Lines of generated Python: names, indentation, and what has been read already."""

from collections.abc import Iterator
from contextlib import contextmanager


class Source:
    """A function under construction.

    What a block reads is known to that block and those inside it; constants that have no literal become globals.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.globals: dict[str, object] = {}
        self.known: list[dict[object, str]] = [{}]
        self._count = 0

    def name(self) -> str:
        """A new local name."""
        self._count += 1
        return f"v{self._count}"

    def held(self, value: object) -> str:
        """The global name of an object."""
        for name, known in self.globals.items():
            if known is value:
                return name
        name = f"g{len(self.globals)}"
        self.globals[name] = value
        return name

    def line(self, text: str) -> None:
        """Add a line to the present block."""
        self.lines.append(" " * len(self.known) + text)

    def let(self, expression: str) -> str:
        """Assign to a new name."""
        name = self.name()
        self.line(f"{name} = {expression}")
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A block under a head such as ``if x:``."""
        self.line(head)
        self.known.append({})
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.known.pop()

    def recall(self, key: object) -> str | None:
        """The name that holds what was read before, where it is sure to have been."""
        return next((known[key] for known in reversed(self.known) if key in known), None)

    def remember(self, key: object, name: str) -> str:
        """Keep a name for the rest of this block."""
        self.known[-1][key] = name
        return name
