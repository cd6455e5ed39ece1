"""Each kind of identifier: what could be real, what cannot, and what is no such thing at all."""

import pytest

from pytest_specmint.safety import card, dea, domain, ein, gtin, iban, ip, mac, mbi, npi, phone, postal, routing, ssn
from pytest_specmint.safety.verdict import Verdict

REAL, SAFE, NOT = True, False, None

CASES = [
    # NPI: 1234567893 is the example of CMS
    (npi.judge, "1234567893", REAL),
    (npi.judge, "123-456-7893", REAL),
    (npi.judge, "1234567890", SAFE),  # check digit
    (npi.judge, "2345678904", SAFE),  # never issued yet
    (npi.judge, "9876543213", SAFE),
    (npi.judge, "123456789", NOT),
    (npi.judge, "12345678٣3", NOT),
    # routing numbers
    (routing.judge, "021000021", REAL),
    (routing.judge, "0210-0002-1", REAL),
    (routing.judge, "322271627", REAL),
    (routing.judge, "021000022", SAFE),
    (routing.judge, "133456780", SAFE),
    (routing.judge, "330000004", SAFE),
    (routing.judge, "810000005", SAFE),
    (routing.judge, "110000000", SAFE),
    (routing.judge, "000000000", SAFE),
    (routing.judge, "02100002", NOT),
    # social security numbers
    (ssn.judge, "123-45-6789", REAL),
    (ssn.judge, "123456789", REAL),
    (ssn.judge, "001-01-0001", REAL),
    (ssn.judge, "899-99-9999", REAL),
    (ssn.judge, "900-70-0001", REAL),  # a taxpayer number
    (ssn.judge, "912-50-1234", REAL),
    (ssn.judge, "912-49-1234", SAFE),
    (ssn.judge, "912-93-1234", SAFE),
    (ssn.judge, "000-12-3456", SAFE),
    (ssn.judge, "666-12-3456", SAFE),
    (ssn.judge, "123-00-4567", SAFE),
    (ssn.judge, "123-45-0000", SAFE),
    (ssn.judge, "078-05-1120", SAFE),
    (ssn.judge, "987-65-4325", SAFE),
    (ssn.judge, "123-456789", NOT),
    (ssn.judge, "1234-56-789", NOT),
    # employers
    (ein.judge, "12-3456789", REAL),
    (ein.judge, "123456789", REAL),
    (ein.judge, "00-1234567", SAFE),
    (ein.judge, "07-1234567", SAFE),
    (ein.judge, "89-1234567", SAFE),
    (ein.judge, "123-45-6789", NOT),
    # telephone numbers
    (phone.judge, "+1-212-867-5309", REAL),
    (phone.judge, "(212) 867-5309", REAL),
    (phone.judge, "2128675309", REAL),
    (phone.judge, "+1 212 555 0200", REAL),
    (phone.judge, "867-5309", REAL),
    (phone.judge, "tel:+1-212-867-5309;ext=12", REAL),
    (phone.judge, "+44 20 7946 1234", REAL),
    (phone.judge, "020 7946 1234", REAL),
    (phone.judge, "0044 20 7946 1234", REAL),
    (phone.judge, "+49 89 1234567", REAL),
    (phone.judge, "+81 3-3234-5678", REAL),
    (phone.judge, "+81 3-1234-5678", SAFE),
    (phone.judge, "03-1234-5678", SAFE),
    (phone.judge, "+81 92-123-4567", SAFE),
    (phone.judge, "+81 92-023-4567", REAL),
    (phone.judge, "+34 412 34 56 78", SAFE),
    (phone.judge, "+34 912 34 56 78", REAL),
    (phone.judge, "412 34 56 78", REAL),
    (phone.judge, "+91 11 0123 4567", SAFE),
    (phone.judge, "+91 522 012 3456", SAFE),
    (phone.judge, "+91 98123 45678", REAL),
    (phone.judge, "+91 80 0123 4567", REAL),
    (phone.judge, "+1-212-555-0100", SAFE),
    (phone.judge, "(212) 555-0199 x12", SAFE),
    (phone.judge, "2125550123", SAFE),
    (phone.judge, "555-0123", SAFE),
    (phone.judge, "+1-112-867-5309", SAFE),  # no area code begins with 1
    (phone.judge, "000-000-0000", SAFE),
    (phone.judge, "+44 (0)20 7946 0123", SAFE),
    (phone.judge, "07700 900123", SAFE),
    (phone.judge, "+44 1632 960123", SAFE),
    (phone.judge, "+61 491 570 156", SAFE),
    (phone.judge, "02 5550 1234", SAFE),
    (phone.judge, "+49 30 23125 123", SAFE),
    (phone.judge, "0176 040690 12", SAFE),
    (phone.judge, "+33 6 39 98 12 34", SAFE),
    (phone.judge, "01 99 00 12 34", SAFE),
    (phone.judge, "+353 20 912 3456", SAFE),
    (phone.judge, "08-465 004 12", SAFE),
    (phone.judge, "12345", NOT),
    (phone.judge, "2024-05-06", NOT),
    (phone.judge, "call me", NOT),
    # cards
    (card.judge, "4111 1111 1111 1145", REAL),
    (card.judge, "4000-0000-0000-0028", REAL),
    (card.judge, "6250947000000014", REAL),
    (card.judge, "349999999999991", REAL),
    (card.judge, "4111111111111111", SAFE),
    (card.judge, "4242-4242-4242-4242", SAFE),
    (card.judge, "378282246310005", SAFE),
    (card.judge, "4111111111111112", SAFE),
    (card.judge, "9999999999999995", SAFE),
    (card.judge, "0000000000000000", SAFE),
    (card.judge, "41111111111", NOT),
    # accounts
    (iban.judge, "DE89 3704 0044 0532 0130 00", REAL),
    (iban.judge, "gb82west12345698765432", REAL),
    (iban.judge, "XK051212012345678906", REAL),
    (iban.judge, "DE88 3704 0044 0532 0130 00", SAFE),
    (iban.judge, "DE8937040044053201300", SAFE),  # too short for Germany
    (iban.judge, "XX371234567890123456", SAFE),
    (iban.judge, "DE89", NOT),
    # articles
    (gtin.judge, "4006381333931", REAL),
    (gtin.judge, "036000291452", REAL),
    (gtin.judge, "73513537", REAL),
    (gtin.judge, "10012345678902", REAL),
    (gtin.judge, "4006381333930", SAFE),
    (gtin.judge, "9521234567899", SAFE),
    (gtin.judge, "2012345678900", SAFE),
    (gtin.judge, "412345678903", SAFE),
    (gtin.judge, "0000000000000", SAFE),
    (gtin.judge, "12345", NOT),
    # ZIP codes, a street being there
    (postal.judge, "90210", REAL),
    (postal.judge, "90210-1234", REAL),
    (postal.judge, "00012", SAFE),
    (postal.judge, "00399-1234", SAFE),
    (postal.judge, "SW1A 1AA", NOT),
    (postal.judge, "9021", NOT),
    # internet
    (ip.judge, "8.8.8.8", REAL),
    (ip.judge, "8.8.8.8:53", REAL),
    (ip.judge, "1.2.3.0/24", REAL),
    (ip.judge, "2001:4860:4860::8888", REAL),
    (ip.judge, "[2606:4700::1111]:443", REAL),
    (ip.judge, "::ffff:8.8.8.8", REAL),
    (ip.judge, "64:ff9b::808:808", REAL),
    (ip.judge, "2002:808:808::1", REAL),
    (ip.judge, "192.0.2.1", SAFE),
    (ip.judge, "198.51.100.255", SAFE),
    (ip.judge, "203.0.113.7/32", SAFE),
    (ip.judge, "10.1.2.3", SAFE),
    (ip.judge, "172.31.255.255", SAFE),
    (ip.judge, "172.32.0.1", REAL),
    (ip.judge, "192.168.0.1", SAFE),
    (ip.judge, "100.64.0.1", SAFE),
    (ip.judge, "127.0.0.1", SAFE),
    (ip.judge, "169.254.169.254", SAFE),
    (ip.judge, "239.1.1.1", SAFE),
    (ip.judge, "255.255.255.255", SAFE),
    (ip.judge, "2001:db8::1", SAFE),
    (ip.judge, "::1", SAFE),
    (ip.judge, "fe80::1%eth0", SAFE),
    (ip.judge, "fd00::1", SAFE),
    (ip.judge, "::ffff:192.0.2.1", SAFE),
    (ip.judge, "256.1.1.1", NOT),
    (ip.judge, "12:34:56", NOT),
    (domain.judge_email, "joe@gmail.com", REAL),
    (domain.judge_email, "joe@müller.de", REAL),
    (domain.judge_email, "joe@example.com.au", REAL),
    (domain.judge_email, "joe@myexample.com", REAL),
    (domain.judge_email, "joe@[8.8.8.8]", REAL),
    (domain.judge_email, "joe@example.com", SAFE),
    (domain.judge_email, "joe@mail.example.ORG.", SAFE),
    (domain.judge_email, "joe@acorn.example", SAFE),
    (domain.judge_email, "joe@a.test", SAFE),
    (domain.judge_email, "joe@localhost", NOT),
    (domain.judge_email, "joe", NOT),
    (domain.judge_url, "https://github.com/x?y=1", REAL),
    (domain.judge_url, "//cdn.jsdelivr.net/x.js", REAL),
    (domain.judge_url, "postgres://u:p@db.acme.io:5432/x", REAL),
    (domain.judge_url, "https://user@8.8.8.8:80/", REAL),
    (domain.judge_url, "http://[2606:4700::1111]/", REAL),
    (domain.judge_url, "https://www.example.com/github.com", SAFE),
    (domain.judge_url, "http://192.0.2.1/x", SAFE),
    (domain.judge_url, "http://localhost:8080/", NOT),
    (domain.judge_url, "/images/a.png", NOT),
    (domain.judge_host, "db.acme.io:5432", REAL),
    (domain.judge_host, "xn--mller-kva.de", REAL),
    (domain.judge_host, "node-1.acorn.example", SAFE),
    (domain.judge_host, "printer.local", SAFE),
    (domain.judge_host, "db01", NOT),
    # hardware
    (mac.judge, "3C:22:FB:01:02:03", REAL),
    (mac.judge, "3c-22-fb-01-02-03", REAL),
    (mac.judge, "3c22.fb01.0203", REAL),
    (mac.judge, "00:00:5e:00:53:af", SAFE),
    (mac.judge, "00:00:5e:00:54:af", REAL),
    (mac.judge, "02:00:00:00:00:01", SAFE),
    (mac.judge, "ff:ff:ff:ff:ff:ff", SAFE),
    (mac.judge, "00:00:00:00:00:00", SAFE),
    (mac.judge, "3c:22-fb:01:02:03", NOT),
    # registrants and beneficiaries
    (dea.judge, "BB1388568", REAL),
    (dea.judge, "AB1234563", SAFE),  # the example of every explanation
    (dea.judge, "BB1388567", SAFE),
    (dea.judge, "ZB1388568", SAFE),
    (dea.judge, "B1388568", NOT),
    (mbi.judge, "1AA0-AA0-AA00", REAL),
    (mbi.judge, "1AA0AA0AA00", REAL),
    (mbi.judge, "1EG4-TE5-MK72", SAFE),
    (mbi.judge, "1SA0-AA0-AA00", SAFE),
    (mbi.judge, "0AA0-AA0-AA00", SAFE),
    (mbi.judge, "AAA0-AA0-AA00", NOT),
]


@pytest.mark.parametrize(("judge", "text", "real"), CASES, ids=[f"{c[0].__module__[23:]}-{c[1]}" for c in CASES])
def test_judge(judge, text: str, real: bool | None) -> None:
    verdict: Verdict | None = judge(text)
    assert (None if verdict is None else verdict.real) is real
    if real:
        assert verdict is not None
        assert verdict.why
        assert text not in verdict.shown or judge is domain.judge_host


@pytest.mark.parametrize(
    ("judge", "text", "shown"),
    [
        (npi.judge, "1234567893", "1********3"),
        (routing.judge, "021000021", "02******1"),
        (ssn.judge, "123-45-6789", "123-**-****"),
        (ssn.judge, "900-70-0001", "900-70-****"),
        (ein.judge, "12-3456789", "12-*******"),
        (phone.judge, "(212) 867-5309", "(212) 867-****"),
        (phone.judge, "+44 20 7946 1234", "+44 20 7946 ****"),
        (card.judge, "4111 1111 1111 1145", "4111 **** **** 1145"),
        (iban.judge, "DE89 3704 0044 0532 0130 00", "DE89 **** **** **** **** **"),
        (gtin.judge, "4006381333931", "400*********1"),
        (postal.judge, "90210-1234", "902**-****"),
        (ip.judge, "8.8.4.4", "8.8.*.*"),
        (ip.judge, "2001:4860:4860::8888", "2001:4860:*"),
        (domain.judge_email, "joe@gmail.com", "***@gmail.com"),
        (domain.judge_url, "https://joe:secret@github.com/private?key=1", "//github.com/***"),
        (mac.judge, "3C:22:FB:01:02:03", "3C:22:FB:**:**:**"),
        (dea.judge, "BB1388568", "B*******8"),
        (mbi.judge, "1AA0-AA0-AA00", "1A**-***-****"),
    ],
)
def test_only_what_shows_why_is_shown(judge, text: str, shown: str) -> None:
    assert judge(text).shown == shown


@pytest.mark.parametrize(
    ("search", "text", "found"),
    [
        (ssn.inside, "SSN 123-45-6789, again 123-45-6780.", 2),
        (ssn.inside, "order 9123-45-67890 and 123-45-6789-1", 0),
        (card.inside, "card 4111111111111145 or 4111-1111-1111-1145 or 3782 822463 10005", 3),
        (card.inside, "id-4111111111111145 0.4111111111111145 4111111111111145.5 a4111111111111145", 0),
        (card.inside, "1234567812345670", 0),  # no network
        (iban.inside, "pay DE89 3704 0044 0532 0130 00 NOW, or GB82WEST12345698765432.", 2),
        (iban.inside, "ABDE89370400440532013000", 0),
        (phone.inside, "call +49 89 1234567 or (212) 867-5309, 212-867-5309", 3),
        (phone.inside, "sku 1212-867-5309-2 and 2024-05-06", 0),
        (postal.inside, "12 Main Street, Springfield, IL 62704 USA", 1),
        (postal.inside, "IL 62704", 0),
        (ip.inside, "from 8.8.8.8, via 2001:4860:4860::8888 to 10.0.0.1", 3),
        (ip.inside, "Chrome/120.0.0.0, v1.2.3.4, version 1.2.3.4, at 12:34:56", 0),
        (domain.emails_inside, "mail joe@gmail.com, or <ann@example.com>", 2),
        (domain.urls_inside, "see https://github.com/x, (http://example.com) and ftp://8.8.8.8/a.", 3),
        (mac.inside, "on 3C:22:FB:01:02:03.", 1),
        (mac.inside, "3C:22:FB:01:02:03:04:05", 0),
        (mbi.inside, "MBI 1AA0-AA0-AA00;", 1),
    ],
)
def test_inside(search, text: str, found: int) -> None:
    assert len(list(search(text))) == found


def test_a_word_behind_an_account_is_not_part_of_it() -> None:
    (verdict,) = iban.inside("DE89 3704 0044 0532 0130 00 MORE WORDS")
    assert verdict.real


def test_published_test_cards_are_cards() -> None:
    from stdnum import luhn

    assert len(card.TEST_NUMBERS) > 50
    assert all(map(luhn.is_valid, card.TEST_NUMBERS))


def test_lengths_of_accounts_are_those_of_the_registry() -> None:
    """python-stdnum has the registry of SWIFT."""
    from stdnum import numdb

    checked = 0
    for country, length in iban.LENGTHS.items():
        (_, info), *_ = numdb.get("iban").info(country)
        if "bban" in info:
            parts = [
                int("".join(c for c in part if c.isdigit()))
                for part in info["bban"].replace("!", "").replace("a", "n").replace("c", "n").split("n")
                if part
            ]
            assert sum(parts) + 4 == length, country
            checked += 1
    assert checked > 80


def test_offices_that_issue_are_those_of_the_tax_authority() -> None:
    from stdnum.us import ein as oracle

    for number in range(100):
        text = f"{number:02d}-1234567"
        assert ein.judge(text) is not None
        assert ein.judge(text).real is oracle.is_valid(text)


def test_areas_are_those_of_stdnum() -> None:
    from stdnum.us import ssn as oracle

    for area in range(900):
        text = f"{area:03d}-12-3456"
        assert ssn.judge(text).real is oracle.is_valid(text)
