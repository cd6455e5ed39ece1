"""What a model wrote → values by id. Read strictly; repaired only where there is one thing it can mean.

Never taken: NaN and infinities, repeated keys, output that was cut off, one of two objects, anything but an object.
"""

import json
import re

from msgspec import Struct

from pytest_specmint.check.lines import parse_strict
from pytest_specmint.enrichment.model import Completion, Failure, Finish
from pytest_specmint.schema.sets.values import Json

MOST = 1 << 20
"""Bytes of an answer beyond which it is not read."""
_FENCE = re.compile(r"\A```[A-Za-z0-9_-]*[ \t]*\r?\n(.*?)\r?\n?```\Z", re.DOTALL)
_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)


class Reading(Struct, frozen=True):
    """The values of an answer by the ids in it; or why there are none."""

    values: dict[str, Json] = {}
    failure: Failure | None = None
    detail: str = ""
    """What was wrong, or what was put right."""


class Unreadable(ValueError):
    """A text is no answer."""


def read_answer(completion: Completion) -> Reading:
    """The values of a completion."""
    if completion.finish is Finish.LENGTH:
        return Reading(failure=Failure.TRUNCATED, detail="the answer was cut off at the most tokens")
    if completion.finish is Finish.REFUSAL:
        return Reading(failure=Failure.REFUSED, detail="the model refused")
    if len(completion.text) > MOST:
        return Reading(failure=Failure.TOO_LARGE, detail=f"the answer has more than {MOST:,} characters")
    try:
        value, detail = _read(completion.text)
    except (Unreadable, RecursionError) as error:
        return Reading(failure=Failure.MALFORMED, detail=str(error)[:200] or "nested too deeply")
    return Reading(value, detail=detail)


def _read(text: str) -> tuple[dict[str, Json], str]:
    try:
        return _object(parse_strict(text.strip().encode("utf-8", "surrogatepass"))), ""
    except ValueError as error:
        first = "not JSON" if not text.strip() else str(error)
    stripped = text.lstrip("\ufeff").strip()
    bare = _unfenced(_THOUGHT.sub("", stripped).strip())
    for candidate, words in ((bare, "a code fence or thoughts around it"), (_alone(bare), "words around it")):
        if candidate is None:
            continue
        for spelled, repair in ((candidate, ""), (_respelled(candidate), "commas or line ends within it")):
            try:
                value = _object(parse_strict(spelled.encode("utf-8", "surrogatepass")))
            except ValueError:
                continue
            return value, "; ".join(filter(None, (words if candidate != stripped else "", repair)))
    raise Unreadable(f"not JSON: {first.removeprefix('not JSON: ')}")


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise Unreadable("the answer is no object")
    return value


def _unfenced(text: str) -> str:
    found = _FENCE.match(text)
    return text if found is None or "```" in found[1] else found[1].strip()


def _alone(text: str) -> str | None:
    """The only object in a text: nothing that begins another value of more than one may stand around it."""
    begin = text.find("{")
    if begin < 0:
        return None
    end = _end_of(text, begin)
    around = text[:begin] + text[end:] if end else "{"
    return None if re.search(r"[{}\[\]]", around) else text[begin:end]


def _end_of(text: str, begin: int) -> int:
    """Where the object ends that begins there; 0 where it does not."""
    depth, at = 0, begin
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _end_of_string(text, at)
            continue
        depth += (char in "{[") - (char in "}]")
        at += 1
        if not depth:
            return at
    return 0


def _end_of_string(text: str, begin: int) -> int:
    at = begin + 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


_CLOSING = re.compile(r"\s*[}\]]")
_RAW = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _respelled(text: str) -> str:
    """Without commas before a closing bracket, and with line ends and tabs in strings escaped: all else stays."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = _end_of_string(text, at)
            out.append("".join(_RAW.get(char, char) for char in text[at:end]))
            at = end
            continue
        if text[at] == "," and _CLOSING.match(text, at + 1):
            at += 1
            continue
        out.append(text[at])
        at += 1
    return "".join(out)


def compact(value: Json) -> str:
    """A value as it stands in prompts: JSON without white space, letters of all scripts as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
