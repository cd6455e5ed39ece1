"""Payment card numbers: Luhn (ISO/IEC 7812), with the prefixes and lengths that the networks issue.

The numbers that processors publish for tests are nobody's.
"""

import re
from collections.abc import Iterator

from pytest_specmint.rules.expression.functions import luhn
from pytest_specmint.safety.verdict import SAFE, Verdict, are_digits, could_be_real, masked, plain

NETWORKS: tuple[tuple[str, "re.Pattern[str]", frozenset[int]], ...] = (
    ("Visa", re.compile("4"), frozenset({13, 16, 19})),
    ("Mastercard", re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), frozenset({16})),
    ("American Express", re.compile("3[47]"), frozenset({15})),
    ("Discover", re.compile("6011|64[4-9]|65"), frozenset({16, 19})),
    ("Diners Club", re.compile("30[0-5]|3095|3[689]"), frozenset({14, 16, 19})),
    ("JCB", re.compile("352[89]|35[3-8]"), frozenset({16, 17, 18, 19})),
    ("UnionPay", re.compile("62|81[0-6]|817[01]"), frozenset({16, 17, 18, 19})),
    ("Maestro", re.compile("50(18|20|38)|5[678]|6304|6759|676[1-3]"), frozenset(range(12, 20))),
    ("Mir", re.compile("220[0-4]"), frozenset({16, 17, 18, 19})),
)
"""Name, prefix, lengths."""

_WRITTEN = """
4242424242424242 4000056655665556 4111111111111111 4012888888881881 4222222222222 4000000000000002
4000000000009995 4000000000009987 4000000000009979 4000000000000069 4000000000000127 4000000000000119
4000000000000101 4000000000000341 4000000000000077 4000000000003220 4000000000003063 4000000000003055
4000000000000259 4000002500003155 4000002760003184 4000003800000446 4000008260003178 4000000760000002
5555555555554444 5200828282828210 5105105105105100 2223003122003222 2223000048400011 5454545454545454
378282246310005 371449635398431 378734493671000 341111111111111 343434343434343
6011111111111117 6011000990139424 6011981111111113 6011000000000004 6510000000000034
3056930009020004 36227206271667 30569309025904 38520000023237 36006666333344
3566002020360505 3530111333300000 3566111111111113
6200000000000005 6200000000000047 6205500000000000004 6250941006528599 6555900000604105
5019717010103742 6331101999990016 5610591081018250 6304000000000000 6759649826438453
"""
TEST_NUMBERS = tuple(_WRITTEN.split())
"""Published by card processors for tests; none was ever issued."""

_PUBLISHED = frozenset(TEST_NUMBERS)
_COMMON = frozenset({"Visa", "Mastercard", "American Express", "Discover", "JCB", "UnionPay", "Diners Club"})
_INSIDE = re.compile(
    r"(?<![\w.+-])(?:\d{14,16}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|\.\d)", re.ASCII
)


def network(digits: str) -> str | None:
    """The network that issues numbers of this prefix and length."""
    for name, prefix, lengths in NETWORKS:
        if len(digits) in lengths and prefix.match(digits):
            return name
    return None


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be a card."""
    digits = plain(text, " -.")
    if not 12 <= len(digits) <= 19 or not are_digits(digits):
        return None
    return _verdict(text, digits, network(digits))


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: 14 to 16 digits of the greater networks, together or in the groups of cards."""
    for found in _INSIDE.finditer(text):
        digits = plain(found[0])
        name = network(digits)
        if name in _COMMON:
            yield _verdict(found[0], digits, name)


def _verdict(text: str, digits: str, name: str | None) -> Verdict:
    if name is None or digits in _PUBLISHED or not luhn(digits):
        return SAFE
    return could_be_real(f"a prefix of {name}, check digit right", masked(text, 4, 4))
