"""Telephone numbers that are nobody's: those that regulators keep for films, books and the like; one row per country.

Where a country keeps none, those that its numbering plan does not give out: in Spain the levels 2 to 4, in Japan and
India what would be a subscriber's number that begins with 0 or 1, behind area codes with which no other code begins.

Sources: Ofcom, "Telephone numbers for drama use"; ACMA, "Phone numbers for use in TV shows, films and creative works";
Bundesnetzagentur, "Rufnummern für Medienproduktionen"; ARCEP, decision 2018-0881 (numbers for audiovisual works);
ComReg, Numbering Conditions of Use (020 91x xxxx); PTS, "Fiktiva telefonnummer"; NANPA, 555 line numbers; Real Decreto
2296/2004 (Plan nacional de numeración telefónica); Ministry of Internal Affairs and Communications of Japan, questions
and answers about telephone numbers; Department of Telecommunications of India, National Numbering Plan (2003).
"""

import re

from msgspec import Struct


class Country(Struct, frozen=True):
    """The numbers of one country calling code that are nobody's, as they stand behind the code."""

    code: str
    fiction: "re.Pattern[str]"
    trunk: str = "0"
    """What stands before them within the country; a hyphen where they are told by the code alone."""


_UK = (
    r"1632960\d{3}|(113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|1914980\d{3}|2079460\d{3}|2896496\d{3}"
    r"|2920180\d{3}|7700900\d{3}|8081570\d{3}|9098790\d{3}|3069990\d{3}"
)
_AUSTRALIA = (
    r"[2378](5550|7010)\d{4}|491570(006|15[6-9]|110|313|737)|491571(266|491|804)|491572(549|665|983)"
    r"|491573(770|087)|491574(118|632)|491575(254|789)|491576(398|801)|491577(426|644)|491578(957|148|888)"
    r"|491579(212|760|455)"
)
_GERMANY = (
    r"(3023125|6990009|4066969|2214710|8999998)\d{3}|(17139200|176040690)\d{2}|152(28817386|28895456|54599371)"
    r"|172(9925904|9968532|9973185|9973186|9980752)|174(9091317|9464308)"
)
_FRANCE = r"(19900|26191|35301|46571|53649|63998)\d{4}"
_SWEDEN = r"(3139006|4062804|8465004|9803192)\d{2}|70174060[5-9]|7017406[1-9]\d"
_SPAIN = r"[234]\d{8}"
_JAPAN = r"[36]1\d{7}|(11|22|45|52|75|78|82|92)1\d{6}"
_INDIA = r"(11|22|33|40|44)0\d{7}|(135|141|161|177|522)0\d{6}"

COUNTRIES = (
    Country("1", re.compile(r"[2-9]\d{2}55501\d{2}"), trunk="1"),
    Country("44", re.compile(_UK)),
    Country("61", re.compile(_AUSTRALIA)),
    Country("49", re.compile(_GERMANY)),
    Country("33", re.compile(_FRANCE)),
    Country("353", re.compile(r"2091\d{5}")),
    Country("46", re.compile(_SWEDEN)),
    Country("34", re.compile(_SPAIN), trunk="-"),
    Country("81", re.compile(_JAPAN)),
    Country("91", re.compile(_INDIA)),
)
