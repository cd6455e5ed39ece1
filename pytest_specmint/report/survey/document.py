"""A survey as a value that JSON can hold; its JSON Schema is ``survey.schema.json`` of the command line."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from pytest_specmint.report.survey.drift import Drift
from pytest_specmint.report.survey.field import SHARES, FieldReport, Lengths, Numbers
from pytest_specmint.report.survey.fits import Fit
from pytest_specmint.report.survey.provenance import Provenance
from pytest_specmint.report.survey.survey import Survey
from pytest_specmint.safety.data import data

DOCUMENT = 1
"""Version of the form."""


def document(survey: Survey, source: str, *, fields: Sequence[FieldReport] | None = None) -> dict[str, Any]:
    """The survey of a source; ``fields`` where only some are to be told."""
    return {
        "document": DOCUMENT,
        "dataset": source,
        "records": survey.records,
        "unreadable": survey.unreadable,
        "defects": [{"line": each.number, "message": each.defect} for each in survey.defects],
        "fields": [_field(each) for each in (survey.fields if fields is None else fields)],
        "quality": {"plausible": _rounded(survey.plausible), "diversity": _rounded(survey.diversity)},
        "safety": data(survey.audit),
        "schema": _verdict(survey),
        "sample": [each.value for each in survey.sample],
    }


def provenance_document(provenance: Provenance | None) -> dict[str, Any] | None:
    """Where values come from that a language model was asked for."""
    return None if provenance is None else to_builtins(provenance)


def _field(field: FieldReport) -> dict[str, Any]:
    return {
        "path": field.path,
        "places": field.places,
        "present": field.present,
        "nulls": field.nulls,
        "types": dict(field.kinds),
        "distinct": {"count": field.distinct, "exact": field.distinct_exact, "error": _rounded(field.distinct_error)},
        "common": {
            "values": [{"text": each.text, "count": each.count} for each in field.common],
            "error": field.common_error,
        },
        "diversity": _rounded(field.diversity),
        "length": _lengths(field.text),
        "items": _lengths(field.items),
        "formats": {"seen": dict(field.forms), "lookedAt": field.forms_of},
        "numbers": _numbers(field.numbers),
        "moments": None if field.moments is None else {"format": field.moment_form, **(_numbers(field.moments) or {})},
        "kind": field.kind or None,
        "plausible": None if field.plausible is None else {"like": field.plausible[0], "lookedAt": field.plausible[1]},
    }


def _lengths(lengths: Lengths | None) -> dict[str, Any] | None:
    if lengths is None:
        return None
    return {"least": lengths.least, "greatest": lengths.greatest, "mean": _rounded(lengths.mean)}


def _numbers(numbers: Numbers | None) -> dict[str, Any] | None:
    if numbers is None:
        return None
    return {
        "count": numbers.count,
        "least": numbers.least,
        "greatest": numbers.greatest,
        "mean": _rounded(numbers.mean),
        "deviation": _rounded(numbers.deviation),
        "quantiles": [{"share": share, "value": value} for share, value in zip(SHARES, numbers.quantiles, strict=True)],
        "rankError": _rounded(numbers.rank_error),
        "histogram": {"edges": list(numbers.edges), "bars": list(numbers.bars)},
        "distribution": {"fits": numbers.fits, "nearest": _fit(numbers.fit)},
    }


def _fit(fit: Fit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    parameters = {name: _rounded(value) for name, value in fit.parameters.items()}
    return {"kind": fit.kind, "parameters": parameters, "distance": _rounded(fit.distance)}


def _verdict(survey: Survey) -> dict[str, Any] | None:
    report = survey.report
    if report is None:
        return None
    return {
        "valid": report.valid,
        "invalid": report.invalid,
        "problems": [str(each) for each in report.examples],
        "rules": [
            {
                "id": each.rule.id,
                "severity": each.rule.severity.value,
                "held": each.held,
                "failed": each.failed,
                "ok": bool(each),
            }
            for each in report.rules
        ],
    }


def drift_document(found: Sequence[Drift], other: str) -> dict[str, Any]:
    """What changed since another dataset."""
    return {
        "other": other,
        "fields": [
            {
                "path": each.path,
                "where": each.where.value,
                "differences": list(each.differences),
                "distance": _rounded(each.distance),
            }
            for each in found
        ],
    }


def _rounded(value: float | None) -> float | None:
    """Six significant digits: more than any estimate deserves."""
    return None if value is None else float(f"{value:.6g}")
