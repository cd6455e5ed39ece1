"""Two judges: whether a record breaks one keyword and nothing else."""

from urllib.parse import unquote

from msgspec import Struct

from pytest_specmint.check.second import SecondJudge
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.near_miss.sites import Target
from pytest_specmint.near_miss.steps import Spotted
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.values import Json

_COUNTS = ("contains", "minContains", "maxContains")
"""Reported under each other's names: the validator counts matches once for all of them."""
ALSO = "what breaks it also breaks"
INSTEAD = "what was tried breaks instead"
_IDENTIFIERS = ("$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor")


class Verdict(Struct, frozen=True):
    """What came of a candidate: the violation if it is the wanted one, else why not."""

    violation: Violation | None
    fault: str = ""


class Judges:
    """The validator that verifies every record, and a second one of another family."""

    def __init__(self, schema: Schema, second: SecondJudge) -> None:
        self._schema = schema
        self.verifier = Verifier(schema)
        self._second = second

    def verdict(self, record: Json, target: Target, spotted: Spotted, value: Json) -> Verdict:
        """Whether the record breaks the target where it was changed to the value, and nothing else."""
        found = self.verifier.violations(record, 3)
        if not found:
            return Verdict(None, "what was tried is still valid")
        wanted = [each for each in found if self._is(each, target, spotted)]
        others = sorted({each.schema_pointer for each in found if each not in wanted})
        if len(found) > 1 or not wanted:
            where = others[0] if others else f"another {target.keyword}"
            return Verdict(None, f"{ALSO if wanted else INSTEAD} {where}")
        if self._second.accepts(self._schema.place, record):
            return Verdict(None, "the validators disagree about what was tried")
        if len(self._schema.documents) > 1 and self._second.accepts(target.place, value):
            # The validator's pointers do not say in which document they lie.
            return Verdict(None, f"{INSTEAD} the same place of another document")
        return Verdict(wanted[0])

    def _is(self, violation: Violation, target: Target, spotted: Spotted) -> bool:
        path, found = _named(instance_pointer(spotted)), _named(violation.pointer)
        at_path = found == path or (target.forbids and found.startswith(f"{path}/"))
        return at_path and any(self._same_place(violation.schema_pointer, each) for each in _pointers(target))

    def _same_place(self, reported: str, pointer: str) -> bool:
        """Whether a reported pointer is this place: whole, or from a part on that has an identifier."""
        name, _, rest = pointer.partition("#")
        whole, tail = _named(unquote(rest)), _named(unquote(reported[1:]))
        if whole == tail:
            return True
        if not whole.endswith(tail) or not tail.startswith("/"):
            return False
        head = rest.split("/")[: -tail.count("/")]
        part = self._schema.at(f"{name}#{'/'.join(head)}")
        return isinstance(part, dict) and any(key in part for key in _IDENTIFIERS)


def instance_pointer(spotted: Spotted) -> str:
    """Where the validators see the fault: at the value, or at the object whose property has the wrong name."""
    return join_pointer("", *(spotted.path[:-1] if spotted.is_name else spotted.path))


def _named(pointer: str) -> str:
    """The pointer without empty names, which the validator leaves out."""
    return "".join(f"/{token}" for token in pointer.split("/") if token)


def _pointers(target: Target) -> list[str]:
    if target.keyword in _COUNTS:
        return [join_pointer(target.place, each) for each in _COUNTS]
    return [target.pointer]
