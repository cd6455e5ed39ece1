"""`minLength`, `maxLength`, `pattern`."""

from collections.abc import Iterator, Mapping

from pytest_specmint.near_miss.breakers.family import LARGEST, Breaker, Spot
from pytest_specmint.near_miss.steps import matched
from pytest_specmint.patterns import Language, PatternError, compile_sampler
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Keys, record_keys

EDITS = 32
"""How many edits of a text are proposed against a pattern."""
PLACES = 12
"""At how many places a text is edited."""


def _shorter(spot: Spot) -> Iterator[Json]:
    """One character too few."""
    text, length = spot.value, int(spot.operand) - 1
    if not isinstance(text, str) or length < 0:
        return
    if "pattern" in spot.schema:
        yield from _of_length(spot.schema["pattern"], length, length)
    yield text[:length]
    yield text[len(text) - length :]
    cut = len(text) - length
    yield from (text[:i] + text[i + cut :] for i in _spread(length))
    if "pattern" in spot.schema:
        yield from _of_length(spot.schema["pattern"], 0, length)
    yield ""


def _longer(spot: Spot) -> Iterator[Json]:
    """One character too many."""
    text, length = spot.value, int(spot.operand) + 1
    if not isinstance(text, str) or length > LARGEST:
        return
    if "pattern" in spot.schema:
        yield from _of_length(spot.schema["pattern"], length, length)
    more = length - len(text)
    words = f"{text} " if text else "x"
    yield (text + f" {words * (more // len(words) + 1)}")[:length].rstrip().ljust(length, "x")
    yield text + (text[-1:] or "x") * more
    yield (text[:1] or "x") * more + text
    yield from (f"{text[:i]}{text[i] * more}{text[i:]}" for i in _spread(len(text)))
    yield from (text.replace(mark, mark + _labels(more), 1) for mark in ("@", "://") if mark in text)
    yield from (f"{_labels(more)}{text}", f"{text}/{'x' * (more - 1)}")
    if "pattern" in spot.schema:
        yield from _of_length(spot.schema["pattern"], length, length + 64)


def _labels(length: int) -> str:
    """Labels of a host name with their dots, so many characters in all."""
    text = "sub." * (length // 4 + 1)
    return text[: length - 1].rstrip(".").ljust(length - 1, "x") + "." if length > 1 else "s"


def _of_length(pattern: str, least: int, most: int) -> list[str]:
    """Texts of the pattern with such a length."""
    try:
        return list(dict.fromkeys(compile_sampler(Language.of(pattern).with_length(least, most)).sample(_keys())))
    except (PatternError, ValueError):
        return []


def _keys() -> Keys:
    return record_keys(0, 0, 4)


def _spread(length: int) -> list[int]:
    """Some positions, from the end to the beginning."""
    stride = max(length // PLACES, 1)
    return list(range(length - 1, -1, -stride))


def _mismatches(spot: Spot) -> Iterator[Json]:
    """Small edits that the pattern refuses: replaced, dropped, doubled and added characters."""
    if not isinstance(spot.value, str):
        return
    found = 0
    for text in dict.fromkeys(edits(spot.value)):
        if not matched(spot.operand, text):
            yield text
            found += 1
            if found == EDITS:
                return


def edits(text: str) -> Iterator[str]:
    """Texts that differ from the given by little; those of the same length first."""
    places = _spread(len(text))
    for i in places:
        yield text[:i] + _like(text[i]) + text[i + 1 :]
    for i in places:
        yield text[:i] + _unlike(text[i]) + text[i + 1 :]
    yield from (text[:i] + text[i + 1 :] for i in places)
    yield from (text[: i + 1] + text[i] + text[i + 1 :] for i in places)
    for i in places:
        yield from (text[:i] + mark + text[i + 1 :] for mark in " !_~")
    yield from (f"{text}!", f"!{text}", f"{text} ", f" {text}", f"{text}\n", text.swapcase(), text[::-1])
    yield from ("!" * len(text), " " * len(text), "x" * len(text), "0" * len(text), "", " ", "!", "x", "0", "\n")


def _like(char: str) -> str:
    """A character of another kind that looks alike."""
    if char.isalpha():
        return char.swapcase() if char.swapcase() != char and len(char.swapcase()) == 1 else "0"
    return {"0": "O", "1": "l", "5": "S", "8": "B", "-": "_", "_": "-", ".": ",", "/": "\\", "@": "#"}.get(char, "x")


def _unlike(char: str) -> str:
    return "0" if char.isalpha() else "x"


BREAKERS: Mapping[str, Breaker] = {"minLength": _shorter, "maxLength": _longer, "pattern": _mismatches}
