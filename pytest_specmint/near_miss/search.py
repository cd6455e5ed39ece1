"""Choosing what near miss number i breaks, and finding a record that breaks it and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.cells import parsed
from pytest_specmint.check.second import SecondJudge
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.job import Job, Mode
from pytest_specmint.near_miss.breakers.logic import merged
from pytest_specmint.near_miss.breakers.table import VARIETY, candidates
from pytest_specmint.near_miss.parts import Parts, denial, drawn, spot_of
from pytest_specmint.near_miss.sites import Target, survey
from pytest_specmint.near_miss.steps import Spotted, at_path, follow, in_order, replaced, shifted
from pytest_specmint.near_miss.verdict import ALSO, Judges, instance_pointer
from pytest_specmint.pipeline.blocks import related
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.pipeline.recipe import Recipe
from pytest_specmint.pipeline.settle import verified
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import mix_word

POOL = (16, 64, 256)
"""Records 0 … of the seed that are searched for a place, in stages."""
PLACES = 4
"""At how many places of one record a target is tried."""
CANDIDATES = 40
"""How many changes are tried at one place."""
PROBES = 6
"""In how many records that have the place a target is tried before it counts as unbreakable."""
BORROWED = 8
"""How many records of the pool are tried where a record itself lacks the place."""
DENIED = 6
"""How many values of a denial are drawn."""
UNKNOWN = "no value that would break it is known"


Source = Callable[[int, Spotted, int], Iterable[Json]]
"""Changed values for a target (by number) at a value, in a turn."""


class Broken(Struct, frozen=True):
    """A record that breaks the target and nothing else."""

    target: Target
    record: Json
    pointer: str
    """Where in the record."""
    message: str


class Search:
    """The near misses of a job; answers depend on its schema, seed, day and sizes, whatever was asked before."""

    def __init__(self, job: Job) -> None:
        self.job, self.schema, self.plan = job, job.schema, related(job, job.plan())
        self.aims = survey(self.schema)
        second = SecondJudge(self.schema)
        self._parts = Parts(self.schema, job.settings(), second)
        self._judges = Judges(self.schema, second)
        self._rules = job.enforced().rules
        self._verifier = verifier_of(self.schema, self._rules)
        self._pool: list[Json] = []
        self._probed: dict[int, int | str] = {}
        self._denials: dict[int, tuple[Json, ...]] = {}

    # ------------------------------------------------------------ near misses

    def records(self, start: int, count: int) -> list[Json]:
        """The valid records."""
        recipe = Recipe(self.plan, self.schema, self.job.seed, rules=self._rules)
        return parsed(verified(recipe, self._verifier, start, count), exact=self.plan.exact)

    def at(self, index: int, record: Json) -> Broken:
        """The near miss with this index, made from the valid record with this index where that has the place."""
        count = len(self.aims)
        for offset in range(count):
            number = (index + offset) % count
            if isinstance(self.probe(number), int):
                return self._made(number, index, record)
        raise self._nothing()

    def _made(self, number: int, index: int, record: Json) -> Broken:
        witness = self.probe(number)
        assert isinstance(witness, int)
        turn, shift = index // len(self.aims), mix_word(self.job.seed + mix_word(index)) >> 33
        for each in (record, *(self._pool[(shift + i) % POOL[0]] for i in range(BORROWED))):
            broken = self._break(number, each, turn, shift, self._near)
            if broken is not None:
                return broken
        known = self._probe_in(number, witness)
        assert known is not None
        return known

    def _nothing(self) -> UnsupportedSchema:
        if not self.aims:
            return UnsupportedSchema(
                "every value is valid: there is nothing to break",
                pointer=self.schema.place,
                hint="state something about the values: a type, required properties, limits",
            )
        return UnsupportedSchema(
            f"no keyword of the schema could be broken alone: {self.probe(0)}",
            pointer=self.aims[0].target.pointer,
            hint="near misses break exactly one keyword; loosen what overlaps",
        )

    # ------------------------------------------------------------ probing

    def probe(self, number: int) -> int | str:
        """The record of the pool in which the target was broken, or why it could not be."""
        known = self._probed.get(number)
        if known is None:
            known = self._probed[number] = self._search(number)
        return known

    def _search(self, number: int) -> int | str:
        faults: Counter[str] = Counter()
        tried = 0
        for i in range(POOL[-1]):
            self._fill(i)
            before = faults.total()
            if self._probe_in(number, i, faults) is not None:
                return i
            tried += faults.total() > before
            if tried == PROBES:
                break
        return _reason(faults)

    def _fill(self, position: int) -> None:
        """Make the pool reach a position."""
        if position >= len(self._pool):
            size = next(size for size in POOL if size > position)
            self._pool += self.records(len(self._pool), size - len(self._pool))

    def _probe_in(self, number: int, position: int, faults: Counter[str] | None = None) -> Broken | None:
        record = self._pool[position]
        for source in (self._near, self._far):
            broken = self._break(number, record, 0, position, source, faults)
            if broken is not None:
                return broken
        return None

    # ------------------------------------------------------------ breaking

    def _break(
        self, number: int, record: Json, turn: int, shift: int, source: Source, faults: Counter[str] | None = None
    ) -> Broken | None:
        target = self.aims[number].target
        for spotted in self._spots(number, record, shift):
            tried = False
            for changed, value in self._changes(number, record, spotted, source, turn):
                verdict, tried = self._judges.verdict(changed, target, spotted, value), True
                if verdict.violation is not None:
                    pointer = verdict.violation.pointer if target.forbids else instance_pointer(spotted)
                    return Broken(target, in_order(changed), pointer, verdict.violation.message)
                if faults is not None:
                    faults[verdict.fault] += 1
            if faults is not None and not tried:
                faults[UNKNOWN] += 1
        return None

    def _changes(
        self, number: int, record: Json, spotted: Spotted, source: Source, turn: int
    ) -> Iterator[tuple[Json, Json]]:
        """The record with each of the changed values, and that value."""
        for value in source(number, spotted, turn):
            yield from ((changed, value) for changed in _changed(record, spotted, value))

    def _spots(self, number: int, record: Json, shift: int) -> list[Spotted]:
        """Some of the values in the record that the target applies to."""
        ways = shifted(self.aims[number].ways, shift)
        found = (each for way in ways for each in islice(follow(way, record, self._parts, shift), 2))
        return list(islice(found, PLACES))

    def _near(self, number: int, spotted: Spotted, turn: int) -> Iterable[Json]:
        """The value changed a little; every turn begins with another change."""
        spot = spot_of(self.aims[number].target, spotted.value, self.schema, self._parts)
        changes = islice(candidates(spot), CANDIDATES)
        if not turn:
            return changes
        first = list(islice(changes, VARIETY.get(spot.keyword, CANDIDATES)))
        return chain(shifted(first, turn), changes)

    def _far(self, number: int, spotted: Spotted, turn: int) -> Iterable[Json]:
        """Values that break the keyword and keep the rest of its schema object, drawn by the engine."""
        if number not in self._denials:
            denied = denial(self.schema, self.aims[number].target)
            plan = None if denied is None else self._parts.plan(denied)
            self._denials[number] = tuple(drawn(plan, DENIED))
        return (each for sample in self._denials[number] for each in merged(spotted.value, sample))


def _reason(faults: Counter[str]) -> str:
    """The fault that comes nearest to breaking the target, and among such the most common."""
    if not faults:
        return f"none of {POOL[-1]} records has a value there"
    near = {fault: count for fault, count in faults.items() if fault.startswith(ALSO)}
    others = {fault: count for fault, count in faults.items() if fault != UNKNOWN}
    known = near or others or faults
    return min(known, key=lambda fault: (-known[fault], fault))


def _changed(record: Json, spotted: Spotted, value: Json) -> Iterator[Json]:
    """The record with the changed value; a name is changed by renaming, or added beside the old one."""
    if not spotted.is_name:
        yield replaced(record, spotted.path, value)
        return
    *above, name = spotted.path
    holder = at_path(record, tuple(above))
    if isinstance(value, str) and value not in holder:
        renamed = {value if key == name else key: each for key, each in holder.items()}
        yield replaced(record, tuple(above), renamed)
        yield replaced(record, tuple(above), {**holder, value: holder[name]})


def search_of(job: Job) -> Search:
    """The search for a job's schema, seed, day and sizes; prepared once within a process."""
    return prepared(replace(job, start=0, count=1, mode=Mode.USUAL))


@lru_cache(maxsize=16)
def prepared(job: Job) -> Search:
    """The search of exactly this job."""
    return Search(job)
