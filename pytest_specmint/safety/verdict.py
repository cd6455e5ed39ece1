"""What is said of one value: that it could be real, why, and how it may be shown."""

from msgspec import Struct


class Verdict(Struct, frozen=True):
    """A value that has the form of an identifier; ``why`` and ``shown`` are empty where it cannot be a real one."""

    real: bool = False
    why: str = ""
    shown: str = ""
    """The value with everything masked but what shows why."""


SAFE = Verdict()


def could_be_real(why: str, shown: str) -> Verdict:
    """The verdict on a value that could be real."""
    return Verdict(True, why, shown)


def masked(text: str, head: int, tail: int = 0) -> str:
    """The text with a ``*`` for each letter and digit but the first ``head`` and the last ``tail`` of them."""
    places = [at for at, char in enumerate(text) if char.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if at in hidden else char for at, char in enumerate(text))


def plain(text: str, separators: str = " -") -> str:
    """The text without these characters."""
    for each in separators:
        text = text.replace(each, "")
    return text


def are_digits(text: str) -> bool:
    """Whether these are decimal digits of ASCII, at least one."""
    return text.isascii() and text.isdigit()
