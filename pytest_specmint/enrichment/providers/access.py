"""What a provider is reached with: its endpoint, keys from the environment or a key file, and the hosts allowed."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.enrichment.endpoint import Endpoint, HostGuard
from pytest_specmint.enrichment.secret import Secret
from pytest_specmint.errors import OutputError, ProviderError

if TYPE_CHECKING:
    from pytest_specmint.enrichment.providers.table import ProviderRow

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_KEY = re.compile(r"[\x21-\x7e]+")


class KeyFile(Struct, frozen=True):
    """What a key file holds: lines ``NAME=value``, or a single key alone."""

    named: Mapping[str, Secret] = {}
    bare: Secret | None = None


class Access(Struct, frozen=True):
    """All that a provider needs to be asked. Holds secrets only as `Secret`, so that it may be shown."""

    name: str
    title: str
    endpoint: Endpoint
    usual: bool
    """Whether the endpoint is the provider's own, not another one that speaks like it."""
    needs_key: bool = False
    """Whether nobody is answered there without a key."""
    guard: HostGuard = HostGuard()
    keys: Mapping[str, Secret] = {}
    """By the names of their variables; also what stands in the provider's other variables."""
    key_names: tuple[str, ...] = ()
    """The variables that can hold a key, the first that is set counts."""
    withheld: tuple[str, ...] = ()
    """Variables whose keys are not sent, since the endpoint is neither encrypted nor on this machine."""
    default_model: str = ""
    debug_urls: bool = False

    def key(self) -> tuple[str, Secret] | None:
        """The variable and the key that counts; None where there is none."""
        return next(((name, self.keys[name]) for name in self.key_names if name in self.keys), None)


def read_key_file(path: Path) -> KeyFile:
    """The keys of a file. Raises `OutputError` where it cannot be read, `ProviderError` where it is none.

    Lines are ``NAME=value`` (``export`` and quotes may stand there), comments begin with ``#``; or the file is one key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise OutputError(f"the key file {path} cannot be read: {reason}", hint="correct --llm-key-file") from None
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    found = [_LINE.fullmatch(line) for line in lines]
    if len(lines) == 1 and found[0] is None:
        return KeyFile(bare=_checked(lines[0], f"the key in {path}"))
    named: dict[str, Secret] = {}
    for number, match in enumerate(found, 1):
        if match is None:
            raise ProviderError(
                f"the key file {path} has a line {number} that is no NAME=value",
                hint="write one key alone, or lines such as OPENAI_API_KEY=…",
            )
        value = match[2].strip()
        named[match[1]] = _checked(value.strip("\"'") if value[:1] == value[-1:] else value, f"{match[1]} in {path}")
    return KeyFile(named=named)


def _checked(text: str, name: str) -> Secret:
    """A key as it can stand in a header; the error does not show it."""
    if not _KEY.fullmatch(text):
        raise ProviderError(
            f"{name} is no key: it is empty, or holds blanks or signs that a key cannot have", hint="copy it anew"
        )
    return Secret(text)


def access_for(
    row: "ProviderRow",
    environment: Mapping[str, str],
    *,
    guard: Callable[[str], HostGuard],
    endpoint: str | None = None,
    key_file: KeyFile | None = None,
    debug_urls: bool = False,
) -> Access:
    """How a provider is reached: at the endpoint given, else at that of its variable, else at its usual one.

    ``guard`` gives the guard for the host that is configured. A key from the environment is never sent unencrypted
    over a network; one from a key file is, since somebody chose it for that endpoint. Raises `ProviderError`.
    """
    usual = row.read(row.default_endpoint)
    ambient = environment.get(row.endpoint_variable, "").strip() if row.endpoint_variable else ""
    where = row.read(endpoint) if endpoint else row.read(ambient) if ambient else usual
    file = key_file or KeyFile()
    filed = {name: file.named[name] for name in (*row.key_variables, *row.variables) if name in file.named}
    if file.bare is not None and row.key_variables:
        filed[row.key_variables[0]] = file.bare
    ambient_keys = {
        name: _checked(environment[name].strip(), name)
        for name in (*row.key_variables, *row.variables)
        if environment.get(name, "").strip() and name not in filed
    }
    open_way = where.scheme == "http" and not where.loopback
    return Access(
        name=row.name,
        title=row.title,
        endpoint=where,
        usual=where.host == usual.host,
        needs_key=row.needs_key and where.host == usual.host,
        guard=guard(where.host if endpoint else usual.host),
        keys=filed if open_way else {**ambient_keys, **filed},
        key_names=row.key_variables,
        withheld=tuple(name for name in row.key_variables if name in ambient_keys) if open_way else (),
        default_model=row.default_model,
        debug_urls=debug_urls,
    )
