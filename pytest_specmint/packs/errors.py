"""What is wrong with a pack."""

from pytest_specmint.errors import UsageError


class PackError(UsageError):
    """A pack is missing, named twice, broken, or not for this engine."""


def broken(pack: str, file: str, words: str, *, line: int | None = None, hint: str | None = None) -> PackError:
    """The error for a pack's file: which pack, which file, which line, what."""
    where = file if line is None else f"{file}, line {line}"
    return PackError(
        f"pack {pack}: {where}: {words}", hint=hint or "packs are data: correct the file, or tell its author"
    )
