"""What happens in a run, as data: one type per kind of event, in one table.

An event has a name, a level, and fields whose values are texts, numbers, booleans or lists of numbers. Fields never
hold keys of providers, and no values of records either: a place of a record is told by its index and its field's path.
But for `llm_exchange`, which is what was asked and answered, at the level debug.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import asdict


class Level(IntEnum):
    """How much an event matters; the numbers are those of the standard library's logging."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    NOTHING = 100
    """Above all events."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened."""

    name: ClassVar[str] = ""
    usually: ClassVar[Level] = Level.INFO

    @property
    def level(self) -> Level:
        """How much it matters."""
        return self.usually

    def fields(self) -> Mapping[str, Any]:
        """What there is to tell; fields that are None, or an empty text, tell nothing."""
        return {name: value for name, value in asdict(self).items() if value is not None and value != ""}


def milliseconds(seconds: float) -> float:
    """As events tell a duration: to the microsecond, and never negative."""
    return max(0.0, round(seconds * 1000, 3))


# ---------------------------------------------------------------- runs


class RunStarted(Event, frozen=True, kw_only=True):
    """A command begins."""

    name = "run_started"
    command: str
    schema: str = ""
    """Its file; empty where it has none."""
    schema_sha256: str = ""
    seed: int | None = None
    start: int | None = None
    """Index of the first record."""
    records: int | None = None
    """How many there will be; None where that is not known."""
    mode: str = ""
    """deterministic, fields, record; edge or invalid."""
    workers: int | None = None


class RunFinished(Event, frozen=True, kw_only=True):
    """A command did what it was asked for; of `validate` also where records are invalid."""

    name = "run_finished"
    records: int | None = None
    duration_ms: float = 0.0
    exit_code: int = 0
    reader_left: bool | None = None
    """Whether nobody wanted the rest of the output."""
    bytes: int | None = None
    sha256: str = ""
    records_per_second: float | None = None
    degraded: bool | None = None
    """Whether values fell back for want of a model's."""


class RunFailed(Event, frozen=True, kw_only=True):
    """A command ended with an error."""

    name = "run_failed"
    usually = Level.ERROR
    exit_code: int
    kind: str
    """Of the error, as the summary names it."""
    duration_ms: float
    message: str = ""
    """Its words, where these can hold no value of a record."""
    pointer: str = ""


# ---------------------------------------------------------------- records


class BlockGenerated(Event, frozen=True, kw_only=True):
    """So many records are made, verified and handed on."""

    name = "block_generated"
    record_idx: int
    """Index of the first."""
    records: int
    bytes: int
    duration_ms: float
    """For which this block was waited."""
    mode: str
    provider: str
    """none where no model was asked."""


class RecordGenerated(Event, frozen=True, kw_only=True):
    """A language model's values of one record are there."""

    name = "record_generated"
    usually = Level.DEBUG
    record_idx: int
    duration_ms: float
    """From when it was looked at until it was finished."""
    values: int
    """That were asked for."""
    fallbacks: int
    provider: str = ""
    model: str = ""
    retries: int = 0
    """Of the calls that it was in."""
    circuit_state: str = ""
    """After the last of these."""


class RecordsRedrawn(Event, frozen=True, kw_only=True):
    """Records of a block that the validator refused were drawn again."""

    name = "records_redrawn"
    record_idx: int
    """Index of the first of them."""
    records: int
    of: int
    """Records of the block."""
    patched: int = 0
    """Those that were changed in the end, since no other draw was right."""


class RecordInvalid(Event, frozen=True, kw_only=True):
    """A record does not meet its schema."""

    name = "record_invalid"
    record_idx: int
    """Of datasets that are judged: the number of the line, less one."""
    field_path: str
    violation_type: str
    """The keyword; `undrawn` where no value could be drawn, `unreadable` for what is no JSON."""
    times: int = 1
    """For how many records it stands."""
    redrawn: bool = False
    """Whether another one takes its place."""

    @property
    def level(self) -> Level:
        """Warning; debug where another record takes its place."""
        return Level.DEBUG if self.redrawn else Level.WARNING


class RuleBroken(Event, frozen=True, kw_only=True):
    """A rule between fields does not hold."""

    name = "rule_broken"
    rule: str
    record_idx: int | None = None
    """The first record where it does not; None for rules about the dataset."""
    field_path: str = ""
    """What it reads."""
    times: int = 1
    redrawn: bool = False

    @property
    def level(self) -> Level:
        """Warning; debug where another record takes its place."""
        return Level.DEBUG if self.redrawn else Level.WARNING


class ProcessUsage(Event, frozen=True, kw_only=True):
    """What a process takes."""

    name = "process_usage"
    usually = Level.DEBUG
    component: str
    """main or workers."""
    pid: int
    memory_bytes: int | None
    cpu_seconds: float


# ---------------------------------------------------------------- language models


class LlmReady(Event, frozen=True, kw_only=True):
    """A provider was found, and its model made ready."""

    name = "llm_ready"
    provider: str
    model: str
    duration_ms: float


class LlmCall(Event, frozen=True, kw_only=True):
    """A call came to its end, after as many tries as it took."""

    name = "llm_call"
    call: str
    """The first digits of its digest, as provenance has them."""
    records: tuple[int, ...]
    """Indices."""
    values: int
    """That were asked for."""
    provider: str
    model: str
    duration_ms: float
    """From handing it in, waits and all tries included."""
    retries: int
    circuit_state: str = ""
    reason: str = ""
    """Why there is no answer; empty where there is one."""
    detail: str = ""

    @property
    def level(self) -> Level:
        """Info; warning where nobody answered."""
        return Level.WARNING if self.reason else Level.INFO


class LlmExchange(Event, frozen=True, kw_only=True):
    """What was asked and answered, word for word: values of records are in it."""

    name = "llm_exchange"
    usually = Level.DEBUG
    call: str
    request: str
    response: str


class LlmTry(Event, frozen=True, kw_only=True):
    """A provider was asked once."""

    name = "llm_try"
    usually = Level.DEBUG
    provider: str
    model: str
    operation: str
    """fields or record."""
    duration_ms: float
    retry: bool
    circuit_state: str
    reason: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float = 0.0


class LlmRetry(Event, frozen=True, kw_only=True):
    """A try failed, and there will be another."""

    name = "llm_retry"
    provider: str
    model: str
    reason: str
    retries: int
    """With the one that comes."""
    wait_ms: float


class LlmSwitched(Event, frozen=True, kw_only=True):
    """A call goes on with another provider."""

    name = "llm_switched"
    usually = Level.WARNING
    provider: str
    """Whom it leaves."""
    reason: str


class LlmFallback(Event, frozen=True, kw_only=True):
    """A value stays deterministic, since no model gave one that can be used."""

    name = "llm_fallback"
    usually = Level.WARNING
    record_idx: int
    field_path: str
    reason: str
    provider: str = ""
    model: str = ""


class LlmCircuit(Event, frozen=True, kw_only=True):
    """The circuit of a provider changed."""

    name = "llm_circuit"
    provider: str
    before: str
    circuit_state: str

    @property
    def level(self) -> Level:
        """Info; warning where it opens."""
        return Level.WARNING if self.circuit_state == "open" else Level.INFO


class CassetteMiss(Event, frozen=True, kw_only=True):
    """Values are asked for that the cassette does not hold."""

    name = "cassette_miss"
    record_idx: int
    """Of the first of them,"""
    field_path: str
    """and its place."""
    values: int
    source: str
    """replay, or record."""

    @property
    def level(self) -> Level:
        """Info in a recording; error in a replay, which it ends."""
        return Level.ERROR if self.source == "replay" else Level.INFO


class Budget(Event, frozen=True, kw_only=True):
    """What calls may cost: planned before the first, or refused when it is too much."""

    name = "budget"
    state: str
    """planned or refused."""
    provider: str
    model: str
    calls: int | None = None
    cost_usd: float | None = None
    """At most, of what is planned."""
    limit_usd: float | None = None
    detail: str = ""

    @property
    def level(self) -> Level:
        """Info where it is planned; error where it is refused."""
        return Level.ERROR if self.state == "refused" else Level.INFO


EVENTS: Mapping[str, type[Event]] = {
    each.name: each
    for each in (
        *(RunStarted, RunFinished, RunFailed),
        *(BlockGenerated, RecordGenerated, RecordsRedrawn, RecordInvalid, RuleBroken, ProcessUsage),
        *(LlmReady, LlmCall, LlmExchange, LlmTry, LlmRetry, LlmSwitched, LlmFallback, LlmCircuit, CassetteMiss, Budget),
    )
}
"""All of them, by name."""
