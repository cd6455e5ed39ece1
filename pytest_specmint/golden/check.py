"""Whether a golden is still what its schema, arguments and engine make: judged without running its test."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import SpecmintError
from pytest_specmint.golden.cause import causes
from pytest_specmint.golden.compare import difference
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.materialise import accepting, current_dataset
from pytest_specmint.golden.origin import Origin, Subject, origin_of
from pytest_specmint.golden.values import Values


class Verdict(StrEnum):
    """What came of a check."""

    SAME = "same"
    """Its records were made again, and are the golden's."""
    READ = "read"
    """Its records are those that its origin tells of; they are a test's own values, which only the test makes."""
    DIFFERS = "differs"
    FAULTY = "faulty"
    """Its files do not fit each other, or its records cannot be made."""


class Check(Struct, frozen=True):
    """A golden and what came of its check."""

    verdict: Verdict
    words: tuple[str, ...] = ()
    """What is wrong, and the way out; nothing where all is well."""

    def __bool__(self) -> bool:
        return self.verdict in {Verdict.SAME, Verdict.READ}


def checked_golden(golden: Listed, root: Path) -> Check:
    """Judge a golden that has an origin; paths in it are relative to ``root``. Raises `OutputError`."""
    origin = golden.origin
    assert origin is not None
    accept = f"accept: {accepting(origin)}"
    if golden.store.keeps_records and golden.store.digest() != origin.content.sha256:
        words = "its records were changed by other means: their SHA-256 is not the recorded one"
        return Check(Verdict.FAULTY, (words, f"restore them from version control, or {accept}"))
    try:
        dataset = None if origin.derived else current_dataset(origin, root)
        return Check(Verdict.READ) if dataset is None else _compared(golden, origin, dataset, root, accept)
    except SpecmintError as error:
        return Check(Verdict.FAULTY, (f"its records cannot be made: {error}", error.hint or accept))


def _compared(golden: Listed, origin: Origin, dataset: Dataset, root: Path, accept: str) -> Check:
    content = Values(dataset).content()
    if content.sha256 == origin.content.sha256:
        return Check(Verdict.SAME)
    given = origin.arguments
    assert given is not None
    subject = Subject(
        nodeid=origin.nodeid,
        root=root,
        here=root,
        name=origin.name,
        draft=given.draft,
        schema_root=given.schema_root,
    )
    why = "; ".join(causes(origin, origin_of(subject, dataset, content, form=origin.form)))
    if golden.store.keeps_records:
        what = difference(golden.store.blocks(), dataset.blocks()).headline()
    else:
        what = f"made again, its records have SHA-256 {content.sha256[:12]}…, not {origin.content.sha256[:12]}…"
    return Check(Verdict.DIFFERS, (what, f"cause: {why}", accept))
