"""The typed markers say what the untyped ones take."""

import inspect
from datetime import date

import pytest

import pytest_specmint as sm
from pytest_specmint.plugin.marker import EACH, KINDS, NAME, arguments


@pytest.mark.parametrize(("name", "typed"), [(NAME, sm.specmint), (EACH, sm.specmint_each)])
def test_they_have_the_same_arguments(name: str, typed: object) -> None:
    assert list(inspect.signature(typed).parameters) == list(arguments(KINDS[name]))  # type: ignore[arg-type]


def test_they_are_the_same_marks() -> None:
    mark = sm.specmint("s.json", seed=0, as_of=date(2025, 1, 2), name="orders").mark
    assert (mark.name, mark.args) == ("specmint", ())
    assert mark.kwargs == {"schema": "s.json", "seed": 0, "as_of": date(2025, 1, 2), "name": "orders"}
    each = sm.specmint_each({"type": "integer"}, invalid=False).mark
    assert (each.name, each.kwargs) == ("specmint_each", {"schema": {"type": "integer"}, "invalid": False})


def test_they_decorate_a_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest_specmint as sm

        @sm.specmint({"const": 5}, count=2)
        def test_one(specmint_dataset: sm.Dataset) -> None:
            assert list(specmint_dataset) == [5, 5]

        @sm.specmint_each(False or {"const": 5}, count=3)
        def test_each(specmint_record: int) -> None:
            assert specmint_record == 5
        """
    )
    pytester.runpytest().assert_outcomes(passed=4)
