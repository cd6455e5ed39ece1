"""Where goldens live."""

from pathlib import PurePosixPath

import pytest

from pytest_specmint.golden.place import LONGEST, golden_place


@pytest.mark.parametrize(
    ("nodeid", "name", "place"),
    [
        ("tests/test_a.py::test_orders", "", "tests/test_a/test_orders"),
        ("test_a.py::TestTotal::test_sum", "", "test_a/TestTotal.test_sum"),
        ("tests/sub/test_a.py::test_x", "orders", "tests/sub/test_a/test_x.orders"),
    ],
)
def test_plain_names_stay_as_they_are(nodeid: str, name: str, place: str) -> None:
    assert golden_place(nodeid, name) == PurePosixPath(place)


def test_names_do_not_collide() -> None:
    ids = [
        "tests/test_a.py::test_x[a/b]",
        "tests/test_a.py::test_x[a_b]",
        "tests/test_a.py::test_x[a b]",
        "tests/test a.py::test_x",
        "tests/test_a.py::test_x",
        "tests/test_a.py::TestC::test_x",
        "tests/sub/test_a.py::test_x[a/b]",
        "tests/test_a.py::test_x[" + "y" * 500 + "1]",
        "tests/test_a.py::test_x[" + "y" * 500 + "2]",
    ]
    places = [golden_place(each) for each in ids] + [golden_place(ids[0], "orders")]
    assert len({str(place).lower() for place in places}) == len(places)
    assert all(len(place.name) <= LONGEST + 10 for place in places)


def test_a_parameter_is_readable_and_brings_a_hash() -> None:
    assert golden_place("test_a.py::test_x[eur]").name.startswith("test_x-eur-")


@pytest.mark.parametrize("parameter", ["../../etc", "a\\b", "c:d", "ä\n", "*?<>|", ""])
def test_names_are_safe_on_any_system(parameter: str) -> None:
    place = golden_place(f"tests/test_a.py::test_x[{parameter}]")
    assert place.parent == PurePosixPath("tests/test_a")
    assert set(place.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@pytest.mark.parametrize("module", ["../other/test_a.py", "con/test_a.py", "a/NUL.py"])
def test_directories_stay_below_and_have_names_that_every_system_takes(module: str) -> None:
    parts = golden_place(f"{module}::test_x").parts
    assert ".." not in parts
    assert not {"con", "NUL"} & set(parts)
