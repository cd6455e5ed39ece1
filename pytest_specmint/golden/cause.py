"""Why a dataset is no longer what its golden says: told from the two origins."""

from collections.abc import Iterator, Mapping, Set

import msgspec

from pytest_specmint.golden.origin import Arguments, LlmOrigin, Origin, SchemaOrigin
from pytest_specmint.golden.packs import locale_causes, pack_causes
from pytest_specmint.golden.rules import rules_causes

_FEW = 4
BUG = "nothing changed: this is a determinism bug, please report it"
CODE = "nothing that the values are computed from: the code under test made others"
UNKNOWN = "unknown: the golden was kept without its origin"


def causes(before: Origin | None, now: Origin, *, edited: bool = False) -> list[str]:
    """What differs in where the two come from, in words; a single entry where nothing does.

    ``edited`` says that the golden's records are not those that its origin tells of.
    """
    if before is None:
        return [UNKNOWN]
    found = ["the golden was changed by other means: its SHA-256 is not the recorded one"] if edited else []
    found += _schema(before.schema, now.schema)
    if before.engine_version != now.engine_version:
        found.append(f"engine version {before.engine_version} -> {now.engine_version}")
    found += pack_causes(before.packs, now.packs)
    found += rules_causes(before.rules, now.rules)
    found += locale_causes(before.locales, now.locales)
    found += _arguments(before.arguments, now.arguments)
    found += _llm(before.llm, now.llm)
    if before.derived != now.derived:
        found.append(_COMPUTED if now.derived else _PLAIN)
    return found or [CODE if now.derived else BUG]


_COMPUTED = "the dataset's records were compared, now values computed from them"
_PLAIN = "computed values were compared, now the dataset's records"


def _schema(before: SchemaOrigin | None, now: SchemaOrigin | None) -> Iterator[str]:
    if before is None or now is None:
        if before is not now:
            yield "the golden has no dataset's origin" if before is None else "no dataset is known any more"
        return
    if before.sha256 == now.sha256:
        return
    changes = list(schema_changes(before.properties, now.properties))
    shown = ", ".join(changes[:_FEW])
    more = f" and {len(changes) - _FEW} more" if len(changes) > _FEW else ""
    yield f"schema changed: {shown}{more}" if changes else "schema changed, outside its named properties"


def schema_changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """The properties that were removed, added or changed, each as far inside as it can be told."""
    differ = [each for each in sorted({*before, *now}) if before.get(each) != now.get(each)]
    whole = {each for each in differ if (each in before) != (each in now)}
    for pointer in differ:
        if _within(pointer, whole):
            continue
        if pointer in whole:
            yield f"{pointer} {'added' if pointer in now else 'removed'}"
        elif not any(other.startswith(pointer + "/") for other in differ):
            yield f"{pointer} changed"


def _within(pointer: str, others: Set[str]) -> bool:
    """Whether one of the others holds it."""
    return any(pointer[:i] in others for i, letter in enumerate(pointer) if letter == "/")


_NAMES = {"mode": "llm mode", "prompt": "prompt version", "sha256": "cassette"}


def _llm(before: LlmOrigin | None, now: LlmOrigin | None) -> Iterator[str]:
    """What differs in how a language model was asked; that the cassette is another is told where nothing else is."""
    if before is None or now is None:
        if before is not now:
            yield f"llm mode {before.mode if before else 'off'} -> {now.mode if now else 'off'}"
        return
    old, new = (msgspec.structs.asdict(each) for each in (before, now))
    changed = [name for name in old if old[name] != new[name]]
    told = [name for name in changed if name not in {"cassette", "sha256"}]
    yield from (f"{_NAMES.get(name, name)} {_shown(old[name])} -> {_shown(new[name])}" for name in told)
    if changed and not told:
        yield f"cassette {now.cassette or 'none'} holds other answers"


def _arguments(before: Arguments | None, now: Arguments | None) -> Iterator[str]:
    if before is None or now is None:
        return
    old, new = (msgspec.structs.asdict(each) for each in (before, now))
    sizes = tuple(msgspec.structs.asdict(each.pop("sizes")) for each in (old, new))
    for each in (old, new):
        del each["domain"], each["locale"]  # the packs and locales themselves tell more
    for one, other in ((old, new), sizes):
        for name in one:
            if one[name] != other[name]:
                yield f"{name} {_shown(one[name])} -> {_shown(other[name])}"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
