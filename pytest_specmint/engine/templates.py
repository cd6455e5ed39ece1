"""The language of templates: ``{list}``, ``{list|lower}``, ``{1..99}``, ``{0001..9999}``, ``{hex:8}``, ``{AZ:3}``.

``{@list}`` is the entry that all fields of one object share, ``{table.column}`` what their shared row of a table says,
``{~table.column}`` what any row says, ``{table.column|f=Ms.,m=Mr.}`` another word for what a cell says,
``{check:npi}`` an identifier with check digits.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from string import ascii_uppercase

from pytest_specmint.engine.nodes.shared import Rows, SharedWords
from pytest_specmint.engine.nodes.text import Digits, Part, Template, Words
from pytest_specmint.formats.checked import CHECKED

FIELD = re.compile(r"\{([^{}]*)\}")
RANGE = re.compile(r"(\d+)\.\.(\d+)")
_TABLE_LIMIT = 4096

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": lambda text: text[:1].upper() + text[1:],
    "slug": lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"),
    "digits": lambda text: re.sub(r"[^0-9]+", "", text),
}
SHARED, APART = "@", "~"


def is_shared(field: str) -> bool:
    """Whether what stands in braces is shared by all fields of an object."""
    if field.startswith((SHARED, APART)):
        return field.startswith(SHARED)
    return "." in field.partition("|")[0] and ".." not in field and ":" not in field.partition("|")[0]


def transform(name: str) -> Callable[[str], str] | None:
    """What a template's word behind a bar does to a text: a known transform, or other words for it: ``f=Ms.,m=Mr.``."""
    if "=" not in name:
        return TRANSFORMS.get(name)
    words = dict(each.partition("=")[::2] for each in name.split(","))
    return lambda text: words.get(text, text)


def parse_template(
    text: str, lists: Mapping[str, Sequence[str]], groups: Mapping[str, tuple[int, ...]] | None = None
) -> Template:
    """The template's parts; `ValueError` names a field that is not understood.

    ``groups`` has, of tables, the group of each row.
    """
    parts: list[Part] = []
    at = 0
    for match in FIELD.finditer(text):
        parts += _literal(text[at : match.start()])
        parts += _field(match[1], lists, groups or {})
        at = match.end()
    parts += _literal(text[at:])
    return Template(tuple(_joined(parts)) or (Words(("",)),))


def _literal(text: str) -> list[Part]:
    return [Words((text,))] if text else []


def _field(field: str, lists: Mapping[str, Sequence[str]], groups: Mapping[str, tuple[int, ...]]) -> list[Part]:
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
    name = name.lstrip(SHARED + APART)
    changes = [change for each in transforms if (change := transform(each)) is not None]
    if name not in lists or len(changes) < len(transforms):
        raise ValueError(f"unknown template field {{{field}}}")
    words = [*lists[name]]
    for change in changes:
        words = [change(word) for word in words]
    if not is_shared(field):
        return [Words(tuple(words))]
    source = name.partition(".")[0]
    return [SharedWords(Rows(source, len(words), groups=groups.get(source, ())), tuple(words))]


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
