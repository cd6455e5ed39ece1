"""Why a dataset is no longer what its golden says: told from the two origins."""

from collections.abc import Iterator, Mapping

import msgspec

from pytest_specmint.golden.origin import Origin

_FEW = 4
BUG = "nothing changed: this is a determinism bug, please report it"
CODE = "the dataset is the same: the code under test made other values of it"
UNKNOWN = "unknown: the golden was kept without its origin"


def causes(before: Origin | None, now: Origin, *, edited: bool = False) -> list[str]:
    """What differs in where the two come from, in words; a single entry where nothing does.

    ``edited`` says that the golden's records are not those that its origin tells of.
    """
    if before is None:
        return [UNKNOWN]
    found = ["the golden was changed by other means: its SHA-256 is not the recorded one"] if edited else []
    found += _schema(before, now)
    if before.engine_version != now.engine_version:
        found.append(f"engine version {before.engine_version} -> {now.engine_version}")
    found += _arguments(before, now)
    if before.derived != now.derived:
        found.append("computed values were compared, now the dataset's records" if before.derived else _COMPUTED)
    return found or [CODE if now.derived else BUG]


_COMPUTED = "the dataset's records were compared, now values computed from them"


def _schema(before: Origin, now: Origin) -> Iterator[str]:
    if before.schema.sha256 == now.schema.sha256:
        return
    changes = list(schema_changes(before.schema.properties, now.schema.properties))
    shown = ", ".join(changes[:_FEW])
    more = f" and {len(changes) - _FEW} more" if len(changes) > _FEW else ""
    yield f"schema changed: {shown}{more}" if changes else "schema changed, outside its named properties"


def schema_changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """The properties that were removed, added or changed, each as far inside as it can be told."""
    differ = [each for each in sorted({*before, *now}) if before.get(each) != now.get(each)]
    for pointer in differ:
        if pointer in before and pointer in now and any(other.startswith(pointer + "/") for other in differ):
            continue
        verb = "removed" if pointer not in now else "added" if pointer not in before else "changed"
        if verb == "changed" or not any(pointer.startswith(other + "/") for other in differ if _sided(other, before, now)):
            yield f"{pointer} {verb}"


def _sided(pointer: str, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether it stands on one side only: then so does all that it holds."""
    return (pointer in before) != (pointer in now)


def _arguments(before: Origin, now: Origin) -> Iterator[str]:
    old, new = (msgspec.structs.asdict(each.arguments) for each in (before, now))
    for name in old:
        if old[name] != new[name]:
            yield f"{name} {_shown(old[name])} -> {_shown(new[name])}"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
