"""What the tests of providers share: a call, and providers at endpoints of the tests' choice."""

from collections.abc import Mapping
from typing import Any

from pytest_specmint.enrichment.endpoint import HostGuard
from pytest_specmint.enrichment.model import Call, Sampling
from pytest_specmint.enrichment.providers.access import access_for
from pytest_specmint.enrichment.providers.table import BUILT_IN, ProviderRow

KEY = "sk-test-0123456789abcdefghij"
TOKEN = "tok-9876543210zyxwvutsrq"
ROWS = {row.name: row for row in BUILT_IN}
KEYS: Mapping[str, str] = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}
USUAL = {
    "ollama": "http://127.0.0.1:11434",
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
ASK = {"ollama": "/api/chat", "openai": "/chat/completions", "anthropic": "/v1/messages"}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "value": {"type": "string", "maxLength": 40}},
                "required": ["id"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["items"],
    "additionalProperties": False,
}
CONTENT = "the confidential context of this very question"


def a_call(
    model: str = "m", *, schema: Any = SCHEMA, max_tokens: int = 100, seed: int = 7, user: str = CONTENT
) -> Call:
    return Call("You make data. Answer in JSON.", user, schema, Sampling(model, 0.2, max_tokens), seed, ("0/name",))


def an_access(
    name: str | ProviderRow,
    environment: Mapping[str, str] = KEYS,
    *,
    endpoint: str | None = None,
    guard: HostGuard | None = None,
    **more: Any,
) -> Any:
    row = ROWS[name] if isinstance(name, str) else name
    return access_for(row, environment, guard=lambda host: guard or HostGuard(), endpoint=endpoint, **more)


def a_provider(name: str, environment: Mapping[str, str] = KEYS, **more: Any) -> Any:
    return ROWS[name].make(an_access(name, environment, **more))


def success(name: str, text: str = '{"items":[]}', *, finish: str = "stop", model: str = "m") -> dict[str, Any]:
    """The body of an answer, in the provider's form."""
    if name == "ollama":
        reason = {"stop": "stop", "length": "length", "other": "unload"}[finish]
        message = {"role": "assistant", "content": text}
        return {
            "model": model,
            "message": message,
            "done": True,
            "done_reason": reason,
            "prompt_eval_count": 11,
            "eval_count": 5,
        }
    if name == "openai":
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
        usage = {"prompt_tokens": 11, "completion_tokens": 5}
        return {"model": model, "choices": [choice], "usage": usage, "system_fingerprint": "fp_1"}
    reason = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal", "other": "pause_turn"}[finish]
    usage = {"input_tokens": 8, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 1, "output_tokens": 5}
    return {"model": model, "content": [{"type": "text", "text": text}], "stop_reason": reason, "usage": usage}


def error(
    name: str, message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> Any:
    """The body of an error, in the provider's form."""
    if name == "ollama":
        return {"error": message}
    if name == "openai":
        return {"error": {"message": message, "type": kind, "code": code, "param": param}}
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
