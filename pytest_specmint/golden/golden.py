"""The golden as a test sees it: something to compare records with."""

import shlex
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import GoldenMismatch, UsageError
from pytest_specmint.golden.cause import causes
from pytest_specmint.golden.compare import Difference, difference
from pytest_specmint.golden.history import remembered_blocks
from pytest_specmint.golden.materialise import accepting
from pytest_specmint.golden.origin import Form, Origin, Subject, origin_of, relative
from pytest_specmint.golden.outcome import Outcome, State
from pytest_specmint.golden.packs import refuse_older
from pytest_specmint.golden.store import GoldenStore
from pytest_specmint.golden.update import Action
from pytest_specmint.golden.values import Values, values_of
from pytest_specmint.golden.words import explained, section

MAX_BYTES = 1_000_000
"""Above this size a dataset is kept as a recipe, where nothing else is said."""


class Terms(Struct, frozen=True, kw_only=True):
    """How a golden is kept, and what may be done to it."""

    action: Action = Action.COMPARE
    form: Form | None = None
    """None: as records up to ``max_bytes``, else as a recipe."""
    max_bytes: int = MAX_BYTES


class Compared(Struct, frozen=True):
    """What a test compared, and how it relates to what is on disk."""

    values: Values
    origin: Origin
    before: Origin | None
    exists: bool
    same: bool
    """Whether the golden's bytes are these."""
    edited: bool
    """Whether the golden's records are not those that its origin tells of."""

    @property
    def untouched(self) -> bool:
        """Whether nothing would change on disk."""
        return self.same and self.before == self.origin


class Golden:
    """``assert specmint_dataset == specmint_golden``: equal only if the canonical bytes are.

    It can be compared with a dataset and with any list of JSON-like values. While goldens are being updated every
    comparison holds, and what was compared is written by `settle` once the test is over and has passed.
    """

    def __init__(
        self,
        store: GoldenStore,
        subject: Subject,
        terms: Terms,
        *,
        base: Callable[[], Dataset | None] = lambda: None,
        judge: Callable[[Any], bool | None] = lambda _: None,
    ) -> None:
        """``base`` gives the dataset that values are computed from; ``judge`` may decide a comparison instead of us."""
        self._store, self._subject, self._terms, self._base, self._judge = store, subject, terms, base, judge
        self._compared: Compared | None = None

    # ------------------------------------------------------------ what a test does

    @property
    def exists(self) -> bool:
        """Whether the golden is on disk."""
        return self._store.exists

    @property
    def path(self) -> str:
        """Its file, relative to the root directory."""
        return relative(self._store.path, self._subject.root)

    def __eq__(self, other: object) -> bool:
        values = values_of(other)
        if values is None:
            return NotImplemented
        verdict = self._judge(other)
        compared = self._met(values, verdict)
        previous, self._compared = self._compared, compared
        self.__dict__.pop("difference", None)
        if self._terms.action is Action.COMPARE:
            return compared.same
        if previous is not None and previous.origin.content != compared.origin.content:
            raise UsageError(
                f"{self._subject.nodeid} compares different data with one golden, {self.path}",
                hint='give each dataset a name: @pytest.mark.specmint(name="orders", ...), specmint_goldens["orders"]',
            )
        return True

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Golden {self.path}{'' if self.exists else ' (missing)'}>"

    def explain(self, *, values: bool = True) -> list[str]:
        """Why the last comparison failed: what pytest shows of it, in at most six lines; without values if so wished."""
        if self._compared is None or self._compared.same:
            return []
        return explained(self._outcome(self._failed()), values=values)

    def section(self) -> str | None:
        """The difference in full, by record and field; bounded. None where there is none."""
        if self._compared is None or self._compared.same or self.difference is None:
            return None
        return section(self.difference)

    @property
    def pends(self) -> bool:
        """Whether changes wait for review."""
        return self._terms.action is Action.PEND

    # ------------------------------------------------------------ when the test is over

    def settle(self, *, passed: bool) -> Outcome | None:
        """The test is over, its fixtures torn down: write what may be written. None where nothing was compared.

        Raises `OutputError`, and `InvalidData` or `SamplingError` for records that their schema rejects: then nothing
        is written.
        """
        compared = self._compared
        if compared is None:
            return None
        if self._terms.action is Action.COMPARE:
            return self._outcome(State.SAME if compared.same else self._failed())
        if not passed:
            return self._outcome(State.UNWRITTEN)
        if self._terms.action is Action.PEND:
            return self._pend(compared)
        if compared.untouched:
            self._store.reject()
            return self._outcome(State.SAME)
        self._refuse_degraded(compared)
        refuse_older(compared.before, compared.origin)
        outcome = self._outcome(State.WRITTEN)
        self._store.write(compared.origin, compared.values.blocks(check_all=True))
        return replace(outcome, path=self.path)  # a recipe is another file than records are

    def _pend(self, compared: Compared) -> Outcome:
        if compared.same:
            self._store.reject()
            return self._outcome(State.SAME)
        self._refuse_degraded(compared)
        refuse_older(compared.before, compared.origin)
        outcome = self._outcome(State.PENDING)
        self._store.pend(compared.origin, compared.values.blocks(check_all=True))
        return outcome

    def _refuse_degraded(self, compared: Compared) -> None:
        """Raise `GoldenMismatch` for data in which a language model's values are missing: no golden is made of it."""
        dataset = compared.values.dataset or self._base()
        why = "" if dataset is None else dataset.degraded
        if why:
            raise GoldenMismatch(
                f"the data is degraded, so it cannot become a golden: {why} of its values fell back",
                hint="record again (--specmint-llm-record), or specmint-cli cassette refresh --fallbacks the cassette",
            )

    # ------------------------------------------------------------ comparing

    def _met(self, values: Values, verdict: bool | None) -> Compared:
        content = values.content()
        before = self._store.origin()
        exists = self._store.exists
        held = self._store.digest() if self._store.keeps_records else before and before.content.sha256
        same = exists and held == content.sha256 if verdict is None else verdict
        edited = before is not None and held != before.content.sha256
        return Compared(values, self._origin(values, content), before, exists, bool(same), edited)

    def _origin(self, values: Values, content: Any) -> Origin:
        dataset = values.dataset or self._base()
        form = self._form(content.bytes, derived=values.derived)
        return origin_of(self._subject, dataset, content, derived=values.derived, form=form)

    def _form(self, size: int, *, derived: bool) -> Form:
        form, limit = self._terms.form, self._terms.max_bytes
        if form is Form.JSONL or (form is None and size <= limit):
            return Form.JSONL
        if not derived:
            return Form.RECIPE
        if self._terms.action is Action.COMPARE:
            return Form.JSONL
        if form is Form.RECIPE:
            raise UsageError(
                f"{self._subject.nodeid}: values computed by a test cannot be kept as a recipe",
                hint='compare the dataset itself, or leave golden="recipe" away',
            )
        raise UsageError(
            f"{self._subject.nodeid}: the golden would have {size:,} bytes, over specmint_max_golden_bytes = {limit:,}",
            hint='compare less, raise that ini key, or mark the test with golden="jsonl"',
        )

    @cached_property
    def difference(self) -> Difference | None:
        """How the last values differ from the golden's; None where its records cannot be made again."""
        compared = self._compared
        if compared is None or not compared.exists:
            return None
        try:
            return difference(self._kept_blocks(compared), compared.values.blocks())
        except GoldenMismatch:
            return None

    def _kept_blocks(self, compared: Compared) -> Iterator[bytes]:
        if self._store.keeps_records or compared.before is None:
            return self._store.blocks()
        return remembered_blocks(compared.before, self._subject.root)

    # ------------------------------------------------------------ telling

    def _failed(self) -> State:
        assert self._compared is not None
        return State.DIFFERS if self._compared.exists else State.MISSING

    def _outcome(self, state: State) -> Outcome:
        compared = self._compared
        assert compared is not None
        differs = not compared.same and compared.exists
        found = self.difference if differs else None
        return Outcome(
            nodeid=self._subject.nodeid,
            name=self._subject.name,
            path=self.path,
            state=state,
            records=compared.origin.content.records,
            recipe=compared.exists and not self._store.keeps_records,
            difference=found,
            cause=tuple(causes(compared.before, compared.origin, edited=compared.edited)) if differs else (),
            reproduce=self._reproduce(compared, found) if differs else None,
            accept=self._accept(state, compared.origin),
        )

    def _accept(self, state: State, origin: Origin) -> str:
        if state is State.PENDING:
            return f"specmint-cli golden accept {shlex.quote(self.path)}"
        way = relative(self._subject.root, self._subject.here or self._subject.root)
        return accepting(origin, "" if way == "." else f"{way}/")

    def _reproduce(self, compared: Compared, found: Difference | None) -> str | None:
        dataset = compared.values.dataset or self._base()
        first = found.changes[0].record if found is not None and found.changes else 0
        if dataset is None or first >= len(dataset):
            return None
        if compared.values.dataset is None and (found is None or found.actual != len(dataset)):
            return None  # which record a value was computed from is not known
        return dataset.command(first)
