"""Streets of which a code of five digits beside them is no ZIP code: written as in other countries than the USA.

German and Spanish streets come before their number ("Lindenweg 12"), French ones begin with what they are ("12 rue des
Lilas"), and others are in other letters. What is written in no such way counts as American.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_NUMBER_LAST = re.compile(r"[^\d,]*[^\W\d_][.\u2019']?,?\s+\d{1,4}\s?[a-z]?(,.*)?", re.IGNORECASE | re.DOTALL)
_AMERICAN = re.compile(
    r"\b(apartment|apt|avenue|ave|box|building|bldg|county|drive|floor|fm|highway|hwy|interstate|lane|lot|rd|road|room|"
    r"route|rr|state|ste|street|st|suite|unit|us)\b",
    re.IGNORECASE,
)
_FRENCH = re.compile(
    r"(\d+\s*(bis|ter|quater)?,?\s+)?(rue\s|(allée|avenue|boulevard|chemin|cours|impasse|passage|place|quai|route|"
    r"sentier|square|traverse)\s+(de|des|du|la|les?)\s|(avenue|boulevard|place|quai)\s+(de\s+)?l?[\u2019'])",
    re.IGNORECASE,
)
_GERMAN = re.compile(
    r"\w+(allee|gasse|platz|stra(ß|ss)e|ufer|weg)\b|\w+str\.|^(am|an de[nr]|auf de[mr]|im|in de[nr]|zum|zur)\s",
    re.IGNORECASE,
)
_SPANISH = re.compile(
    r"(avenida|bajada|calle|camino|carrera|cuesta|pasaje|paseo|plaza|ronda|senda|travesía|vereda)\s", re.IGNORECASE
)
_OTHER_LETTERS = re.compile(r"[\u0370-\u1fff\u2c00-\ud7ff]")


def is_american(streets: Iterable[Any]) -> bool:
    """Whether some street is written, a text or a list of lines, and none of them as in another country."""
    written = [text for each in streets for text in _texts(each)]
    return bool(written) and not any(map(_abroad, written))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list) and value:
        lines = [each for each in value if isinstance(each, str)]
        yield from lines or [" "]


def _abroad(text: str) -> bool:
    text = text.strip()
    if _OTHER_LETTERS.search(text) or _FRENCH.match(text) or _GERMAN.search(text) or _SPANISH.match(text):
        return True
    return _NUMBER_LAST.fullmatch(text) is not None and _AMERICAN.search(text) is None
