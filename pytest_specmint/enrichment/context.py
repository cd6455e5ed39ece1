"""Background for the model: untrusted text, from the schema, from packs and from files; cleaned, capped and hashed."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.enrichment.planner import CONTEXT
from pytest_specmint.enrichment.sanitise import CONTROLS
from pytest_specmint.errors import UsageError

if TYPE_CHECKING:
    from pytest_specmint.job import Job

MOST = 4000
"""Characters of one text that a model is given."""
MOST_BYTES = 1 << 20
"""Of a file, beyond which it is taken for a mistake."""
_DIGITS = 16


class Context(Struct, frozen=True):
    """All background of a dataset."""

    text: str = ""

    @property
    def sha256(self) -> str:
        """The beginning of its digest; empty where there is none."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] if self.text else ""


def context_of(job: "Job", files: Sequence[Path]) -> Context:
    """The background of a job: ``x-llm-context`` of the schema, ``context.md`` of its packs, and these files.

    Raises `UsageError` for a file that cannot be read as text.
    """
    return Context("\n\n".join(dict.fromkeys(_capped(text) for text in _texts(job, files) if text.strip())))


def _texts(job: "Job", files: Sequence[Path]) -> Iterator[str]:
    root = job.schema.at(job.schema.place)
    said = root.get(CONTEXT) if isinstance(root, dict) else None
    if isinstance(said, str):
        yield said
    yield from (pack.context for pack in job.packs())
    yield from map(_read, files)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"context {path} has more than {MOST_BYTES:,} bytes", hint="a page of background is enough"
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"context {path} cannot be read: {error.strerror}", hint="check --context") from None
    except UnicodeDecodeError:
        raise UsageError(f"context {path} is not UTF-8 text", hint="give a text file, such as Markdown") from None


def _capped(text: str) -> str:
    """Without controls, at most `MOST` characters of it."""
    clean = CONTROLS.sub("", text.replace("\r\n", "\n")).strip()
    return clean if len(clean) <= MOST else f"{clean[: MOST - 1]}…"
