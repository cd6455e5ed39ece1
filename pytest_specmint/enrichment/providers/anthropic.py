"""Anthropic's messages, and servers that speak like them.

Sampling is left to the model: newer ones answer 400 to a temperature, and there is no seed. The version of the API is
pinned. Documented at platform.claude.com/docs: errors, stop reasons, structured outputs.
"""

import re
import threading
from typing import Any

from msgspec.structs import replace

from pytest_specmint.enrichment.model import Call, Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.projection import ANTHROPIC
from pytest_specmint.enrichment.providers.access import Access
from pytest_specmint.enrichment.providers.failures import Refusal
from pytest_specmint.enrichment.providers.http import (
    ASK_SECONDS,
    Countdown,
    HttpProvider,
    key_hint,
    texts_of,
    unhealthy,
)
from pytest_specmint.enrichment.providers.models import known_model
from pytest_specmint.enrichment.providers.picking import nearest, pick
from pytest_specmint.enrichment.providers.projected import Projections, schema_words
from pytest_specmint.enrichment.providers.protocol import Health, Model, Progress
from pytest_specmint.enrichment.secret import Secret

API_VERSION = "2023-06-01"
_BEARER = "ANTHROPIC_AUTH_TOKEN"
_FINISHES = {
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "max_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH,
    "refusal": Finish.REFUSAL,
}
_STRUCTURED = re.compile(r"output_config|output_format|structured output|schema", re.IGNORECASE)
_THIS_SCHEMA = re.compile(r"schema", re.IGNORECASE)


class Anthropic(HttpProvider):
    """The provider; see `Provider`."""

    takes_seed = False

    def __init__(self, access: Access) -> None:
        path = re.sub(r"/v1(/messages)?$", "", access.endpoint.path)
        super().__init__(
            replace(access, endpoint=access.endpoint.under(path)),
            headers={"anthropic-version": API_VERSION},
            secrets=_credentials(access),
        )
        self.paid = access.key() is not None and not access.endpoint.loopback
        self._projections = Projections(ANTHROPIC)
        self._left_out: frozenset[str] = frozenset()
        """Parameters that this endpoint does not take."""
        self._lock = threading.Lock()

    def probe(self, deadline: float) -> Health:
        """Whether it answers within so many seconds, and which models it has."""
        if self.access.needs_key and self.access.key() is None:
            return Health(ok=False, words=f"{self.place} needs a key", hint=self._hint())
        try:
            models = self._models(deadline)
        except ProviderFailure as failure:
            if failure.status in {404, 405}:
                return Health(ok=True, words=f"{self.place} answers, and does not tell which models it has")
            return unhealthy(failure, self._hint())
        return Health(ok=True, words=f"{self.place} answers, {len(models)} models", models=models, version=API_VERSION)

    def _hint(self) -> str:
        return key_hint(self.access)

    def models(self) -> tuple[Model, ...]:
        """The models that are there. Raises `ProviderFailure`."""
        return self._models(ASK_SECONDS)

    def _models(self, deadline: float) -> tuple[Model, ...]:
        rows = self.ask("GET", "/v1/models", deadline=deadline).get("data")
        return tuple(_model(row) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """The model, asked for by its name, since aliases are not listed. Raises `ProviderFailure`."""
        name = model or (self.access.default_model if self.access.usual else "")
        if name and self.access.usual:
            try:
                return _model(self.ask("GET", f"/v1/models/{_quoted(name)}", deadline=ASK_SECONDS))
            except ProviderFailure as failure:
                if failure.status != 404:
                    raise
            models = self.models()
            raise ProviderFailure(Failure.NO_MODEL, f"{self.place} has no model {name}{nearest(name, models)}")
        if name:
            return Model(name)
        picked = pick("", "", self.models())
        if picked.model is None:
            raise ProviderFailure(Failure.NO_MODEL, f"{self.place}: name a model by --llm-model")
        return picked.model

    def complete(self, call: Call, deadline: float) -> Completion:
        """One try at a call; it may take several questions where the endpoint is new. Raises `ProviderFailure`."""
        clock = Countdown(deadline)
        left_out = self._left_out
        while True:
            payload = self._payload(call, left_out)
            try:
                answer = self.ask("POST", "/v1/messages", payload, deadline=clock.left(), texts=texts_of(call))
            except Refusal as refused:
                dropped = _dropped(refused, payload)
                if dropped is None:
                    raise
                left_out |= {dropped}
                if dropped != "output_config" or not _THIS_SCHEMA.search(refused.told.message):
                    self._remember(dropped)
            else:
                return self._completion(answer, call)

    def _remember(self, name: str) -> None:
        with self._lock:
            self._left_out |= {name}

    def _payload(self, call: Call, left_out: frozenset[str]) -> dict[str, Any]:
        sampling = call.sampling
        schema = None if "output_config" in left_out else self._projections.of(call.answer_schema).schema
        system = call.system if schema is not None else call.system + schema_words(call.answer_schema)
        optional: dict[str, Any] = dict(known_model("anthropic", sampling.model).parameters)
        if schema is not None:
            optional["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        return {
            "model": sampling.model,
            "max_tokens": sampling.max_tokens,
            "system": system,
            "messages": [{"role": "user", "content": call.user}],
            **{name: value for name, value in optional.items() if name not in left_out},
        }

    def _completion(self, answer: dict[str, Any], call: Call) -> Completion:
        blocks = answer.get("content")
        if not isinstance(blocks, list):
            raise ProviderFailure(Failure.MALFORMED, f"{self.place} answers without content")
        texts = [each.get("text") for each in blocks if isinstance(each, dict) and each.get("type") == "text"]
        usage = answer.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        asked = [
            counts.get(name) for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        ]
        return Completion(
            "".join(text for text in texts if isinstance(text, str)),
            _FINISHES.get(str(answer.get("stop_reason")), Finish.OTHER),
            Usage(
                sum(each for each in asked if isinstance(each, int)) if isinstance(asked[0], int) else None,
                counts["output_tokens"] if isinstance(counts.get("output_tokens"), int) else None,
                asked[1] if isinstance(asked[1], int) else None,
            ),
            str(answer.get("model") or call.sampling.model),
        )


def _credentials(access: Access) -> dict[str, Secret]:
    """The header of the key: a token of another kind goes as a bearer."""
    key = access.key()
    if key is None:
        return {}
    name, secret = key
    return {"authorization": Secret(f"Bearer {secret.reveal()}")} if name == _BEARER else {"x-api-key": secret}


def _dropped(refused: Refusal, payload: dict[str, Any]) -> str | None:
    """Which parameter to leave out after a refusal; None where nothing helps. Pure."""
    if refused.status not in {400, 422} or refused.failure is not Failure.BAD_REQUEST:
        return None
    words = f"{refused.told.param} {refused.told.message}"
    for name in ("thinking", "output_config"):
        if name in payload and name in words:
            return name
    return "output_config" if "output_config" in payload and _STRUCTURED.search(words) else None


def _model(row: dict[str, Any]) -> Model:
    context = row.get("max_input_tokens")
    return Model(str(row.get("id") or ""), context=context if isinstance(context, int) else None)


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")
