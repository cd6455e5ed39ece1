"""What columns cannot hold, and which record it is of."""


class Misfit(Exception):
    """A value that is none of its column's: where in the record (a JSON pointer), and why."""

    def __init__(self, why: str, pointer: str = "") -> None:
        super().__init__(why)
        self.pointer = pointer
        self.why = why
