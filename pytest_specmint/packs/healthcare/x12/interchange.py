"""The envelopes around claims: interchange, functional group and transaction sets, with their counts and numbers.

A run is one interchange with one group; a new transaction set begins after so many claims. Levels (HL) are numbered
within a transaction set. Nothing comes from a clock: date and time are those of the day that counts as today.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pytest_specmint.errors import InvalidData
from pytest_specmint.packs.healthcare.x12.claim import claim_loops
from pytest_specmint.packs.healthcare.x12.elements import COMPONENT, REPETITION, segment
from pytest_specmint.packs.healthcare.x12.needs import NEEDS
from pytest_specmint.packs.healthcare.x12.parties import billing_provider
from pytest_specmint.rendering.format import Task
from pytest_specmint.rendering.needs import check_needs, lacking
from pytest_specmint.rendering.records import RecordRendering, Unfit

VERSION = "005010X222A1"
CLAIMS_PER_SET = 5000
"""The usual maximum of one transaction set."""
SENDER, SENDER_NAME = "SPECMINT", "SPECMINT SYNTHETIC CLAIMS"
RECEIVER, RECEIVER_NAME = "EXAMPLE", "EXAMPLE CLEARINGHOUSE"
CONTACT, TELEPHONE = "TEST DATA DESK", "2025550100"
"""Invented, as is all else that records do not tell; the number is one of those reserved for fiction."""
TIME = "0000"
TEST = "T"
"""ISA15: these are test data, and say so."""


def begin(task: Task) -> "Interchange":
    """An interchange for the records of a task; raises `SchemaError` where the schema lacks what a claim needs."""
    if task.schema is not None:
        check_needs(task.schema, NEEDS, "X12 837P")
    return Interchange(task)


class Interchange(RecordRendering):
    """One interchange; each record becomes a claim."""

    what = "an X12 claim"

    def __init__(self, task: Task, claims_per_set: int = CLAIMS_PER_SET) -> None:
        from pytest_specmint.packs.registry import pack_named

        super().__init__(task)
        self._places = frozenset(pack_named("healthcare").tables["places_of_service"].column("code"))
        self._day = task.as_of.strftime("%Y%m%d")
        self._number = control_number(task.seed, task.start)
        self._most = claims_per_set
        self._sets = 0
        self._claims = self._segments = self._levels = self._parent = 0  # of the open transaction set
        self._provider: Mapping[str, Any] | None = None

    def record(self, record: Any) -> bytes:
        """The segments of one claim, and before them what has to be opened for it."""
        before = "" if self._sets else self._envelope()
        if self._claims == self._most:
            before += self._trailer()
        header = [] if 0 < self._claims < self._most else self._header()
        try:
            made = self._claim(record, anew=bool(header))
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise _other_form(record, error) from None
        if header:
            self._claims, self._segments = 0, len(header)
        self._claims += 1
        self._segments += len(made)
        return (before + "".join(header) + "".join(made)).encode("ascii")

    def end(self) -> bytes:
        """The trailers."""
        if not self._sets:
            raise InvalidData("an X12 interchange needs at least one claim", hint="there are no records")
        made = (
            self._trailer(),
            segment("GE", str(self._sets), str(self._number)),
            segment("IEA", "1", f"{self._number:09d}"),
        )
        return "".join(made).encode("ascii")

    def _envelope(self) -> str:
        number = f"{self._number:09d}"
        parties = "ZZ", SENDER.ljust(15), "ZZ", RECEIVER.ljust(15)
        isa = "ISA", "00", " " * 10, "00", " " * 10, *parties, self._day[2:], TIME, REPETITION, "00501", number
        group = "GS", "HC", SENDER, RECEIVER, self._day, TIME, str(self._number), "X", VERSION
        return segment(*isa, "0", TEST, COMPONENT) + segment(*group)

    def _header(self) -> list[str]:
        """ST, BHT and loops 1000A and 1000B of the next transaction set."""
        self._sets += 1
        number = f"{self._sets:04d}"
        return [
            segment("ST", "837", number, VERSION),
            segment("BHT", "0019", "00", f"{self._number:09d}{number}", self._day, TIME, "CH"),
            segment("NM1", "41", "2", SENDER_NAME, "", "", "", "", "46", SENDER),
            segment("PER", "IC", CONTACT, "TE", TELEPHONE),
            segment("NM1", "40", "2", RECEIVER_NAME, "", "", "", "", "46", RECEIVER),
        ]

    def _trailer(self) -> str:
        return segment("SE", str(self._segments + 1), f"{self._sets:04d}")

    def _claim(self, record: Mapping[str, Any], *, anew: bool) -> list[str]:
        """Claims that follow one another from the same billing provider share its level."""
        provider = record["billing_provider"]
        made: list[str] = []
        if anew:
            self._levels = 0
        if anew or provider != self._provider:
            self._levels += 1
            self._parent, self._provider = self._levels, provider
            made = billing_provider(provider, self._parent)
        loops, opened = claim_loops(record, self._parent, self._levels + 1, self._places)
        self._levels += opened
        return made + loops


def control_number(seed: int, start: int) -> int:
    """ISA13 and GS06, from 1 to 999,999,999: of the seed and the first record's index, so that parts differ."""
    return int.from_bytes(sha256(f"{seed}/{start}".encode()).digest()[:8], "big") % 999_999_999 + 1


def _other_form(record: Any, error: Exception) -> Unfit:
    """Which needed field a record lacks, or has in another form."""
    return lacking(record, NEEDS) or Unfit("", f"it has another form ({type(error).__name__}: {error})")
