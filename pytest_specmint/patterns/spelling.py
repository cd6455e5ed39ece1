"""Patterns as strict readers want them: what ECMA-262 tolerates without its ``u`` flag, put as that flag wants it."""

import re

_SIGN = re.compile(
    r"""\\u\{[0-9A-Fa-f]+\}|\\[pP]\{[^}]*\}|\\k<[^>]*>|\\.   # escapes
      | \{[0-9]+(?:,[0-9]*)?\}                                # quantifiers
      | \(\?P<                                                # groups named as in Python
      | .""",
    re.VERBOSE | re.DOTALL,
)
_QUANTIFIER = re.compile(r"[*+?]|\{[0-9]+(?:,[0-9]*)?\}")
_LITERAL = frozenset("]{}")
_SETS = frozenset([r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"])
_ALIASES = {"(?P<": "(?<", r"\Z": "$", r"\A": "^", r"\a": r"\x07", r"\e": r"\x1b"}


def strictly_spelled(pattern: str) -> str:
    """The same pattern with literal brackets, braces and hyphens escaped.

    A syntax error stays one; nothing is checked.
    """
    out: list[str] = []
    inside = False
    for sign in _SIGN.findall(pattern):
        if inside:
            inside = sign != "]"
            out.append(_within_class(sign, out))
        else:
            inside = sign == "["
            if sign == "+" and out and _QUANTIFIER.fullmatch(out[-1]):
                continue  # possessive elsewhere, unknown to ECMA-262
            out.append("\\" + sign if sign in _LITERAL else _ALIASES.get(sign, sign))
    return "".join(out)


def _within_class(sign: str, before: list[str]) -> str:
    """Brackets do not nest, and a hyphen after a set of characters is no range."""
    if sign == "[":
        return r"\["
    return r"\-" if sign == "-" and before[-1] in _SETS else sign
