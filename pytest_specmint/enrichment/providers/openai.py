"""OpenAI's chat completions, and every server that speaks like them.

Servers differ in what they know; what an endpoint refuses is left out or said differently from then on, by the rules of
`simpler`: a limit of tokens by its other name, a schema by way of the prompt, a parameter not at all.
"""

import re
import threading
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.model import Call, Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.projection import OPENAI, OPENAI_LOOSE, Projection, restored_text
from pytest_specmint.enrichment.providers.access import Access
from pytest_specmint.enrichment.providers.failures import Refusal, Told
from pytest_specmint.enrichment.providers.http import (
    ASK_SECONDS,
    SEED_BITS,
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

NEW_LIMIT, OLD_LIMIT = "max_completion_tokens", "max_tokens"
STRICT, OBJECT, PROMPT = "json_schema", "json_object", "prompt"
_FINISHES = {"stop": Finish.STOP, "length": Finish.LENGTH, "content_filter": Finish.REFUSAL}
_UNKNOWN = re.compile(
    r"unsupported|not support|n't support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|extra|instead"
    r"|invalid (parameter|argument|field|value)|forbidden|must be",
    re.IGNORECASE,
)
_SCHEMA = re.compile(r"response_format|json_schema|structured output|grammar", re.IGNORECASE)
_BAD_SCHEMA = re.compile(r"invalid schema|grammar|\bschema (is )?(invalid|too)", re.IGNORECASE)


class Manner(Struct, frozen=True):
    """How an endpoint is spoken to, as far as is known."""

    limit: str = OLD_LIMIT
    answer: str = STRICT
    left_out: frozenset[str] = frozenset()
    """Parameters that it does not take."""


def simpler(manner: Manner, told: Told, sent: frozenset[str]) -> tuple[Manner, bool] | None:
    """How to ask again after a refusal, and whether that is so for every call; None where nothing helps.

    ``sent`` are the names of the parameters that may be left out. Pure.
    """
    words = f"{told.param} {told.message}"
    if (told.code == "invalid_json_schema" or _BAD_SCHEMA.search(told.message)) and manner.answer != PROMPT:
        return replace(manner, answer=PROMPT), False
    if not (_UNKNOWN.search(words) or told.code.startswith(("unsupported", "unknown", "unrecognized"))):
        return None
    if _names(manner.limit, told):
        other = OLD_LIMIT if manner.limit == NEW_LIMIT else NEW_LIMIT
        return replace(manner, limit=other), True
    for name in sorted(sent - manner.left_out):
        if _names(name, told):
            return replace(manner, left_out=manner.left_out | {name}), True
    if _SCHEMA.search(words) and manner.answer != PROMPT:
        return replace(manner, answer=OBJECT if manner.answer == STRICT else PROMPT), True
    return None


def _names(parameter: str, told: Told) -> bool:
    """Whether a refusal is about a parameter: by its field for that, else by the message."""
    if told.param:
        return told.param.split(".")[0] == parameter
    return re.search(rf"(?<![A-Za-z_]){re.escape(parameter)}(?![A-Za-z_])", told.message) is not None


class OpenAi(HttpProvider):
    """The provider; see `Provider`."""

    takes_seed = True

    def __init__(self, access: Access) -> None:
        path = access.endpoint.path or "/v1"
        path = re.sub(r"/(chat/completions|models)$", "", path)
        key = access.key()
        secrets = {"authorization": Secret(f"Bearer {key[1].reveal()}")} if key is not None else {}
        for name, header in (("OPENAI_ORG_ID", "openai-organization"), ("OPENAI_PROJECT_ID", "openai-project")):
            if access.usual and (value := access.keys.get(name)) is not None:
                secrets[header] = value
        super().__init__(replace(access, endpoint=access.endpoint.under(path)), secrets=secrets)
        self.paid = key is not None and not access.endpoint.loopback
        self._strict, self._loose = Projections(OPENAI), Projections(OPENAI_LOOSE)
        self._official = access.usual and access.name == "openai"
        self._manner = Manner(NEW_LIMIT if self._official else OLD_LIMIT)
        self._lock = threading.Lock()

    def probe(self, deadline: float) -> Health:
        """Whether it answers within so many seconds, and which models it has."""
        if self.access.needs_key and self.access.key() is None:
            return Health(ok=False, words=f"{self.place} needs a key", hint=self._hint())
        try:
            models = self._models(deadline)
        except ProviderFailure as failure:
            if failure.status in {404, 405} or (failure.status == 403 and _may_not_list(failure)):
                return Health(ok=True, words=f"{self.place} answers, and does not tell which models it has")
            return unhealthy(failure, self._hint())
        return Health(ok=True, words=f"{self.place} answers, {len(models)} models", models=models)

    def _hint(self) -> str:
        return key_hint(self.access)

    def models(self) -> tuple[Model, ...]:
        """The models that are there. Raises `ProviderFailure`."""
        return self._models(ASK_SECONDS)

    def _models(self, deadline: float) -> tuple[Model, ...]:
        rows = self.ask("GET", "/models", deadline=deadline).get("data")
        return tuple(_model(row) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """The model as it is listed. Servers other than OpenAI may know more names than they list.

        Raises `ProviderFailure`.
        """
        try:
            models = self.models()
        except ProviderFailure as failure:
            if failure.status not in {403, 404, 405}:
                raise
            models = ()
        picked = pick(model, self.access.default_model if self.access.usual else "", models)
        if picked.model is not None:
            return picked.model
        if not picked.name and models:
            return models[0]
        if not picked.name:
            raise ProviderFailure(Failure.NO_MODEL, f"{self.place} lists no model: name one by --llm-model")
        if self.access.usual and models:
            raise ProviderFailure(
                Failure.NO_MODEL, f"{self.place} has no model {picked.name}{nearest(picked.name, models)}"
            )
        return Model(picked.name)

    def complete(self, call: Call, deadline: float) -> Completion:
        """One try at a call; it may take several questions where the endpoint is new. Raises `ProviderFailure`."""
        clock = Countdown(deadline)
        manner = self._manner
        tried = {manner}
        while True:
            projection = self._projection(call, manner)
            payload = self._payload(call, manner, projection)
            try:
                answer = self.ask("POST", "/chat/completions", payload, deadline=clock.left(), texts=texts_of(call))
            except Refusal as refused:
                if refused.status not in {400, 404, 415, 422, 501} or refused.failure is Failure.NO_MODEL:
                    raise
                better = simpler(manner, refused.told, frozenset(payload) - _NEEDED)
                if better is None or better[0] in tried:
                    raise
                manner = better[0]
                tried.add(manner)
                if better[1]:
                    self._remember(manner)
            else:
                return self._completion(answer, call, projection)

    def _remember(self, manner: Manner) -> None:
        """Speak so from now on, with what other threads have learned meanwhile."""
        with self._lock:
            known = self._manner
            self._manner = replace(manner, left_out=manner.left_out | known.left_out)

    def _projection(self, call: Call, manner: Manner) -> Projection | None:
        """What the answer is held to; None where that is left to the prompt."""
        if manner.answer != STRICT:
            return None
        strict = self._strict.of(call.answer_schema)
        return strict if strict.schema is not None else self._loose.of(call.answer_schema)

    def _payload(self, call: Call, manner: Manner, projection: Projection | None) -> dict[str, Any]:
        sampling = call.sampling
        held = projection is not None and projection.schema is not None
        system = call.system if held else call.system + schema_words(call.answer_schema)
        optional: dict[str, Any] = {
            "temperature": sampling.temperature,
            "seed": call.seed & SEED_BITS,
            **(known_model("openai", sampling.model).parameters if self._official else {}),
        }
        payload = {
            "model": sampling.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": call.user}],
            manner.limit: sampling.max_tokens,
            **{name: value for name, value in optional.items() if name not in manner.left_out},
        }
        if projection is not None and held:
            shape = {"name": "answer", "strict": projection.nulls, "schema": projection.schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": shape}
        elif manner.answer == OBJECT:
            payload["response_format"] = {"type": "json_object"}
        return payload

    def _completion(self, answer: dict[str, Any], call: Call, projection: Projection | None) -> Completion:
        choices = answer.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(message, dict):
            raise ProviderFailure(Failure.MALFORMED, f"{self.place} answers without a message")
        usage = answer.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        details = counts.get("prompt_tokens_details")
        written = details.get("cache_write_tokens") if isinstance(details, dict) else None
        refused = message.get("refusal")
        text = _content(message.get("content"))
        finish = _FINISHES.get(str(choice.get("finish_reason")), Finish.OTHER)
        if isinstance(refused, str) and refused:
            text, finish = refused, Finish.REFUSAL
        elif projection is not None and finish is Finish.STOP:
            text = restored_text(text, projection)
        return Completion(
            text,
            finish,
            Usage(_number(counts.get("prompt_tokens")), _number(counts.get("completion_tokens")), _number(written)),
            str(answer.get("model") or call.sampling.model),
            str(answer.get("system_fingerprint") or ""),
        )


_NEEDED = frozenset({"model", "messages", NEW_LIMIT, OLD_LIMIT, "response_format"})


def _may_not_list(failure: ProviderFailure) -> bool:
    """Whether a key is good, and only may not list models (a restricted key of OpenAI)."""
    return isinstance(failure, Refusal) and "scope" in failure.told.message.lower()


def _model(row: dict[str, Any]) -> Model:
    meta = row.get("meta")
    context = next(
        (
            number
            for number in (
                _number(row.get("max_model_len")),
                _number(row.get("context_length")),
                _number(meta.get("n_ctx")) if isinstance(meta, dict) else None,
            )
            if number
        ),
        None,
    )
    return Model(str(row.get("id") or ""), context=context, shutdown_date=str(row.get("shutdown_date") or ""))


def _content(content: Any) -> str:
    """The text of a message; some servers send it in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
