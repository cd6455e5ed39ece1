"""The functions of the language: one row each, by number of arguments."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import Exact, text_of_number
from pytest_specmint.rules.expression.terms import Value

Evaluate = Callable[..., Value | None]

_NUMBER, _TEXT, _FLAG, _DAY, _MOMENT = Kind.NUMBER, Kind.TEXT, Kind.FLAG, Kind.DAY, Kind.MOMENT


class Variant(Struct, frozen=True):
    """One way to call a function: the kinds it takes and gives; it is unknown where an argument is."""

    takes: tuple[Kind, ...]
    gives: Kind
    evaluate: Evaluate


class Function(Struct, frozen=True):
    """A function: how it is used, what it means, and its variants; special ones are known to `resolve`."""

    usage: str
    meaning: str
    variants: tuple[Variant, ...] = ()


def _whole(value: Exact, unit: int = 1) -> int | None:
    return value.numerator * unit if value.denominator == 1 else None


def _unit(unit: int) -> Evaluate:
    return lambda value: _whole(value, unit)


def _units_between(unit: int) -> Evaluate:
    def between(later: int, earlier: int) -> int:
        size = abs(later - earlier) // unit
        return size if later >= earlier else -size

    return between


def _date(year: Exact, month: Exact, day: Exact) -> int | None:
    parts = [_whole(each) for each in (year, month, day)]
    return None if None in parts else calendar.checked_day(*parts)  # type: ignore[arg-type]


def _civil(part: int) -> Evaluate:
    return lambda day: calendar.civil(day)[part] if calendar.FIRST <= day <= calendar.LAST else None


def _years_between(later: int, earlier: int) -> int | None:
    months = calendar.months_between(later, earlier)
    return None if months is None else (months // 12 if months >= 0 else -(-months // 12))


def _cased(name: str) -> Evaluate:
    # Beyond Cyrillic the tables of case grow with each version of Unicode, and so of Python.
    change: Callable[[str], str] = getattr(str, name)
    return lambda text: change(text) if text.isascii() else "".join(change(c) if c < "\u0530" else c for c in text)


def _digits(text: str) -> bytes | None:
    return text.encode() if text.isascii() and text.isdigit() else None


_ZERO = ord("0")
_DOUBLED = bytes(2 * (each - _ZERO) - 9 * (each - _ZERO > 4) if 0 <= each - _ZERO <= 9 else 0 for each in range(256))


def luhn(text: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812)."""
    digits = _digits(text)
    if digits is None:
        return False
    single = digits[-1::-2]
    return (sum(single) - _ZERO * len(single) + sum(digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def npi(text: str) -> bool:
    """Whether a text has the form and check digit of a US national provider identifier."""
    return len(text) == 10 and luhn("80840" + text)


def aba(text: str) -> bool:
    """Whether nine digits have the check digit of a US routing number (weights 3, 7, 1)."""
    digits = _digits(text)
    if digits is None or len(digits) != 9:
        return False
    a, b, c, d, e, f, g, h, i = digits
    return (3 * (a + d + g - 3 * _ZERO) + 7 * (b + e + h - 3 * _ZERO) + c + f + i - 3 * _ZERO) % 10 == 0


def iban(text: str) -> bool:
    """Whether the check digits of an IBAN without blanks are right (ISO 7064, mod 97-10)."""
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum() and text.isupper()):
        return False
    return (
        text[:2].isalpha()
        and text[2:4].isdigit()
        and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1
    )


def gtin(text: str) -> bool:
    """Whether 8, 12, 13 or 14 digits end with the check digit of GS1."""
    digits = _digits(text)
    if digits is None or len(digits) not in {8, 12, 13, 14}:
        return False
    single, triple = digits[-1::-2], digits[-2::-2]
    return (sum(single) + 3 * sum(triple) - _ZERO * (len(single) + 3 * len(triple))) % 10 == 0


def _one(takes: Kind, gives: Kind, evaluate: Evaluate) -> Variant:
    return Variant((takes,), gives, evaluate)


def _span(name: str, unit: int) -> Function:
    return Function(
        f"{name}(n) or {name}(later, earlier)",
        f"a span of n {name}; or the whole {name} from one date-time to another, a number",
        (_one(_NUMBER, Kind.SPAN, _unit(unit)), Variant((_MOMENT, _MOMENT), _NUMBER, _units_between(unit))),
    )


def _day_span(name: str, unit: int) -> Function:
    return Function(
        f"{name}(n) or {name}(later, earlier)",
        f"a span of n {name}; or the whole {name} from one date to another, a number",
        (_one(_NUMBER, Kind.DAYS, _unit(unit)), Variant((_DAY, _DAY), _NUMBER, _units_between(unit))),
    )


def _month_span(name: str, unit: int, between: Evaluate) -> Function:
    return Function(
        f"{name}(n) or {name}(later, earlier)",
        f"n calendar {name} (where the day does not exist, the month's last); or the whole {name} from one date to "
        "another as ages are counted, a number",
        (_one(_NUMBER, Kind.MONTHS, _unit(unit)), Variant((_DAY, _DAY), _NUMBER, between)),
    )


def _check(name: str, meaning: str, evaluate: Evaluate) -> Function:
    return Function(f"{name}(text)", meaning, (_one(_TEXT, _FLAG, evaluate),))


FUNCTIONS: Mapping[str, Function] = {
    "has": Function("has(path)", "whether a field is there and not null; never unknown"),
    "missing": Function("missing(path)", "whether a field is absent; never unknown"),
    "is_null": Function("is_null(path)", "whether a field is there and null; never unknown"),
    "default": Function("default(x, y)", "x where it is known, else y"),
    "sum": Function("sum(x for x in list)", "the sum of numbers, 0 of none"),
    "avg": Function("avg(x for x in list)", "the exact mean of numbers, unknown of none"),
    "min": Function("min(a, b, …) or min(x for x in list)", "the least number, date or date-time; unknown of none"),
    "max": Function("max(a, b, …) or max(x for x in list)", "the greatest number, date or date-time; unknown of none"),
    "all": Function("all(condition for x in list)", "whether all hold, true of none"),
    "any": Function("any(condition for x in list)", "whether one holds, false of none"),
    "count": Function("count(condition for x in list)", "how many hold"),
    "unique": Function("unique(x for x in list)", "whether no two are equal"),
    "ascending": Function("ascending(x for x in list)", "whether none is less than the one before it"),
    "share": Function("share(condition)", "the part of the records that meet it (scope dataset), 0 to 1"),
    "spearman": Function("spearman(x, y)", "rank correlation of two numbers (scope dataset), -1 to 1"),
    "len": Function("len(text) or len(list)", "characters of a text, items of a list"),
    "round": Function("round(x) or round(x, places)", "to decimal places (a constant), halves away from zero"),
    "abs": Function("abs(x)", "without its sign"),
    "floor": Function("floor(x)", "the next integer below"),
    "ceil": Function("ceil(x)", "the next integer above"),
    "table": Function("x in table('name')", "a table of a pack: values, or rows as in (a, b) in table('name')"),
    "text": Function(
        "text(x)", "a number, date, date-time, true or false as the text that JSON has; nothing for a third"
    ),
    "lower": Function("lower(text)", "in small letters", (_one(_TEXT, _TEXT, _cased("lower")),)),
    "upper": Function("upper(text)", "in capitals", (_one(_TEXT, _TEXT, _cased("upper")),)),
    "startswith": Function(
        "startswith(text, part)", "whether it begins so", (Variant((_TEXT, _TEXT), _FLAG, str.startswith),)
    ),
    "endswith": Function("endswith(text, part)", "whether it ends so", (Variant((_TEXT, _TEXT), _FLAG, str.endswith),)),
    "contains": Function(
        "contains(text, part)", "whether the part is in it", (Variant((_TEXT, _TEXT), _FLAG, str.__contains__),)
    ),
    "date": Function(
        "date(year, month, day) or date(x)",
        "a date; or the day (UTC) of a date-time",
        (_one(_DAY, _DAY, lambda day: day), Variant((_NUMBER,) * 3, _DAY, _date)),
    ),
    "years": _month_span("years", 12, _years_between),
    "months": _month_span("months", 1, calendar.months_between),
    "weeks": _day_span("weeks", 7),
    "days": _day_span("days", 1),
    "hours": _span("hours", 3600 * 10**9),
    "minutes": _span("minutes", 60 * 10**9),
    "seconds": _span("seconds", 10**9),
    "year": Function("year(date)", "its year", (_one(_DAY, _NUMBER, _civil(0)),)),
    "month": Function("month(date)", "its month, 1 to 12", (_one(_DAY, _NUMBER, _civil(1)),)),
    "day": Function("day(date)", "its day of the month", (_one(_DAY, _NUMBER, _civil(2)),)),
    "weekday": Function(
        "weekday(date)", "1 for Monday to 7 for Sunday", (_one(_DAY, _NUMBER, lambda day: (day - 1) % 7 + 1),)
    ),
    "luhn": _check("luhn", "whether the last digit is right by Luhn (cards)", luhn),
    "npi": _check("npi", "ten digits, right by Luhn behind 80840 (US providers)", npi),
    "aba": _check("aba", "nine digits, right by weights 3-7-1 (US routing numbers)", aba),
    "iban": _check("iban", "right modulo 97, without blanks", iban),
    "gtin": _check("gtin", "8, 12, 13 or 14 digits with the check digit of GS1 (EAN, UPC)", gtin),
}

LISTS = frozenset({"sum", "avg", "min", "max", "all", "any", "count", "unique", "ascending"})
"""The functions that take a loop."""

TEXTS: Mapping[Kind, Evaluate] = {
    _TEXT: lambda text: text,
    _NUMBER: text_of_number,
    _DAY: calendar.text_of_day,
    _MOMENT: calendar.text_of_moment,
    _FLAG: lambda flag: "true" if flag else "false",
}
"""What ``text`` gives for each kind."""
