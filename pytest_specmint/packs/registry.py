"""Which packs there are: those of this package, and those that other distributions bring by an entry point."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.packs.chosen import BASE
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.pack import Pack, read_pack
from pytest_specmint.version import __version__

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from pytest_specmint.rules.python import PythonRule

GROUP = "specmint.packs"
"""The entry points that bring packs: ``name = "module"``, whose folder holds pack.json, or ``"module:PACK"``."""
RULES = "RULES"
"""What a pack's module calls its rules in Python."""
BUILT_IN = ("healthcare", "fintech", "ecommerce", BASE)
OURS = f"pytest-specmint {__version__}"


class Offer(Struct, frozen=True, eq=False):
    """A pack that is there to be read."""

    name: str
    provider: str
    load: Callable[[], Pack]
    """Raises `PackError`."""


def offers() -> Mapping[str, tuple[Offer, ...]]:
    """All packs by name, the built-in ones first; more than one where a name is given twice."""
    found: dict[str, tuple[Offer, ...]] = {name: (_built_in(name),) for name in BUILT_IN}
    for offer in _installed():
        found[offer.name] = (*found.get(offer.name, ()), offer)
    return found


@lru_cache(maxsize=64)
def pack_named(name: str) -> Pack:
    """The pack of a name, the same object each time.

    Raises `PackError` where there is none, naming the nearest and how packs are installed, where two distributions
    bring one of this name, naming both, and where it is broken.
    """
    known = offers()
    if name not in known:
        raise _missing(name, known)
    first, *others = known[name]
    if others:
        raise PackError(
            f"two packs are named {name!r}: by {' and by '.join(each.provider for each in known[name])}",
            hint="uninstall one of them",
        )
    return first.load()


def _missing(name: str, known: Mapping[str, object]) -> PackError:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), list(known), 1, 0.5)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return PackError(
        f"there is no pack {name!r}",
        hint=f"{meant}installed are {', '.join(known)}; others are packages to be installed beside this one "
        f"(python -m pip install …), with an entry point {name!r} in the group {GROUP}",
    )


def _built_in(name: str) -> Offer:
    return Offer(name, OURS, lambda: read_pack(files("pytest_specmint.packs") / name, OURS))


@lru_cache(maxsize=1)
def _installed() -> list[Offer]:
    """The packs of other distributions, by name and provider, so that their order is no matter of the disk's."""
    from importlib.metadata import entry_points

    found = {(each.name, _provider(each)): each for each in entry_points(group=GROUP)}
    return [
        Offer(name, provider, partial(_loaded, each, provider))
        for (name, provider), each in sorted(found.items(), key=lambda item: item[0])
    ]


def _provider(entry: "EntryPoint") -> str:
    dist = entry.dist
    return f"{dist.name} {dist.version} ({entry.value})" if dist is not None else entry.value


def _loaded(entry: "EntryPoint", provider: str) -> Pack:
    try:
        target = entry.load()
    except (Exception, SystemExit) as error:  # whatever an import of foreign code may raise
        raise PackError(
            f"pack {entry.name!r} of {provider} cannot be loaded: {type(error).__name__}: {error}",
            hint=f"its entry point in {GROUP} names a module whose folder holds pack.json, or a Pack",
        ) from None
    if isinstance(target, Pack):
        pack = Pack(target.about, target.folder, provider, target.python_rules)
    elif hasattr(target, "__path__") or hasattr(target, "__file__"):
        pack = read_pack(files(target), provider, _rules(getattr(target, RULES, ()), entry.name, provider))
    else:
        raise PackError(
            f"pack {entry.name!r} of {provider} is a {type(target).__name__}, not a pack",
            hint="the entry point names a module whose folder holds pack.json, or a Pack",
        )
    _rules(pack.python_rules, entry.name, provider)
    if pack.name != entry.name:
        raise PackError(
            f"the entry point {entry.name!r} of {provider} brings a pack that calls itself {pack.name!r}",
            hint="give both the same name",
        )
    return pack


def _rules(given: object, pack: str, provider: str) -> "tuple[PythonRule, ...]":
    """The rules in Python that a pack's module has under the name `RULES`."""
    if not given:
        return ()
    from pytest_specmint.rules.python import PythonRule

    listed = given if isinstance(given, (list, tuple)) else [given]
    wrong = next((each for each in listed if not isinstance(each, PythonRule)), None)
    if wrong is not None:
        raise PackError(
            f"pack {pack!r} of {provider} has a {type(wrong).__name__} among its {RULES}",
            hint=f"{RULES} = (PythonRule(…), …)",
        )
    return tuple(listed)
