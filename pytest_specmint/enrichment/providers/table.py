"""The table of providers: one row each. Light: a provider's module, and httpx with it, is loaded when it is made.

Other distributions bring theirs by an entry point of the group ``specmint.providers`` that leads to a `ProviderRow`
of the same name. A name that is given twice is an error, never an override.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from pytest_specmint.enrichment.endpoint import Endpoint, read_endpoint
from pytest_specmint.enrichment.providers.access import Access
from pytest_specmint.enrichment.providers.models import DEFAULT_MODELS
from pytest_specmint.enrichment.providers.ollama_host import read_ollama_host
from pytest_specmint.enrichment.providers.protocol import Provider
from pytest_specmint.errors import ProviderError
from pytest_specmint.version import __version__

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "specmint.providers"
OURS = f"pytest-specmint {__version__}"


class ProviderRow(Struct, frozen=True):
    """A provider, before anything of it is loaded."""

    name: str
    title: str
    """As messages name it."""
    maker: str
    """Where its maker is: ``package.module:function``, a function from `Access` to a `Provider`."""
    paid: bool
    """Whether its usual endpoint costs money."""
    default_endpoint: str
    default_model: str = ""
    endpoint_variable: str = ""
    """The variable of the environment that names another endpoint."""
    key_variables: tuple[str, ...] = ()
    """Those that can hold a key; the first that is set counts."""
    variables: tuple[str, ...] = ()
    """Others that it reads."""
    needs_key: bool = False
    """Whether its usual endpoint answers nobody without a key."""
    read: Callable[[str], Endpoint] = read_endpoint
    """How an endpoint is written."""

    def make(self, access: Access) -> Provider:
        """The provider itself. Raises `ProviderError` where it, or the extra ``llm``, cannot be loaded."""
        module, _, name = self.maker.partition(":")
        try:
            maker = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ProviderError(
                f"the provider {self.name} cannot be loaded: {error}", hint=f"its row names {self.maker}"
            ) from None
        return cast("Provider", maker(access))


_HERE = "pytest_specmint.enrichment.providers"
OLLAMA = ProviderRow(
    name="ollama",
    title="Ollama",
    maker=f"{_HERE}.ollama:Ollama",
    paid=False,
    default_endpoint="http://127.0.0.1:11434",
    default_model=DEFAULT_MODELS["ollama"],
    endpoint_variable="OLLAMA_HOST",
    key_variables=("OLLAMA_API_KEY",),
    read=read_ollama_host,
)
OPENAI = ProviderRow(
    name="openai",
    title="OpenAI",
    maker=f"{_HERE}.openai:OpenAi",
    paid=True,
    default_endpoint="https://api.openai.com/v1",
    default_model=DEFAULT_MODELS["openai"],
    endpoint_variable="OPENAI_BASE_URL",
    key_variables=("OPENAI_API_KEY",),
    variables=("OPENAI_ORG_ID", "OPENAI_PROJECT_ID"),
    needs_key=True,
)
ANTHROPIC = ProviderRow(
    name="anthropic",
    title="Anthropic",
    maker=f"{_HERE}.anthropic:Anthropic",
    paid=True,
    default_endpoint="https://api.anthropic.com",
    default_model=DEFAULT_MODELS["anthropic"],
    endpoint_variable="ANTHROPIC_BASE_URL",
    key_variables=("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
    needs_key=True,
)
BUILT_IN = (OLLAMA, OPENAI, ANTHROPIC)
"""In the order in which they are looked for."""


def providers() -> Mapping[str, ProviderRow]:
    """All rows by name, the built-in ones first. Raises `ProviderError` for a name given twice, or a broken row."""
    rows = {row.name: row for row in BUILT_IN}
    givers = dict.fromkeys(rows, OURS)
    for entry, giver in _installed():
        if entry.name in rows:
            raise ProviderError(
                f"two providers are named {entry.name!r}: by {givers[entry.name]} and by {giver}",
                hint="uninstall one of them",
            )
        rows[entry.name], givers[entry.name] = _row_of(entry, giver), giver
    return rows


def provider_named(name: str) -> ProviderRow:
    """The row of a name. Raises `ProviderError` where there is none, naming the nearest."""
    rows = providers()
    if name not in rows:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), list(rows), 1, 0.5)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise ProviderError(
            f"there is no provider {name!r}",
            hint=f"{meant}known are auto, {', '.join(rows)}; a server that speaks like OpenAI is reached by "
            "--llm-provider openai --llm-endpoint URL",
        )
    return rows[name]


@lru_cache(maxsize=1)
def _installed() -> list[tuple["EntryPoint", str]]:
    """The entry points of other distributions with who brings them, in an order that is no matter of the disk's."""
    from importlib.metadata import entry_points

    found = {(each.name, _giver(each)): each for each in entry_points(group=GROUP)}
    return [(entry, giver) for (_, giver), entry in sorted(found.items(), key=lambda item: item[0])]


def _giver(entry: "EntryPoint") -> str:
    dist = entry.dist
    return f"{dist.name} {dist.version} ({entry.value})" if dist is not None else entry.value


def _row_of(entry: "EntryPoint", giver: str) -> ProviderRow:
    try:
        row = entry.load()
    except (Exception, SystemExit) as error:  # whatever an import of foreign code may raise
        raise ProviderError(
            f"the provider {entry.name!r} of {giver} cannot be loaded: {type(error).__name__}: {error}",
            hint=f"its entry point in {GROUP} leads to a ProviderRow",
        ) from None
    if not isinstance(row, ProviderRow) or row.name != entry.name:
        what = f"calls itself {row.name!r}" if isinstance(row, ProviderRow) else f"is a {type(row).__name__}"
        raise ProviderError(
            f"the provider {entry.name!r} of {giver} {what}",
            hint=f"its entry point in {GROUP} leads to a ProviderRow of the same name",
        )
    return row
