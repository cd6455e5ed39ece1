"""The meanings of a pack: ``semantics.json``, which says what field names mean and which templates fill them."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_specmint.engine.tables import Table
from pytest_specmint.engine.templates import FIELD, PLACE, RANGE, TRANSFORMS, transform, unmarked
from pytest_specmint.engine.vocabulary import Meaning, snake_case
from pytest_specmint.formats.checked import CHECKED
from pytest_specmint.packs.errors import broken
from pytest_specmint.packs.text import read_text
from pytest_specmint.schema.loading.near import nearest

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILE = "semantics.json"
KEYS = ("kind", "names", "templates", "parents", "others")
_KIND = re.compile(r"[a-z][a-z0-9_]*")


def read_meanings(folder: "Traversable", pack: str) -> tuple[Meaning, ...]:
    """The meanings in the order in which they are tried; none where the pack has no such file.

    Raises `PackError` with the line: for what is not JSON, and for a row of another form.
    """
    if not (folder / FILE).is_file():
        return ()
    text = read_text(folder, FILE, pack)
    found: list[Meaning] = []
    for number, row in enumerate(_rows(text, pack)):
        problem = _problem(row)
        if problem is not None:
            raise broken(pack, FILE, problem, line=line_of(text, number))
        parts = (tuple(row.get(key, ())) for key in KEYS[1:])
        found.append(Meaning(row["kind"], *parts))
    return tuple(found)


def _rows(text: str, pack: str) -> list[Any]:
    import json

    try:
        rows = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", None)
        raise broken(pack, FILE, f"is not JSON: {getattr(error, 'msg', error)}", line=line) from None
    if not isinstance(rows, list):
        raise broken(pack, FILE, "is not a list", hint='[{"kind": …, "names": […], "templates": […]}, …]')
    return rows


def line_of(text: str, number: int) -> int:
    """The line on which an item of a JSON array begins, counted from 1."""
    import json

    decoder, at = json.JSONDecoder(), text.index("[") + 1
    blank = re.compile(r"[\s,]*")
    for _ in range(number):
        at = decoder.raw_decode(text, _past(blank, text, at))[1]
    return text.count("\n", 0, _past(blank, text, at)) + 1


def _past(blank: re.Pattern[str], text: str, at: int) -> int:
    found = blank.match(text, at)
    return found.end() if found else at


def _problem(row: object) -> str | None:
    if not isinstance(row, dict):
        return "a meaning is an object"
    for key in row:
        if key not in KEYS:
            near = nearest(key, KEYS, 1)
            return f"unknown key {key!r}" + (
                f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(KEYS)}"
            )
    if not isinstance(row.get("kind"), str) or not _KIND.fullmatch(row["kind"]):
        return "kind must be a name in snake case"
    for key in ("names", "templates"):
        if not _texts(row.get(key)) or not row[key]:
            return f"{row['kind']}: {key} must be a list of texts"
    for key in ("parents", "others"):
        if not _texts(row.get(key, []), empty=key == "parents"):
            return f"{row['kind']}: {key} must be a list of texts"
    for name in (*row["names"], *row.get("parents", ())):
        plain = name.lstrip("*").lstrip("_")
        if name not in {"*", ""} and (not plain or snake_case(plain) != plain):
            return f"{row['kind']}: the name {name!r} is not in snake case"
    return None


def _texts(value: object, *, empty: bool = False) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and (each or empty) for each in value)


# ---------------------------------------------------------------- templates


def check_templates(
    meanings: Sequence[Meaning],
    lists: Mapping[str, Sequence[str]],
    tables: Mapping[str, Table],
    folder: "Traversable",
    pack: str,
) -> None:
    """Raise `PackError` where a template names a list, a table, a column or a transform that does not exist."""
    for number, meaning in enumerate(meanings):
        for template in (*meaning.templates, *meaning.others):
            for field in FIELD.findall(template):
                problem = template_problem(field, lists, tables)
                if problem is not None:
                    line = line_of(read_text(folder, FILE, pack), number)
                    words = f"{meaning.kind}: {{{field}}}: {problem}"
                    raise broken(pack, FILE, words, line=line, hint=f"the template is {template!r}")


def template_problem(field: str, lists: Mapping[str, Sequence[str]], tables: Mapping[str, Table]) -> str | None:
    """What is wrong with the inside of a template's braces; None where nothing is."""
    if f"{{{field}}}" == PLACE:
        return None
    bounds = RANGE.fullmatch(field)
    if bounds:
        return None if int(bounds[1]) <= int(bounds[2]) else "the range is empty"
    kind, _, amount = field.partition(":")
    if kind in {"hex", "AZ"}:
        return None if amount.isascii() and amount.isdigit() and int(amount) > 0 else "needs a number of letters"
    if kind == "check":
        return None if amount in CHECKED else _missing("identifier", amount, CHECKED)
    name, *transforms = unmarked(field).split("|")
    for each in transforms:
        if transform(each) is None:
            return f"there is no transform {each!r}; known are {', '.join(TRANSFORMS)}"
    if name in lists:
        return None
    table, dot, column = name.partition(".")
    if not dot:
        return _missing("list", name, lists)
    if table not in tables:
        return _missing("table", table, tables)
    return None if column in tables[table].columns else _missing("column", column, tables[table].columns)


def _missing(what: str, name: str, known: "Mapping[str, object] | Sequence[str]") -> str:
    near = nearest(name, known, 1)
    return f"there is no {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
