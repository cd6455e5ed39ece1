"""National provider identifiers of the USA.

Ten digits, the last by Luhn over ``80840`` and the others (45 CFR 162.406; ISO/IEC 7812). All that were ever issued
begin with 1; 2 is allowed and not used yet.
"""

from pytest_specmint.rules.expression.functions import npi
from pytest_specmint.safety.verdict import SAFE, Verdict, are_digits, could_be_real, masked, plain


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be an issued number."""
    digits = plain(text)
    if len(digits) != 10 or not are_digits(digits):
        return None
    if digits[0] != "1" or not npi(digits):
        return SAFE
    return could_be_real("begins with 1, check digit right", masked(text, 1, 1))
