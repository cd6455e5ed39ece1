"""A survey in words: one idea a line, and no figure that was not counted or is not said to be an estimate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pytest_specmint.report.survey.drift import Drift
from pytest_specmint.report.survey.field import SHARES, FieldReport, Numbers
from pytest_specmint.report.survey.provenance import Provenance
from pytest_specmint.report.survey.survey import Survey
from pytest_specmint.rules.check import Outcome

FEW = 5
"""Common values that are shown."""
_WIDEST = 40
_SAYING_NOTHING = frozenset({"", "word", "label", "numeric_text"})
"""What the vocabulary calls fields whose names it does not know."""


def heading(survey: Survey, rows: Sequence[tuple[str, object]]) -> Iterator[str]:
    """The rows above all else: what was looked at."""
    for name, value in (*rows, ("records", _records(survey))):
        yield f"{name + ':':11}{value}"


def _records(survey: Survey) -> str:
    unreadable = f", and {survey.unreadable:,} lines that are no JSON" if survey.unreadable else ""
    return f"{survey.records:,}{unreadable}"


def fields(found: Sequence[FieldReport], *, detailed: bool, provenance: Provenance | None = None) -> Iterator[str]:
    """A line per field; all that is known of it where details are asked for."""
    yield "Fields:"
    if not found:
        yield "  none"
    for field in found:
        yield f"  {field.path or '(the record)'}: {_outline(field)}"
        if detailed:
            yield from (f"    {line}" for line in _details(field))
            written = {} if provenance is None else provenance.fields.get(field.path, {})
            if written:
                yield f"    written by: {origins(written)}"


def _outline(field: FieldReport) -> str:
    names = [kind for kind, _ in field.kinds if kind != "null"]
    kinds = " or ".join(each for each in names if each != "integer" or "number" not in names) or "null"
    parts = [kinds, f"present {_share(field.present, field.places)}"]
    if field.nulls:
        parts.append(f"null {_share(field.nulls, field.present)}")
    if field.distinct:
        parts.append(_distinct(field))
    if field.items is not None:
        parts.append(f"{field.items.least:,} to {field.items.greatest:,} items")
    if field.numbers is not None:
        parts.append(f"{_number(field.numbers.least)} to {_number(field.numbers.greatest)}")
    elif field.moments is not None:
        parts.append(f"{moment(field.moments.least, field)} to {moment(field.moments.greatest, field)}")
    return ", ".join(parts)


def _distinct(field: FieldReport) -> str:
    if field.distinct_exact:
        return f"{field.distinct:,} different"
    return f"about {field.distinct:,} different (+- {field.distinct_error:.1%})"


def _details(field: FieldReport) -> Iterator[str]:
    if field.text is not None:
        yield f"length: {field.text.least:,} to {field.text.greatest:,} characters, mean {field.text.mean:.1f}"
    if field.items is not None:
        yield f"items: mean {field.items.mean:.2f}"
    for form, count in field.forms[:3]:
        yield f"format: {form} in {_share(count, field.forms_of)} of {field.forms_of:,} looked at"
    if field.numbers is not None:
        yield from _figures(field.numbers, _number)
    if field.moments is not None:
        yield from _figures(field.moments, lambda value: moment(value, field), plain=False)
    if field.common and field.common[0].count > 1:
        yield f"most common: {', '.join(_common(field))}"
    if field.diversity is not None and field.distinct > 1:
        yield f"diversity: {field.diversity:.2f}"
    if field.kind not in _SAYING_NOTHING:
        yield f"meaning: {field.kind}{_likeness(field)}"


def _figures(numbers: Numbers, shown: Callable[[float], str], *, plain: bool = True) -> Iterator[str]:
    """Figures of values; of points in time those only that are points themselves."""
    yield f"mean: {shown(numbers.mean)}"
    if plain:
        yield f"standard deviation: {_number(numbers.deviation)}"
    near = f" (ranks +- {numbers.rank_error:.1%})" if numbers.rank_error else ""
    pairs = zip(SHARES, numbers.quantiles, strict=True)
    yield "quantiles: " + ", ".join(f"{share:.0%} {shown(value)}" for share, value in pairs) + near
    if numbers.fit is None:
        return
    if not numbers.fits:
        yield f"distribution: none fits (nearest: {numbers.fit.kind}, {numbers.fit.distance:.0%} away)"
        return
    given = ", ".join(f"{name} {_number(value)}" for name, value in numbers.fit.parameters.items())
    yield f"distribution: {numbers.fit.kind}{f' ({given})' if plain else ''}, {numbers.fit.distance:.1%} away"


def _common(field: FieldReport) -> Iterator[str]:
    least = "at least " if field.common_error else ""
    bare = "string" not in dict(field.kinds)
    for each in field.common[:FEW]:
        text = each.text if len(each.text) <= _WIDEST else each.text[: _WIDEST - 3] + "..."
        yield f"{text if bare else repr(text)} ({least}{each.count:,})"


def _likeness(field: FieldReport) -> str:
    if field.plausible is None:
        return ""
    like, looked_at = field.plausible
    return f"; {_share(like, looked_at)} of {looked_at:,} looked at have its form"


def quality(survey: Survey) -> Iterator[str]:
    """Rules, safety and likeness, for the whole dataset."""
    yield "Quality:"
    report = survey.report
    if report is not None:
        yield f"  schema: {report.valid:,} of {survey.records:,} records are valid"
        for rule in report.rules:
            yield f"  rule {rule.rule.id}: {_verdict(rule)}"
    audit = survey.audit
    yield f"  could be real: {audit.could_be_real:,} of {audit.looked_at:,} identifiers and addresses"
    for tally in audit.tallies.values():
        for each in tally.examples:
            yield f"    {tally.title}, line {each.record} {each.pointer}: {each.shown} ({each.why})"
    if survey.plausible is not None:
        yield f"  plausible: {survey.plausible:.1%} of the texts whose field's name says what they are have its form"
    if survey.diversity is not None:
        yield f"  diversity: {survey.diversity:.2f} (1 where all values of a field are equally frequent)"


def _verdict(outcome: Outcome) -> str:
    """Of a rule; one that need not always hold says how often that is expected."""
    if not outcome.checked:
        return "never applied"
    rule = outcome.rule
    strict = rule.severity.value == "error"
    state = "ok" if outcome else "BROKEN" if strict else "below its rate"
    rate = "" if strict else f" ({_share(outcome.held, outcome.checked)}, expected {rule.rate:.0%})"
    return f"{state}, held {outcome.held:,} of {outcome.checked:,}{rate}"


def generation(provenance: Provenance) -> Iterator[str]:
    """Where values come from that a language model was asked for."""
    yield "Language model:"
    yield f"  values: {origins(provenance.values)}"
    if provenance.fallbacks:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in _most_first(provenance.fallbacks))
        yield f"  fallbacks: {reasons}"


def origins(values: Mapping[str, int]) -> str:
    """Counts by origin, the most first, with their shares."""
    whole = sum(values.values())
    parts = ", ".join(f"{origin} {count:,} ({_share(count, whole)})" for origin, count in _most_first(values))
    return f"{parts}, of {whole:,}"


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def drift(found: Sequence[Drift], other: str) -> Iterator[str]:
    """What changed since another dataset."""
    changed = [each for each in found if each.differences]
    yield f"Changed since {other}: {len(changed)} of {len(found)} fields"
    for each in changed:
        yield f"  {each.path or '(the record)'}: {'; '.join(each.differences)}"


def moment(value: float, field: FieldReport) -> str:
    """A point in time as its field writes it."""
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    if field.moment_form == "date":
        return (begin + timedelta(days=value)).date().isoformat()
    read = begin + timedelta(seconds=value)
    if field.moment_form == "time":
        return read.strftime("%H:%M:%S")
    return read.strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 or abs(value) >= 1e15 else f"{value:,.2f}"


def _share(part: int, whole: int) -> str:
    """A share that is not called all, or none, where it is not."""
    if not whole:
        return "0%"
    share = 100 * part / whole
    if 0 < part < whole:
        share = min(max(share, 0.01), 99.99)
    return f"{share:.4g}%"
