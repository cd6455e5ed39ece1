"""Which forms texts have, by expressions: what they look like, not whether a validator accepts them."""

import re
from collections.abc import Mapping, Sequence

FORMS: Mapping[str, re.Pattern[str]] = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "time": re.compile(r"\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII),
    "uuid": re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+"),
    "ipv4": re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII),
    "ipv6": re.compile(r"(?=.*:.*:)[0-9A-Fa-f:.]+"),
    "digits": re.compile(r"\d+", re.ASCII),
    # International, or as North America writes it: other numbers with hyphens are no telephone numbers.
    "telephone": re.compile(r"\+[\d(][\d ()./-]{6,}\d|(1[ .-])?(\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}", re.ASCII),
}
"""In the order in which they are tried."""

POINTS = frozenset({"date", "date-time", "time"})
"""Forms whose texts lie on a line."""


def form_of(text: str) -> str | None:
    """The first form that a text has; None where it has none."""
    return next((name for name, form in FORMS.items() if form.fullmatch(text)), None)


def moments(texts: Sequence[str], form: str) -> list[float]:
    """Dates as days, date-times as seconds since 1970, times as seconds of the day; what cannot be read is left out."""
    from datetime import date, datetime, time

    found: list[float] = []
    for text in texts:
        try:
            if form == "date":
                found.append(float(date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()))
            elif form == "date-time":
                found.append(datetime.fromisoformat(text.upper()).timestamp())
            else:
                read = time.fromisoformat(text.upper())
                found.append(read.hour * 3600.0 + read.minute * 60 + read.second)
        except ValueError:
            continue
    return found
