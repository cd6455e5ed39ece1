"""The output formats by name: a row of the table, a pack's writer, or another distribution's entry point."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.packs.chosen import BASE
from pytest_specmint.packs.errors import PackError
from pytest_specmint.rendering.format import Format, Lines, Rendering, Task
from pytest_specmint.rendering.table import BUILT_IN as BUILT_IN_FORMATS
from pytest_specmint.rendering.table import built_in

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from pytest_specmint.packs.pack import Pack

GROUP = "specmint.writers"
"""The entry points that bring formats: ``name = "module:FORMAT"``, a `Format` of that name."""


class _Canonical:
    """The canonical lines as they are."""

    def __init__(self, _task: Task) -> None:
        pass

    def block(self, lines: Lines) -> Lines:
        """The lines."""
        return lines

    def end(self) -> bytes:
        """Nothing."""
        return b""


JSONL = Format("jsonl", "jsonl", "canonical JSON Lines", _Canonical)
FORMATS: Mapping[str, Callable[[], Format]] = {
    "jsonl": lambda: JSONL,
    **{name: partial(built_in, name) for name in BUILT_IN_FORMATS},
}
"""The formats of this package that belong to no pack; each is imported when it is asked for."""


class Offer(Struct, frozen=True, eq=False):
    """A format that is there to be used."""

    name: str
    provider: str
    load: Callable[[], Format]


def format_named(name: str, packs: "Sequence[Pack]" = ()) -> Format:
    """The format of a name: of this package, of a pack that is chosen (``packs``) or built in, or installed.

    Raises `UsageError` where there is none or more than one, and `PackError` for one that cannot be loaded.
    """
    if name in FORMATS:
        return FORMATS[name]()
    known = list(offers(packs))
    found = [each for each in known if each.name == name]
    if not found:
        names = list(dict.fromkeys([*FORMATS, *(each.name for each in known)]))
        near = get_close_matches(name.lower(), names, 1, 0.5)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"unknown format {name!r}", hint=f"{meant}known are: {', '.join(names)}")
    if len(found) > 1:
        raise UsageError(
            f"two formats are named {name!r}: by {' and by '.join(each.provider for each in found)}",
            hint="uninstall one of them, or choose one pack only",
        )
    return found[0].load()


def named(form: str | Format, packs: "Sequence[Pack]" = ()) -> Format:
    """A format, or the one of a name; raises as `format_named`."""
    return form if isinstance(form, Format) else format_named(form, packs)


def offers(packs: "Sequence[Pack]" = ()) -> Iterator[Offer]:
    """The formats that packs and other distributions bring; nothing of their code is loaded."""
    from pytest_specmint.packs.registry import BUILT_IN, pack_named

    built_in = [pack_named(name) for name in BUILT_IN if name != BASE]
    for pack in dict.fromkeys([*built_in, *packs]):
        for writer in pack.about.writers:
            yield Offer(writer.name, f"pack {pack.name}", _loader(writer.name, writer.value, f"pack {pack.name}"))
    yield from _installed()


def _installed() -> Iterator[Offer]:
    from importlib.metadata import entry_points

    found = {(each.name, _provider(each)): each for each in entry_points(group=GROUP)}
    for name, provider in sorted(found):
        yield Offer(name, provider, _loader(name, found[name, provider].value, provider))


def _provider(entry: "EntryPoint") -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def _loader(name: str, value: str, provider: str) -> Callable[[], Format]:
    def load() -> Format:
        module, _, attribute = value.partition(":")
        try:
            target: Any = getattr(import_module(module.strip()), attribute.strip())
        except (Exception, SystemExit) as error:  # whatever an import of foreign code may raise
            raise PackError(
                f"format {name!r} of {provider} cannot be loaded: {type(error).__name__}: {error}",
                hint=f"{value!r} is to be a module and the name of a Format in it",
            ) from None
        if not isinstance(target, Format) or target.name != name:
            raise PackError(
                f"{value} of {provider} is not a format named {name!r}",
                hint="it is to be a pytest_specmint.rendering.format.Format of this name",
            )
        return target

    return load


def begin(form: Format, job: Job, *, foreign: bool = False) -> Rendering:
    """A rendering of the job's records; raises `SchemaError` where its schema lacks what the format needs.

    ``foreign`` where something else changes them on their way, as a language model does.
    """
    return form.begin(task_of(job, foreign=foreign))


def task_of(job: Job, *, foreign: bool = False) -> Task:
    """What a format may know of the job."""
    return Task(job.as_of, job.seed, job.start, job.schema, job.plan().exact, foreign)
