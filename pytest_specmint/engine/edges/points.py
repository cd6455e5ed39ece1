"""The boundary points of one node, by its kind: a new kind of node is a function and a row in the table."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import strings
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.identity import Unique
from pytest_specmint.engine.nodes.linked import Calculated, Linked, Noted, Switched
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.number import BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode
from pytest_specmint.engine.nodes.reference import Reference, Unrelated
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.series import Event, Series
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Node
from pytest_specmint.patterns import UnsupportedPattern
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.settle.texts import language
from pytest_specmint.schema.shape import ArrayShape
from pytest_specmint.stream import record_keys

MEMBERS = 1000
"""How many members of an enumeration are walked."""
LONGEST_ARRAY = 1000
LONGEST_TEXT = 10_000
SAMPLE = 64
"""From how many texts of a pattern or format the extremes are taken."""


class Value(Struct, frozen=True):
    """One given value."""

    value: Json


class TextLength(Struct, frozen=True):
    """A text of this length."""

    length: int


class ArrayLength(Struct, frozen=True):
    """An array of this length."""

    length: int


class Presence(Struct, frozen=True):
    """These optional properties, by position, and no others; None for all of them."""

    slots: tuple[int, ...] | None


class Having(Struct, frozen=True):
    """With or without one optional property, the others as usual."""

    slot: int
    present: bool


class Way(Struct, frozen=True):
    """One way of a union."""

    number: int


Point = Value | TextLength | ArrayLength | Presence | Having | Way
Labelled = tuple[str, Point]


def points_of(node: Node) -> Iterator[Labelled]:
    """The node's own boundary points, each with words for it."""
    return POINTS[type(node)](node)


def _choice(node: Choice) -> Iterator[Labelled]:
    if len(node.values) > 1:
        for value in node.values[:MEMBERS]:
            yield f"the listed value {_shown(value)}", Value(value)


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _steps(first: int, count: int) -> dict[int, str]:
    """Positions on a grid of ``count`` numbers worth visiting, and what they are called."""
    names = {0: "the minimum", count - 1: "the maximum", 1: "next to the minimum", count - 2: "next to the maximum"}
    if 0 <= -first < count:
        names.setdefault(-first, "zero")
    return {position: name for position, name in names.items() if 0 <= position < count}


def _integers(node: Integers) -> Iterator[Labelled]:
    for position, name in _steps(node.first, node.count).items():
        value = (node.first + position) * node.step
        yield f"{name} {value}", Value(value)


def _decimals(node: Decimals) -> Iterator[Labelled]:
    for position, name in _steps(node.first, node.count).items():
        value = float(node.at(np.array([position]))[0])
        if node.divisor is None or (value / node.divisor).is_integer():
            yield f"{name} {value}", Value(value)


def _big_numbers(node: BigNumbers) -> Iterator[Labelled]:
    for position, name in _steps(node.first, node.count).items():
        value = node.at(position)
        yield f"{name} {value}", Value(value)


def _sampled(node: SampledText) -> Iterator[Labelled]:
    texts = sorted(strings(node.sampler.cells(record_keys(0, 0, SAMPLE))), key=lambda text: (len(text), text))
    extremes = {"the shortest of some": texts[0], "the longest of some": texts[-1]}
    extremes |= {"the first of some in order": min(texts), "the last of some in order": max(texts)}
    yield from _lengths(node.origin.stated if node.origin else None)
    known: set[str] = set()
    for name, text in extremes.items():
        if text not in known:
            known.add(text)
            yield f"{name}, {_shown(text)}", Value(text)


def _lengths(stated: Any) -> Iterator[Labelled]:
    """The stated least and greatest length, where the patterns allow them."""
    if not isinstance(stated, Strings):
        return
    try:
        texts = language(stated)
    except UnsupportedPattern:
        return
    bounds = {"the least length": stated.min_length, "the greatest length": stated.max_length}
    for name, length in bounds.items():
        if length is None or length > LONGEST_TEXT or texts is None:
            continue
        if not texts.with_length(length, length).is_empty():
            yield f"{name} {length}", TextLength(length)


def _templates(node: TemplateText) -> Iterator[Labelled]:
    if node.origin is not None and node.origin.listed:
        yield from _choice(Choice(node.origin.listed))
        return
    yield f"the least length {node.least}", TextLength(node.least)
    if node.most is not None and node.least < node.most <= LONGEST_TEXT:
        yield f"the greatest length {node.most}", TextLength(node.most)


def _array(node: ArrayNode) -> Iterator[Labelled]:
    stated = node.origin.stated if node.origin else None
    most = stated.most if isinstance(stated, ArrayShape) and stated.most is not None else node.most
    lengths = {node.least: "the fewest items", node.least + 1: "one item more than needed"}
    if most <= LONGEST_ARRAY:
        lengths[most] = "the most items"
    else:
        lengths[LONGEST_ARRAY] = f"many of at most {most} items"
    for length, name in lengths.items():
        if node.least <= length <= max(most, node.most):
            yield f"{name}: {length}", ArrayLength(length)


def _object(node: ObjectNode) -> Iterator[Labelled]:
    optional = [i for i, slot in enumerate(node.slots) if slot.share < ALWAYS]
    if not optional:
        return
    yield "only what is required", Presence(())
    yield "every optional property", Presence(None)
    for i in optional:
        yield f"with {node.slots[i].name!r}", Having(i, present=True)
        yield f"without {node.slots[i].name!r}", Having(i, present=False)


def _union(node: UnionNode) -> Iterator[Labelled]:
    for i in range(len(node.ways)):
        yield f"branch {i + 1} of {len(node.ways)}", Way(i)


def _suggested(node: Suggested) -> Iterator[Labelled]:
    for value in node.suggestions.values[:MEMBERS]:
        yield f"the suggested value {_shown(value)}", Value(value)


def _nothing(_: Node) -> Iterator[Labelled]:
    return iter(())


POINTS: Mapping[type, Callable[[Any], Iterator[Labelled]]] = {
    ArrayNode: _array,
    BigNumbers: _big_numbers,
    Calculated: _nothing,
    Choice: _choice,
    Decimals: _decimals,
    Event: _nothing,
    Guarded: _nothing,
    Integers: _integers,
    Linked: _nothing,
    Noted: _nothing,
    ObjectNode: _object,
    Reference: _nothing,
    RowChoice: _choice,
    SampledText: _sampled,
    Series: _nothing,
    Suggested: _suggested,
    Switched: _nothing,
    TemplateText: _templates,
    UnionNode: _union,
    Unrelated: _nothing,
    Unique: _nothing,
}
