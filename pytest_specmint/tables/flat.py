"""Records as rows of cells: nested objects flattened, each cell the JSON text of a value.

The rule: a property that is an object gets columns for its own properties, named ``outer.inner``, where the schema lets
it be nothing but an object, closed, with a property that it always has (which has such a column of its own): then
whether the object is there shows in its cells. All else that is no scalar is one cell of JSON.
"""

from collections.abc import Iterator

from msgspec import Struct

from pytest_specmint.schema.document import join_pointer
from pytest_specmint.tables.types import Field, Free, Record

Path = tuple[str, ...]


class Column(Struct, frozen=True):
    """A column: where its values stand in a record, and what they are."""

    path: Path
    field: Field
    certain: bool = True
    """Whether the object that it is a property of is always there."""

    @property
    def pointer(self) -> str:
        """Where they stand, as a JSON pointer."""
        return join_pointer("", *self.path)

    @property
    def name(self) -> str:
        """The names on the way, with dots between them; a dot or backslash within a name has a backslash before it."""
        return ".".join(each.replace("\\", "\\\\").replace(".", "\\.") for each in self.path)


class Layout(Struct, frozen=True):
    """The columns of a record's rows; the last one, where there is a rest, is of what no other holds."""

    record: Record
    columns: tuple[Column, ...]
    rest: str | None
    """Its name; its cells are objects that are laid over what the other cells say."""


def layout_of(record: Record, *, rest: bool) -> Layout:
    """How a record's rows look; ``rest`` where there is to be a column of what no other holds."""
    columns = tuple(_columns(record, (), certain=True))
    name, taken = "_rest", {each.name for each in columns}
    while name in taken:
        name = f"_{name}"
    return Layout(record, columns, name if rest or record.open or not columns else None)


def _columns(record: Record, path: Path, *, certain: bool) -> Iterator[Column]:
    for field in record.fields:
        if is_flat(field):
            assert isinstance(field.type, Record)
            yield from _columns(field.type, (*path, field.name), certain=certain and not field.optional)
        else:
            yield Column((*path, field.name), field, certain)


def is_flat(field: Field) -> bool:
    """Whether a property has columns for its own properties."""
    kind = field.type
    if not isinstance(kind, Record) or kind.open or field.nullable:
        return False
    return any(not each.optional and (isinstance(each.type, Free) or not _branches(each)) for each in kind.fields)


def _branches(field: Field) -> bool:
    """Whether a property may leave its cells empty: null, or an object of columns of its own."""
    return field.nullable or (isinstance(field.type, Record) and is_flat(field))
