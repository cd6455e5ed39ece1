"""The arguments of ``@pytest.mark.specmint`` and ``@pytest.mark.specmint_each``: read, checked, merged, explained.

A row of the table is a field of `Asked`, `Marker` or `Each`: its default, what it may be, and what it says.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from os import PathLike
from pathlib import PurePath, PureWindowsPath
from typing import Any, NamedTuple

import pytest

from pytest_specmint.plugin.spelling import did_you_mean, meant_or_known

NAME = "specmint"
EACH = "specmint_each"
UNNAMED = ""
"""The name of a dataset whose marker gives it none."""
GOLDEN_FORMS = ("jsonl", "recipe")
MAX_SEED = (1 << 64) - 1


class MarkerError(ValueError):
    """Arguments of the markers are unknown, ill-typed or contradictory; the text has a line for each mistake."""


class Argument(NamedTuple):
    """What an argument may be."""

    expected: str
    holds: Callable[[Any], bool]
    help: str
    values: tuple[str, ...] = ()
    """Its values, where they can be listed."""


def _argument(
    expected: str, holds: Callable[[Any], bool], says: str, *, default: Any = None, values: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"argument": Argument(expected, holds, says, values)})


def _whole(low: int, high: int | None = None) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and value >= low and (high is None or value <= high)
    )


def _is_day(value: Any) -> bool:
    if isinstance(value, date) or value == "today":
        return True
    try:
        return bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _is_golden(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    below = not PurePath(value).is_absolute() and not PureWindowsPath(value).anchor
    parts = {*PurePath(value).parts, *PureWindowsPath(value).parts}
    return value in GOLDEN_FORMS or (value.endswith(".jsonl") and below and ".." not in parts)


def _one_of(*values: Any) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, bool) and value in values


def _is_domain(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value))


def _is_rules(value: Any) -> bool:
    listed = value if isinstance(value, (list, tuple)) else [value]
    return all(isinstance(each, (str, PathLike, Mapping)) or _is_python_rule(each) for each in listed)


def _is_python_rule(value: Any) -> bool:
    """Told by its name: the class itself would load much that markers do without."""
    return (type(value).__module__, type(value).__name__) == ("pytest_specmint.rules.python", "PythonRule")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", value) is not None


_LLM_MODES = ("off", "fields", "record")
_DRAFTS = ("4", "6", "7", "2019-09", "2020-12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What both markers take."""

    schema: Any = _argument(
        "a path, a mapping or a boolean",
        lambda value: isinstance(value, (str, PathLike, Mapping, bool)),
        "A path (relative to the root directory or to the test), `FILE#/pointer`, a mapping or a boolean.",
    )
    seed: int | None = _argument(
        f"a whole number from 0 to {MAX_SEED}",
        _whole(0, MAX_SEED),
        "The seed; without one it follows from the node id.",
    )
    count: int | None = _argument(
        "a whole number from 1 on", _whole(1), "Number of records; without one the ini key's."
    )
    start: int = _argument("a whole number from 0 on", _whole(0), "Index of the first record.", default=0)
    as_of: str | date | None = _argument("a date or 'YYYY-MM-DD'", _is_day, "The day that counts as today.")
    schema_root: str | PathLike[str] | None = _argument(
        "a path",
        lambda value: isinstance(value, (str, PathLike)),
        "The directory that references to other files may not leave.",
    )
    draft: str | int | None = _argument(
        "4, 6, 7, '2019-09' or '2020-12'",
        _one_of(*_DRAFTS, 4, 6, 7),
        "The draft, where the schema does not say it or says it wrongly.",
        values=_DRAFTS,
    )
    view: str | None = _argument(
        "'request' or 'response'",
        _one_of("request", "response"),
        "Without the read-only, or the write-only, properties of an OpenAPI schema.",
        values=("request", "response"),
    )
    mode: str = _argument(
        "'usual' or 'edge'",
        _one_of("usual", "edge"),
        "`edge` begins with boundary values.",
        default="usual",
        values=("usual", "edge"),
    )
    llm: str | None = _argument(
        "'off', 'fields' or 'record'",
        _one_of(*_LLM_MODES),
        "What a language model writes: values marked `x-llm` (`fields`), or all mere words and numbers (`record`); "
        "replayed from a cassette beside the golden.",
        values=_LLM_MODES,
    )
    domain: str | Sequence[str] | None = _argument(
        "the name of a pack, or a list of names",
        _is_domain,
        "Packs whose words, meanings and rules come first: `healthcare`, `fintech`, `ecommerce` or an installed one.",
    )
    locale: str | None = _argument(
        "the tag of a locale, such as 'de_DE'",
        lambda value: isinstance(value, str),
        "Whose names, places and words there are; without it the schema's, else `en_US`.",
    )
    rules: Any = _argument(
        "the path of a rules file, a rule, a PythonRule, or a list of these",
        _is_rules,
        "Rules between fields besides the schema's: files (found as schemas are), rules as in one, or `PythonRule`s.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Asked):
    """A dataset that a test asks for."""

    golden: str | None = _argument(
        "'jsonl', 'recipe', or a relative path that ends in .jsonl and stays below the golden directory",
        _is_golden,
        "How the golden is kept, or its file below the golden directory; by default named after the test.",
        values=GOLDEN_FORMS,
    )
    name: str = _argument(
        "a name of up to 64 letters, digits, '-' and '_'",
        _is_name,
        "Which of several datasets of a test this is.",
        default=UNNAMED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Each(Asked):
    """The records that a test is run with, one by one."""

    invalid: bool = _argument(
        "True or False",
        lambda value: isinstance(value, bool),
        "Near misses: records that break exactly one keyword each.",
        default=False,
    )
    shrink: bool | None = _argument(
        "True or False",
        lambda value: isinstance(value, bool),
        "Whether a failing test may be called again with smaller records; by default where that is safe.",
    )


KINDS: Mapping[str, type[Asked]] = {NAME: Marker, EACH: Each}
_EXAMPLES = {
    NAME: '@pytest.mark.specmint(schema="schemas/order.json", seed=1, count=10)',
    EACH: '@pytest.mark.specmint_each(schema="schemas/order.json", count=20)',
}


def arguments(kind: type[Asked]) -> Mapping[str, Argument]:
    """What a marker takes, by name."""
    return {each.name: each.metadata["argument"] for each in fields(kind)}


# ---------------------------------------------------------------- one marker


class Given(NamedTuple):
    """What one marker says, and its mistakes; an argument that is None asks for the default."""

    values: Mapping[str, Any]
    mistakes: tuple[str, ...] = ()


def given(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Given:
    """The arguments of a marker, all mistakes at once."""
    mistakes: list[str] = []
    values = dict(kwargs)
    if args:
        if len(args) > 1:
            mistakes.append(f"takes one positional argument, the schema, not {len(args)}")
        if "schema" in values:
            mistakes.append("got the schema twice")
        values["schema"] = args[0]
    known = arguments(KINDS[name])
    mistakes += [wrong for each, value in values.items() if (wrong := _mistake(known, each, value))]
    return Given({each: value for each, value in values.items() if each in known}, tuple(mistakes))


def _mistake(known: Mapping[str, Argument], name: str, value: Any) -> str | None:
    if name not in known:
        return f"unknown argument {name!r}{meant_or_known(name, known)}"
    argument = known[name]
    if value is None or argument.holds(value):
        return None
    return f"{name} must be {argument.expected}, not {value!r}{did_you_mean(value, argument.values)}"


def contradictions(name: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with arguments that are right one by one."""
    found = []
    if values.get("schema") is None:
        found.append(f"needs a schema: {_EXAMPLES[name]}")
    if values.get("invalid") and values.get("mode") not in {None, "usual"}:
        found.append(f"invalid=True and mode={values['mode']!r} exclude each other; make two tests")
    if values.get("llm") not in {None, "off"}:
        if values.get("invalid"):
            found.append(f"invalid=True and llm={values['llm']!r} exclude each other; make two tests")
        if values.get("mode") not in {None, "usual"}:
            found.append(f"mode={values['mode']!r} and llm={values['llm']!r} exclude each other; make two tests")
    return tuple(found)


def _asked(name: str, values: Mapping[str, Any]) -> Asked:
    return KINDS[name](**{each: value for each, value in values.items() if value is not None})


# ---------------------------------------------------------------- all markers of a test


class Merged(NamedTuple):
    """What the markers of a test come to: datasets by name, the records to run it with, and what is wrong."""

    datasets: Mapping[str, Marker]
    each: Each | None
    mistakes: tuple[str, ...] = ()


Level = tuple[str, tuple[Any, ...]]
"""What the marks stand on (``function``, ``class``…) and the marks, for messages and merging."""


def merge(levels: Mapping[str, Iterable[Level]], wanted: Container[str] = (NAME, EACH)) -> Merged:
    """Merge the markers of a test argument by argument, the closest wins.

    ``levels`` holds, by the marker's name, what stands on each level, the closest first. ``wanted`` holds the markers
    whose fixtures the test uses: where it uses none, a schema may be missing on what stands around it.
    """
    datasets: dict[str, Marker] = {}
    each: Each | None = None
    mistakes: list[str] = []
    for kind, stacked in levels.items():
        for name, (values, wrong, own) in _stacked(kind, stacked).items():
            faults = tuple(wrong)
            if not faults and (own or kind in wanted or values.get("schema") is not None):
                faults = contradictions(kind, values)
            mistakes += [f"@pytest.mark.{kind} {'' if not name else f'(name={name!r}) '}{fault}" for fault in faults]
            if faults or values.get("schema") is None:
                continue
            asked = _asked(kind, values)
            if isinstance(asked, Marker):
                datasets[name] = asked
            elif isinstance(asked, Each):
                each = asked
    return Merged(datasets, each, tuple(dict.fromkeys(mistakes)))


def _stacked(kind: str, levels: Iterable[Level]) -> dict[str, tuple[dict[str, Any], list[str], bool]]:
    """By dataset name: the merged values, the mistakes, and whether the test itself has a marker of that name."""
    found: dict[str, tuple[dict[str, Any], list[str], bool]] = {}
    for what, marks in levels:
        seen: set[str] = set()
        for mark in marks:
            one = given(kind, mark.args, mark.kwargs)
            name = _name_of(one.values)
            values, mistakes, _ = found.setdefault(name, ({}, [], what == "function"))
            mistakes += one.mistakes
            if name in seen:
                mistakes.append(_twice(kind, name, what))
            seen.add(name)
            for argument, value in one.values.items():
                values.setdefault(argument, value)
    return found


def _name_of(values: Mapping[str, Any]) -> str:
    name = values.get("name")
    return str(name) if _is_name(name) else UNNAMED


def _twice(kind: str, name: str, what: str) -> str:
    if kind == EACH:
        return f"stands twice on one {what}; a test has one"
    named = f"of the name {name!r}" if name else "without a name"
    return f"stands twice {named} on one {what}; give one of them another name="


def marker_levels(node: Any, kind: str) -> Iterator[Level]:
    """The marks of a kind on a test and around it, the closest level first."""
    for around in reversed(node.listchain()):
        own = [mark for mark in around.own_markers if mark.name == kind]
        if own:
            yield from _levels_of(around, own)


def _levels_of(node: Any, own: list[Any]) -> Iterator[Level]:
    """A node's own marks: a parameter's before its function's, a class's before those of the classes it inherits."""
    rest = list(own)
    if hasattr(node, "callspec"):
        yield from _taken(rest, node.callspec.marks, "function")
    defined = getattr(node, "obj", None)
    if isinstance(defined, type):
        for base in defined.__mro__:
            yield from _taken(rest, _marks_on(base.__dict__), "class")
    elif hasattr(node, "originalname"):
        late = [mark for mark in rest if not any(mark is each for each in _marks_on(_attributes(defined)))]
        yield from ((what, (mark,)) for what, marks in _taken(rest, late, "function") for mark in reversed(marks))
        yield from _taken(rest, list(rest), "function")
    if rest:
        yield "module" if hasattr(node, "obj") else "directory", tuple(rest)


def _taken(rest: list[Any], these: Iterable[Any], what: str) -> Iterator[Level]:
    """Those of the marks that are among these, taken away from the rest."""
    wanted = [getattr(each, "mark", each) for each in these]
    taken = [mark for mark in rest if any(mark is each for each in wanted)]
    rest[:] = [mark for mark in rest if not any(mark is each for each in taken)]
    if taken:
        yield what, tuple(taken)


def _attributes(function: Any) -> Mapping[str, Any]:
    return {"pytestmark": getattr(function, "pytestmark", [])}


def _marks_on(attributes: Mapping[str, Any]) -> list[Any]:
    marks = attributes.get("pytestmark", [])
    return [getattr(mark, "mark", mark) for mark in (marks if isinstance(marks, (list, tuple)) else [marks])]


_MERGED: "pytest.StashKey[dict[Any, tuple[tuple[Any, ...], Merged]]]" = pytest.StashKey()

FIXTURES: Mapping[str, frozenset[str]] = {
    NAME: frozenset(["specmint_dataset", "specmint_datasets", "specmint_golden", "specmint_goldens"]),
    EACH: frozenset(["specmint_record", "specmint_violation"]),
}
"""Fixtures that cannot do without a marker."""


def markers_of(node: Any) -> Merged:
    """All that the markers of a test come to; merged once for all tests that have the same ones."""
    known: dict[Any, tuple[tuple[Any, ...], Merged]] = node.config.stash.setdefault(_MERGED, {})
    used = getattr(node, "fixturenames", ())
    wanted = tuple(kind for kind, names in FIXTURES.items() if not names.isdisjoint(used))
    marks = tuple([mark for around in node.listchain() for mark in around.own_markers if mark.name in KINDS])
    key = wanted, tuple(map(id, marks))
    found = known.get(key)
    if found is None:  # the marks are held, so that no other ones get their ids
        merged = merge({kind: tuple(marker_levels(node, kind)) for kind in KINDS}, wanted)
        found = known[key] = marks, merged
    return found[1]
