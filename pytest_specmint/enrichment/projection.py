"""A JSON Schema as each provider's structured output takes it; pure, total, and never narrower than it must.

What comes back is still judged by the schema itself: a projection only guides. OpenAI's form knows no missing members,
so what is optional may be null there; `Projection.restored` takes such nulls out again.

Sources of what is accepted: the providers' guides to structured outputs (OpenAI: 5,000 properties, 10 levels, 1,000
values of enumerations, 120,000 characters; Anthropic: no bounds, 24 optional members, 16 unions), and llama.cpp's
grammars, tried out: no repetition above 2,000, bounds for integers only, siblings of ``anyOf`` and ``enum`` unread.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.enrichment.forms import (
    ANYTHING,
    NOTHING,
    Flag,
    Form,
    Listing,
    Member,
    Null,
    Number,
    Part,
    Record,
    Text,
    either,
    hull,
)
from pytest_specmint.enrichment.outline import outline
from pytest_specmint.enrichment.spelt import portable
from pytest_specmint.schema.sets.values import Json

_INT64 = 2**63


class Accepts(Struct, frozen=True):
    """What a provider's structured output takes."""

    closed: bool
    """Objects must say that there are no other members, and nothing may be anything."""
    all_required: bool = False
    """What is optional is required, and may be null."""
    root_object: bool = True
    patterns: bool = False
    text_bounds: int | None = None
    """Up to which number lengths are taken; None: not at all."""
    formats: frozenset[str] = frozenset()
    bounds: str = "none"
    """Of numbers: all, integer or none."""
    multiples: bool = False
    item_bounds: int | None = None
    """Up to which number counts of items are taken."""
    most_items: bool = True
    """Whether the greatest number of items is taken too."""
    enum_values: int | None = None
    """In one enumeration."""
    properties: int | None = None
    levels: int | None = None
    characters: int | None = None
    """In names and enumerations."""
    total_enum_values: int | None = None
    optionals: int | None = None
    unions: int | None = None


OPENAI = Accepts(
    closed=True,
    all_required=True,
    patterns=True,
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}),
    bounds="all",
    multiples=True,
    item_bounds=10_000,
    enum_values=250,
    properties=5_000,
    levels=10,
    characters=120_000,
    total_enum_values=1_000,
)
OPENAI_LOOSE = Accepts(
    closed=False,
    patterns=True,
    text_bounds=1_000,
    formats=OPENAI.formats,
    bounds="all",
    multiples=True,
    item_bounds=1_000,
)
"""Not enforced by OpenAI itself; other servers take what they know of it."""
OLLAMA = Accepts(
    closed=False,
    root_object=False,
    patterns=True,
    text_bounds=1_000,
    formats=frozenset({"date", "time", "date-time", "uuid"}),
    bounds="integer",
    item_bounds=1_000,
)
ANTHROPIC = Accepts(
    closed=True,
    formats=frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}),
    item_bounds=1,
    most_items=False,
    optionals=24,
    unions=16,
)


class Projection(Struct, frozen=True):
    """What a provider is given of a schema."""

    schema: Json
    """None where its structured output cannot take it: then the schema goes into the prompt."""
    form: Form
    nulls: bool = False
    """Whether null stands for what is missing."""

    def restored(self, value: Json) -> Json:
        """The answer without the nulls that only stand for what is missing."""
        return _restored(value, self.form) if self.nulls else value


def project(schema: Json, accepts: Accepts) -> Projection:
    """The schema as the provider takes it; its schema is None where there is no such form."""
    form = outline(schema)
    writer = _Writer(accepts)
    try:
        if not accepts.root_object:
            return Projection(writer.written(form, 0), form)
        if form.keys() == {"object"}:
            whole = hull(form["object"])
            written = writer.part(whole, 0)
            fitting = written is not None and writer.fits()
            return Projection(written if fitting else None, {"object": (whole,)}, accepts.all_required)
    except (RecursionError, _Unwritable):
        pass
    return Projection(None, form)


class _Unwritable(Exception):
    """Something that the provider has no form for."""


class _Counts(Struct):
    properties: int = 0
    levels: int = 0
    characters: int = 0
    enum_values: int = 0
    optionals: int = 0
    unions: int = 0


class _Writer:
    """Writes forms as JSON Schema, and counts what is limited."""

    def __init__(self, accepts: Accepts) -> None:
        self._accepts = accepts
        self._counts = _Counts()
        self._writers: Mapping[type[Part], Callable[[Any, int], Json]] = {
            Null: lambda part, level: {"type": "null"},
            Flag: lambda part, level: self._flag(part),
            Number: lambda part, level: self._number(part),
            Text: lambda part, level: self._text(part),
            Listing: self._listing,
            Record: self._record,
        }

    def fits(self) -> bool:
        """Whether all is within the limits."""
        return all(
            limit is None or getattr(self._counts, count) <= limit
            for count, limit in (
                ("properties", self._accepts.properties),
                ("levels", self._accepts.levels),
                ("characters", self._accepts.characters),
                ("enum_values", self._accepts.total_enum_values),
                ("optionals", self._accepts.optionals),
                ("unions", self._accepts.unions),
            )
        )

    def written(self, form: Form, level: int) -> Json:
        """The form as a schema; None where nothing is let through."""
        if form == ANYTHING:
            if self._accepts.closed:
                raise _Unwritable
            return {}
        parts = [self.part(part, level) for parts in form.values() for part in parts]
        parts = [part for part in parts if part is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        self._counts.unions += 1
        return {"anyOf": parts}

    def part(self, part: Part, level: int) -> Json:
        """One alternative as a schema; None where nothing meets it."""
        return self._writers[type(part)](part, level)

    def _enumerated(self, kind: str, choices: tuple[Any, ...]) -> Json:
        limit = self._accepts.enum_values
        if limit is not None and len(choices) > limit:
            return {"type": kind}
        self._counts.enum_values += len(choices)
        self._counts.characters += sum(len(each) for each in choices if isinstance(each, str))
        return {"type": kind, "enum": list(choices)}

    def _flag(self, part: Flag) -> Json:
        return {"type": "boolean"} if part.choices is None else self._enumerated("boolean", part.choices)

    def _number(self, part: Number) -> Json:
        kind = "integer" if part.integer else "number"
        if part.choices is not None:
            return self._enumerated(kind, part.choices)
        found: dict[str, Any] = {"type": kind}
        if self._accepts.bounds == "integer" and part.integer:
            found |= _integer_bounds(part)
        elif self._accepts.bounds == "all":
            found |= _bounds(part)
        if self._accepts.multiples and part.multiple is not None:
            found["multipleOf"] = part.multiple
        return found

    def _text(self, part: Text) -> Json:
        if part.choices is not None:
            return self._enumerated("string", part.choices)
        found: dict[str, Any] = {"type": "string"}
        pattern = portable(part.pattern) if self._accepts.patterns and part.pattern else None
        if pattern is not None:
            found["pattern"] = pattern
        elif part.format in self._accepts.formats:
            found["format"] = part.format
        if (limit := self._accepts.text_bounds) is not None and len(found) == 1:
            found |= _sizes("Length", part.least, part.most, limit)
        return found

    def _listing(self, part: Listing, level: int) -> Json:
        self._counts.levels = max(self._counts.levels, level + 1)
        found: dict[str, Any] = {"type": "array"}
        items = self.written(ANYTHING if part.items is None else part.items, level + 1)
        if items is None:
            if part.least:
                return None
            items, part = {"type": "null"}, Listing(part.items, 0, 0)
        found["items"] = items
        if (limit := self._accepts.item_bounds) is not None:
            most = part.most if self._accepts.most_items else None
            found |= _sizes("Items", min(part.least, limit), most, limit)
        return found

    def _record(self, part: Record, level: int) -> Json:
        self._counts.levels = max(self._counts.levels, level + 1)
        if self._accepts.closed and (part.rest is not None or (part.open and not part.members)):
            raise _Unwritable
        properties: dict[str, Any] = {}
        required = []
        for name, member in part.members.items():
            written = self._member(member, level + 1)
            if written is None and member.required:
                return None
            if written is not None:
                properties[name] = written
                self._counts.characters += len(name)
                if member.required or self._accepts.all_required:
                    required.append(name)
                else:
                    self._counts.optionals += 1
        self._counts.properties += len(properties)
        return {
            "type": "object",
            **({"properties": properties, "required": required} if properties or self._accepts.closed else {}),
            **self._others(part, level),
        }

    def _others(self, part: Record, level: int) -> dict[str, Any]:
        """What is said of members without a name."""
        if part.rest is not None:
            rest = self.written(part.rest, level + 1)
            return {"additionalProperties": False if rest is None else rest}
        return {} if part.open and not part.members else {"additionalProperties": False}

    def _member(self, member: Member, level: int) -> Json:
        form = member.form
        if self._accepts.closed and (member.mentioned or form == ANYTHING):
            if not member.mentioned:
                raise _Unwritable
            form = either((_SCALARS, {} if form == ANYTHING else form))
        elif member.mentioned:
            form = ANYTHING
        if self._accepts.all_required and not member.required:
            if form == NOTHING:
                return None
            form = either((form, {"null": (Null(),)}))
        return self.written(form, level)


_SCALARS: Form = {"null": (Null(),), "boolean": (Flag(),), "number": (Number(),), "string": (Text(),)}


def _sizes(what: str, least: int, most: int | None, limit: int) -> dict[str, int]:
    """Bounds of a length, as far as they are taken; a least beyond them becomes the limit."""
    found = {f"min{what}": min(least, limit)} if least else {}
    if most is not None and most <= limit:
        found[f"max{what}"] = most
    return found


def _bounds(part: Number) -> dict[str, Any]:
    found = {}
    for bound, plain, strict in ((part.low, "minimum", "exclusiveMinimum"), (part.high, "maximum", "exclusiveMaximum")):
        if bound is not None and (value := _number_of(bound[0])) is not None:
            found[strict if bound[1] else plain] = value
    return found


def _number_of(value: Fraction) -> Json:
    """The bound as JSON writes it; None where a float cannot hold it."""
    if value.denominator == 1:
        return value.numerator
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if Fraction(repr(number)) == value else None


def _integer_bounds(part: Number) -> dict[str, int]:
    """Inclusive bounds for integers, as far as 64 bits hold them."""
    found = {}
    if part.low is not None:
        value, excluded = part.low
        found["minimum"] = value.numerator + 1 if excluded and value.denominator == 1 else _ceiling(value)
    if part.high is not None:
        value, excluded = part.high
        found["maximum"] = value.numerator - 1 if excluded and value.denominator == 1 else -_ceiling(-value)
    return {name: bound for name, bound in found.items() if -_INT64 < bound < _INT64}


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _restored(value: Json, form: Form) -> Json:
    """The value without members that are null for want of anything else."""
    if isinstance(value, list):
        parts = [part for part in form.get("array", ()) if isinstance(part, Listing)]
        items = either(ANYTHING if part.items is None else part.items for part in parts)
        return [_restored(each, items) for each in value]
    if not isinstance(value, dict):
        return value
    records = [part for part in form.get("object", ()) if isinstance(part, Record)]
    found = {}
    for name, each in value.items():
        members = [record.members[name] for record in records if name in record.members]
        if each is None and members and not any(_takes_null(member) for member in members):
            continue
        found[name] = _restored(each, either(member.form for member in members))
    return found


def _takes_null(member: Member) -> bool:
    return member.required or member.mentioned or "null" in member.form


def restored_text(text: str, projection: Projection) -> str:
    """The text of an answer without such nulls; as it is where there are none, or where it is no JSON."""
    if not projection.nulls or "null" not in text:
        return text
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return text
    restored = projection.restored(value)
    return text if restored == value else msgspec.json.encode(restored).decode()
