"""The table of formats. A row holds what a format's safe values look like and how they are drawn in bulk.

Every value is safe: domains of RFC 2606 and 6761, addresses of RFC 5737 and 3849, dates that exist in any calendar
year. ``language`` is a regular expression for such values as a whole; it is what `pattern` and lengths intersect with,
so it may be wider than what the sampler draws, never wider than the format.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from pytest_specmint.cells import Cells
from pytest_specmint.formats import moments, network
from pytest_specmint.stream import Keys


class Sampler(Protocol):
    """Draws texts of one format."""

    @property
    def min_length(self) -> int:
        """Least length of a text."""

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""

    def cells(self, keys: Keys) -> Cells:
        """One text per key, quoted and escaped as JSON asks."""


class Setting(Struct, frozen=True):
    """What samplers may depend on: the day that counts as today, word lists, the field's name."""

    as_of: int
    """Proleptic Gregorian ordinal, as `datetime.date.toordinal` counts."""
    lists: Mapping[str, Sequence[str]]
    field: str = ""
    """The field's name in snake case: a date of birth lies elsewhere than a due date."""


class Format(Struct, frozen=True):
    """One format; without ``prepare`` its values are drawn from the language."""

    name: str
    language: str
    prepare: Callable[[Setting], Sampler] | None = None
    lengths: tuple[int, int | None] = (0, None)
    """Least and greatest length of any text of the format, safe or not: what proves a length impossible."""


_DATE = r"(19[5-9][0-9]|20[0-4][0-9])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-2]):00)"
_HOST = r"([a-z]{2,12}\.)?(example\.(com|org|net)|[a-z]{3,12}\.(example|test))"
_EMAIL = r"[a-z]{2,12}([._-][a-z0-9]{1,12})?@" + _HOST
_PATH = r"((/[a-zA-Z0-9_-]{1,12}){1,4}(\.[a-z]{2,4})?)?"
_URI = rf"(https?|ftp)://{_HOST}(:80[0-9]{{2}})?({_PATH}|/)(\?[a-z]{{1,8}}=[a-z0-9]{{1,8}})?(#[a-z0-9]{{1,8}})?"
_URN = r"urn:example:[a-z0-9]{1,16}(:[a-z0-9-]{1,16}){0,2}"
_HEX = "[0-9a-fA-F]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-[1-5]{_HEX}{{3}}-[89abAB]{_HEX}{{3}}-{_HEX}{{12}}"
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"((192\.0\.2|198\.51\.100|203\.0\.113)\.{_OCTET}|(10|127)\.0\.0\.{_OCTET}|0\.0\.0\.0)"
_DURATION = (
    r"P([1-9]Y([1-9]M([1-9]D)?)?|[1-9]M([1-9][0-9]?D)?|[1-9][0-9]?D(T[1-9]H)?"
    r"|T([1-9]H([1-5][0-9]M)?|[1-5]?[0-9]M|[1-5]?[0-9]S)|[1-9]W)"
)

_ROWS = (
    Format("date", _DATE, lambda setting: moments.dates(setting.as_of, setting.field), lengths=(10, 10)),
    Format(
        "date-time",
        f"{_DATE}T{_CLOCK}",
        lambda setting: moments.date_times(setting.as_of, setting.field),
        lengths=(20, None),
    ),
    Format("time", _CLOCK, lambda setting: moments.Times(), lengths=(9, None)),
    Format("duration", _DURATION, lengths=(3, None)),
    Format("email", _EMAIL, lambda setting: network.emails(setting.lists), lengths=(3, None)),
    Format("idn-email", _EMAIL, lambda setting: network.emails(setting.lists)),
    Format("hostname", _HOST, lambda setting: network.hosts(setting.lists), lengths=(1, 253)),
    Format("idn-hostname", _HOST, lambda setting: network.hosts(setting.lists)),
    Format(
        "ipv4",
        rf"((192\.0\.2|198\.51\.100|203\.0\.113)\.{_OCTET}|(10|127)\.0\.0\.{_OCTET}|0\.0\.0\.0)",
        lambda setting: network.ipv4(),
        lengths=(7, 15),
    ),
    Format("ipv6", rf"2001:db8(:{_HEX}{{1,4}}){{6}}", lambda setting: network.ipv6(), lengths=(2, 45)),
    Format("uri", f"({_URI}|{_URN})", lambda setting: network.uris(setting.lists), lengths=(2, None)),
    Format("iri", f"({_URI}|{_URN})", lambda setting: network.uris(setting.lists)),
    Format("uri-reference", f"({_URI}|{_URN}|{_PATH}|#[a-z]{{1,12}})", lambda setting: network.uris(setting.lists)),
    Format("iri-reference", f"({_URI}|{_URN}|{_PATH}|#[a-z]{{1,12}})", lambda setting: network.uris(setting.lists)),
    Format("uri-template", rf"https://{_HOST}(/[a-z]{{2,10}}(/\{{[a-z]{{2,8}}\}})?){{1,3}}"),
    Format("uuid", _UUID, lambda setting: network.uuids(), lengths=(36, 36)),
    Format("json-pointer", r"(/[a-z0-9_]{1,10}){0,4}"),
    Format("relative-json-pointer", r"[0-9](#|(/[a-z0-9_]{1,8}){0,3})", lengths=(1, None)),
    Format("regex", r"\^?[a-z]{1,6}(\[0-9\](\{[1-9]\}|\+)?)?\$?"),
    Format("byte", r"([A-Za-z0-9+/]{4}){2,8}"),
)


def _table(rows: Sequence[Format]) -> Mapping[str, Format]:
    table = {row.name: row for row in rows}
    if len(table) != len(rows):
        raise ValueError("two formats share a name")
    return table


FORMATS = _table(_ROWS)

NUMBER_FORMATS: Mapping[str, tuple[Fraction, Fraction]] = {
    "int8": (Fraction(-(2**7)), Fraction(2**7 - 1)),
    "int16": (Fraction(-(2**15)), Fraction(2**15 - 1)),
    "int32": (Fraction(-(2**31)), Fraction(2**31 - 1)),
    "int64": (Fraction(-(2**63)), Fraction(2**63 - 1)),
    "uint8": (Fraction(0), Fraction(2**8 - 1)),
    "uint16": (Fraction(0), Fraction(2**16 - 1)),
    "uint32": (Fraction(0), Fraction(2**32 - 1)),
    "uint64": (Fraction(0), Fraction(2**64 - 1)),
}
"""The integer formats of the OpenAPI registry, as ranges."""
