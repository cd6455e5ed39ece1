"""What a model wrote, read strictly."""

import pytest

from pytest_specmint.enrichment.answers import MOST, read_answer
from pytest_specmint.enrichment.model import Completion, Failure, Finish


def reading(text: str, finish: Finish = Finish.STOP) -> object:
    return read_answer(Completion(text, finish))


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ('{"r1f1": "a"}', ""),
        ('  {"r1f1": "a"}\n', ""),
        ('\ufeff{"r1f1": "a"}', ""),
        ('```json\n{"r1f1": "a"}\n```', "a code fence or thoughts around it"),
        ('```\n{"r1f1": "a"}\n```', "a code fence or thoughts around it"),
        ('<think>{"r1f1": "b"}</think>\n{"r1f1": "a"}', "a code fence or thoughts around it"),
        ('Here you are:\n{"r1f1": "a"}\nEnjoy!', "words around it"),
        ('{"r1f1": "a",}', "commas or line ends within it"),
    ],
)
def test_one_object(text: str, detail: str) -> None:
    found = read_answer(Completion(text, Finish.STOP))
    assert (found.values, found.failure) == ({"r1f1": "a"}, None)
    assert found.detail in {detail, "a code fence or thoughts around it" if "\ufeff" in text else detail}


def test_line_ends_within_texts_are_put_right() -> None:
    assert read_answer(Completion('{"r1f1": "a\nb\tc", "r1f2": [1, 2,],}', Finish.STOP)).values == {
        "r1f1": "a\nb\tc",
        "r1f2": [1, 2],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot help with that.",
        '{"r1f1": NaN}',
        '{"r1f1": Infinity}',
        '{"r1f1": -Infinity}',
        '{"r1f1": 1e999}',
        '{"r1f1": 01234}',
        '{"r1f1": "a", "r1f1": "b"}',
        '{"r1f1": "a"} {"r1f1": "b"}',
        '{"r1f1": "a"}\n{"r1f1": "b"}',
        'First {"r1f1": "a"} or [1]',
        '[{"r1f1": "a"}]',
        '"r1f1"',
        "3",
        '{"r1f1": "a"',
        '{"r1f1": "a',
        '```json\n{"r1f1": "a"\n```',
        "{'r1f1': 'a'}",
        '{"r1f1": True}',
        '{"r1f1": "a" "r1f2": "b"}',
        '{"r1f1": [1,,]}',
        '{"r1f1": "\\x41"}',
        "[" * 100_000,
        "{" * 5000,
        '{"a":' * 5000 + "1" + "}" * 5000,
    ],
    ids=lambda text: text[:24] or "nothing",
)
def test_what_is_never_taken(text: str) -> None:
    found = read_answer(Completion(text, Finish.STOP))
    assert (found.values, found.failure) == ({}, Failure.MALFORMED)
    assert 0 < len(found.detail) <= 200


@pytest.mark.parametrize(("finish", "failure"), [(Finish.LENGTH, Failure.TRUNCATED), (Finish.REFUSAL, Failure.REFUSED)])
def test_why_the_model_stopped_comes_first(finish: Finish, failure: Failure) -> None:
    assert read_answer(Completion('{"r1f1": "a"}', finish)).failure is failure


def test_a_huge_answer_is_not_read() -> None:
    assert read_answer(Completion('{"r1f1": "' + "a" * MOST + '"}', Finish.STOP)).failure is Failure.TOO_LARGE
