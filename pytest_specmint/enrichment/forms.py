"""Forms: what values a schema lets through, roughly, as alternatives per JSON type. The algebra behind `projection`.

A form never lets through less than its schema (but for what no answer needs: see `outline`), and may let through more:
it is what an answer is guided by, not what it is judged by. Everything here is pure and total.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.schema.sets.values import Json, exact, identity

MOST_ALTERNATIVES = 8
"""Of one type; where there would be more, they become one that covers them all."""


class Null(Struct, frozen=True):
    """``null``."""


class Flag(Struct, frozen=True):
    """A boolean."""

    choices: tuple[bool, ...] | None = None


class Number(Struct, frozen=True):
    """A number; bounds are as the schema writes them, ``(value, excluded)``."""

    integer: bool = False
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    multiple: Json = None
    choices: tuple[Json, ...] | None = None


class Text(Struct, frozen=True):
    """A string."""

    least: int = 0
    most: int | None = None
    pattern: str = ""
    format: str = ""
    choices: tuple[str, ...] | None = None


class Listing(Struct, frozen=True):
    """An array; items None: anything."""

    items: "Form | None" = None
    least: int = 0
    most: int | None = None


class Member(Struct, frozen=True):
    """What stands under a name of an object."""

    form: "Form"
    required: bool = False
    mentioned: bool = False
    """The form is that of some case only: in others, anything may stand there."""


class Record(Struct, frozen=True):
    """An object. Other members than those named may be anything (open), of a form (rest), or not there at all."""

    members: Mapping[str, Member] = {}
    open: bool = True
    rest: "Form | None" = None


Part = Null | Flag | Number | Text | Listing | Record
Form = Mapping[str, tuple[Part, ...]]
"""Alternatives by type; a type that is missing is not allowed, no type at all is no value."""

KINDS: Mapping[str, Any] = {
    "null": Null,
    "boolean": Flag,
    "number": Number,
    "string": Text,
    "array": Listing,
    "object": Record,
}
ANYTHING: Form = {kind: (part(),) for kind, part in KINDS.items()}
NOTHING: Form = {}
_P = TypeVar("_P", bound=Part)


def is_anything(form: Form) -> bool:
    """Whether the form lets every value through."""
    return form == ANYTHING


def kind_of(value: Json) -> str:
    """The type of a JSON value, by the names of `KINDS`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def of_value(value: Json) -> Form:
    """The form of one value alone."""
    kind = kind_of(value)
    part: Part
    if kind == "array":
        part = Listing(either(of_value(each) for each in value), len(value), len(value))
    elif kind == "object":
        part = Record({name: Member(of_value(each), required=True) for name, each in value.items()}, open=False)
    else:
        part = KINDS[kind]()
        part = part if isinstance(part, Null) else replace(part, choices=(value,))
    return {kind: (part,)}


def either(forms: Iterable[Form]) -> Form:
    """What any of the forms lets through."""
    found: dict[str, list[Part]] = {}
    for form in forms:
        for kind, parts in form.items():
            found.setdefault(kind, []).extend(parts)
    return {kind: _few(kind, parts) for kind, parts in found.items() if parts}


def _few(kind: str, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The alternatives without repetitions; one for all where there are too many."""
    if KINDS[kind]() in parts:
        return (KINDS[kind](),)
    if kind in {"string", "number", "boolean"}:
        parts = _choices_joined(parts)
    unique: list[Part] = []
    for part in parts:
        if part not in unique:
            unique.append(part)
    return tuple(unique) if len(unique) <= MOST_ALTERNATIVES else (hull(unique),)


def _choices_joined(parts: Sequence[Any]) -> list[Part]:
    """Enumerations among scalar alternatives become one."""
    listed = [part for part in parts if part.choices is not None]
    others = [part for part in parts if part.choices is None]
    if len(listed) > 1:
        values = _distinct([value for part in listed for value in part.choices])
        listed = [replace(type(listed[0])(), choices=values)]
    return [*listed, *others]


def _distinct(values: Iterable[Json]) -> tuple[Json, ...]:
    return tuple({identity(value): value for value in values}.values())


def both(one: Form, other: Form) -> Form:
    """What both forms let through, or a little more."""
    found = {}
    for kind in one:
        if kind in other:
            parts = _meetings(one[kind], other[kind])
            if parts:
                found[kind] = _few(kind, parts)
    return found


def _meetings(ones: tuple[Part, ...], others: tuple[Part, ...]) -> list[Part]:
    if len(ones) * len(others) > MOST_ALTERNATIVES**2:
        others = (hull(others),)
    met = (_meet(one, other) for one in ones for other in others)
    return [part for part in met if part is not None]


def _meet(one: Part, other: Part) -> Part | None:
    """Two parts of the same type in one; None where nothing meets both."""
    return _MEET[type(one)](one, other)


def _meet_number(one: Number, other: Number) -> Number | None:
    low = max((each for each in (one.low, other.low) if each), default=None)
    high = min((each for each in (one.high, other.high) if each), key=_reach, default=None)
    if low and high and (low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))):
        return None
    choices = _common(one.choices, other.choices)
    met = Number(one.integer or other.integer, low, high, _first(one.multiple, other.multiple), choices)
    if choices is None:
        return met
    kept = tuple(value for value in choices if _number_fits(value, met))
    return replace(met, choices=kept) if kept else None


def _reach(bound: tuple[Fraction, bool]) -> tuple[Fraction, bool]:
    """What orders greatest values: of the same, the one that is excluded reaches less far."""
    return bound[0], not bound[1]


def _number_fits(value: Json, part: Number) -> bool:
    number = exact(value)
    low, high = part.low, part.high
    if low and (number < low[0] or (number == low[0] and low[1])):
        return False
    if high and (number > high[0] or (number == high[0] and high[1])):
        return False
    return not part.integer or number.denominator == 1


def _meet_text(one: Text, other: Text) -> Text | None:
    least, most = max(one.least, other.least), _lesser(one.most, other.most)
    if most is not None and least > most:
        return None
    choices = _common(one.choices, other.choices)
    if choices is not None:
        choices = tuple(text for text in choices if least <= len(text) and (most is None or len(text) <= most))
        if not choices:
            return None
    return Text(least, most, one.pattern or other.pattern, one.format or other.format, choices)


def _meet_flag(one: Flag, other: Flag) -> Flag | None:
    choices = _common(one.choices, other.choices)
    return None if choices == () else Flag(choices)


def _meet_listing(one: Listing, other: Listing) -> Listing | None:
    items = other.items if one.items is None else one.items if other.items is None else both(one.items, other.items)
    least, most = max(one.least, other.least), _lesser(one.most, other.most)
    if items == NOTHING:
        most = 0
    return None if most is not None and least > most else Listing(items, least, most)


def _meet_record(one: Record, other: Record) -> Record | None:
    members: dict[str, Member] = {}
    for name in dict.fromkeys((*one.members, *other.members)):
        member = _met(_member(one, name), _member(other, name))
        if member.required and member.form == NOTHING:
            return None
        members[name] = member
    rest = other.rest if one.rest is None else one.rest if other.rest is None else both(one.rest, other.rest)
    opened = (one.open or one.rest is not None) and (other.open or other.rest is not None)
    if rest is None or not opened:
        return Record(members, open=opened)
    return Record(members, open=False, rest=rest)


def _met(one: Member, other: Member) -> Member:
    """What may stand under a name for both; one that is only mentioned asks nothing."""
    required = one.required or other.required
    if one.mentioned and other.mentioned:
        return Member(either((one.form, other.form)), required, mentioned=True)
    if one.mentioned or other.mentioned:
        return Member(other.form if one.mentioned else one.form, required)
    return Member(both(one.form, other.form), required)


def _member(record: Record, name: str) -> Member:
    """What a record lets stand under a name."""
    if name in record.members:
        return record.members[name]
    if record.rest is not None:
        return Member(record.rest)
    return Member(NOTHING, mentioned=True) if record.open else Member(NOTHING)


_MEET: Mapping[type[Part], Callable[[Any, Any], Part | None]] = {
    Null: lambda one, other: one,
    Flag: _meet_flag,
    Number: _meet_number,
    Text: _meet_text,
    Listing: _meet_listing,
    Record: _meet_record,
}


def hull(parts: Sequence[Part]) -> Part:
    """One part that lets through what any of these of the same type does."""
    return _HULL[type(parts[0])](parts)


def _hull_number(parts: Sequence[Number]) -> Number:
    if all(part.choices is not None for part in parts):
        return Number(choices=_distinct(value for part in parts for value in part.choices or ()))
    lows, highs = [_low(part) for part in parts], [_high(part) for part in parts]
    return Number(
        integer=all(_is_integer(part) for part in parts),
        low=None if None in lows else min(cast("list[tuple[Fraction, bool]]", lows)),
        high=None if None in highs else max(cast("list[tuple[Fraction, bool]]", highs), key=_reach),
    )


def _is_integer(part: Number) -> bool:
    return part.integer or (part.choices is not None and all(exact(each).denominator == 1 for each in part.choices))


def _low(part: Number) -> tuple[Fraction, bool] | None:
    return part.low if part.choices is None else (min(map(exact, part.choices)), False)


def _high(part: Number) -> tuple[Fraction, bool] | None:
    return part.high if part.choices is None else (max(map(exact, part.choices)), False)


def _hull_text(parts: Sequence[Text]) -> Text:
    if all(part.choices is not None for part in parts):
        return Text(choices=_distinct(value for part in parts for value in part.choices or ()))
    sizes = [(part.least, part.most) if part.choices is None else _sizes(part.choices) for part in parts]
    alike = all(part.choices is None for part in parts)
    return Text(
        least=min(least for least, _ in sizes),
        most=_greatest(most for _, most in sizes),
        pattern=_same(part.pattern for part in parts) if alike else "",
        format=_same(part.format for part in parts) if alike else "",
    )


def _sizes(texts: Sequence[str]) -> tuple[int, int]:
    return min(map(len, texts)), max(map(len, texts))


def _hull_listing(parts: Sequence[Listing]) -> Listing:
    forms = [part.items for part in parts]
    return Listing(
        None if None in forms else either(form for form in forms if form is not None),
        min(part.least for part in parts),
        _greatest(part.most for part in parts),
    )


def _hull_record(parts: Sequence[Record]) -> Record:
    """Members of all; those are required that every one requires."""
    members: dict[str, Member] = {}
    for name in dict.fromkeys(name for part in parts for name in part.members):
        found = [_member(part, name) for part in parts]
        members[name] = Member(
            either(each.form for each in found),
            all(each.required for each in found),
            any(each.mentioned for each in found),
        )
    opened = any(part.open for part in parts)
    rests = [part.rest for part in parts if part.rest is not None]
    return Record(members, open=opened, rest=None if opened or not rests else either(rests))


def _hull_flag(parts: Sequence[Flag]) -> Flag:
    if any(part.choices is None for part in parts):
        return Flag()
    return Flag(_distinct(value for part in parts for value in part.choices or ()))


_HULL: Mapping[type[Part], Callable[[Any], Part]] = {
    Null: lambda parts: parts[0],
    Flag: _hull_flag,
    Number: _hull_number,
    Text: _hull_text,
    Listing: _hull_listing,
    Record: _hull_record,
}


def _common(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """The values of both enumerations; of the one that there is."""
    if one is None or other is None:
        return other if one is None else one
    known = {identity(value) for value in other}
    return tuple(value for value in one if identity(value) in known)


def _lesser(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _greatest(bounds: Iterable[int | None]) -> int | None:
    found = list(bounds)
    return None if None in found else max(each for each in found if each is not None)


def _first(one: Json, other: Json) -> Json:
    return other if one is None else one


def _same(texts: Iterable[str]) -> str:
    found = set(texts)
    return found.pop() if len(found) == 1 else ""
