"""What somebody may have meant: the names nearest to one that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

from pytest_specmint.schema.sets.values import Json


def nearest(wanted: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names most like a missing one, the likest first; letter case does not count."""
    known = {name.lower(): name for name in names}
    return [known[each] for each in get_close_matches(wanted.lower(), list(known), most, 0.5)]


def nearby(document: Json, pointer: str) -> list[str]:
    """Pointers to what stands where a pointer breaks off, the likest first."""
    above, value = "", document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name not in value:
            return [f"{above}/{each.replace('~', '~0').replace('/', '~1')}" for each in nearest(name, value)]
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (ValueError, IndexError, TypeError):
            return []
        above = f"{above}/{token}"
    return []


def there_is(pointers: Iterable[str]) -> str:
    """A hint that names them; empty if there are none."""
    listed = ", ".join(f"#{pointer}" for pointer in pointers)
    return f"there is {listed}" if listed else ""
