"""Shards: a run cut into consecutive ranges, to be made side by side; their lines, joined in order, are the whole."""

import re

from msgspec import Struct

from pytest_specmint.errors import UsageError

_FORM = re.compile(r"([0-9]{1,19})/([0-9]{1,19})", re.ASCII)


class Shard(Struct, frozen=True):
    """One of several consecutive ranges of a run; their counts differ by one record at most."""

    number: int
    """From 1 on."""
    of: int
    whole_start: int
    whole_count: int

    @property
    def start(self) -> int:
        """The index of its first record."""
        return self.whole_start + self._before(self.number - 1)

    @property
    def count(self) -> int:
        """How many records it has, at least 1."""
        return self._before(self.number) - self._before(self.number - 1)

    def _before(self, number: int) -> int:
        """How many records the first shards hold."""
        return self.whole_count * number // self.of


def shard_of(text: str, start: int, count: int) -> Shard:
    """The shard ``k/n`` of the records ``start … start + count - 1``.

    Raises `UsageError` for other texts, for k beyond n, and for more shards than records: none is ever empty.
    """
    found = _FORM.fullmatch(text.strip())
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        raise UsageError(f"shard {text!r} is not k/n with k from 1 to n", hint="the second of five is 2/5")
    if of > count:
        raise UsageError(f"{of} shards of {count} records: some would be empty", hint=f"cut into {count} at most")
    return Shard(number, of, start, count)
