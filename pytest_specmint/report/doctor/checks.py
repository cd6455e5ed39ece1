"""All checks in their order."""

from collections.abc import Iterator

from pytest_specmint.report.doctor.determinism import determinism
from pytest_specmint.report.doctor.installation import installation
from pytest_specmint.report.doctor.providers import Wanted, provider_rows
from pytest_specmint.report.doctor.row import Level, Row
from pytest_specmint.report.doctor.surroundings import surroundings

PROVIDER_CHECKS = frozenset({"providers", "provider", "rate limits", "model", "language model"})
DOCUMENT = 1
"""Version of the form of the document."""


def examine(wanted: Wanted, config_file: str | None, *, only_providers: bool) -> Iterator[Row]:
    """Everything, or what is about providers alone."""
    if not only_providers:
        yield from installation()
        yield from surroundings(config_file, wanted.environment)
        yield determinism()
    yield from provider_rows(wanted)


def document(rows: list[Row]) -> dict[str, object]:
    """The rows as a value that JSON can hold; its JSON Schema is ``doctor.schema.json`` of the command line."""
    return {
        "document": DOCUMENT,
        "ok": all(each.level is not Level.FAIL for each in rows),
        "checks": [
            {"check": each.check, "level": each.level.value, "words": each.words, "step": each.step or None}
            for each in rows
        ],
    }
