"""Identifiers in records, found by their fields' names, judged by their check digits."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pytest_specmint.rules.expression.functions import aba, gtin, iban, luhn, npi
from pytest_specmint.safety.fields import Field
from pytest_specmint.trial.tally import EXAMPLES, Tally

CHECKS: Mapping[str, Callable[[str], bool]] = {
    "npi": npi,
    "routing_number": aba,
    "iban": iban,
    "gtin": gtin,
    "card": lambda text: luhn(text.replace("-", "").replace(" ", "")),
}
"""By the audit's kind of identifier."""


def check_digits(records: Iterable[Any], root: Field) -> Tally:
    """How many identifiers there are, and how many have right check digits."""
    total = passed = 0
    failures: list[str] = []
    for number, record in enumerate(records):
        for kind, place, text in _identifiers(root, record, ""):
            total += 1
            if CHECKS[kind](text):
                passed += 1
            elif len(failures) < EXAMPLES:
                failures.append(f"record {number} {place}: the check digit of this {kind} is wrong")
    return Tally(total, passed, tuple(failures))


def _identifiers(field: Field, value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        below = field.known(value)
        for name, inner in value.items():
            yield from _identifiers(below[name], inner, f"{place}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _identifiers(field, inner, f"{place}/{at}")
    elif isinstance(value, str):
        yield from ((kind.name, place, value) for kind in field.kinds if kind.name in CHECKS)
