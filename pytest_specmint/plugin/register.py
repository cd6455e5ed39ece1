"""``register("schemas/order.json", name="orders")`` in a conftest or test module makes a fixture of that name there."""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from keyword import iskeyword
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import pytest

from pytest_specmint.errors import UsageError
from pytest_specmint.plugin.spelling import did_you_mean

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.plugin.marker import Asked

Scope = Literal["function", "class", "module", "package", "session"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A dataset that a fixture gives."""

    name: str
    scope: Scope
    file: Path
    line: int
    asked: "Asked"
    overrides: Mapping[str, Any]
    sources: Mapping[str, str]
    """Fixtures by the pointers where their records are to stand."""


def register(
    schema: str | PathLike[str] | Mapping[str, Any] | bool,
    *,
    name: str,
    scope: Scope = "session",
    count: int | None = None,
    seed: int | None = None,
    start: int = 0,
    as_of: str | date | None = None,
    schema_root: str | PathLike[str] | None = None,
    draft: str | int | None = None,
    view: str | None = None,
    mode: str = "usual",
    llm: str | None = None,
    domain: str | Sequence[str] | None = None,
    locale: str | None = None,
    rules: Any = None,
    overrides: Mapping[str, Any] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Any:
    """Make the fixture ``name``, a `Dataset`, in the module that calls; also returned.

    ``overrides`` are those of ``specmint_factory``. ``sources`` names other fixtures by JSON pointer
    (``{"/customer": "customers"}``): record i has their i-th record there. Without a seed, records follow from the
    module's path and the name (and, for scopes within a session, from what the scope is). Raises `UsageError` for
    arguments that are wrong, and where the module has something of this name already.
    """
    from pytest_specmint.plugin.factory import asked_of

    frame = sys._getframe(1)  # whose module is to have the fixture: pytest finds fixtures by the names in modules
    values = {
        "schema": schema,
        "count": count,
        "seed": seed,
        "start": start,
        "as_of": as_of,
        "schema_root": schema_root,
        "draft": draft,
        "view": view,
        "mode": mode,
        "llm": llm,
        "domain": domain,
        "locale": locale,
        "rules": rules,
    }
    what = f"register(name={name!r})"
    asked = asked_of(what, values)
    _check(what, name, scope, sources or {})
    if name in frame.f_globals:
        raise UsageError(
            f"{what}: {frame.f_globals.get('__name__')} has a {name!r} already",
            hint="register each name once; another module may register it again",
        )
    file = Path(str(frame.f_globals.get("__file__", "")))
    made = _fixture(Registered(name, scope, file, frame.f_lineno, asked, dict(overrides or {}), dict(sources or {})))
    frame.f_globals[name] = made
    return made


def _check(what: str, name: str, scope: str, sources: Mapping[str, str]) -> None:
    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name) or name == "request":
        raise UsageError(f"{what}: a fixture cannot be called {name!r}", hint="use letters, digits and underscores")
    scopes = get_args(Scope)
    if scope not in scopes:
        near = did_you_mean(scope, scopes)
        raise UsageError(f"{what}: scope must be one of {', '.join(scopes)}, not {scope!r}{near}", hint="see pytest")
    for pointer, source in sources.items():
        if not isinstance(source, str) or not source.isidentifier():
            raise UsageError(
                f"{what}: source {pointer} must name a fixture, not {source!r}",
                hint='write sources={"/customer": "customers"}',
            )
        if source == name:
            raise UsageError(f"{what}: source {pointer} is the fixture itself", hint="name another fixture")


def _fixture(registered: Registered) -> Any:
    """The fixture, which asks for its sources by its signature, as one that is written by hand does."""
    names = list(dict.fromkeys(registered.sources.values()))

    make = _standing(lambda request, **sources: dataset(registered, request, sources), registered)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(each, kind) for each in ("request", *names)]
    make.__signature__ = inspect.Signature(parameters)
    make.__name__ = make.__qualname__ = registered.name
    make.__doc__ = f"Records of {registered.asked.schema if isinstance(registered.asked.schema, str) else 'a schema'}."
    make.__module__ = registered.file.stem
    decorate: Callable[[Any], Any] = pytest.fixture(scope=registered.scope, name=registered.name)
    return decorate(make)


def _standing(make: Any, registered: Registered) -> Any:
    """The function as if it stood where it is registered: that is where ``--fixtures`` and tracebacks send people."""
    make.__code__ = make.__code__.replace(co_filename=str(registered.file), co_firstlineno=registered.line)
    return make


def dataset(registered: Registered, request: pytest.FixtureRequest, given: Mapping[str, Any]) -> "Dataset":
    """The fixture's value."""
    from pytest_specmint.overrides.compose import composed
    from pytest_specmint.overrides.read import read_overrides
    from pytest_specmint.plugin.datasets import is_enriched, job_of
    from pytest_specmint.plugin.schemas import Asking, told

    config, node = request.config, request.node
    identity = _identity(registered, config.rootpath, node)
    with told(f"fixture {registered.name!r} ({registered.file})"):
        sources = {pointer: _source(name, given[name]) for pointer, name in registered.sources.items()}
        overrides = read_overrides(registered.overrides, {}, sources)
        job = job_of(Asking(config, node, registered.file), registered.asked, identity, registered.name)
        made = composed(job, [replace(each, origin=_origin(registered, each)) for each in overrides])
        if is_enriched(registered.asked):
            from pytest_specmint.plugin.enriching import enriched, place_of

            who = Asking(config, node, registered.file)
            protected = frozenset(each.pointer for each in overrides)
            place = place_of(who, registered.name)
            made = enriched(who, made.job, registered.asked, place, base=made, protected=protected)
    config.hook.pytest_specmint_dataset_generated(node=node, name=registered.name, dataset=made)
    return made


def _origin(registered: Registered, override: Any) -> str:
    source = registered.sources.get(override.pointer)
    return f"source {source!r} for" if override.origin == "source" else "override"


def _source(name: str, value: Any) -> Any:
    from pytest_specmint.overrides.read import EachOf

    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise UsageError(
            f"the source fixture {name!r} gives a {type(value).__name__}, not records",
            hint="a source gives a dataset or a list; one value for all records goes to overrides",
        )
    return EachOf(value)


def _identity(registered: Registered, root: Path, node: Any) -> str:
    """What the seed follows from: where the fixture is registered, and what its scope is."""
    from pytest_specmint.plugin.seeds import node_id

    file = registered.file
    where = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    return f"{where}::{'' if registered.scope == 'session' else node_id(node)}"
