"""What a run tells: events and metrics."""

from collections.abc import Iterator

from msgspec.structs import fields

from pytest_specmint.observe.events import EVENTS
from pytest_specmint.observe.metrics import ROWS, MetricsObserver
from tables import summary


def events() -> Iterator[list[str]]:
    """A row per event."""
    yield ["event", "level", "fields", ""]
    for name, kind in EVENTS.items():
        own = vars(kind).get("level")
        level = kind.usually.name.lower() if own is None else summary(own.fget).rstrip(".")
        told = ", ".join(f"`{field.name}`" for field in fields(kind))
        yield [f"`{name}`", level[:1].lower() + level[1:], told, summary(kind)]


def metrics() -> Iterator[list[str]]:
    """A row per metric."""
    yield ["metric", "kind", "labels", ""]
    for row in ROWS:
        yield [f"`{row.name}`", row.kind.__name__.lower(), ", ".join(f"`{each}`" for each in row.labels), row.help]
    rows = {row.name for row in ROWS}
    for family in MetricsObserver().registry.collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        if name not in rows and family.samples and family.name.startswith("specmint"):
            labels = ", ".join(f"`{each}`" for each in family.samples[0].labels)
            yield [f"`{name}`", family.type, labels, family.documentation]
