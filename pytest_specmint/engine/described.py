"""What a description says a field is: whole phrases of a table, at the head of its first clause, or nothing.

"Patient's date of birth, as on the card" is one; "Whether the date of birth is known" and "Date of birth format" are
none: before the phrase stand only words that do not change what it is, and behind it nothing, or a word that begins
what belongs to it ("of", "for", "in"). Wrong guesses are worse than none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

VAGUE = frozenset({"word", "short_word", "identifier", "numbered_identifier", "numeric_text"})
"""Kinds of fields whose names say nothing: any word, ``value``, ``code``, ``number``."""
LONGEST = 200
"""Characters of a description that are looked at: phrases stand at the beginning."""
_CLAUSE = re.compile(r"[.:;,?!](?=\s|$)|[()\[\]\n\u2013\u2014]|\s-\s|/")
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*['\u2019]?")
_OWNER = re.compile(r".+(['\u2019]s|s['\u2019])")


def described(text: str, phrases: Mapping[str, Any], *, number: bool) -> str | None:
    """The kind of field that a text says, of texts or of numbers; None where it says none.

    ``phrases`` holds ``before`` and ``after``, words, and ``texts`` and ``numbers``: phrases by kind.
    """
    words = _WORD.findall(_CLAUSE.split(text[:LONGEST].strip().lower(), maxsplit=1)[0])
    before, after = phrases.get("before", ()), phrases.get("after", ())
    kinds: Mapping[str, Sequence[str]] = phrases.get("numbers" if number else "texts", {})
    best = max(_found(words, kinds, frozenset(before), frozenset(after)), default=None)
    return None if best is None else best[1]


def _found(
    words: list[str], kinds: Mapping[str, Sequence[str]], before: frozenset[str], after: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """The kinds whose phrases head the words, and the phrases' lengths: "mobile phone number" is more than "number"."""
    heads = next((at for at, word in enumerate(words) if not _is_before(word, before)), len(words))
    for kind, listed in kinds.items():
        for phrase in listed:
            wanted = phrase.split()
            for at in range(min(heads, len(words) - len(wanted)) + 1):
                end = at + len(wanted)
                if words[at:end] == wanted and (end == len(words) or (len(wanted) > 1 and words[end] in after)):
                    yield len(wanted), kind


def _is_before(word: str, before: frozenset[str]) -> bool:
    return word in before or _OWNER.fullmatch(word) is not None
