"""A model's value → one that may stand in the record, or why not: cleaned, cut, by its schema, and never real."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.enrichment.graphemes import cut
from pytest_specmint.enrichment.model import Failure
from pytest_specmint.enrichment.patch import patched
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.prompt import is_id
from pytest_specmint.enrichment.sanitise import sanitised_value
from pytest_specmint.enrichment.terms import Question
from pytest_specmint.safety.audit import Audit, Auditor, Tally
from pytest_specmint.safety.table import KINDS
from pytest_specmint.schema.document import pointer_tokens
from pytest_specmint.schema.sets.values import Json

_LONGEST = 160
_UNBOUNDED = 1 << 30
_DEPTH = 40
_ECHO = 20
"""Characters at the start that tell an echo from chance."""


class Judged(Struct, frozen=True):
    """A value that fits, or why there is none."""

    value: Json = None
    failure: Failure | None = None
    detail: str = ""
    repaired: bool = False


class Judge:
    """Judges values of one dataset, and records with them."""

    def __init__(self, planner: Planner, verifier: Verifier, vocabulary: Vocabulary, symbols: str) -> None:
        self._planner, self._verifier, self._symbols = planner, verifier, symbols
        self._auditor = Auditor(vocabulary, examples=_UNBOUNDED)

    # ------------------------------------------------------------ one value

    def value(self, question: Question, raw: Json) -> Judged:
        """What a model gave for an item, cleaned and judged by the item's schema."""
        if too_deep(raw):
            return Judged(failure=Failure.INVALID, detail="nested too deeply")
        clean = sanitised_value(raw, self._symbols)
        clean, words = self._cut(question, clean)
        wrong = self.wrong(question, clean)
        if wrong:
            return Judged(clean, Failure.INVALID, wrong)
        return Judged(_as_drafted(clean, question.item.current), None, words, bool(words))

    def recorded(self, question: Question, value: Json) -> Judged:
        """A recorded value: it was cleaned when it was recorded, and is judged again."""
        wrong = self.wrong(question, value)
        return Judged(value, Failure.INVALID, wrong) if wrong else Judged(_as_drafted(value, question.item.current))

    def patch(self, question: Question, value: Json) -> Judged:
        """The value minimally changed so that it fits; a failure where that cannot be done."""
        schema = self._planner.targets[question.item.target].target.schema
        made, words = patched(value, schema, question.item.current)
        if not words or self.wrong(question, made):
            return Judged(made, Failure.INVALID, "")
        return Judged(_as_drafted(made, question.item.current), None, words, repaired=True)

    def wrong(self, question: Question, value: Json) -> str:
        """Why a value does not fit its place, in words for the model and for people; empty where it does."""
        current = question.item.current
        if isinstance(current, str) and isinstance(value, str) and current.strip() and not value:
            return "it is empty"
        if is_id(value) and not is_id(current):
            return "it is an id, no value"
        if isinstance(current, bool) != isinstance(value, bool) or not _same_kind(current, value):
            return f"it is {_kind(value)}, the draft {_kind(current)}"
        for place in self._planner.targets[question.item.target].places:
            if not self._planner.sites.fits(place, value):
                found = next(iter(self._planner.sites.violations(place, value)), None)
                return _short("the schema rejects it" if found is None else f"{found.message} ({found.keyword})")
        return ""

    def _cut(self, question: Question, value: Json) -> tuple[Json, str]:
        schema = self._planner.targets[question.item.target].target.schema
        most = schema.get("maxLength") if isinstance(schema, Mapping) else None
        if not isinstance(value, str) or not isinstance(most, int) or len(value) <= most:
            return value, ""
        return cut(value, most), f"cut to {most} characters"

    # ------------------------------------------------------------ a record

    def accepted(self, record: Json, offers: Sequence[tuple[Question, Json]]) -> tuple[Json, dict[str, str]]:
        """The record with as many of the values as go together, and why the others do not, by pointer.

        All of them are tried first; then one after the other in their order, each kept where the record stays valid
        with it. The same offers give the same record, however they came.
        """
        refused = self._repeated(offers) | self._unsafe(record, offers)
        offers = [(question, value) for question, value in offers if question.item.pointer not in refused]
        whole = record
        for question, value in offers:
            whole = put(whole, question.item.pointer, value)
        if not self._verifier.failures([whole]):
            return whole, refused
        kept = record
        for question, value in offers:
            tried = put(kept, question.item.pointer, value)
            found = self._verifier.violations(tried, 1) if self._verifier.failures([tried]) else []
            if found:
                refused[question.item.pointer] = _short(found[0].message)
            else:
                kept = tried
        return kept, refused

    def _repeated(self, offers: Sequence[tuple[Question, Json]]) -> dict[str, str]:
        """Offers of one text for fields of different names: small models give one answer to all that they are asked.

        Two people of one city are as people are; a person named as the city is, is not, unless the drafts were.
        """
        given: dict[str, list[Question]] = {}
        for question, value in offers:
            if isinstance(value, str) and not self._is_choice(question):
                given.setdefault(value.casefold(), []).append(question)
        refused: dict[str, str] = {}
        for alike in given.values():
            names = {_field_name(each.item.pointer) for each in alike}
            drafts = {canonical_bytes(each.item.current) for each in alike}
            if len(names) > 1 and len(drafts) > 1:
                where = " and ".join(each.item.pointer for each in alike[:2])
                refused |= dict.fromkeys((each.item.pointer for each in alike), f"one text is given for {where}")
        return refused

    def _is_choice(self, question: Question) -> bool:
        schema = self._planner.targets[question.item.target].target.schema
        return isinstance(schema, Mapping) and not schema.keys().isdisjoint(("enum", "const"))

    def _unsafe(self, record: Json, offers: Sequence[tuple[Question, Json]]) -> dict[str, str]:
        """Offers that could be real, by the safety audit of the record with all of them."""
        whole = record
        for question, value in offers:
            whole = put(whole, question.item.pointer, value)
        found = self._audited(whole)
        if not found:
            return {}
        before = self._audited(record)
        refused: dict[str, str] = {}
        for pointer, title in found.items():
            own = next((q.item.pointer for q, _ in offers if f"{pointer}/".startswith(f"{q.item.pointer}/")), None)
            if own is not None:
                refused[own] = f"it could be a real {title}"
            elif pointer not in before:  # what one value says makes another one look real, as a street does a ZIP code
                home = pointer.rpartition("/")[0]
                near = [q.item.pointer for q, _ in offers if q.item.pointer.rpartition("/")[0] == home]
                refused.update(dict.fromkeys(near, f"with it, {pointer} could be a real {title}"))
        return refused

    def _audited(self, record: Json) -> dict[str, str]:
        """Pointers of values that could be real, with what they could be."""
        self._auditor.audit = Audit(tallies={kind.name: Tally(kind.name, kind.title) for kind in KINDS})
        self._auditor.see(1, record)
        tallies = self._auditor.audit.tallies.values()
        return {example.pointer: tally.title for tally in tallies for example in tally.examples}


def put(record: Json, pointer: str, value: Json) -> Json:
    """The record with another value at a place that it has; what is not on the way is shared."""
    return _put(record, pointer_tokens(pointer), value)


def _put(node: Json, tokens: Sequence[str], value: Json) -> Json:
    if not tokens:
        return value
    token, *rest = tokens
    if isinstance(node, list):
        at = int(token)
        return [*node[:at], _put(node[at], rest, value), *node[at + 1 :]]
    return {name: _put(child, rest, value) if name == token else child for name, child in node.items()}


def echoes(value: Json, told: str) -> bool:
    """Whether a text is what the model was told of its last answer, whole or cut to the field's length."""
    if not isinstance(value, str) or len(value) < _ECHO or len(told) < _ECHO:
        return False
    return value[:_ECHO].casefold() == told[:_ECHO].casefold()


def _field_name(pointer: str) -> str:
    """The name of the nearest property on the way to a place."""
    return next((token for token in reversed(pointer_tokens(pointer)) if not token.isdigit()), "")


def too_deep(value: Json) -> bool:
    """Whether a value is nested beyond what is worth looking at."""
    level = [value]
    for _ in range(_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True


def _same_kind(current: Json, value: Json) -> bool:
    kinds = ((str,), (int, float), (list,), (dict,), (type(None),))
    return next(isinstance(value, kind) for kind in kinds if isinstance(current, kind))


def _as_drafted(value: Json, current: Json) -> Json:
    """A whole number where the draft is one: 5.0 is an integer, and is written as one."""
    whole = isinstance(current, int) and not isinstance(current, bool)
    if whole and isinstance(value, float) and value.is_integer():
        return int(value)
    return _sorted(value)


def _sorted(value: Json) -> Json:
    """Objects with their keys in canonical order."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _kind(value: Json) -> str:
    names = {
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
