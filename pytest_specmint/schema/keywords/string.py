"""`minLength`, `maxLength`, `pattern`, `format` (asserted)."""

from pytest_specmint.formats.table import FORMATS, NUMBER_FORMATS
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import ANY, Set, Union, constrain, only


def _length(_: Opener, site: Site) -> Union:
    top = site.get("maxLength")
    limits = Strings(min_length=int(site.get("minLength", 0)), max_length=None if top is None else int(top))
    return constrain(limits)


def _deny_length(_: Opener, site: Site) -> Union:
    least, most = int(site.get("minLength", 0)), site.get("maxLength")
    sets: list[Set] = [Strings(max_length=least - 1)] if least > 0 else []
    if most is not None:
        sets.append(Strings(min_length=int(most) + 1))
    return only(*sets)


def _format(_: Opener, site: Site) -> Union:
    name = site.get("format")
    if name in NUMBER_FORMATS:
        low, high = NUMBER_FORMATS[name]
        return constrain(Numbers(lower=low, upper=high, formats=frozenset({name})))
    if name not in FORMATS:
        return ANY
    least, most = FORMATS[name].lengths
    return constrain(Strings(least, most, formats=frozenset({name})))


_BASE64 = "^([A-Za-z0-9+/]{4})*$"
_JSON_TEXT = "^[1-9][0-9]{0,5}$"
_JSON_IN_BASE64 = "^(e30=|MTIz|NDU2|Nzg5|bnVsbA==|dHJ1ZQ==)$"  # {}, numbers, null, true


def _content(_: Opener, site: Site) -> Union:
    """Drafts 6 and 7 let validators assert the content keywords; later ones do not."""
    coded, typed = site.get("contentEncoding") == "base64", site.get("contentMediaType") == "application/json"
    if not coded and not typed:
        return ANY
    pattern = _JSON_IN_BASE64 if coded and typed else _BASE64 if coded else _JSON_TEXT
    return constrain(Strings(patterns=frozenset({pattern})))


def _deny_format(_: Opener, site: Site) -> Union:
    name = site.get("format")
    if name in NUMBER_FORMATS:
        low, high = NUMBER_FORMATS[name]
        return only(*Numbers(lower=low, upper=high).complements())
    return only(Strings(not_formats=frozenset({name}))) if name in FORMATS else ()


LENGTH = Family(frozenset({"minLength", "maxLength"}), at_once(_length), _deny_length)
PATTERN = Family(
    frozenset({"pattern"}),
    at_once(lambda _, site: constrain(Strings(patterns=frozenset({site.get("pattern")})))),
    lambda _, site: only(Strings(not_patterns=frozenset({site.get("pattern")}))),
)
CONTENT = Family(
    frozenset({"contentEncoding", "contentMediaType"}),
    at_once(_content),
    lambda _, __: (),
    since=Draft.D6,
    until=Draft.D7,
)
FORMAT = Family(frozenset({"format"}), at_once(_format), _deny_format)
