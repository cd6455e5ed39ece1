"""Facts about values, as data and in words; and what the origin of a number or text tells."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.distributions.quantiles import WORDS, Quantiles
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.wording import (
    FEW,
    LONGEST_PATTERN,
    counted,
    number_words,
    printable,
    share_words,
    shortened,
    some_words,
    span_words,
    value_words,
)
from pytest_specmint.formats.moments import Dates, DateTimes
from pytest_specmint.formats.table import FORMATS
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json


class Fact(Struct, frozen=True):
    """One thing to know: its key and JSON value for programs, its line for people (none where others tell it)."""

    key: str
    value: Json
    lines: tuple[str, ...] = ()


def plain_number(number: Fraction) -> int | float:
    """The number as JSON has it."""
    return number.numerator if number.denominator == 1 else float(number)


def number_origin(origin: Origin | None, low: Fraction, high: Fraction) -> tuple[Fact, ...]:
    """What the schema left open and a default fills."""
    if origin is None or not isinstance(origin.stated, Numbers):
        return ()
    stated, facts = origin.stated, []
    if stated.formats:
        names = sorted(stated.formats)
        facts.append(Fact("formats", names, tuple(f"format {name}" for name in names)))
    open_ends = [
        (key, default)
        for key, bound, default in (("minimum", stated.lower, low), ("maximum", stated.upper, high))
        if bound is None
    ]
    why = f"as usual for '{origin.meaning}'" if origin.meaning else "by default"
    defaults = [f"no {key}: {number_words(default)} {why}" for key, default in open_ends]
    if open_ends:
        facts.append(Fact("defaults", [key for key, _ in open_ends], tuple(defaults)))
    if origin.meaning:
        facts += _meaning(origin)
    if stated.step is None:
        facts.append(Fact("stepByDefault", True, ("no multipleOf: the step is a default",)))
    return tuple(facts)


def text_origin(origin: Origin | None) -> tuple[Fact, ...]:
    """What the schema states of a text, and what its name was taken to mean."""
    if origin is None or not isinstance(origin.stated, Strings):
        return ()
    stated = origin.stated
    rows = (
        ("patterns", stated.patterns, "pattern"),
        ("notPatterns", stated.not_patterns, "never with a match of"),
        ("formats", stated.formats, "format"),
        ("notFormats", stated.not_formats, "never of format"),
    )
    facts = [*length(*_beyond_formats(stated))]
    for key, names, words in rows:
        if names:
            lines = tuple(f"{words} {shortened(name, LONGEST_PATTERN)}" for name in sorted(names))
            facts.append(Fact(key, sorted(names), lines))
    if origin.meaning:
        facts += _meaning(origin)
    elif origin.told_by:
        facts.append(Fact("toldBy", origin.told_by, (f"no meaning, by {origin.told_by}",)))
    if origin.templates:
        facts.append(Fact("templates", list(origin.templates), tuple(_forms(origin.templates))))
    return tuple(facts)


def _meaning(origin: Origin) -> Iterator[Fact]:
    """The kind of field, what says so, and whose words it gets."""
    told_by = origin.told_by or "name"
    words = {"name and parent": "its name and its parent's", "x-semantic": "x-semantic"}.get(told_by, f"its {told_by}")
    line = f"meaning: {origin.meaning.replace('_', ' ')}, by {words}"
    text = isinstance(origin.stated, Strings)
    yield Fact("meaning", origin.meaning, (line,) if text or told_by != "name" else ())
    yield Fact("toldBy", told_by)
    if origin.locale:
        yield Fact("locale", origin.locale, (f"locale {origin.locale}",))


def _forms(templates: Sequence[str]) -> Iterator[str]:
    """The first few templates, a line each."""
    for i, template in enumerate(templates[:FEW]):
        yield f"{'or' if i else 'drawn'} from {printable(template)}"
    if len(templates) > FEW:
        yield f"or from {counted(len(templates) - FEW, 'further form')}"


def _beyond_formats(stated: Strings) -> tuple[int, int | None]:
    """Least and greatest length, as far as they say more than the formats do."""
    spans = [FORMATS[name].lengths for name in stated.formats]
    least = max((low for low, _ in spans), default=0)
    limits = [high for _, high in spans if high is not None]
    most = stated.max_length
    return stated.min_length if stated.min_length > least else 0, None if most in limits else most


def length(least: int, most: int | None) -> tuple[Fact, ...]:
    """How long texts are."""
    facts = [Fact("minLength", least)] if least else []
    if most is None:
        line = f"at least {counted(least, 'character')}"
    else:
        line = span_words(least, most, "character") if least else f"at most {counted(most, 'character')}"
        facts.append(Fact("maxLength", most))
    return (replace(facts[0], lines=(line,)), *facts[1:]) if facts else ()


def distributed(quantiles: Quantiles | None) -> tuple[Fact, ...]:
    """The distribution that values are drawn by."""
    if quantiles is None:
        return ()
    return (Fact("distribution", quantiles.data, (f"drawn by: {shortened(quantiles.words, LONGEST_PATTERN)}",)),)


def weighted(choice: Choice) -> tuple[Fact, ...]:
    """How often each of the listed values comes."""
    if choice.quantiles is None:
        return ()
    shares = [0.0] * len(choice.values)
    bounds = (0, *choice.quantiles.cuts, WORDS)
    for (at, _), low, high in zip(choice.quantiles.ranges, bounds, bounds[1:], strict=False):
        shares[at] = (high - low) / WORDS
    pairs = zip(shares, choice.values, strict=True)
    line = some_words([f"{share_words(share)} {value_words(value)}" for share, value in pairs])
    facts = (Fact("shares", [float(f"{share:.6g}") for share in shares[:FEW]], (f"shares: {line}",)),)
    return (*facts, *distributed(choice.quantiles))


def spanned(sampler: object) -> tuple[Fact, ...]:
    """First and last day of dates and date-times that have a distribution."""
    if not isinstance(sampler, Dates | DateTimes) or sampler.quantiles is None:
        return ()
    first, last = (date.fromordinal(day).isoformat() for day in (sampler.first, sampler.first + sampler.count - 1))
    return (Fact("minimum", first, (f"from {first} to {last}",)), Fact("maximum", last))
