"""Which model is used: the one that was named, else the usual one, else the only one there is. Pure."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from pytest_specmint.enrichment.providers.protocol import Model


class Picked(Struct, frozen=True):
    """A model that is there, or the name of the one that is not; neither where nothing can be chosen."""

    model: Model | None
    name: str


def same_model(one: str, other: str) -> bool:
    """Whether two names are the same."""
    return one.lower() == other.lower()


def pick(wanted: str, usual: str, models: Sequence[Model], *, same: Callable[[str, str], bool] = same_model) -> Picked:
    """The model to use. ``wanted`` is what was asked for, empty where nothing was."""

    def named(name: str) -> Model | None:
        return next((model for model in models if same(model.name, name)), None) if name else None

    if wanted:
        return Picked(named(wanted), wanted)
    found = named(usual) or (models[0] if len(models) == 1 else None)
    return Picked(found, found.name if found else usual)


def nearest(name: str, models: Sequence[Model]) -> str:
    """A few words that help to find the right name."""
    from difflib import get_close_matches

    names = [model.name for model in models]
    near = get_close_matches(name, names, 3, 0.5) or names[:8]
    return f"; it has: {', '.join(near)}{', …' if len(near) < len(names) else ''}" if near else ""
