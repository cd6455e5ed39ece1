"""Reading canonical lines by the types of columns: at once, a block at a time, and checked on the way."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from pytest_specmint.schema.document import join_pointer
from pytest_specmint.tables.types import (
    Day,
    Decimal,
    Field,
    Flag,
    Free,
    List,
    Moment,
    Real,
    Record,
    Text,
    Type,
    Whole,
)
from pytest_specmint.tables.unfit import Misfit

_PLAIN: dict[type, Any] = {
    Flag: bool,
    Whole: int,
    Real: float,
    Decimal: float,
    Text: str,
    Day: str,
    Moment: str,
    Free: Raw,
}
_UNNAMED = re.compile(r'["\\\x00-\x1f]')
"""What the names of a struct's fields must not have."""
_AT = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")


@lru_cache(maxsize=256)
def decoded_type(kind: Type) -> Any:
    """What the reader makes of a type's values.

    Objects whose members are all known become structs with the fields in their order: None where one is null or absent,
    `UNSET` for the absent where both may be. Others become mappings to texts that are read later.
    """
    if isinstance(kind, List):
        item = decoded_type(kind.item)
        if kind.nullable and item is not Raw:
            item |= None
        return list.__class_getitem__(item)
    if isinstance(kind, Record):
        return _struct(kind) if is_struct(kind) else dict[str, Raw]
    return _PLAIN[type(kind)]


def is_struct(record: Record) -> bool:
    """Whether a record's objects are read as structs: all their members are known, and have names that structs take."""
    return not record.open and all(is_nameable(each.name) for each in record.fields)


def is_nameable(name: str) -> bool:
    """Whether a struct's field can be read from members of this name."""
    return not _UNNAMED.search(name)


def _struct(record: Record) -> Any:
    """A class whose attributes f0, f1… are the record's fields: all that objects have."""
    members = [_member(f"f{i}", each) for i, each in enumerate(record.fields)]
    return msgspec.defstruct("Row", members, kw_only=True, forbid_unknown_fields=True, gc=False)


def _member(name: str, field: Field) -> tuple[str, Any, Any]:
    kind = decoded_type(field.type)
    if isinstance(field.type, Free):
        return name, kind, _default(field, None)
    if field.unclear:
        return name, kind | None | UnsetType, _default(field, UNSET)
    return name, kind | None if field.nullable else kind, _default(field, None)


def _default(field: Field, value: Any) -> Any:
    return msgspec.field(name=field.name, default=value) if field.optional else msgspec.field(name=field.name)


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(list[kind])


def read_block(record: Record, lines: bytes) -> list[Any]:
    """The objects of canonical lines; raises `Misfit` for one that is none of the record's."""
    return read_texts(decoded_type(record), [lines[:-1].replace(b"\n", b",")] if lines else [])


def read_texts(kind: Any, texts: Sequence[Any]) -> list[Any]:
    """The values of JSON texts; raises `Misfit`."""
    try:
        found: list[Any] = _decoder(kind).decode(b"[" + b",".join(texts) + b"]")
    except msgspec.ValidationError as error:
        raise misfit(error) from None
    return found


def misfit(error: msgspec.ValidationError) -> Misfit:
    """What a reader's refusal says, with a pointer in place of its path."""
    words = str(error)
    at = _AT.search(words)
    steps = list(_STEP.finditer(at[1])) if at else []
    tokens = [step[1] or step[2] or "*" for step in steps[1:]]  # the first is the place in the block
    pointer = join_pointer("", *tokens)
    return Misfit(_AT.sub("", words).replace("`", ""), pointer)
