"""A record → the items that a model is asked for; items of several records → the groups that go into one call."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.enrichment.answers import compact
from pytest_specmint.enrichment.model import Item, LlmMode
from pytest_specmint.enrichment.planner import Found, Planner
from pytest_specmint.enrichment.protection import identifies
from pytest_specmint.enrichment.terms import Question, short
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import mix_word, salt

_SEEDS = (1 << 31) - 1
"""Seeds are whole numbers of 31 bits, which every provider takes."""
_SHOWN = {LlmMode.FIELDS: (8, 400), LlmMode.RECORD: (80, 3000)}
"""How many leaves of the rest of a record a model sees, and characters of them."""
_LONGEST = 60


class Asked(Struct, frozen=True):
    """A record with its items, and what is shown of the rest of it."""

    index: int
    record: Json
    questions: tuple[Question, ...]
    protected: tuple[Found, ...]
    """Values that are marked and still not a model's."""
    beside: Mapping[str, Json]


def asked_of(planner: Planner, mode: LlmMode, seed: int, index: int, record: Json) -> Asked:
    """The items of a record."""
    found = planner.found(record)
    free = [each for each in found if not each.protected]
    beside = _beside(record, free, mode) if free else {}
    digest = short(sha256(canonical_bytes(beside)).hexdigest()) if beside else ""
    questions = tuple(
        Question(
            Item(index, each.pointer, each.value, each.target, item_seed(seed, index, each.pointer)),
            short(planner.targets[each.target].sha256),
            digest,
        )
        for each in free
    )
    return Asked(index, record, questions, tuple(each for each in found if each.protected), beside)


def item_seed(seed: int, index: int, pointer: str) -> int:
    """The seed of one item: of the dataset's, the record's index and the place."""
    return mix_word(mix_word(mix_word(seed) + index + 1) + int(salt(pointer))) & _SEEDS


def _beside(record: Json, free: Sequence[Found], mode: LlmMode) -> dict[str, Json]:
    """Leaves of the record that are not asked for, by pointer: those beside a target first, then the outermost.

    What identifies something says nothing to a model.
    """
    asked = {each.pointer for each in free}
    homes = {pointer.rpartition("/")[0] for pointer in asked}
    leaves = [
        (pointer, value)
        for pointer, value in _leaves(record, "", asked)
        if (not isinstance(value, str) or len(value) <= _LONGEST) and not identifies(_name(pointer))
    ]
    ordered = sorted(
        enumerate(leaves), key=lambda each: (each[1][0].rpartition("/")[0] not in homes, each[1][0].count("/"), each[0])
    )
    most, room = _SHOWN[mode]
    chosen: dict[str, Json] = {}
    for _, (pointer, value) in ordered[:most]:
        room -= len(pointer) + len(compact(value)) + 4
        if room < 0:
            break
        chosen[pointer] = value
    return {pointer: value for pointer, value in leaves if pointer in chosen}


def _name(pointer: str) -> str:
    """The name of the field at a place, or of the list that it is an item of."""
    return next((step for step in reversed(pointer.split("/")) if step and not step.isdigit()), "")


def _leaves(value: Json, pointer: str, without: set[str]) -> Iterator[tuple[str, Json]]:
    if pointer in without:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _leaves(child, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", without)
    elif isinstance(value, list):
        for at, child in enumerate(value):
            yield from _leaves(child, f"{pointer}/{at}", without)
    elif pointer and value is not None:
        yield pointer, value


# ---------------------------------------------------------------- batches


class Part(Struct, frozen=True):
    """Some questions of one record that go into a call."""

    asked: Asked
    questions: tuple[Question, ...]


def grouped(parts: Sequence[Part], *, records: int, tokens: int, letters: int) -> Iterator[tuple[Part, ...]]:
    """Parts in the groups of calls: at most so many records, answers of about so many tokens, so many letters asked.

    Order stays. A record that asks for more than one answer can hold is taken apart.
    """
    group: list[Part] = []
    answer, prompt = tokens, letters
    for part in (piece for each in parts for piece in _pieces(each, tokens)):
        need, length = sum(map(expected, part.questions)), _length(part)
        if group and (need > answer or length > prompt or len(group) == records):
            yield tuple(group)
            group, answer, prompt = [], tokens, letters
        group.append(part)
        answer, prompt = answer - need, prompt - length
    if group:
        yield tuple(group)


def _length(part: Part) -> int:
    """About how many characters a part takes in a prompt."""
    drafts = sum(60 + len(q.item.pointer) + len(compact(q.item.current)) for q in part.questions)
    return drafts + len(compact(part.asked.beside))


def _pieces(part: Part, tokens: int) -> Iterator[Part]:
    piece: list[Question] = []
    room = tokens
    for question in part.questions:
        need = expected(question)
        if piece and need > room:
            yield Part(part.asked, tuple(piece))
            piece, room = [], tokens
        piece.append(question)
        room -= need
    if piece:
        yield Part(part.asked, tuple(piece))


def expected(question: Question) -> int:
    """About how many tokens the answer to a question takes: as many as the draft, and its id."""
    return 6 + -(-len(compact(question.item.current)) // 4)
