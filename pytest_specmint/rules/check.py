"""Rules over records: how often each was checked, held and failed, with the first examples."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import sqrt

from msgspec import Struct

from pytest_specmint.rules.compile import CompiledRule, Rules
from pytest_specmint.rules.expression.compile import Evaluator
from pytest_specmint.rules.expression.dataset import Aggregation
from pytest_specmint.rules.expression.interpret import ABSENT, stepped
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.model import Rule, Severity
from pytest_specmint.rules.order import route_text
from pytest_specmint.rules.python import RuleRaised, crashed

EXAMPLES = 5
RATE_SLACK = 0.02
"""How far the rate of a warning may lie below what is asked for."""
SHOWN = 8
LONGEST = 60


class Example(Struct, frozen=True):
    """Where a rule fails: the record's number, the item's pointer (empty for the record), what the rule reads there."""

    number: int
    pointer: str
    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        seen = ", ".join(f"{path} = {value}" for path, value in self.values)
        return f"record {self.number}{self.pointer and ' ' + self.pointer}: {seen}"


class Outcome(Struct, frozen=True):
    """What became of a rule: ``checked`` is held and failed; ``skipped`` counts where it did not apply."""

    rule: Rule
    held: int
    failed: int
    skipped: int
    examples: tuple[Example, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    """The figures behind a rule about the dataset."""

    @property
    def checked(self) -> int:
        """How often the rule applied."""
        return self.held + self.failed

    def __bool__(self) -> bool:
        """Whether the rule is kept: always, or (a warning) at its rate but for two points, and for chance.

        Of chance two standard deviations of a share count.
        """
        if self.rule.severity is Severity.ERROR or not self.checked:
            return not self.failed
        rate = self.rule.rate
        chance = 2 * sqrt(rate * (1 - rate) / self.checked)
        return self.held >= (rate - RATE_SLACK - chance) * self.checked


class Checker:
    """Rules on their way through records, in flat memory."""

    def __init__(self, rules: Rules, *, examples: int = EXAMPLES, first: int = 1) -> None:
        """``first`` is the number of the first record."""
        self._counters = [_counter(rule, examples) for rule in rules.rules]
        self._number = first

    def add(self, records: Iterable[object], *, first: int | None = None, rejected: Collection[int] = ()) -> None:
        """Check some more records; ``first`` is the number of the first one, where some were left out before it.

        To those whose numbers are among the ``rejected``, since their schema does not accept them, Python rules do not
        apply. Raises `RuleCrashed` where one cannot judge a record.
        """
        self._number = self._number if first is None else first
        block = records if isinstance(records, Sequence) else list(records)
        for counter in self._counters:
            counter.add(block, self._number, rejected)
        self._number += len(block)

    def outcomes(self) -> tuple[Outcome, ...]:
        """What is known so far, rule by rule."""
        return tuple(counter.outcome() for counter in self._counters)


def check_rules(rules: Rules, records: Iterable[object], *, examples: int = EXAMPLES) -> tuple[Outcome, ...]:
    """Check rules over records, in blocks; examples are the first ones, ``examples`` for each rule."""
    checker = Checker(rules, examples=examples)
    for block in _blocks(records):
        checker.add(block)
    return checker.outcomes()


def _blocks(records: Iterable[object]) -> Iterator[list[object]]:
    block: list[object] = []
    for record in records:
        block.append(record)
        if len(block) == 2048:
            yield block
            block = []
    if block:
        yield block


def _counter(rule: CompiledRule, examples: int) -> "_OfRecords | _OfDataset":
    return _OfRecords(rule, examples) if rule.dataset is None else _OfDataset(rule)


class _OfRecords:
    """The counts of one rule about records or the items of a list."""

    def __init__(self, rule: CompiledRule, examples: int) -> None:
        evaluate = rule.evaluator()
        assert evaluate is not None
        self.rule, self.room = rule, examples
        self.evaluate: Evaluator = evaluate
        self.held = self.failed = self.skipped = 0
        self.examples: list[Example] = []

    def add(self, block: Sequence[object], first: int, rejected: Collection[int] = ()) -> None:
        """Count a block of records."""
        evaluate, each = self.evaluate, self.rule.each
        if each is None:
            python = self.rule.rule.python is not None
            verdicts = self._verdicts(block, first, rejected) if python else [evaluate(record) for record in block]
            self._count(verdicts, block, lambda i: (first + i, ""))
            return
        for i, record in enumerate(block):
            items = [evaluate(record, item) for item in every_item(record, each)]
            pairs = list(items_at(record, each)) if False in items and len(self.examples) < self.room else []
            self._count(items, pairs, _places(first + i, pairs), record)

    def _verdicts(self, block: Sequence[object], first: int, rejected: Collection[int]) -> list[object]:
        """Those of a Python rule; raises `RuleCrashed`, which names the record."""
        found: list[object] = []
        try:
            for number, record in enumerate(block, first):
                found.append(None if number in rejected else self.evaluate(record))
        except RuleRaised as error:
            raise crashed(error, f"record {first + len(found)}") from error
        return found

    def _count(
        self,
        verdicts: Sequence[object],
        subjects: Sequence[object],
        where: Callable[[int], tuple[int, str]],
        record: object = None,
    ) -> None:
        held = verdicts.count(True)
        failed = verdicts.count(False)
        self.held, self.failed = self.held + held, self.failed + failed
        self.skipped += len(verdicts) - held - failed
        if failed and len(self.examples) < self.room:
            for j, verdict in enumerate(verdicts):
                if verdict is False and len(self.examples) < self.room:
                    subject = subjects[j]
                    whole, item = (record, subject[1]) if isinstance(subject, tuple) else (subject, ABSENT)
                    self.examples.append(Example(*where(j), self._values(whole, item)))

    def _values(self, record: object, item: object) -> tuple[tuple[str, str], ...]:
        return values_read(self.rule, record, item)

    def outcome(self) -> Outcome:
        """The counts."""
        return Outcome(self.rule.rule, self.held, self.failed, self.skipped, tuple(self.examples))


class _OfDataset:
    """The verdict of one rule about the dataset."""

    def __init__(self, rule: CompiledRule) -> None:
        assert rule.dataset is not None
        self.rule = rule
        self.aggregation = Aggregation(rule.dataset)

    def add(self, block: Sequence[object], first: int, rejected: Collection[int] = ()) -> None:
        """Take a block of records into account."""
        for record in block:
            self.aggregation.add(record)

    def outcome(self) -> Outcome:
        """Held or failed once, or not applicable."""
        verdict = self.aggregation.verdict()
        counts = (int(verdict is True), int(verdict is False), int(verdict is None))
        return Outcome(self.rule.rule, *counts, numbers=self.aggregation.numbers())


def values_read(rule: CompiledRule, record: object, item: object = ABSENT) -> tuple[tuple[str, str], ...]:
    """What a rule reads in a record, as far as there is room; of a Python rule that does not say it, the fields."""
    found: list[tuple[str, str]] = []
    base = None if rule.each is None else (*rule.each, ITEM)
    named = rule.reads or tuple((name,) for name in (record if isinstance(record, dict) else ()))
    for path in named:
        inside = base is not None and path[: len(base)] == base
        start, steps = (item, path[len(base or ()) :]) if inside else (record, path)
        value = _followed(start, steps)
        if not isinstance(value, (dict, list)) or (isinstance(value, list) and ITEM in steps):
            found.append((route_text(path), _shown(value)))
    return tuple(found[:SHOWN])


def _places(number: int, pairs: Sequence[tuple[str, object]]) -> Callable[[int], tuple[int, str]]:
    return lambda j: (number, pairs[j][0])


def items_at(record: object, each: tuple[Step, ...]) -> Iterator[tuple[str, object]]:
    """The items of a list in a record with their pointers; `ITEM` steps go through every item on the way."""
    values: list[tuple[str, object]] = [("", record)]
    for step in (*each, ITEM):
        if step == ITEM:
            values = [
                (f"{at}/{i}", item) for at, value in values if isinstance(value, list) for i, item in enumerate(value)
            ]
        else:
            token = str(step).replace("~", "~0").replace("/", "~1")
            values = [(f"{at}/{token}", stepped(value, step)) for at, value in values]
    yield from values


def every_item(record: object, each: tuple[Step, ...]) -> list[object]:
    """The same items without their pointers: for those who look at many records."""
    values: list[object] = [record]
    for step in each:
        if step == ITEM:
            values = [item for value in values if isinstance(value, list) for item in value]
        else:
            values = [value[step] for value in values if isinstance(value, dict) and step in value]
    if len(values) == 1:
        return values[0] if isinstance(values[0], list) else []
    return [item for value in values if isinstance(value, list) for item in value]


def _followed(value: object, steps: tuple[Step, ...]) -> object:
    """The value at a path; of lists on the way, the values of all items."""
    for i, step in enumerate(steps):
        if step == ITEM and isinstance(value, list):
            return [_followed(each, steps[i + 1 :]) for each in value]
        value = stepped(value, step)
    return value


def _shown(value: object) -> str:
    if value is ABSENT:
        return "missing"
    if isinstance(value, list):
        value = [each for each in value if each is not ABSENT]
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
