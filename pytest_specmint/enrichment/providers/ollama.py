"""Ollama by its own API (its ``/v1`` knows neither the size of the context nor ``think``).

Always sent: no stream, no thinking, no cutting of what is too long, and sizes of context and answer; so a prompt that
does not fit is an error and never silently shortened. Documented at github.com/ollama/ollama, docs/api.md.
"""

import re
import threading
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.enrichment.model import Call, Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.projection import OLLAMA
from pytest_specmint.enrichment.providers.access import Access
from pytest_specmint.enrichment.providers.failures import Refusal
from pytest_specmint.enrichment.providers.http import (
    ASK_SECONDS,
    SEED_BITS,
    Countdown,
    HttpProvider,
    texts_of,
    unhealthy,
)
from pytest_specmint.enrichment.providers.picking import Picked, pick, same_model
from pytest_specmint.enrichment.providers.projected import Projections, schema_words
from pytest_specmint.enrichment.providers.protocol import Health, Model, Progress
from pytest_specmint.enrichment.secret import Secret
from pytest_specmint.enrichment.transport import Reply
from pytest_specmint.schema.sets.values import Json

LOAD_SECONDS = 300.0
"""How long a model may take to be loaded into memory: apart from the deadline of calls."""
PULL_IDLE_SECONDS = 120.0
"""How long a pull may say nothing."""
USUAL_WINDOW = 8192
_LEAST_WINDOW = 2048
_GRAMMAR = re.compile(r"grammar|json schema|in format", re.IGNORECASE)
_FINISHES = {"stop": Finish.STOP, "length": Finish.LENGTH}


class Loaded(Struct, frozen=True):
    """A model in memory, as ``/api/ps`` tells it; sizes in bytes."""

    name: str
    size: int
    vram: int
    """How much of it is on graphics cards."""
    context: int | None


def window(needed: int, limit: int | None, current: int) -> int:
    """How many tokens of context to ask for: the current number while it is enough, since another reloads the model.

    What is needed grows by powers of two, up to what the model has.
    """
    size = max(current, _LEAST_WINDOW)
    while size < needed and size < (limit or needed):
        size *= 2
    return size if limit is None else min(size, limit)


def tokens_needed(call: Call) -> int:
    """More tokens than question and answer usually have: half the bytes of the one, all that the other may have."""
    return (len(call.system.encode()) + len(call.user.encode())) // 2 + 256 + call.sampling.max_tokens


class Ollama(HttpProvider):
    """The provider; see `Provider`."""

    paid = False
    takes_seed = True

    def __init__(self, access: Access) -> None:
        key = access.key()
        super().__init__(
            access, secrets={"authorization": Secret(f"Bearer {key[1].reveal()}")} if key is not None else {}
        )
        self._projections = Projections(OLLAMA)
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, int | None]] = {}
        """For each model the window in use, and the largest that it has."""
        self._digests: dict[str, str] = {}

    def probe(self, deadline: float) -> Health:
        """Whether it answers within so many seconds, and which models it has."""
        clock = Countdown(deadline)
        try:
            models = self._models(clock.left())
            version = self._version(clock.left())
        except ProviderFailure as failure:
            return unhealthy(failure, self._hint(failure))
        words = f"{self.place} answers, version {version or 'unknown'}, {_count(len(models))}"
        hint = "" if models else "get a model: ollama pull llama3.1, or --auto-pull"
        return Health(ok=True, words=words, hint=hint, models=models, version=version)

    def _version(self, deadline: float) -> str:
        """Ollama's version; empty for another server that lists models as Ollama does (llama.cpp did)."""
        try:
            version = self.ask("GET", "/api/version", deadline=deadline).get("version")
        except ProviderFailure as failure:
            if failure.failure not in {Failure.BAD_REQUEST, Failure.NO_MODEL, Failure.MALFORMED}:
                raise
            return ""
        return version if isinstance(version, str) else ""

    def _hint(self, failure: ProviderFailure) -> str:
        if failure.status == 404 or failure.failure is Failure.MALFORMED:
            return "a server that speaks like OpenAI is reached by --llm-provider openai --llm-endpoint URL"
        return "start it with: ollama serve (OLLAMA_HOST or --llm-endpoint name another place)"

    def models(self) -> tuple[Model, ...]:
        """The models that are there. Raises `ProviderFailure`."""
        return self._models(ASK_SECONDS)

    def _models(self, deadline: float) -> tuple[Model, ...]:
        rows = self.ask("GET", "/api/tags", deadline=deadline).get("models")
        if not isinstance(rows, list):
            raise ProviderFailure(Failure.MALFORMED, f"{self.place} does not list its models as Ollama does")
        found = [_model(row) for row in rows if isinstance(row, dict)]
        return tuple(sorted((model for model in found if model.name), key=lambda model: model.name))

    def loaded(self) -> tuple[Loaded, ...]:
        """The models in memory. Raises `ProviderFailure`."""
        rows = self.ask("GET", "/api/ps", deadline=ASK_SECONDS).get("models")
        return tuple(_loaded(row) for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """Make a model ready: pull it where that is allowed, load it with its context. Raises `ProviderFailure`."""
        models = self.models()
        picked = pick(model, self.access.default_model, models, same=same_name)
        if picked.model is None:
            picked = Picked(self._pulled(picked.name, models, progress) if pull and picked.name else None, picked.name)
        if picked.model is None:
            raise self._lacks(picked.name, models)
        found = self._local(picked.model)
        about = self.ask("POST", "/api/show", {"model": found.name}, deadline=ASK_SECONDS)
        capabilities = about.get("capabilities")
        if isinstance(capabilities, list) and capabilities and "completion" not in capabilities:
            raise ProviderFailure(Failure.NO_MODEL, f"{self.place}: the model {found.name} cannot answer questions")
        return msgspec.structs.replace(found, context=self._warm_up(found, _context(about)))

    def _lacks(self, name: str, models: Sequence[Model]) -> ProviderFailure:
        there = ", ".join(each.name for each in models) or "none"
        wanted = f"has no model {name}" if name else "has no model, or several and none was named (--llm-model)"
        get = f"; get it: ollama pull {name}, or --auto-pull" if name else ""
        return ProviderFailure(Failure.NO_MODEL, f"{self.place} {wanted}{get}; it has: {there}")

    def _local(self, model: Model) -> Model:
        """The model, unless it really runs on a host that nobody allowed."""
        host = _host(model.remote_host)
        if model.remote_host and not self.access.guard.lists(host):
            raise ProviderFailure(
                Failure.FORBIDDEN_HOST,
                f"{self.place}: the model {model.name} does not run there but at {host}, "
                f"where all that is asked would go (to allow that: --llm-allow-host {host})",
            )
        return model

    def _warm_up(self, model: Model, context: int | None) -> int:
        """Load the model, so that no call has to wait for that; with the window that it has, if it is there already.

        Gives the window: calls within it do not load the model anew.
        """
        size = window(0, context, min(USUAL_WINDOW, context or USUAL_WINDOW))
        if not model.remote_host:
            ready = next((each.context for each in self.loaded() if same_name(each.name, model.name)), None)
            size = ready if ready and ready >= size else size
            payload = {"model": model.name, "messages": [], "stream": False, "options": {"num_ctx": size}}
            self.ask("POST", "/api/chat", payload, deadline=LOAD_SECONDS)
        with self._lock:
            self._windows[model.name] = (size, context)
            self._digests[model.name] = model.digest
        return size

    def _pulled(self, name: str, models: Sequence[Model], progress: Progress | None) -> Model | None:
        """Pull a model, and find it among those that are there then."""
        last = ""
        body = msgspec.json.encode({"model": name, "stream": True})
        for line in self._transport.lines("/api/pull", body=body, idle=PULL_IDLE_SECONDS):
            if isinstance(line, Reply):
                raise self.refusal(line)
            if line.strip():
                last = self._pull_event(name, line, progress) or last
        if last != "success":
            raise ProviderFailure(Failure.CUT, f"{self.place} broke off the pull of {name}")
        return next((each for each in self.models() if same_name(each.name, name)), None)

    def _pull_event(self, name: str, line: bytes, progress: Progress | None) -> str:
        """What a line of a pull says; errors come under a status of success."""
        try:
            event = msgspec.json.decode(line)
        except msgspec.MsgspecError:
            event = None
        if not isinstance(event, dict):
            raise ProviderFailure(Failure.MALFORMED, f"{self.place} tells of its pull in no JSON")
        if event.get("error"):
            words = str(event["error"])[:200]
            missing = any(each in words.lower() for each in ("not exist", "not found", "manifest"))
            kind = Failure.NO_MODEL if missing else Failure.SERVER
            raise ProviderFailure(kind, f"{self.place} cannot pull {name}: {words}")
        status = str(event.get("status", ""))
        if progress is not None:
            progress(status, _whole(event.get("completed")), _whole(event.get("total")))
        return status

    def complete(self, call: Call, deadline: float) -> Completion:
        """One try at a call. Raises `ProviderFailure`."""
        model = call.sampling.model
        answer = self._answer(call, Countdown(deadline))
        message = answer.get("message")
        text = message.get("content") if isinstance(message, dict) else None
        if not isinstance(text, str):
            raise ProviderFailure(Failure.MALFORMED, f"{self.place} answers without a message")
        if answer.get("done") is False:
            raise ProviderFailure(Failure.CUT, f"{self.place} broke off its answer")
        return Completion(
            text,
            _FINISHES.get(str(answer.get("done_reason", "stop")), Finish.OTHER),
            Usage(_count_of(answer.get("prompt_eval_count")), _count_of(answer.get("eval_count"))),
            str(answer.get("model") or model),
            self._digests.get(model, ""),
        )

    def _answer(self, call: Call, clock: Countdown) -> dict[str, Any]:
        """The answer; where the schema makes no grammar, it is asked for in the prompt instead."""
        schema = self._projections.of(call.answer_schema).schema
        payload = self._payload(call, schema)
        try:
            return self.ask("POST", "/api/chat", payload, deadline=clock.left(), texts=texts_of(call))
        except Refusal as refused:
            if schema is None or refused.status not in {400, 500} or not _GRAMMAR.search(refused.told.message):
                raise
        return self.ask("POST", "/api/chat", self._payload(call, None), deadline=clock.left(), texts=texts_of(call))

    def _payload(self, call: Call, schema: Json) -> dict[str, Any]:
        sampling = call.sampling
        system = call.system if schema is not None else call.system + schema_words(call.answer_schema)
        return {
            "model": sampling.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": call.user}],
            "stream": False,
            "think": False,
            "truncate": False,
            "shift": False,
            **({} if schema is None else {"format": schema}),
            "options": {
                "seed": call.seed & SEED_BITS,
                "temperature": sampling.temperature,
                "num_predict": sampling.max_tokens,
                "num_ctx": self._window(sampling.model, tokens_needed(call)),
            },
        }

    def _window(self, model: str, needed: int) -> int:
        """The window for a call; it only ever grows, so that a model is seldom loaded anew."""
        with self._lock:
            current, limit = self._windows.get(model, (USUAL_WINDOW, None))
            size = window(needed, limit, current)
            self._windows[model] = (size, limit)
            return size


def same_name(one: str, other: str) -> bool:
    """Whether two names mean the same model: ``:latest`` and the public registry go without saying."""
    return same_model(_full(one), _full(other))


def _full(name: str) -> str:
    for prefix in ("registry.ollama.ai/", "library/"):
        name = name.removeprefix(prefix)
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _model(row: dict[str, Any]) -> Model:
    size = row.get("size")
    return Model(
        name=str(row.get("name") or row.get("model") or ""),
        digest=str(row.get("digest") or ""),
        size=size if isinstance(size, int) else None,
        form=_form(row.get("details")),
        remote_host=str(row.get("remote_host") or ""),
    )


def _form(details: Any) -> str:
    if not isinstance(details, dict):
        return ""
    told = (details.get("parameter_size"), details.get("quantization_level"))
    return ", ".join(each for each in told if each and isinstance(each, str))


def _loaded(row: dict[str, Any]) -> Loaded:
    return Loaded(
        str(row.get("name") or row.get("model") or ""),
        _whole(row.get("size")),
        _whole(row.get("size_vram")),
        _count_of(row.get("context_length")),
    )


def _context(about: dict[str, Any]) -> int | None:
    """How many tokens a model can see: under the name of its architecture."""
    info = about.get("model_info")
    if not isinstance(info, dict):
        return None
    named = _count_of(info.get(f"{info.get('general.architecture')}.context_length"))
    return named or next((_count_of(value) for key, value in info.items() if key.endswith(".context_length")), None)


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url if "//" in url else f"//{url}").hostname or url


def _count(number: int) -> str:
    return "1 model" if number == 1 else f"{number} models"


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _count_of(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
