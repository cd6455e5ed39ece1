r"""Patterns as the grammars of language models read them: whole texts only, plain characters, no class by a letter.

llama.cpp (and Ollama with it) takes ``^…$``, sets, groups and repetitions; ``\d`` ends in one that lets everything
through, ``.`` and ``[^…]`` in JSON that breaks off at a quote. What cannot be written safely is left out.
"""

from functools import lru_cache

from pytest_specmint.patterns.charset import complement, contains, intersect, of_text
from pytest_specmint.patterns.errors import PatternSyntaxError, UnsupportedPattern
from pytest_specmint.patterns.syntax import parse
from pytest_specmint.patterns.tree import Anchor, Chars, Options, Repeat, Sequence, Tree

_MOST_TIMES = 256
_MOST_RANGES = 64
_MOST_LENGTH = 2000
_UNSAFE = (0x22, 0x5C)
"""Quote and backslash, which stand escaped in JSON; grammars do not know that."""
_HYPHEN = of_text("-")
_SIGNS = frozenset(r"^$.|?*+()[]{}")


@lru_cache(maxsize=1024)
def portable(pattern: str) -> str | None:
    """The same pattern as grammars take it; None where there is no such spelling."""
    try:
        tree = parse(pattern)
    except (PatternSyntaxError, UnsupportedPattern):
        return None
    items = tree.items if isinstance(tree, Sequence) else ()
    if len(items) < 2 or items[0] != Anchor("^") or items[-1] != Anchor("$"):
        return None
    try:
        spelt = "".join(_spelt(each) for each in items[1:-1])
    except (_Unwritable, RecursionError):
        return None
    return f"^{spelt}$" if spelt and len(spelt) <= _MOST_LENGTH else None


class _Unwritable(Exception):
    """There is no safe spelling."""


def _spelt(tree: Tree) -> str:
    if isinstance(tree, Chars):
        return _set(tree)
    if isinstance(tree, Sequence):
        return "".join(_spelt(each) for each in tree.items)
    if isinstance(tree, Options):
        options = [_spelt(each) for each in tree.options]
        if not all(options):
            raise _Unwritable  # an empty alternative
        return f"({'|'.join(options)})"
    if isinstance(tree, Repeat):
        return _repeated(tree)
    raise _Unwritable


def _repeated(tree: Repeat) -> str:
    body = _spelt(tree.body)
    if not body or tree.least > _MOST_TIMES or (tree.most or 0) > _MOST_TIMES:
        raise _Unwritable
    single = isinstance(tree.body, Chars | Options)
    body = body if single else f"({body})"
    if tree.most is None:
        return body + ("*" if tree.least == 0 else "+" if tree.least == 1 else f"{{{tree.least},}}")
    if (tree.least, tree.most) == (0, 1):
        return f"{body}?"
    return f"{body}{{{tree.least}}}" if tree.least == tree.most else f"{body}{{{tree.least},{tree.most}}}"


def _set(chars: Chars) -> str:
    """One character of a set: literally, or as a class in which nothing is escaped and a hyphen goes last."""
    ranges = chars.set
    if not ranges or len(ranges) > _MOST_RANGES or ranges[0][0] < 0x20 or ranges[-1][1] > 0xD7FF:
        raise _Unwritable
    if any(low <= point <= high for low, high in ranges for point in _UNSAFE):
        raise _Unwritable
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        sign = chr(ranges[0][0])
        return f"\\{sign}" if sign in _SIGNS else sign
    others = intersect(ranges, complement(_HYPHEN))
    pieces = [chr(low) if low == high else f"{chr(low)}-{chr(high)}" for low, high in others]
    if any(sign in piece for piece in pieces for sign in "[]^"):
        raise _Unwritable
    return f"[{''.join(pieces)}{'-' if contains(ranges, ord('-')) else ''}]"
