"""Errors: codes, words, and their way between processes."""

import pickle

import pytest

from pytest_specmint import errors
from pytest_specmint.errors import ExitCode, SpecmintError

CODES = {
    errors.SpecmintError: 1,
    errors.UsageError: 1,
    errors.SchemaError: 2,
    errors.UnsupportedSchema: 2,
    errors.UnsatisfiableSchema: 2,
    errors.SamplingError: 3,
    errors.InvalidData: 3,
    errors.OutputError: 6,
    errors.GoldenMismatch: 7,
}
EVERY = pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.__name__)


@EVERY
def test_exit_code(kind: type[SpecmintError]) -> None:
    assert kind.exit_code == CODES[kind]
    assert kind("x").exit_code == CODES[kind]


def test_exit_codes_are_distinct_and_complete() -> None:
    assert [int(code) for code in ExitCode] == list(range(8))


@EVERY
def test_every_error_has_one_root(kind: type[SpecmintError]) -> None:
    assert issubclass(kind, SpecmintError)


@EVERY
def test_text_with_pointer_without_hint(kind: type[SpecmintError]) -> None:
    error = kind("it broke", pointer="#/a", hint="mend it")
    assert str(error) == "it broke @ #/a"
    assert (error.message, error.pointer, error.hint) == ("it broke", "#/a", "mend it")


def test_text_without_pointer() -> None:
    error = SpecmintError("it broke")
    assert str(error) == "it broke"
    assert error.pointer is None
    assert error.hint is None


@EVERY
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_everything(kind: type[SpecmintError], protocol: int) -> None:
    error = pickle.loads(pickle.dumps(kind("it broke", pointer="#/a", hint="mend it"), protocol))
    assert type(error) is kind
    assert (error.message, error.pointer, error.hint) == ("it broke", "#/a", "mend it")


def test_unsatisfiable_and_unsupported_are_schema_errors() -> None:
    assert issubclass(errors.UnsatisfiableSchema, errors.SchemaError)
    assert issubclass(errors.UnsupportedSchema, errors.SchemaError)
    assert not issubclass(errors.UnsatisfiableSchema, errors.UnsupportedSchema)
