"""What is to be known of how a dataset was enriched, to tell of it or to make it again."""

from pathlib import Path

from msgspec import Struct


class LlmFacts(Struct, frozen=True):
    """How values of a dataset came from a language model."""

    mode: str
    provider: str
    model: str
    temperature: float
    prompt: int
    """Version of what it was told."""
    context: tuple[Path, ...]
    """Files of background."""
    cassette: Path | None
    """Where its answers are recorded."""
    sha256: str
    """Of the cassette, in hexadecimal; empty without."""
