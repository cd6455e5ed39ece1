"""What becomes of the items of one record: decided from what is recorded and what was given, and from nothing else."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct, UnsetType

from pytest_specmint.enrichment.entry import Entry, Given
from pytest_specmint.enrichment.items import Asked
from pytest_specmint.enrichment.judge import Judge, echoes
from pytest_specmint.enrichment.model import Failure, Origin
from pytest_specmint.enrichment.prompt import Correction
from pytest_specmint.enrichment.terms import Question
from pytest_specmint.schema.sets.values import Json

CORRECTED = frozenset([Failure.MISSING, Failure.INVALID, Failure.MALFORMED, Failure.TRUNCATED, Failure.TOO_LARGE])
"""Failures of an answer after which the model is asked once more, and told what was wrong."""


class Try(Struct, frozen=True):
    """What one call gave for an item."""

    value: Json | UnsetType = msgspec.UNSET
    failure: Failure | None = None
    detail: str = ""
    given: Given = Given()
    source: Origin = Origin.LIVE
    """Live, or the cache."""


class Outcome(Struct, frozen=True):
    """What became of an item."""

    question: Question
    source: Origin
    """Where the answer came from: cassette, cache or live."""
    value: Json | UnsetType = msgspec.UNSET
    failure: Failure | None = None
    detail: str = ""
    repaired: bool = False
    given: Given = Given()
    entry: Entry | None = None
    """The recording that it comes from."""

    @property
    def origin(self) -> Origin:
        """Where the value in the record comes from."""
        if self.failure is not None:
            return Origin.FALLBACK
        return Origin.REPAIRED if self.repaired else self.source


class Work:
    """A record on its way: its items' recordings and tries, and what is made of them."""

    def __init__(self, asked: Asked, recorded: Mapping[str, Entry]) -> None:
        """``recorded`` are entries by pointer."""
        self.asked = asked
        self._recorded = recorded
        self._tries: dict[str, list[Try]] = {}

    @property
    def open(self) -> list[Question]:
        """The items of which nothing is recorded."""
        return [each for each in self.asked.questions if each.item.pointer not in self._recorded]

    def add(self, question: Question, found: Try) -> None:
        """A call, or the cache, gave this for an item."""
        self._tries.setdefault(question.item.pointer, []).append(found)

    def tries(self, question: Question) -> Sequence[Try]:
        """What was given for an item so far."""
        return self._tries.get(question.item.pointer, ())

    def is_settled(self, judge: Judge) -> bool:
        """Whether nothing more is to be asked."""
        tried = [len(self.tries(question)) for question in self.open]
        if not all(tried):
            return False
        wrong = self.corrections(judge)
        return all(len(self.tries(question)) > 1 for question in self.open if question.item.id in wrong)

    # ------------------------------------------------------------ deciding

    def corrections(self, judge: Judge) -> dict[str, Correction]:
        """By the items' ids, what was wrong with what the first calls gave, where asking again may help."""
        wrong: dict[str, Correction] = {}
        offers: list[tuple[Question, Json]] = []
        for question in self.asked.questions:
            entry = self._recorded.get(question.item.pointer)
            if entry is not None:
                offers += [(question, entry.value)] if entry.failure is None else []
                continue
            first = self.tries(question)[0]
            if first.value is msgspec.UNSET:
                if first.failure in CORRECTED:
                    wrong[question.item.id] = Correction(first.detail or "no value was given")
                continue
            judged = judge.value(question, first.value)
            if judged.failure is None:
                offers.append((question, judged.value))
            else:
                wrong[question.item.id] = Correction(judged.detail, judged.value)
        _, refused = judge.accepted(self.asked.record, offers)
        for question, value in offers:
            reason = refused.get(question.item.pointer)
            if reason is not None and question.item.pointer not in self._recorded:
                wrong[question.item.id] = Correction(reason, value)
        return wrong

    def outcomes(self, judge: Judge) -> tuple[Json, list[Outcome]]:
        """The record as it is to be, and what became of each item, in the record's order."""
        candidates = {q.item.pointer: list(self._candidates(judge, q)) for q in self.asked.questions}
        chosen: dict[str, Outcome] = {}
        failed: dict[str, Outcome] = {}
        record = self.asked.record
        for rank in range(max(map(len, candidates.values()), default=0)):
            before = len(chosen)
            for question in self.asked.questions:
                pointer = question.item.pointer
                if pointer not in chosen and rank < len(candidates[pointer]):
                    offer = candidates[pointer][rank]
                    if offer.failure is None:
                        chosen[pointer] = offer
                    else:
                        failed[pointer] = offer
            if len(chosen) > before:
                record = self._drop_refused(judge, chosen, failed)
        return record, [
            chosen[each] if each in chosen else failed[each] for each in (q.item.pointer for q in self.asked.questions)
        ]

    def _drop_refused(self, judge: Judge, chosen: dict[str, Outcome], failed: dict[str, Outcome]) -> Json:
        """The record with the values that go together; the others leave ``chosen``, until none is refused."""
        while True:
            offers = [(each.question, each.value) for each in self._in_order(chosen)]
            record, refused = judge.accepted(self.asked.record, offers)
            if not refused:
                return record
            for pointer, reason in refused.items():
                gone = chosen.pop(pointer)
                failed[pointer] = _refused(gone, reason)

    def _in_order(self, chosen: Mapping[str, Outcome]) -> Iterable[Outcome]:
        pointers = (question.item.pointer for question in self.asked.questions)
        return (chosen[pointer] for pointer in pointers if pointer in chosen)

    def _candidates(self, judge: Judge, question: Question) -> Iterable[Outcome]:
        """What may become of an item, the best first; the last failure is the one that is told."""
        entry = self._recorded.get(question.item.pointer)
        if entry is not None:
            yield _from_recording(judge, question, entry)
            return
        tries = self.tries(question)
        offers = [_from_try(judge, question, found) for found in tries]
        for at, offer in enumerate(offers):
            is_echo = at > 0 and echoes(offer.value, offers[at - 1].detail)
            yield _refused(offer, "it repeats what was said of the last answer") if is_echo else offer
        for found in reversed(tries):
            if found.value is not msgspec.UNSET:
                judged = judge.patch(question, judge.value(question, found.value).value)
                if judged.failure is None:
                    yield Outcome(
                        question, found.source, judged.value, None, judged.detail, repaired=True, given=found.given
                    )


def _refused(offer: Outcome, reason: str) -> Outcome:
    return msgspec.structs.replace(offer, value=msgspec.UNSET, failure=Failure.INVALID, detail=reason, repaired=False)


def _from_recording(judge: Judge, question: Question, entry: Entry) -> Outcome:
    given, source = entry.given, Origin.CASSETTE
    if entry.failure is not None:
        return Outcome(question, source, failure=entry.failure, detail=entry.detail, given=given, entry=entry)
    judged = judge.recorded(question, entry.value)
    if judged.failure is not None:
        return Outcome(question, source, failure=judged.failure, detail=judged.detail, given=given, entry=entry)
    return Outcome(
        question, source, judged.value, detail=entry.detail, repaired=entry.repaired, given=given, entry=entry
    )


def _from_try(judge: Judge, question: Question, found: Try) -> Outcome:
    if found.value is msgspec.UNSET:
        return Outcome(question, found.source, failure=found.failure, detail=found.detail, given=found.given)
    judged = judge.value(question, found.value)
    if judged.failure is not None:
        return Outcome(question, found.source, failure=judged.failure, detail=judged.detail, given=found.given)
    return Outcome(
        question, found.source, judged.value, detail=judged.detail, repaired=judged.repaired, given=found.given
    )
