"""The language of templates: ``{list}``, ``{list|lower}``, ``{1..99}``, ``{0001..9999}``, ``{hex:8}``, ``{AZ:3}``.

``{@list}`` is the entry that all fields of one object share, ``{table.column}`` what their shared row of a table says,
``{^table.column}`` what that of the object around theirs says, ``{~table.column}`` what any row says,
``{table.column|f=Ms.,m=Mr.}`` another word for what a cell says; ``{check:npi}`` is an identifier with check digits.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from string import ascii_uppercase

from msgspec.structs import replace

from pytest_specmint.engine.nodes.shared import Rows, SharedWords
from pytest_specmint.engine.nodes.text import Digits, Part, Template, Words
from pytest_specmint.engine.tables import Table
from pytest_specmint.formats.checked import CHECKED

FIELD = re.compile(r"\{([^{}]*)\}")
RANGE = re.compile(r"(\d+)\.\.(\d+)")
BOUNDS = re.compile(r"(\? )?\{([^{}.|@^]+)\.([^{}|]+)\}(?:\.\.\{\2\.([^{}|]+)\})?")
"""``{products.price_low}..{products.price_high}``, or ``{products.weight}`` alone; ``? `` before it: only where another
field shows the row."""
SCALE = re.compile(r"\* \{([^{}.|@^]+)\.([^{}|]+)\}(?:, \{\1\.([^{}|]+)\} places)?")
"""``* {currencies.scale}, {currencies.minor_units} places``: usual amounts, times what the row says."""
AGE = re.compile(r"\{([^{}.|@^]+)\.([^{}|]+)\}\.\.\{\1\.([^{}|]+)\} years ago")
"""``{encounters.age_low}..{encounters.age_high} years ago``: a date before today."""
PLACE = "{#}"
"""The place of an item in its list, counted from 1: the number of an invoice's line, the rank of a diagnosis."""
SHARED, OUTWARD, APART = "@", "^", "~"
MARKS = (SHARED, OUTWARD, APART)
"""Before a list's name: the entry that the fields of an object share; those of the object around it; any."""
_TABLE_LIMIT = 4096

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": lambda text: text[:1].upper() + text[1:],
    "slug": lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"),
    "digits": lambda text: re.sub(r"[^0-9]+", "", text),
}


def is_shared(field: str) -> bool:
    """Whether what stands in braces is shared by all fields of an object."""
    if field.startswith(MARKS):
        return not field.startswith(APART)
    name = field.partition("|")[0]
    return "." in name and ".." not in name and ":" not in name


def transform(name: str) -> Callable[[str], str] | None:
    """What a template's word behind a bar does to a text: a known transform, or other words for it: ``f=Ms.,m=Mr.``."""
    if "=" not in name:
        return TRANSFORMS.get(name)
    words = dict(each.partition("=")[::2] for each in name.split(","))
    return lambda text: words.get(text, text)


def parse_template(
    text: str, lists: Mapping[str, Sequence[str]], tables: Mapping[str, Table] | None = None
) -> Template:
    """The template's parts; `ValueError` names a field that is not understood.

    ``tables`` say which rows of a table belong together, and how often they come.
    """
    parts: list[Part] = []
    at = 0
    for match in FIELD.finditer(text):
        parts += _literal(text[at : match.start()])
        parts += _field(match[1], lists, tables or {})
        at = match.end()
    parts += _literal(text[at:])
    return Template(tuple(_joined(parts)) or (Words(("",)),))


def is_for_numbers(template: str) -> bool:
    """Whether a template says where numbers or dates lie, and makes no text."""
    if template == PLACE or SCALE.fullmatch(template) or AGE.fullmatch(template):
        return True
    form = BOUNDS.fullmatch(template)
    return form is not None and (form[1] is not None or form[4] is not None)


def unmarked(name: str) -> str:
    """The name of a list or column without the mark of what is shared."""
    return name[1:] if name.startswith(MARKS) else name


def _literal(text: str) -> list[Part]:
    return [Words((text,))] if text else []


def _field(field: str, lists: Mapping[str, Sequence[str]], tables: Mapping[str, Table]) -> list[Part]:
    bounds = RANGE.fullmatch(field)
    if bounds:
        first, last = int(bounds[1]), int(bounds[2])
        padded = len(bounds[1]) if bounds[1].startswith("0") and len(bounds[1]) > 1 else 0
        width = max(padded, len(bounds[2])) if padded else 0
        return [_digits(Digits(first, last - first + 1, width))]
    kind, _, amount = field.partition(":")
    if kind == "hex":
        return [Digits(0, 16 ** int(amount), int(amount), "x")]
    if kind == "AZ":
        return [Words(tuple(ascii_uppercase))] * int(amount)
    if kind == "check" and amount in CHECKED:
        return [CHECKED[amount]]
    name, *transforms = field.split("|")
    outward = name.startswith(OUTWARD)
    name = unmarked(name)
    changes = [change for each in transforms if (change := transform(each)) is not None]
    if name not in lists or len(changes) < len(transforms):
        raise ValueError(f"unknown template field {{{field}}}")
    words = [*lists[name]]
    for change in changes:
        words = [change(word) for word in words]
    if not is_shared(field):
        return [Words(tuple(words))]
    source = name.partition(".")[0]
    rows = Rows.of(source, len(words), tables.get(source))
    return [SharedWords(replace(rows, outward=outward), tuple(words))]


def _digits(digits: Digits) -> Part:
    """Small ranges become tables: a look-up is cheaper than formatting."""
    if digits.count > _TABLE_LIMIT:
        return digits
    form = f"0{digits.width}d" if digits.width else "d"
    return Words(tuple(format(digits.first + k, form) for k in range(digits.count)))


def _small(one: Words, other: Words) -> bool:
    return len(one.entries) * len(other.entries) <= _TABLE_LIMIT


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring tables merged while their product stays small: fewer draws, fewer joins."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if isinstance(last, Words) and isinstance(part, Words) and _small(last, part):
            out[-1] = Words(tuple(a + b for a, b in product(last.entries, part.entries)))
        else:
            out.append(part)
    return out
