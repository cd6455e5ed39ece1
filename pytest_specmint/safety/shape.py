"""What a block of lines cannot hold, told from its bytes at once: most need no search of their texts."""

from pytest_specmint.safety.table import KINDS, Kind

_DIGITS, _CAPITALS, _HEX = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789ABCDEFabcdef"
_SHAPE = bytes.maketrans(_DIGITS + _CAPITALS, b"0" * len(_DIGITS) + b"A" * len(_CAPITALS))
_HEX_SHAPE = bytes.maketrans(_HEX, b"0" * len(_HEX))

SEARCHED = tuple(kind for kind in KINDS if kind.inside is not None)
"""The kinds that are looked for in any text."""


def possible(lines: bytes) -> tuple[Kind, ...]:
    """The kinds that a text within the lines may hold; they are JSON in UTF-8 that escapes nothing it need not."""
    shape, hexadecimal = lines.translate(_SHAPE), lines.translate(_HEX_SHAPE)
    return tuple(
        kind for kind in SEARCHED if _marked(kind, shape) or any(map(hexadecimal.__contains__, kind.hex_marks))
    )


def _marked(kind: Kind, shape: bytes) -> bool:
    return any(map(shape.__contains__, kind.marks)) and (kind.surely is None or kind.surely.search(shape) is not None)


def needs_rewriting(line: bytes) -> bool:
    r"""Whether a line of JSON escapes what it need not: ``\u0040`` for ``@``, ``\/`` for ``/``."""
    return b"\\u00" in line or b"\\/" in line
