"""What a run may write."""

import pytest

from pytest_specmint.golden.update import Action, Update, parse_scope

TEST = "tests/test_a.py::TestC::test_x[1]"


@pytest.mark.parametrize(
    ("scope", "exists", "action"),
    [
        (None, True, Action.COMPARE),
        (None, False, Action.COMPARE),
        ("all", True, Action.WRITE),
        ("all", False, Action.WRITE),
        ("new", True, Action.COMPARE),
        ("new", False, Action.WRITE),
        (TEST, True, Action.WRITE),
        ("tests/test_a.py::TestC::test_x", True, Action.WRITE),
        ("tests/test_a.py::TestC", True, Action.WRITE),
        ("tests/test_a.py::TestC::test", True, Action.COMPARE),
        ("tests/test_a.py::TestC::test_x[2]", True, Action.COMPARE),
    ],
)
def test_scopes(scope: str | None, exists: bool, action: Action) -> None:
    assert Update(scope).action(TEST, exists=exists) is action


def test_review_keeps_what_is_not_to_be_written() -> None:
    assert Update(review=True).action(TEST, exists=True) is Action.PEND
    assert Update("new", review=True).action(TEST, exists=False) is Action.WRITE
    assert Update("new", review=True).action(TEST, exists=True) is Action.PEND


@pytest.mark.parametrize("text", ["all", "new", TEST])
def test_scopes_are_read(text: str) -> None:
    assert parse_scope(text) == text


@pytest.mark.parametrize("text", ["tests", "tests/test_a.py", "al", ""])
def test_a_path_that_was_taken_for_the_value_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"--specmint-update-golden=all"):
        parse_scope(text)
