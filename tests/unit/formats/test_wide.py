"""Wide formats: accepted by both validators, and drawn from where a pattern leaves nothing safe."""

import jsonschema_rs
import pytest
from jsonschema import FormatChecker

import pytest_specmint as sm
from pytest_specmint.formats.table import FORMATS
from pytest_specmint.formats.wide import WIDE
from pytest_specmint.patterns import Language, compile_sampler
from pytest_specmint.stream import record_keys


@pytest.mark.parametrize("name", WIDE)
def test_both_validators_accept_it(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    texts = compile_sampler(Language.full(WIDE[name])).sample(record_keys(0, 0, 500))
    assert [text for text in texts if not validator.is_valid(text)] == []
    if name != "time":  # which the other one reads as draft 3 did
        assert [text for text in texts if not FormatChecker().conforms(text, name)] == []


def test_every_row_belongs_to_a_format() -> None:
    assert set(WIDE) <= set(FORMATS)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("uri", r"^wss?://"),
        ("uri", r"^https?://[a-z][a-z0-9-]{3,30}\.herokuapp\.com/$"),
        ("email", "@shop\\.com$"),
        ("date", "-31$"),
        ("date", "^1066-"),
        ("date-time", "[+-]05:30$"),
        ("ipv4", "^8\\.8\\."),
        ("hostname", "^www\\."),
    ],
)
def test_a_pattern_decides(name: str, pattern: str) -> None:
    schema = {"type": "string", "format": name, "pattern": pattern}
    assert sm.validate(schema, list(sm.generate(schema, count=50))).invalid == 0
