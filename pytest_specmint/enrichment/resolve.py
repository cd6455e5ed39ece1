"""Which provider is used (§5.2 of the design): what was named and is healthy, or Ollama, OpenAI, Anthropic, or none.

`to_ask` and `choose` decide, purely, from what is known; `resolve` asks and acts. Ollama is asked alone first: no
provider elsewhere hears of a run that stays on this machine. Another provider may take over only where none was named.
"""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.enrichment.endpoint import guard_for
from pytest_specmint.enrichment.model import Call, Completion, LlmMode, ProviderFailure
from pytest_specmint.enrichment.providers.access import Access, KeyFile, access_for, read_key_file
from pytest_specmint.enrichment.providers.models import known_model, shutdown_notice
from pytest_specmint.enrichment.providers.protocol import Health, Limits, Model, Progress, Provider
from pytest_specmint.enrichment.providers.table import ProviderRow, provider_named, providers
from pytest_specmint.enrichment.settings import AUTO, LlmSettings
from pytest_specmint.errors import ProviderError, SpecmintError

PROBE_SECONDS = 2.0
"""All probes together, where nobody named a provider."""
NAMED_SECONDS = 5.0
"""The probe of the provider that was named."""
OFF = "or go without a model: --llm-mode off"
_FOUND = ("ollama", "openai", "anthropic")
"""Those that are found by themselves, in this order."""
_AT_ENDPOINT = ("ollama", "openai")
"""What a server at an endpoint of the user's may speak, in this order."""


class Choice(Struct, frozen=True):
    """What is decided: a provider; or an error, if there is a problem; or to go without."""

    name: str | None = None
    problem: str = ""
    hint: str = ""
    notice: str = ""


class Resolution(Struct, frozen=True):
    """The providers of a run, the first the chosen one, the others to take over; none: the run goes without."""

    providers: tuple[Provider, ...] = ()
    healths: Mapping[str, Health] = {}
    notices: tuple[str, ...] = ()


class Ready(Struct, frozen=True):
    """A provider with the model that its calls ask for."""

    provider: Provider
    model: Model


def to_ask(wanted: str, keyed: Collection[str], healths: Mapping[str, Health], *, at_endpoint: bool) -> tuple[str, ...]:
    """Who is to be asked before it can be decided; nobody once it can. Pure.

    ``keyed`` are the providers whose key is set, ``at_endpoint`` says whether the user named an endpoint.
    """
    if wanted != AUTO:
        return () if wanted in healths else (wanted,)
    if at_endpoint:
        return tuple(name for name in _AT_ENDPOINT if name not in healths)
    local, *others = _FOUND
    if local not in healths:
        return (local,)
    if healths[local].ok:
        return ()
    following = next((name for name in others if name in keyed), None)
    return () if following is None or following in healths else (following,)


def choose(wanted: str, keyed: Collection[str], healths: Mapping[str, Health], *, at_endpoint: bool) -> Choice:
    """The provider, from what the probes gave and which keys are set. Pure."""
    if wanted != AUTO:
        return _healthy_or_problem(wanted, healths[wanted])
    if at_endpoint:
        healthy = [name for name in _AT_ENDPOINT if healths[name].ok]
        sure = [name for name in healthy if name != _AT_ENDPOINT[0] or healths[name].version]
        found = next(iter((*sure, *healthy)), _AT_ENDPOINT[-1])
        return _healthy_or_problem(found, healths[found])
    local, *others = _FOUND
    if healths[local].ok:
        return Choice(local)
    following = next((name for name in others if name in keyed), None)
    if following is not None:
        return _healthy_or_problem(following, healths[following])
    return Choice(
        notice=f"no language model is to be had, so nothing is enriched: {healths[local].words}, "
        "and neither OPENAI_API_KEY nor ANTHROPIC_API_KEY is set"
    )


def _healthy_or_problem(name: str, health: Health) -> Choice:
    if health.ok:
        return Choice(name)
    return Choice(name, problem=health.words, hint="; ".join(each for each in (health.hint, OFF) if each))


def resolve(settings: LlmSettings, environment: Mapping[str, str]) -> Resolution:
    """The providers of a run by its settings; nothing is asked of anybody where the mode is off.

    Raises `ProviderError` where the provider that was named, or whose key is set, cannot be used.
    """
    if settings.mode is LlmMode.OFF:
        return Resolution()
    wanted = settings.provider
    house = _House(settings, environment)
    if wanted != AUTO:
        provider_named(wanted)
    healths: dict[str, Health] = {}
    seconds = PROBE_SECONDS if wanted == AUTO else NAMED_SECONDS
    until = time.monotonic() + seconds
    try:
        while names := to_ask(wanted, house.keyed(), healths, at_endpoint=house.at_endpoint):
            alone = wanted == AUTO and not house.at_endpoint and not healths
            left = max(0.5, until - time.monotonic())
            healths |= house.probed(names, seconds / 2 if alone else left)
        choice = choose(wanted, house.keyed(), healths, at_endpoint=house.at_endpoint)
        if choice.problem:
            raise ProviderError(choice.problem, hint=choice.hint)
        chosen = _made(house, choice, settings)
    except BaseException:
        house.close()
        raise
    house.close(but=chosen)
    return Resolution(chosen, healths, (choice.notice,) if choice.notice else ())


def _made(house: "_House", choice: Choice, settings: LlmSettings) -> tuple[Provider, ...]:
    if choice.name is None:
        return ()
    others: list[Provider] = []
    if settings.fallback and settings.provider == AUTO and not house.at_endpoint:
        later = _FOUND[_FOUND.index(choice.name) + 1 :]
        others = [
            Standby(house.provider(name), provider_named(name).default_model) for name in later if name in house.keyed()
        ]
    return (house.provider(choice.name), *others)


def survey(
    settings: LlmSettings,
    environment: Mapping[str, str],
    *,
    deadline: float = PROBE_SECONDS,
    only: Iterable[str] | None = None,
) -> Mapping[str, Health]:
    """The health of every provider, or of some, all asked at once and within so many seconds, and limits seen then."""
    house = _House(settings, environment)
    try:
        return house.probed(list(providers()) if only is None else only, deadline)
    finally:
        house.close()


def make_ready(resolution: Resolution, settings: LlmSettings, *, progress: Progress | None = None) -> tuple[Ready, ...]:
    """The providers with their models: that of the chosen one pulled (if allowed) and loaded, the others' named only.

    Raises `ProviderError` where the chosen provider does not have the model.
    """
    if not resolution.providers:
        return ()
    first, *others = resolution.providers
    try:
        model = first.prepare(settings.model or "", pull=settings.auto_pull, progress=progress)
    except ProviderFailure as failure:
        raise ProviderError(str(failure), hint=f"name another model by --llm-model, {OFF}") from None
    return (Ready(first, model), *(Ready(each, Model(provider_named(each.name).default_model)) for each in others))


def shutdown_notices(ready: Iterable[Ready], today: date) -> tuple[str, ...]:
    """Warnings of models that are gone or soon will be."""
    found = (
        shutdown_notice(known_model(each.provider.name, each.model.name), today, each.model.shutdown_date)
        for each in ready
    )
    return tuple(notice for notice in found if notice is not None)


class Standby:
    """A provider that takes over for another: it asks its own usual model, whatever the call names."""

    def __init__(self, provider: Provider, model: str) -> None:
        self._provider = provider
        self._model = model
        self.name = provider.name
        self.paid = provider.paid
        self.takes_seed = provider.takes_seed

    def __repr__(self) -> str:
        return f"Standby({self._provider!r})"

    def probe(self, deadline: float) -> Health:
        """As the provider itself."""
        return self._provider.probe(deadline)

    def prepare(self, model: str, *, pull: bool, progress: Progress | None = None) -> Model:
        """As the provider itself, for the model that will be asked."""
        return self._provider.prepare(model or self._model, pull=pull, progress=progress)

    def complete(self, call: Call, deadline: float) -> Completion:
        """The call with the model of this provider."""
        own = replace(call, sampling=replace(call.sampling, model=self._model))
        return self._provider.complete(own, deadline)

    def limits(self) -> Limits:
        """As the provider itself."""
        return self._provider.limits()

    def close(self) -> None:
        """Let go of connections."""
        self._provider.close()


class _House:
    """The providers that a run may have, each made when it is first needed."""

    def __init__(self, settings: LlmSettings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self._rows = providers()
        self._keys = read_key_file(settings.key_file) if settings.key_file else KeyFile()
        self._made: dict[str, Provider] = {}
        self.at_endpoint = bool(settings.endpoint)
        if self._keys.bare and settings.provider == AUTO and not self.at_endpoint:
            raise ProviderError(
                f"the key file {settings.key_file} holds one key alone, and no provider is named",
                hint="name one by --llm-provider, or write lines such as OPENAI_API_KEY=…",
            )

    def keyed(self) -> Collection[str]:
        """Providers whose key is set."""
        return [name for name, row in self._rows.items() if row.needs_key and self._has_key(row)]

    def _has_key(self, row: ProviderRow) -> bool:
        if self._keys.bare and self._settings.provider == row.name:
            return True
        return any(self._environment.get(name, "").strip() or name in self._keys.named for name in row.key_variables)

    def access(self, name: str) -> Access:
        """How a provider is reached. Raises `ProviderError`."""
        settings = self._settings
        meant = settings.provider == name or (settings.provider == AUTO and name in _AT_ENDPOINT)
        return access_for(
            self._rows[name],
            self._environment,
            guard=lambda host: guard_for(settings.allow_host, [host], ci=settings.ci),
            endpoint=settings.endpoint if meant else None,
            key_file=self._keys if meant else KeyFile(self._keys.named),
            debug_urls=settings.debug_urls,
        )

    def provider(self, name: str) -> Provider:
        """The provider, made once. Raises `ProviderError`."""
        if name not in self._made:
            self._made[name] = self._rows[name].make(self.access(name))
        return self._made[name]

    def probed(self, names: Iterable[str], deadline: float) -> dict[str, Health]:
        """The health of several, asked at once; one that is not known in time is not healthy."""
        healths: dict[str, Health] = {}
        threads = []
        for name in names:
            try:
                provider = self.provider(name)
            except SpecmintError as error:
                healths[name] = Health(ok=False, words=str(error), hint=error.hint or "")
            else:
                probe = partial(_probe, provider, deadline, healths)
                threads.append((name, threading.Thread(target=probe, name=f"probe {name}", daemon=True)))
        until = time.monotonic() + deadline
        for _, thread in threads:
            thread.start()
        for name, thread in threads:
            thread.join(max(0.0, until + 0.2 - time.monotonic()))
            late = Health(ok=False, words=f"{self._rows[name].title} did not answer within {deadline:g} s")
            healths.setdefault(name, late)
        return dict(healths)

    def close(self, but: Iterable[Provider] = ()) -> None:
        """Let go of all providers that are not among these."""
        kept = {id(each._provider if isinstance(each, Standby) else each) for each in but}
        for provider in self._made.values():
            if id(provider) not in kept:
                provider.close()


def _probe(provider: Provider, deadline: float, healths: dict[str, Health]) -> None:
    try:
        health = provider.probe(deadline)
        healths[provider.name] = replace(health, limits=provider.limits()) if health.ok else health
    except Exception as error:  # a provider of another distribution may break its word
        healths[provider.name] = Health(ok=False, words=f"{provider.name} fails: {type(error).__name__}")
