"""The packs of goldens: what changed in them, and whether those that are installed can make a golden's records."""

from collections.abc import Iterator, Sequence

from pytest_specmint.errors import GoldenMismatch
from pytest_specmint.golden.origin import LocaleOrigin, Origin, PackOrigin
from pytest_specmint.job import Job
from pytest_specmint.packs.pack import version_key


def pack_causes(before: Sequence[PackOrigin], now: Sequence[PackOrigin]) -> Iterator[str]:
    """What differs between the packs of two datasets, in words."""
    old, new = ({each.name: each for each in packs} for packs in (before, now))
    for name, was in old.items():
        if name not in new:
            yield f"pack {name} is not used any more"
        elif was.version != new[name].version:
            newer = " (the golden is of a newer pack than the installed one)" if _is_newer(was, new[name]) else ""
            yield f"pack version {name} {was.version} -> {new[name].version}{newer}"
        elif was.sha256 != new[name].sha256:
            yield f"pack {name} {was.version} changed without a new version"
    yield from (f"pack {name} {new[name].version} is used now" for name in new if name not in old)
    if list(old) != list(new) and set(old) == set(new):
        yield f"order of packs {', '.join(old)} -> {', '.join(new)}"


def locale_causes(before: Sequence[LocaleOrigin], now: Sequence[LocaleOrigin]) -> Iterator[str]:
    """What differs between the locales of two datasets, in words."""
    if [each.name for each in before] != [each.name for each in now]:
        yield f"locale {_names(before)} -> {_names(now)}"
    new = {each.name: each for each in now}
    for was in before:
        if was.name in new and was.version != new[was.name].version:
            yield f"locale version {was.name} {was.version} -> {new[was.name].version}"
        elif was.name in new and was.sha256 != new[was.name].sha256:
            yield f"locale {was.name} {was.version} changed without a new version"


def _names(locales: Sequence[LocaleOrigin]) -> str:
    return ", ".join(each.name for each in locales) or "none"


def _is_newer(was: PackOrigin, now: PackOrigin) -> bool:
    return version_key(was.version) > version_key(now.version)


def refuse_older(before: Origin | None, now: Origin) -> None:
    """Raise `GoldenMismatch` where a golden would be written by an older pack than the one that made it."""
    installed = {each.name: each for each in now.packs}
    for was in () if before is None else before.packs:
        if was.name in installed and _is_newer(was, installed[was.name]):
            raise _newer(was, installed[was.name].version)


def check_packs(origin: Origin, job: Job, accept: str) -> None:
    """Raise `GoldenMismatch` where the installed packs or locales are not those that a recipe was made by."""
    locales = {each.tag: each.version for each in job.locales()}
    for each in origin.locales:
        if locales.get(each.name) != each.version:
            raise GoldenMismatch(
                f"the golden was made by locale {each.name} {each.version}, now it is {locales.get(each.name, 'none')}",
                hint=f"accept the change: {accept}",
            )
    installed = {pack.name: pack.version for pack in job.packs()}
    for was in origin.packs:
        version = installed.get(was.name)
        if version is None:
            raise GoldenMismatch(f"the golden was made by pack {was.name}, which is not named any more", hint=accept)
        if version_key(was.version) > version_key(version):
            raise _newer(was, version)
        if was.version != version:
            raise GoldenMismatch(
                f"the golden was made by pack {was.name} {was.version}, installed is {version}",
                hint=f"install that version, or accept the change: {accept}",
            )


def _newer(was: PackOrigin, installed: str) -> GoldenMismatch:
    return GoldenMismatch(
        f"the golden was made by pack {was.name} {was.version}, which is newer than the installed {installed}",
        hint=f"install {was.name} {was.version} or later; to go back to {installed}, delete the golden first",
    )
