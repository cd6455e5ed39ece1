"""Events as data."""

import pickle
from typing import Any

import pytest
from msgspec import structs

from pytest_specmint.observe import events
from pytest_specmint.observe.events import EVENTS, Event, Level, milliseconds
from pytest_specmint.observe.observer import SILENT, Notes, Several, joined

WORDS = {int: 3, float: 0.5, str: "some words", bool: True}


def sample(kind: type[Event]) -> Event:
    """One with a value in every field."""
    return kind(**{field.name: value_of(field.type) for field in structs.fields(kind)})


def value_of(kind: Any) -> Any:
    if str(kind).startswith("tuple"):
        return (1, 2)
    options = getattr(kind, "__args__", (kind,))
    return WORDS[next(each for each in options if each in WORDS)]


class Heard:
    """Keeps what it hears."""

    def __init__(self, level: Level = Level.DEBUG) -> None:
        self.level = level
        self.events: list[Event] = []

    def note(self, event: Event) -> None:
        self.events.append(event)


def test_the_table_has_every_kind_by_its_name() -> None:
    kinds = [
        each
        for each in vars(events).values()
        if isinstance(each, type) and issubclass(each, Event) and each is not Event
    ]
    assert sorted(EVENTS) == sorted(kind.name for kind in kinds)
    assert all(EVENTS[kind.name] is kind for kind in kinds)
    assert all(kind.__doc__ for kind in kinds)


@pytest.mark.parametrize("name", EVENTS)
def test_every_kind_tells_its_fields_and_travels_between_processes(name: str) -> None:
    event = sample(EVENTS[name])
    assert set(event.fields()) == {field.name for field in structs.fields(event)}
    assert all(type(value) in {int, float, str, bool, tuple} for value in event.fields().values())
    assert pickle.loads(pickle.dumps(event)) == event
    assert event.level in set(Level) - {Level.NOTHING}


def test_what_is_not_known_is_not_told() -> None:
    assert dict(events.RunStarted(command="generate", seed=0).fields()) == {"command": "generate", "seed": 0}


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (events.RecordInvalid(record_idx=1, field_path="a", violation_type="type"), Level.WARNING),
        (events.RecordInvalid(record_idx=1, field_path="a", violation_type="type", redrawn=True), Level.DEBUG),
        (events.RuleBroken(rule="r"), Level.WARNING),
        (events.RuleBroken(rule="r", redrawn=True), Level.DEBUG),
        (events.LlmCircuit(provider="p", before="closed", circuit_state="open"), Level.WARNING),
        (events.LlmCircuit(provider="p", before="open", circuit_state="half-open"), Level.INFO),
        (events.CassetteMiss(record_idx=0, field_path="", values=1, source="replay"), Level.ERROR),
        (events.CassetteMiss(record_idx=0, field_path="", values=1, source="record"), Level.INFO),
        (events.Budget(state="planned", provider="p", model="m"), Level.INFO),
        (events.Budget(state="refused", provider="p", model="m"), Level.ERROR),
        (
            events.LlmCall(call="c", records=(), values=1, provider="p", model="m", duration_ms=1, retries=0),
            Level.INFO,
        ),
        (
            events.LlmCall(
                call="c", records=(), values=1, provider="p", model="m", duration_ms=1, retries=0, reason="timeout"
            ),
            Level.WARNING,
        ),
    ],
)
def test_how_much_an_event_matters(event: Event, level: Level) -> None:
    assert event.level is level


def test_durations_are_never_negative() -> None:
    assert milliseconds(0.0012345678) == 1.235
    assert milliseconds(-1) == 0


def test_several_observers_each_get_what_interests_them() -> None:
    much, little = Heard(Level.DEBUG), Heard(Level.ERROR)
    both = joined([much, little])
    assert isinstance(both, Several)
    assert both.level is Level.DEBUG
    minor = events.LlmReady(provider="p", model="m", duration_ms=1)
    major = events.RunFailed(exit_code=1, kind="UsageError", duration_ms=1)
    for event in (minor, major):
        both.note(event)
    assert much.events == [minor, major]
    assert little.events == [major]


def test_one_observer_is_itself_and_none_is_silent() -> None:
    heard = Heard()
    assert joined([heard]) is heard
    assert joined([]) is SILENT
    assert SILENT.level is Level.NOTHING
    SILENT.note(events.LlmReady(provider="p", model="m", duration_ms=1))


def test_notes_are_taken_once() -> None:
    notes = Notes(Level.INFO)
    event = events.LlmReady(provider="p", model="m", duration_ms=1)
    notes.note(event)
    assert notes.taken() == (event,)
    assert notes.taken() == ()
