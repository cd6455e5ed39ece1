"""What a cluster hears of a part: only what another try may mend."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from pytest_specmint.engines import outcome as outcomes
from pytest_specmint.engines.outcome import given_up, outcome, settled
from pytest_specmint.errors import InvalidData, OutputError, SpecmintError, UsageError, WorkerError
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.journal import RunIsOver
from pytest_specmint.parts.same_engine import OtherEngine

DONE = PartDone(0, 0, 1, "part-00000.jsonl", 2, "00", 2, ("00",))
TASK: Any = "a task"


def failing(error: Exception) -> Callable[[object], NoReturn]:
    def make(_: object) -> NoReturn:
        raise error

    return make


def test_a_part_that_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "make_part", lambda task: DONE if task == TASK else None)
    assert settled(outcome(TASK)) == DONE


@pytest.mark.parametrize("error", [InvalidData("no", pointer="/a"), OtherEngine("other"), RunIsOver("over")])
def test_what_no_other_try_mends_is_a_value_to_the_cluster_and_raised_to_the_run(
    error: SpecmintError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "make_part", failing(error))
    found = outcome(TASK)
    assert found is error
    with pytest.raises(type(error)) as caught:
        settled(found)
    assert caught.value is error


@pytest.mark.parametrize("error", [OutputError("full"), MemoryError("no room"), OSError("away")])
def test_what_another_try_may_mend_is_raised(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "make_part", failing(error))
    with pytest.raises(type(error)):
        outcome(TASK)


def test_parts_that_were_given_up() -> None:
    one, some = given_up("Ray", [7], "OSError: away"), given_up("Spark", [8, 9, 10], "it died")
    assert isinstance(one, WorkerError)
    assert str(one) == "Ray has given up on part 7: OSError: away"
    assert str(some) == "Spark has given up on one of the parts 8 to 10: it died"
    assert one.exit_code == 6
    assert "--resume" in (one.hint or "")


@pytest.mark.parametrize(("engine", "package"), [("spark", "pyspark"), ("spark", "pyarrow"), ("ray", "ray")])
def test_an_engine_whose_package_is_missing(engine: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    from pytest_specmint.engines.table import engine_named

    module = import_module(f"pytest_specmint.engines.{engine}")
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == package else "found")
    with pytest.raises(UsageError, match=f"--engine {engine} needs {package}, which is not installed") as caught:
        engine_named(engine)
    assert caught.value.hint == f'pip install "pytest-specmint[{engine}]"'


JAVA = "org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 failed 4 times\n\tat x.y(Z.java:1)\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "An error\nTraceback:\n  x\nValueError: one\nacme.errors.OutputError: cannot write\n SQLSTATE: 1",
            "OutputError: cannot write",
        ),
        (JAVA, "SparkException: Job aborted due to stage failure: Task 0 failed 4 times"),
        ("nothing known\nmore", "nothing known"),
    ],
)
def test_a_line_of_what_spark_says(text: str, words: str) -> None:
    from pytest_specmint.engines.spark import _words

    assert _words(text) == words


def test_spark_connect_is_refused() -> None:
    from pytest_specmint.engines.spark import _begun
    from pytest_specmint.parts.engine import EngineOptions

    with pytest.raises(UsageError, match=r"sc://host is Spark Connect") as caught:
        _begun(None, EngineOptions(scheduler="sc://host"))
    assert "spark://" in (caught.value.hint or "")
