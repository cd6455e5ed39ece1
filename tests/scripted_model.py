"""A language model for tests: answers every call with values that its schema allows, unless a test says otherwise."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from random import Random
from time import sleep
from typing import Any

from pytest_specmint import generate
from pytest_specmint.enrichment.connection import Connection
from pytest_specmint.enrichment.enricher import Enricher
from pytest_specmint.enrichment.model import Call, Completion, Finish, LlmMode, LlmSource, Sampling
from pytest_specmint.enrichment.report import Outcome, Report
from pytest_specmint.enrichment.settings import LlmSettings

Said = str | Completion | Outcome | None
Script = Callable[[Call, int], Said]

NAMES = ("Ada Quill", "Bruno Marsh", "Cleo Finch", "Dov Larch", "Edda Thorn", "Finn Moor", "Gwen Hale", "Hugo Reed")


def lifelike(call: Call, number: int = 0) -> str:
    """Valid values, a function of the call's ids and seed alone."""
    return json.dumps({name: value_of(schema, f"{call.seed}{name}") for name, schema in fields(call).items()})


def fields(call: Call) -> dict[str, Any]:
    """The schemas of the values that a call asks for, by id."""
    return call.answer_schema["properties"]


def places(call: Call) -> dict[str, str]:
    """Where the values belong that a call asks for, by id."""
    (line,) = (line for line in call.user.splitlines() if line.startswith("Records: "))
    records = json.loads(line.removeprefix("Records: "))
    return {name: each["at"] for record in records.values() for name, each in record["ids"].items()}


def value_of(schema: Any, salt: str) -> Any:
    pick = int(sha256(salt.encode()).hexdigest()[:8], 16)
    kind = schema.get("type")
    if "enum" in schema:
        return schema["enum"][pick % len(schema["enum"])]
    if kind == "array":
        return [f"{NAMES[pick % 8]} {i}"[: schema.get("items", {}).get("maxLength", 60)] for i in range(2)]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return bool(pick % 2)
    if kind == "object":
        return {name: value_of(each, salt + name) for name, each in schema.get("properties", {}).items()}
    return f"{NAMES[pick % 8]} {pick % 9973}"[-schema.get("maxLength", 60) :]


class Model:
    """Dispatcher and model in one: calls are answered at once, or when `release` says so, in any order."""

    def __init__(self, script: Script = lifelike, *, held: bool = False) -> None:
        self.script, self.held = script, held
        self.calls: list[Call] = []
        self.waiting: list[tuple[Future[Outcome], Outcome]] = []
        self.closed: list[bool] = []

    def submit(self, call: Call) -> "Future[Outcome]":
        self.calls.append(call)
        outcome = outcome_of(self.script(call, len(self.calls)), call)
        future: Future[Outcome] = Future()
        if self.held:
            self.waiting.append((future, outcome))
        else:
            future.set_result(outcome)
        return future

    def close(self, *, cancel: bool = False) -> "Report | None":
        self.closed.append(cancel)
        return None

    def connect(self, settings: LlmSettings) -> Connection:
        model = settings.model or "quill-1"
        temperature = settings.temperature
        return Connection("scripted", model, self, Sampling(model, temperature, settings.max_tokens), takes_seed=True)

    @property
    def asked(self) -> int:
        """How many values were asked for, in all calls."""
        return sum(len(call.items) for call in self.calls)


class Pooled(Model):
    """Answers come from several threads, each after a short time of its own: in any order."""

    def __init__(self, seed: int, script: Script = lifelike, *, threads: int = 4) -> None:
        super().__init__(script)
        self._seed = seed
        self._threads = ThreadPoolExecutor(threads)

    def submit(self, call: Call) -> "Future[Outcome]":
        self.calls.append(call)
        return self._threads.submit(self._answered, call, len(self.calls))

    def _answered(self, call: Call, number: int) -> Outcome:
        sleep(Random(f"{self._seed} {call.seed} {number}").random() / 300)
        return outcome_of(self.script(call, number), call)

    def close(self, *, cancel: bool = False) -> "Report | None":
        self._threads.shutdown(cancel_futures=cancel)
        return super().close(cancel=cancel)


def outcome_of(said: Said, call: Call) -> Outcome:
    if isinstance(said, Outcome):
        return said
    completion = (
        Completion(said or "", Finish.STOP, model=call.sampling.model) if not isinstance(said, Completion) else said
    )
    return Outcome(completion, provider="scripted", attempts=1)


def settings(**given: Any) -> LlmSettings:
    return LlmSettings(**{"mode": LlmMode.FIELDS, "source": LlmSource.LIVE, **given})


class Run:
    """One enrichment from beginning to end."""

    def __init__(
        self, schema: Any, by: Model | None = None, *, count: int = 6, seed: int = 1, start: int = 0, **given: Any
    ) -> None:
        job_arguments = {name: given.pop(name) for name in ("rules", "domain", "as_of") if name in given}
        self.model = by or Model()
        self.base = generate(schema, count=count, seed=seed, start=start, **job_arguments)
        self.said: list[str] = []
        connect = given.pop("connect", self.model.connect)
        self.enricher = Enricher(self.base.job, settings(**given), connect, warn=self.said.append)
        made = list(self.enricher.blocks())
        self.lines = b"".join(block.lines for block in made)
        self.provenance = [json.loads(line) for block in made for line in block.provenance.splitlines()]
        self.told = self.enricher.told()

    @property
    def records(self) -> list[Any]:
        return [json.loads(line) for line in self.lines.splitlines()]

    @property
    def origins(self) -> set[str]:
        return {row["origin"] for row in self.provenance}


def recorded(path: Path, schema: Any, by: Model | None = None, **given: Any) -> Run:
    return Run(schema, by, source=LlmSource.RECORD, cassette=path, **given)


def replayed(path: Path, schema: Any, **given: Any) -> Run:
    def nobody(_: LlmSettings) -> Connection:
        raise AssertionError("a replay asks nobody")

    return Run(schema, source=LlmSource.REPLAY, cassette=path, connect=nobody, **given)
