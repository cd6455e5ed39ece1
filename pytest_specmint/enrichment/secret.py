"""Keys and what else must never be shown: every way to print one gives three asterisks."""

from collections.abc import Iterable
from typing import NoReturn

SHOWN = "***"


class Secret:
    """A text that shows itself only where it is sent. Neither ``repr``, ``str``, formats nor pickles hold it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the header of a request."""
        return self._text

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are not pickled")


def scrubbed(text: str, secrets: Iterable[Secret]) -> str:
    """The text without the secrets, wherever they stand in it."""
    for secret in secrets:
        if len(secret.reveal()) >= 4:
            text = text.replace(secret.reveal(), SHOWN)
    return text
