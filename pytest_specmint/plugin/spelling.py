"""What somebody may have meant."""

from collections.abc import Iterable


def did_you_mean(wanted: object, names: Iterable[str]) -> str:
    """``; did you mean 'seed'?`` for the name most like the wanted one; empty where none is like it."""
    from difflib import get_close_matches

    near = get_close_matches(wanted, list(names), 1) if isinstance(wanted, str) else []
    return f"; did you mean {near[0]!r}?" if near else ""


def meant_or_known(wanted: str, names: Iterable[str], known: str = "known are") -> str:
    """The name most like the wanted one, else all of them."""
    listed = list(names)
    return did_you_mean(wanted, listed) or f"; {known} {', '.join(listed) or 'none'}"
