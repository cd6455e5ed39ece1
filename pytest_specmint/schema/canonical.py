"""From a schema to unions of plain sets: the pass that opens goals, proves emptiness and explains it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.patterns import PatternSyntaxError
from pytest_specmint.schema.dialect import REFERRING, Draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.keywords import unevaluated
from pytest_specmint.schema.keywords.family import Family, Site
from pytest_specmint.schema.keywords.table import ENUMERATED, STRUCTURAL
from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING, TRUE_PLACE, Goal, Term
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import ANY, EMPTY, Literals, Set, Union, intersect, join, merge
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.settle import texts
from pytest_specmint.schema.settle.containers import settle_arrays, settle_objects
from pytest_specmint.schema.settle.denials import without_denied
from pytest_specmint.schema.settle.members import admits

MAX_BRANCHES = 64
MAX_DEPTH = 10
"""How deep children are opened to see whether their parent can exist; deeper ones are taken to, and found out later."""
_DENIED: Goal = (Term("specmint:denied#", positive=False),)
"""Stands in a chain of goals where what follows is to be denied."""


class Reason(NamedTuple):
    """Why a goal is empty."""

    text: str
    place: str
    proven: bool = True
    """False where a search found nothing and was not exhaustive."""


class _Pending(Exception):
    """A goal is needed whose own opening is still under way further up."""

    def __init__(self, goal: Goal) -> None:
        super().__init__()
        self.goal = goal


class _Frame(Struct):
    """What is being opened: the chain of goals applied to the same instance, and the reasons met."""

    chain: list[Goal]
    reasons: list[Reason]


class Canonicaliser:
    """Opens goals of one schema, each once; every answer is a pure function of the schema.

    ``open`` gives a union of settled sets: their goals are still closed, but each has passed the tests for
    emptiness that can be made without recursion through itself. `inhabited` completes the proof.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._raw: dict[Goal, Union] = {}
        self._unions: dict[Goal, Union] = {}
        self._reasons: dict[Goal, Reason] = {}
        self._leaves: dict[str, bool] = {}
        self._busy: set[Goal] = set()
        self._blocked: dict[Goal, Goal] = {}  # goals that wait for another, which is being opened
        self._frame = _Frame([], [])
        self._depth = 0
        self._circular: set[Goal] = set()
        self.cut: set[Goal] = set()
        self.partial = False  # whether some objects are there only with names that a search came upon

    @property
    def draft(self) -> Draft:
        """The draft whose rules apply."""
        return self.schema.draft

    # ------------------------------------------------------------ opening

    def open(self, goal: Goal) -> Union:
        """The goal as a union of settled sets; empty where nothing can meet it."""
        known = self._unions.get(goal)
        if known is None:
            known = self._guarded(goal, self._without_denied)
            self._unions[goal] = known
        return known

    def _unfolded(self, goal: Goal) -> Union:
        """Like `open`, but what is denied has not been taken out yet."""
        known = self._raw.get(goal)
        if known is None:
            known = self._guarded(goal, self._opened)
            if goal in self._circular:  # it lacks what comes with the goal that the circle was entered by
                self._circular.discard(goal)
            else:
                self._raw[goal] = known
        return known

    def _guarded(self, goal: Goal, work: Callable[[Goal], Union]) -> Union:
        """The work on a goal in a frame of its own; `_Pending` if it needs a goal that is being worked on."""
        blocker = self._blocked.pop(goal, goal)
        if blocker in self._busy:
            self._blocked[goal] = blocker
            raise _Pending(blocker)
        self._busy.add(goal)
        outer, self._frame = self._frame, _Frame([*self._frame.chain, goal], [])
        try:
            union = work(goal)
            if not union:
                self._reasons.setdefault(goal, self._explain(goal))
        except _Pending as pending:
            self._blocked[goal] = pending.goal
            raise
        finally:
            self._busy.discard(goal)
            self._frame = outer
        return union

    def _without_denied(self, goal: Goal) -> Union:
        raw = self._raw.get(goal)
        if raw is None:
            raw = self._raw[goal] = self._opened(goal)
        if not any(branch.unless for branch in raw):
            return raw
        return merge(left for branch in raw for left in without_denied(self, branch))

    def _opened(self, goal: Goal) -> Union:
        union = ANY
        for term in goal:
            union = self._both(union, self._term(term), goal)
        return union

    def _term(self, term: Term) -> Union:
        if len(self._frame.chain[-1]) > 1:
            return self.apply((term,), term.place)
        schema = True if term.place == TRUE_PLACE else self._schema_at(term.place)
        if isinstance(schema, bool):
            return ANY if schema is term.positive else EMPTY
        site = Site(term.place, schema, self.schema.entered(term.scope, term.place))
        return self._asserted(site) if term.positive else self._denied(site)

    def _schema_at(self, place: str) -> Json:
        schema = False if place == "specmint:false#" else self.schema.at(place)
        # Where the metaschema does not look, something else may stand: nothing is made by it.
        return schema if isinstance(schema, (dict, bool)) else False

    def _families(self, site: Site, table: tuple[Family, ...]) -> Iterator[Family]:
        alone = self.draft <= Draft.D7 and "$ref" in site  # up to draft 7 the siblings of $ref are ignored
        for family in table:
            known = family.since <= self.draft <= family.until
            if known and not family.keywords.isdisjoint(site.schema) and (not alone or "$ref" in family.keywords):
                yield family

    def _asserted(self, site: Site) -> Union:
        union = ANY
        for family in self._families(site, STRUCTURAL):
            union = self._narrowed(union, family, site)
        if self.draft >= Draft.D2019 and not unevaluated.KEYWORDS.isdisjoint(site.schema):
            union = unevaluated.restrict(self, site, union)
        for family in self._families(site, ENUMERATED):
            union = self._narrowed(union, family, site)
        return union

    def _narrowed(self, union: Union, family: Family, site: Site) -> Union:
        met = union
        for part in family.meet(self, site):
            met = self.both(met, part)
        if union and not met:
            words = " and ".join(sorted(family.keywords & site.schema.keys()))
            self.note(f"no value satisfies {words} together with the rest of the schema", site.place)
        return met

    def _denied(self, site: Site) -> Union:
        families = [*self._families(site, STRUCTURAL), *self._families(site, ENUMERATED)]
        denials = [family.deny(self, site) for family in families]
        if self.draft >= Draft.D2019 and not unevaluated.KEYWORDS.isdisjoint(site.schema):
            union = ANY
            for family in self._families(site, STRUCTURAL):
                union = self._narrowed(union, family, site)
            denials.append(unevaluated.violate(self, site, union))
        return join(filter(None, denials))

    # ------------------------------------------------------------ what families may ask

    def apply(self, goal: Goal, into: str) -> Union:
        """The goal for the same instance as the one being opened."""
        if goal in self._frame.chain:
            return self._circle(goal, into)
        if goal == NOTHING:
            self.note("a subschema is false: no value can be valid", "" if into == TRUE_PLACE else into)
            return EMPTY
        union = self._unfolded(goal)
        if not union and goal in self._reasons:
            self._frame.reasons.append(self._reasons[goal])
        return union

    def rival(self, goal: Goal, into: str) -> Union:
        """The goal that the instance being opened must not meet, not taken out of anything yet."""
        self._frame.chain.append(_DENIED)
        try:
            return self.apply(goal, into)
        finally:
            self._frame.chain.pop()

    def _circle(self, goal: Goal, into: str) -> Union:
        """A goal needed for itself: only what is valid without going round again is kept, the least fixed point."""
        words = "the schema refers to itself without reaching a value"
        way = self._frame.chain[self._frame.chain.index(goal) :]
        if any(not term.positive for each in way for term in each):
            hint = "a $ref must lead to another schema, or stand below properties or items"
            raise SchemaError(words, pointer=into, hint=hint)
        self._circular.update(way[1:])
        self.note(words, into)
        return EMPTY

    def both(self, left: Union, right: Union) -> Union:
        """The intersection; a cut for size is remembered for the goals that depend on it."""
        return self._both(left, right, self._frame.chain[-1])

    def _both(self, left: Union, right: Union, goal: Goal) -> Union:
        union, cut = intersect(left, right, self, MAX_BRANCHES)
        if cut:
            self.cut.add(goal)
        return union

    def peek(self, goal: Goal) -> Union:
        """The goal opened, or nothing where that would go in a circle."""
        with self._child():
            try:
                return self.open(goal)
            except _Pending:
                return EMPTY

    def disjoint(self, left: Union, right: Union) -> bool:
        """Whether the two are known to share no value; leaves no reasons behind."""
        reasons = list(self._frame.reasons)
        try:
            return not intersect(left, right, self, MAX_BRANCHES)[0]
        finally:
            self._frame.reasons[:] = reasons

    def note(self, reason: str, place: str = "") -> None:
        """Remember why a set came out empty."""
        self._frame.reasons.append(Reason(reason, place or self._place()))

    def doubt(self) -> None:
        """Remember that a set came out empty, but not every way was tried."""
        self.cut.add(self._frame.chain[-1])

    def note_child(self, goal: Goal) -> None:
        """Remember that a required child came out empty, with the child's own reason."""
        if goal in self._reasons and NOTHING[0] not in goal:
            self._frame.reasons.append(self._reasons[goal])

    def refuse(self, goal: Goal, reason: str, *, proven: bool = True) -> None:
        """Remember a reason that was found after the goal was opened."""
        place = next((term.place for term in goal if term.positive), "#")
        self._reasons.setdefault(goal, Reason(reason, place, proven))

    def _place(self) -> str:
        terms = self._frame.chain[-1] if self._frame.chain else ()
        return next((term.place for term in terms if term.positive), "#")

    def _explain(self, goal: Goal) -> Reason:
        if self._frame.reasons:
            return self._frame.reasons[0]
        places = [term.place for term in goal if term.place != TRUE_PLACE]
        if len(places) < 2:
            return Reason("the schema is false: no value can be valid", places[0] if places else "#")
        return Reason(f"no value satisfies both {places[0]} and {places[1]}", places[0])

    # ------------------------------------------------------------ oracle

    @contextmanager
    def _child(self) -> Iterator[None]:
        """Children start a new chain: what they contain is another instance."""
        outer, self._frame = self._frame, _Frame([], [])
        self._depth += 1
        try:
            yield
        finally:
            self._frame = outer
            self._depth -= 1

    def inhabited(self, goal: Goal) -> bool:
        """Whether something may meet the goal; yes where only its own recursion, or too great a depth, could tell."""
        if goal == ANYTHING:
            return True
        known = self._unions.get(goal)
        if known is not None:
            return bool(known)
        if self._depth >= MAX_DEPTH:
            return True
        with self._child():
            try:
                return bool(self.open(goal))
            except _Pending:
                return True

    def is_simple(self, goal: Goal) -> bool:
        """Whether its subschemas hold no further ones: then it is opened at once."""
        return all(term.place == TRUE_PLACE or self._is_leaf(term.place) for term in goal)

    def _is_leaf(self, place: str) -> bool:
        known = self._leaves.get(place)
        if known is None:
            schema = self._schema_at(place)
            known = isinstance(schema, bool) or REFERRING.isdisjoint(schema)
            self._leaves[place] = known
        return known

    def reason(self, goal: Goal) -> Reason | None:
        """Why the goal is empty, where that is known."""
        return self._reasons.get(goal)

    def settle(self, candidate: Set) -> Set | None:
        """The set in its simplest form; None, with a note, where it is empty."""
        if isinstance(candidate, Literals):
            return candidate if candidate.values else None
        if isinstance(candidate, Arrays):
            return settle_arrays(self, candidate)
        if isinstance(candidate, Objects):
            return settle_objects(self, candidate)
        try:
            reason = candidate.contradiction() or texts.contradiction(candidate)
        except PatternSyntaxError as error:
            raise SchemaError(
                str(error), pointer=self._place(), hint="patterns are ECMA-262 regular expressions"
            ) from error
        if reason is None:
            return candidate
        self.note(reason)
        return None

    def admits(self, candidate: Set, value: Json) -> bool:
        """Whether the set holds the value."""
        return admits(self, candidate, value)

    def meets(self, goal: Goal, value: Json) -> bool:
        """Whether the value meets the goal; yes where only recursion still under way could tell."""
        if goal == ANYTHING:
            return True
        with self._child():
            try:
                union = self.open(goal)
            except _Pending:
                return True
        return any(self.admits(branch.set, value) for branch in union)
