"""Models as data: what is asked for where nobody names one, what a model wants besides, and when it will be gone.

Shutdown dates: OpenAI, developers.openai.com/api/docs/deprecations, as of 2026-10-27; a provider that tells them itself
(OpenAI's list of models has ``shutdown_date``) is believed first. Parameters: the providers' migration guides for
gpt-6-luna ("start with reasoning effort set to none") and claude-haiku-5-5 (thinks unless told not to; takes no
temperature), October 2026.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct


class ModelRow(Struct, frozen=True):
    """What is known of a model before its provider is asked."""

    provider: str
    name: str
    parameters: Mapping[str, Any] = {}
    """Sent with every call: without them it would spend the answer's tokens on thinking."""
    shutdown_date: date | None = None
    successor: str = ""


DEFAULT_MODELS: Mapping[str, str] = {"ollama": "llama3.1", "openai": "gpt-6-luna", "anthropic": "claude-haiku-5-5"}

_LUNA, _TERRA = "gpt-6-luna", "gpt-6.1-terra"
MODELS = (
    ModelRow("openai", "gpt-6-luna", {"reasoning_effort": "none"}),
    *(
        ModelRow("openai", name, shutdown_date=date(2027, 1, 14), successor=_LUNA)
        for name in ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini")
    ),
    ModelRow("openai", "gpt-5", {"reasoning_effort": "minimal"}, date(2026, 12, 11), "gpt-6.1-sol"),
    ModelRow("openai", "gpt-5-mini", {"reasoning_effort": "minimal"}, date(2026, 12, 11), _TERRA),
    ModelRow("openai", "gpt-5-nano", {"reasoning_effort": "minimal"}, date(2026, 12, 11), _LUNA),
    ModelRow("openai", "gpt-5.1", {"reasoning_effort": "none"}, date(2027, 4, 1)),
    ModelRow("anthropic", "claude-haiku-5-5", {"thinking": {"type": "disabled"}}),
)


def known_model(provider: str, name: str) -> ModelRow:
    """What is known of a model: nothing more than its name for most. A dated snapshot is as its model is."""
    rows = {row.name: row for row in MODELS if row.provider == provider}
    stem = name.rsplit("-", 3)[0] if name[-10:-6].isdigit() else name.rsplit("-", 1)[0] if name[-8:].isdigit() else name
    return rows.get(name) or rows.get(stem) or ModelRow(provider, name)


def shutdown_notice(row: ModelRow, today: date, announced: str = "") -> str | None:
    """A warning where a model is gone or will be, by the table or by what its provider announces (ISO 8601)."""
    try:
        day = date.fromisoformat(announced) if announced else row.shutdown_date
    except ValueError:
        day = row.shutdown_date
    if day is None:
        return None
    when = f"has been shut down on {day}" if day <= today else f"will be shut down on {day}"
    return f"the model {row.name} {when}" + (f"; its provider recommends {row.successor}" if row.successor else "")
