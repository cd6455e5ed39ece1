"""The fields that a record must have to become a claim: those that an 837P cannot do without."""

from pytest_specmint.rendering.needs import TEXTS, Need
from pytest_specmint.rules.expression.kinds import ITEM, Kind

_OBJECT, _LIST, _NUMBER = frozenset({Kind.OBJECT}), frozenset({Kind.LIST}), frozenset({Kind.NUMBER})
_ADDRESS = ("street", "city", "state", "zip")


def _object(name: str, *texts: str) -> tuple[Need, ...]:
    return Need((name,), _OBJECT), *(Need((name, text), TEXTS) for text in texts)


def _inner(name: str, inner: str, texts: tuple[str, ...]) -> tuple[Need, ...]:
    return Need((name, inner), _OBJECT), *(Need((name, inner, text), TEXTS) for text in texts)


_LINE = ("service_lines", ITEM)
NEEDS = (
    Need(("claim_id",), TEXTS),
    Need(("total_charge",), _NUMBER),
    Need(("pos",), TEXTS),
    Need(("frequency_code",), TEXTS),
    *_object("claim_dates", "service_date"),
    *_object("billing_provider", "npi", "name", "tax_id"),
    *_inner("billing_provider", "address", _ADDRESS),
    *_object("subscriber", "member_id", "relationship"),
    *_object("patient", "dob", "sex"),
    *_inner("patient", "name", ("family", "given")),
    *_inner("patient", "address", _ADDRESS),
    *_object("payer", "payer_id", "name"),
    Need(("diagnosis_codes",), _LIST),
    Need(("diagnosis_codes", ITEM), TEXTS),
    Need(("service_lines",), _LIST),
    Need(_LINE, _OBJECT),
    Need((*_LINE, "procedure"), TEXTS),
    Need((*_LINE, "charge"), _NUMBER),
    Need((*_LINE, "units"), _NUMBER),
    Need((*_LINE, "dx_pointers"), _LIST),
    Need((*_LINE, "dx_pointers", ITEM), _NUMBER),
)
"""As in the shipped schema of claims. Taken where they are there: the taxonomy of providers, the rendering provider,
group number and claim filing, modifiers, dates of lines, prior authorization, assignment, notes."""
