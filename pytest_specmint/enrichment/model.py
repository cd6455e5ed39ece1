"""What the parts of enrichment hand to each other: plain, frozen values.

A *target* is a place of the schema that a model may fill, an *item* one value there of one record. Items travel to a
provider in *calls* of several, and come back as *answers* matched by the item's id; what is kept of them is applied by
record and place, so that neither order nor time reaches the data.
"""

from enum import StrEnum

from msgspec import Struct

from pytest_specmint.schema.sets.values import Json


class LlmMode(StrEnum):
    """What a model may change."""

    OFF = "off"
    FIELDS = "fields"
    """Values at places marked ``x-llm: true``, or ``llm:`` in their description."""
    RECORD = "record"
    """The values of whole records; their structure stays."""


class LlmSource(StrEnum):
    """Where answers come from."""

    REPLAY = "replay"
    """From the cassette alone: no network; what is missing is an error."""
    RECORD = "record"
    """From the cassette, and from a model what it lacks, which is then kept there."""
    LIVE = "live"
    """From a model (and the cache of earlier runs)."""


class Target(Struct, frozen=True):
    """A place of the schema that may be filled: its route in records, and what may stand there."""

    route: tuple[str, ...]
    """Names from the record's root; ``*`` stands for every item of a list."""
    schema: Json
    """What a value must meet, complete in itself: as the model is shown it before it is projected."""
    words: str = ""
    """What the schema's description says to the model."""


class Item(Struct, frozen=True):
    """One value to be made more lifelike. Of whole records, every value that may change is one."""

    index: int
    """Of the record, from 0."""
    pointer: str
    """Where it stands in the record (RFC 6901)."""
    current: Json
    """The deterministic value, which stays where nothing better comes."""
    target: int
    """Which of the plan's targets it is at."""
    seed: int
    """Of this item: a function of the dataset's seed, the record's index and the pointer."""

    @property
    def id(self) -> str:
        """What it is called in messages: the record's number and the place. In a call its ids are shorter."""
        return f"{self.index}{self.pointer}"


class Sampling(Struct, frozen=True):
    """Parameters of a model that decide what it answers; part of every recording."""

    model: str
    temperature: float = 0.2
    max_tokens: int = 1500
    """The most an answer may have."""


class Call(Struct, frozen=True):
    """One call of a model, provider-independent: constant text first, so that prompt caches hit."""

    system: str
    user: str
    answer_schema: Json
    """The JSON Schema of the answer, whole; a provider gets what it accepts of it."""
    sampling: Sampling
    seed: int
    items: tuple[str, ...]
    """Ids of the items asked for."""


class Finish(StrEnum):
    """Why a model stopped."""

    STOP = "stop"
    LENGTH = "length"
    """Cut off at the most tokens: never repaired."""
    REFUSAL = "refusal"
    OTHER = "other"


class Usage(Struct, frozen=True):
    """Tokens that a call took; None where the provider does not say."""

    input_tokens: int | None = None
    """All of them: read from a cache, written to one, or neither."""
    output_tokens: int | None = None
    cache_written: int | None = None
    """How many of the input's were written to a cache, which some models cost more for."""


class Completion(Struct, frozen=True):
    """What a provider answered to a call."""

    text: str
    finish: Finish
    usage: Usage = Usage()
    model: str = ""
    """The model as the provider names it,"""
    digest: str = ""
    """and what tells its builds apart: a digest, a system fingerprint; empty where there is none."""


class Failure(StrEnum):
    """Why a call, or an item of it, gave nothing: as data, told in provenance and metrics."""

    TIMEOUT = "timeout"
    CONNECT = "connect"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER = "server_error"
    AUTH = "authentication"
    QUOTA = "quota"
    NO_MODEL = "no_model"
    BAD_REQUEST = "bad_request"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    CUT = "cut_off"
    """The body ended before it was whole."""
    MALFORMED = "malformed"
    """No answer can be read from it."""
    REFUSED = "refused"
    TRUNCATED = "truncated"
    """The model ran out of tokens."""
    MISSING = "missing"
    """The answer leaves the item out."""
    INVALID = "invalid"
    """The value does not meet the schema or a rule."""
    BREAKER_OPEN = "breaker_open"
    BUDGET = "budget"
    CANCELLED = "cancelled"
    FORBIDDEN_HOST = "forbidden_host"
    NO_PROVIDER = "no_provider"
    """None was found."""
    UNEXPECTED = "unexpected"
    """An error in the code of a provider, or in ours: not foreseen, and no reason to hang."""


RETRIED = frozenset(
    {
        *(Failure.TIMEOUT, Failure.CONNECT, Failure.RATE_LIMITED, Failure.OVERLOADED, Failure.SERVER),
        *(Failure.CONFLICT, Failure.CUT),
    }
)
"""Failures after which the same call may succeed."""

NEUTRAL = frozenset(
    {
        *(Failure.RATE_LIMITED, Failure.BAD_REQUEST, Failure.CONFLICT, Failure.TOO_LARGE, Failure.REFUSED),
        *(Failure.TRUNCATED, Failure.MISSING, Failure.INVALID, Failure.BUDGET, Failure.CANCELLED, Failure.MALFORMED),
    }
)
"""Failures that say nothing about a provider's health: a breaker takes no note of them."""


class ProviderFailure(Exception):
    """A call failed; the message holds neither keys nor content."""

    def __init__(
        self, failure: Failure, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.status = status
        self.retry_after = retry_after
        """Seconds that the provider asks to wait."""


class Origin(StrEnum):
    """Where a value of an enriched record comes from."""

    DETERMINISTIC = "deterministic"
    CASSETTE = "cassette"
    LIVE = "live"
    CACHE = "cache"
    REPAIRED = "repaired"
    """A model's, minimally changed to be valid."""
    FALLBACK = "fallback"
    """The deterministic value, since none came that could be used."""


class Answer(Struct, frozen=True):
    """What became of an item: the value that a model gave, or why there is none."""

    item: Item
    value: Json = None
    """As it is to stand in the record; without meaning where there is a failure."""
    failure: Failure | None = None
    detail: str = ""
    """A few words on a failure or a repair; no content."""
    origin: Origin = Origin.LIVE
    provider: str = ""
    model: str = ""
    digest: str = ""
    call: str = ""
    """SHA-256 of the call, in hexadecimal."""
